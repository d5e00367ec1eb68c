"""The daily archive of Toutiao's hot board: YYYY-MM-DD.json, a list of {"Title", "Url"}, with capitals.

Published as wlswang/toutiao-trending-hout-search, one merged file per day of China time. There is no hotness and no
time within the day. The urls are about 1 kB long; `rank=` in them is the rank at the one scrape from which the row was
kept, so that a rank can stand at several titles of a day. Rows that lead to a live room have no rank.
"""

import re
from collections.abc import Iterator
from typing import Any

from pipeline.fields import day_in_name
from pipeline.formats import Format, Source, entry, rows
from pipeline.schema import Reject, Row
from pipeline.tables import listed

_RANK = re.compile(r"[?&]rank=(\d{1,3})(?:&|$)")


def read(source: Source) -> Iterator[Row | Reject]:
    """Board entries of one daily file; a reject's line is the entry's place in the list."""
    day = day_in_name(source.file.name)

    def convert(item: dict[str, Any]) -> Row:
        ranked = _RANK.search(str(item.get("Url") or ""))
        return entry(source, title=item.get("Title"), at=day, rank=ranked and ranked[1])

    return rows(listed(source.file), convert)


FORMATS = (
    Format(
        name="toutiao_hot_search",
        about='daily archive of Toutiao\'s hot board: a JSON list of {"Title", "Url"}',
        kind="board",
        shapes=frozenset({"list"}),
        names=frozenset({"Title", "Url"}),
        rows=read,
    ),
)
