"""Zhihu's hot searches as the mobile site showed them: hot-search-YYYY-MM-DD.html, a whole page.

Published as SnailDev/zhihu-hot-hub and lonnyzhang423/zhihu-hot-hub, the last state of each day. Every line holds a
rank, the searched title and a subtitle below it, which is not read. There is no hotness.
"""

from collections.abc import Iterator
from typing import Any

from selectolax.lexbor import LexborHTMLParser, LexborNode

from pipeline.errors import InputError
from pipeline.fields import day_in_name
from pipeline.formats import Format, Source, entry, rows
from pipeline.schema import Reject, Row
from pipeline.tables import whole_text


def read(source: Source) -> Iterator[Row | Reject]:
    """Board entries of a page; a reject's line is the entry's place in the list.

    Raises InputError when there is no list in the page.
    """
    day = day_in_name(source.file.name)
    page = LexborHTMLParser(whole_text(source.file))
    if page.css_first(".TopSearchMain-list") is None:
        raise InputError(f"{source.file}: there is no list of searches in this page; fetch it again.")

    def convert(line: dict[str, Any]) -> Row:
        return entry(source, title=line["title"], at=day, rank=line["rank"])

    return rows(enumerate(map(_line, page.css(".TopSearchMain-list .TopSearchMain-item")), start=1), convert)


def _line(item: LexborNode) -> dict[str, Any]:
    title, rank = item.css_first(".TopSearchMain-title"), item.css_first(".TopSearchMain-index")
    return {"title": title.text() if title else None, "rank": rank.text() if rank else None}


FORMATS = (
    Format(
        name="zhihu_search_page",
        about="page of Zhihu's hot searches",
        kind="board",
        shapes=frozenset({"html"}),
        words="<title[^>]*>知乎热搜",
        rows=read,
    ),
)
