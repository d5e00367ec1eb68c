"""The daily archive of Zhihu's top searches: YYYY-MM-DD.json, a list of {what is searched, what is shown}.

Published as justjavac/zhihu-trending-top-search. There is no rank, no hotness and no time within the day. The keys
drifted without notice:

    {"query": "女足", "display_query": "女足夺冠"}         # query = what is searched, display_query = what is shown
    {"query": "女足", "displayQuery": "undefined"}         # 7 to 15 May 2021
    {"real_query": "女足", "query_display": "女足夺冠"}    # from 6 May 2025

The title is the text that is shown. Where it is absent or the literal word `undefined`, as a script leaves it, the
searched text stands in; a row in which neither is left is refused. Some values have outer blanks.
"""

from collections.abc import Iterator
from typing import Any

from pipeline.fields import day_in_name, optional_text
from pipeline.formats import Format, Source, entry, rows
from pipeline.schema import Refused, Reject, Row
from pipeline.tables import listed

_SHOWN_FIRST = ("display_query", "displayQuery", "query_display", "query", "real_query")


def read(source: Source) -> Iterator[Row | Reject]:
    """Board entries of one daily file; a reject's line is the entry's place in the list."""
    day = day_in_name(source.file.name)
    return rows(listed(source.file), lambda item: entry(source, title=_title(item), at=day))


def _title(item: dict[str, Any]) -> str | None:
    texts = [text for key in _SHOWN_FIRST if (text := optional_text(item.get(key)))]
    told = [text for text in texts if text != "undefined"]
    if texts and not told:
        raise Refused("undefined")
    return told[0] if told else None


FORMATS = tuple(
    Format(
        name="zhihu_top_search",
        about="daily archive of Zhihu's top searches: a JSON list of searched and shown texts",
        kind="board",
        shapes=frozenset({"list"}),
        names=names,
        rows=read,
    )
    for names in (
        frozenset({"query", "display_query"}),
        frozenset({"query", "displayQuery"}),
        frozenset({"real_query"}),
    )
)
