"""Files of the crawler dataabc/weibo-crawler: one CSV or JSON document per account.

CSV (UTF-8 with a byte-order mark, appended to): `id, bid, 正文, …, 日期, 工具, 点赞数, 评论数, 转发数, 话题, @用户`,
later also `完整日期`, `是否编辑过`, `编辑次数`; and, unless only originals were asked for, `是否原创` with the reposted
post in `源…` columns, `源微博正文` among them. Which columns there are depends on the configuration and the version, so
they are read by name. `日期` is a mere date; `完整日期` has the clock time; without it the id, a mid, tells the time.
Known defects:

- The row of an original is shorter than the header: its cells end after `是否原创`.
- Under Python 2 every batch that was appended began with a byte-order mark; ids may end in a tab.
- A file that was continued after an upgrade has rows longer than its header: those are refused (`columns`).
- The text is HTML where the crawler was told to keep the tags.

JSON: `{"user": {…}, "weibo": [{id, text, created_at, …, "retweet": {…}}]}`, with English names; `full_created_at` in
later versions. All this follows from the crawler's source and was not seen on a published file; the columns from
`完整日期` on are known from other programs that read such files. A CSV names the account only in the name of the file,
`<user id>.csv`.
"""

import re
from collections.abc import Callable, Iterator
from typing import Any

from pipeline.errors import InputError
from pipeline.fields import without_tags
from pipeline.formats import Format, Source, post, rows
from pipeline.schema import Refused, Reject, Row
from pipeline.tables import Record, csv_records, document

Records = Iterator[tuple[int, dict[str, Any] | Refused]]


def read_csv(source: Source) -> Iterator[Row | Reject]:
    """Posts of one account; a reject's line is the one on which the row ends."""
    account = re.fullmatch(r"(\d{5,})\.csv", source.file.name)

    def convert(row: dict[str, Any]) -> Row:
        mid = _required(row.get("id"))
        return post(
            source,
            post_id=mid,
            at=_filled(row, "完整日期", "日期"),
            words=_words(row.get("正文")),
            author=account[1] if account else None,
            quoted=_words(row.get("源微博正文")),
            is_repost=_is_repost(row),
            reposts=row.get("转发数"),
            comments=row.get("评论数"),
            likes=row.get("点赞数"),
            weibo_id=mid,
        )

    return rows(_csv_records(source), convert)


def read_json(source: Source) -> Iterator[Row | Reject]:
    """Posts of one account; a reject's line is the post's place in the list. Raises InputError without such a list."""

    def convert(item: dict[str, Any]) -> Row:
        mid = _required(item.get("id"))
        reposted = item.get("retweet")
        reposted = reposted if isinstance(reposted, dict) else {}
        return post(
            source,
            post_id=mid,
            at=_filled(item, "full_created_at", "created_at"),
            words=_words(item.get("text")),
            author=item.get("user_id"),
            quoted=_words(reposted.get("text")),
            is_repost=bool(reposted or _filled(item, "retweet_id")),
            reposts=item.get("reposts_count"),
            comments=item.get("comments_count"),
            likes=item.get("attitudes_count"),
            weibo_id=mid,
        )

    return rows(_json_records(source), convert)


def _csv_records(source: Source) -> Records:
    return csv_records(source.file, fit=_fit)


def _fit(header: list[str]) -> Callable[[list[str]], Record | Refused | None]:
    """Rows of originals may end after `是否原创`; a header may stand again."""

    def fitted(cells: list[str]) -> Record | Refused | None:
        if cells[0].lstrip("\ufeff") == header[0]:
            return None
        cells = cells + [""] * (len(header) - len(cells)) if _ends_as_original(header, cells) else cells
        fits = len(cells) == len(header)
        return dict(zip(header, cells, strict=True)) if fits else Refused("columns")

    return fitted


def _ends_as_original(header: list[str], cells: list[str]) -> bool:
    return "是否原创" in header and len(cells) == header.index("是否原创") + 1


def _json_records(source: Source) -> Records:
    content = document(source.file)
    posts = content.get("weibo") if isinstance(content, dict) else None
    if not isinstance(posts, list):
        raise InputError(f'{source.file}: expected {{"user": …, "weibo": [posts]}}; fetch the file again.')
    for place, item in enumerate(posts, start=1):
        yield place, item if isinstance(item, dict) else Refused("not_an_object")


def _is_repost(row: dict[str, Any]) -> bool:
    return str(row.get("是否原创")).strip().lower() == "false" or bool(_filled(row, "源微博id", "源微博正文"))


def _required(value: Any) -> str:
    mid = str(value).replace("\ufeff", "").strip() if isinstance(value, (int, str)) else ""
    if not mid:
        raise Refused("no_id")
    return mid


def _filled(record: dict[str, Any], *names: str) -> Any:
    return next((record[name] for name in names if str(record.get(name) or "").strip()), None)


def _words(value: Any) -> Any:
    return without_tags(value) if isinstance(value, str) else value


FORMATS = (
    Format(
        name="weibo_crawler_csv",
        about="CSV of the crawler dataabc/weibo-crawler, one account a file",
        kind="posts",
        shapes=frozenset({"csv"}),
        names=frozenset({"id", "bid", "正文", "日期"}),
        rows=read_csv,
    ),
    Format(
        name="weibo_crawler_json",
        about='JSON of the crawler dataabc/weibo-crawler: {"user", "weibo"}',
        kind="posts",
        shapes=frozenset({"object", "jsonl"}),  # on a single line it looks like JSON lines
        names=frozenset({"user", "weibo"}),
        rows=read_json,
    ),
)
