"""Weibo's boards as the site served them: hot-search-YYYY-MM-DD and hot-topic-YYYY-MM-DD, as .html or .json.

Published as SnailDev/weibo-hot-hub, the last state of each day. The endings lie, so content decides which it is:

- A page (until September 2021). Of hot search, each line holds a rank, a title with its hotness, perhaps an image of
  an emoji behind the title, which is left out. The rank is missing in the pinned line and `•` where it is sold. Of hot
  topics, the title stands between two `#`, which are left out, and reads and discussions are running totals, not read.
- The answer of the mobile site (from May 2024): `data.cards[].card_group[]`, title in `desc`, and in `desc_extr` the
  hotness as a number, behind the word of a category ("剧集 933029"), or words alone. The first group is the board; the
  groups below it are other lists (rising, entertainment, friends) and are not read. `qtime` says when it was asked.
- `"ok": 0` without cards, which the mobile site answers when it refuses, and `"ok": -100` with the address of a login,
  which all of Weibo's interfaces answer to a visitor: no day without topics, but an unseen one.
- A login page ("Sina Visitor System" or 新浪通行证), which the archive went on to store as if it were data, as .html on
  964 days and as .json from 15 September 2025.

Whatever is pinned or sold stands outside rank and hotness.
"""

import re
from collections.abc import Iterator
from typing import Any

from selectolax.lexbor import LexborHTMLParser, LexborNode

from pipeline.errors import InputError, Unobserved
from pipeline.fields import day_in_name
from pipeline.formats import Format, Source, entry, rows
from pipeline.schema import Refused, Reject, Row
from pipeline.tables import document, whole_text

_RANK = re.compile(r"(?:realpos:|img_search_)(\d{1,3})(?!\d)")
_ASKED = re.compile(r"\bqtime:(\d{10})(?!\d)")
_LOGIN = r"<title>\s*(?:Sina Visitor System|新浪通行证)\s*</title>"
_REFUSAL = r'\A\{[^{}\[\]]*"ok"\s*:\s*(?:0|-100)\b[^{}\[\]]*\}\s*\Z'
_NO_ENTRY = (6, 101)  # card types of a link to more and of a heading


def read_page(source: Source) -> Iterator[Row | Reject]:
    """Board entries of a page; a reject's line is the entry's place in the list.

    Raises InputError when there is no list in the page, Unobserved when it is a login page.
    """
    day = day_in_name(source.file.name)
    content = whole_text(source.file)
    if re.search(_LOGIN, content):
        return read_login_page(source)
    page = LexborHTMLParser(content)
    if page.css_first("section.list") is None:
        raise InputError(f"{source.file}: there is no list of a Weibo board in this page; fetch it again.")

    def convert(line: dict[str, str]) -> Row:
        aside = not line["rank"].isdecimal() or "topic_ad=1" in line["url"]
        rank, hotness = (None, None) if aside else (line["rank"], line["hotness"])
        return entry(source, title=line["title"], at=day, rank=rank, hotness=hotness, is_ad=aside)

    return rows(enumerate(map(_line, page.css("section.list li")), start=1), convert)


def _line(item: LexborNode) -> dict[str, Any]:
    link = item.css_first("a")
    url = link.attributes.get("href") if link else None
    if topic := item.css_first("h2"):
        name = re.sub(r"^#(.*)#$", r"\1", topic.text().strip())
        return {"title": name, "rank": _text(item.css_first("em")), "hotness": "", "url": url or ""}
    title = item.css_first("span")
    hotness = _text(title.css_first("em")) if title else ""
    for beside in title.css("em, img") if title else ():
        beside.decompose()
    return {"title": _text(title), "rank": _text(item.css_first("strong")), "hotness": hotness, "url": url or ""}


def _text(node: LexborNode | None) -> str:
    return node.text().strip() if node else ""


def read_mobile(source: Source) -> Iterator[Row | Reject]:
    """Board entries of an answer of the mobile site; a reject's line is the entry's place in the first group.

    Raises InputError when it has no cards, Unobserved when the site answered `ok: 0`.
    """
    content = document(source.file)
    if isinstance(content, dict) and content.get("ok") == 0:
        raise Unobserved(source.file, 'the site refused ("ok": 0) and the archive stored that instead of data')
    if not isinstance(content, dict) or not isinstance(content.get("data"), dict):
        raise InputError(f"{source.file}: expected an answer of Weibo's mobile site, data with cards; fetch it again.")
    group = _first_group(content["data"].get("cards"))
    at = _asked(group) or day_in_name(source.file.name)

    def convert(item: dict[str, Any]) -> Row | None:
        if item.get("card_type") in _NO_ENTRY:
            return None
        ranked = _RANK.search(f"{item.get('itemid')} {item.get('pic')}")
        aside = ranked is None or "promotion" in item
        rank, hotness = (None, None) if ranked is None or aside else (ranked[1], _hotness(item.get("desc_extr")))
        return entry(source, title=item.get("desc"), at=at, rank=rank, hotness=hotness, is_ad=aside)

    items = (item if isinstance(item, dict) else Refused("not_an_object") for item in group)
    return rows(enumerate(items, start=1), convert)


def _first_group(cards: Any) -> list[Any]:
    groups = (card.get("card_group") for card in cards or [] if isinstance(card, dict))
    return next((group for group in groups if isinstance(group, list)), [])


def _asked(group: list[Any]) -> Any:
    found = (_ASKED.search(str(item.get("itemid"))) for item in group if isinstance(item, dict))
    return next((int(asked[1]) for asked in found if asked), None)


def _hotness(told: Any) -> Any:
    return told.split()[-1] if isinstance(told, str) and told.strip() else told


def read_login_page(source: Source) -> Iterator[Row | Reject]:
    """Nothing: raises Unobserved."""
    raise Unobserved(source.file, "the archive stored a login page (Sina Visitor System) instead of data")


def read_refusal(source: Source) -> Iterator[Row | Reject]:
    """Nothing: raises Unobserved."""
    raise Unobserved(source.file, "the site refused or asked for a login, and the archive stored that instead of data")


FORMATS = (
    Format(
        name="weibo_hot_page",
        about="page of Weibo's hot search or hot topics",
        kind="board",
        shapes=frozenset({"html"}),
        words=r'class="wrap hotrank"',
        rows=read_page,
    ),
    Format(
        name="weibo_hot_mobile",
        about="answer of Weibo's mobile site: a hot-search board in data.cards, or ok: 0",
        kind="board",
        shapes=frozenset({"object", "jsonl"}),  # one line of it looks like JSON lines
        names=frozenset({"ok", "data.cards"}),
        words=r'"desc_extr"|"ok"\s*:\s*0\b',
        rows=read_mobile,
    ),
    Format(
        name="weibo_login_page",
        about="login page of Weibo, stored where data should be",
        kind="board",
        shapes=frozenset({"html"}),
        words=_LOGIN,
        rows=read_login_page,
        absence=True,
    ),
    Format(
        name="weibo_refusal",
        about="refusal of one of Weibo's interfaces, stored where data should be",
        kind="board",
        shapes=frozenset({"object", "jsonl"}),
        names=frozenset({"ok"}),
        words=_REFUSAL,
        rows=read_refusal,
        absence=True,
    ),
)
