"""What m.weibo.cn answers, as crawlers keep it: search and timeline pages, lists of `mblog` objects, a flat extract.

A page is `{"ok": 1, "data": {"cards": [{"mblog": {…}}, {"card_group": [{"mblog": {…}}]}]}}`; cards without `mblog` are
headings, accounts and topics, and are passed over. The lists of weibo.com (`{"data": {"list": [{…}]}}`) and of the open
interface (`{"statuses": [{…}]}`) hold the same objects without cards. An `mblog` holds `id` (the mid), `text` (HTML;
emoji are images with a name), `created_at`, `user`, counts and, in a repost, `retweeted_status`. Known defects:

- `created_at` is "Wed Oct 19 23:44:36 +0800 2022", or without a year ("01-23"), or relative ("42分钟前"): whatever is
  not absolute is replaced by the time that the id holds, since nobody knows when the page was fetched.
- A long text is cut ("...全文") while `isLongText` stands and `longText` is missing: marked as truncated.
- Counts are "100万+" at times.
- A deleted or hidden post is a notice in the place of its text, without `user`: refused (`no_text`).

The flat extract is that of gaussic/weibo_wordcloud (JSON; CSV too): `mid, text, userid, username, reposts_count,
comments_count, attitudes_count`. It has no date, which the mid tells, and its author removed #topics# and @names from
the text, so that counts of words are lower bounds; counts are missing in many rows.
"""

from collections.abc import Iterator
from typing import Any

from pipeline.formats import Format, Source, post, rows
from pipeline.schema import Refused, Reject, Row
from pipeline.shapes import look
from pipeline.tables import document, json_lines, records

_NESTS = ("data", "cards", "card_group", "list", "statuses", "mblogs")
_NOTICES = ("抱歉，", "该微博", "此微博", "该账号")

Records = Iterator[tuple[int, dict[str, Any] | Refused]]


def read(source: Source) -> Iterator[Row | Reject]:
    """Posts of pages or lists; a reject's line is the line in JSON lines, else the post's place in the document."""

    def convert(mblog: dict[str, Any]) -> Row:
        mid = str(mblog.get("id") or mblog.get("mid") or "").strip()
        if not mid:
            raise Refused("no_id")
        if _is_notice(mblog):
            raise Refused("no_text")
        reposted = mblog.get("retweeted_status")
        row = post(
            source,
            post_id=mid,
            at=mblog.get("created_at"),
            words=_whole(mblog),
            author=(mblog.get("user") or {}).get("id") if isinstance(mblog.get("user"), dict) else None,
            quoted=_whole(reposted) if isinstance(reposted, dict) else None,
            is_repost=isinstance(reposted, dict),
            reposts=mblog.get("reposts_count"),
            comments=mblog.get("comments_count"),
            likes=mblog.get("attitudes_count"),
            weibo_id=mid,
            html=True,
        )
        row["truncated"] = row["truncated"] or bool(mblog.get("isLongText") and not _long_text(mblog))
        return row

    return rows(_mblogs(source), convert)


def read_flat(source: Source) -> Iterator[Row | Reject]:
    """Posts of the flat extract, dated by their ids; a row whose id tells no time is refused (`no_time`)."""

    def convert(item: dict[str, Any]) -> Row:
        mid = str(item.get("mid") or "").strip()
        if not mid:
            raise Refused("no_id")
        return post(
            source,
            post_id=mid,
            at=None,
            words=item.get("text"),
            author=item.get("userid"),
            reposts=item.get("reposts_count"),
            comments=item.get("comments_count"),
            likes=item.get("attitudes_count"),
            weibo_id=mid,
        )

    return rows(records(source.file, look(source.file).shape), convert)


def _mblogs(source: Source) -> Records:
    if look(source.file).shape == "jsonl":
        for line, item in json_lines(source.file):
            yield from ((line, found) for found in ([item] if isinstance(item, Refused) else _inside(item)))
    else:
        yield from enumerate(_inside(document(source.file)), start=1)


def _inside(value: Any) -> Iterator[dict[str, Any] | Refused]:
    """The mblog objects in a page, a card, a list of either, or the object itself."""
    if isinstance(value, list):
        for item in value:
            yield from _inside(item) if isinstance(item, (dict, list)) else [Refused("not_an_object")]
    elif not isinstance(value, dict):
        yield Refused("not_an_object")
    elif isinstance(value.get("mblog"), dict):
        yield value["mblog"]
    elif "text" in value and ("mid" in value or "created_at" in value):
        yield value
    else:
        for nest in _NESTS:
            if isinstance(value.get(nest), (dict, list)):
                yield from _inside(value[nest])


def _long_text(mblog: dict[str, Any]) -> Any:
    long = mblog.get("longText")
    return long.get("longTextContent") if isinstance(long, dict) else mblog.get("longTextContent")


def _whole(mblog: dict[str, Any]) -> Any:
    return _long_text(mblog) or mblog.get("text")


def _is_notice(mblog: dict[str, Any]) -> bool:
    return not mblog.get("user") and str(mblog.get("text") or "").strip().startswith(_NOTICES)


_ABOUT = "posts of m.weibo.cn as JSON"

FORMATS = (
    Format(
        name="weibo_mobile_pages",
        about=f"{_ABOUT}: whole pages with cards",
        kind="posts",
        shapes=frozenset({"object", "jsonl", "list"}),
        names=frozenset({"data", "data.cards", "data.cards.card_type"}),
        words=r'"mblog"\s*:',
        rows=read,
    ),
    *(
        Format(
            name="weibo_mobile_pages",
            about=f"{_ABOUT}: whole pages with a list",
            kind="posts",
            shapes=frozenset({"object", "jsonl", "list"}),
            names=frozenset({f"{place}.text", f"{place}.created_at", f"{place}.reposts_count"}),
            rows=read,
        )
        for place in ("data.list", "statuses")
    ),
    Format(
        name="weibo_mobile_cards",
        about=f"{_ABOUT}: cards",
        kind="posts",
        shapes=frozenset({"jsonl", "list"}),
        names=frozenset({"mblog", "mblog.text", "mblog.created_at"}),
        rows=read,
    ),
    Format(
        name="weibo_mobile",
        about=f"{_ABOUT}: mblog objects",
        kind="posts",
        shapes=frozenset({"jsonl", "list"}),
        names=frozenset({"id", "text", "created_at", "isLongText", "reposts_count"}),
        rows=read,
    ),
    Format(
        name="weibo_mobile_flat",
        about="flat extract of m.weibo.cn without dates (gaussic/weibo_wordcloud)",
        kind="posts",
        shapes=frozenset({"csv", "jsonl", "list"}),
        names=frozenset({"mid", "text", "userid"}),
        rows=read_flat,
    ),
)
