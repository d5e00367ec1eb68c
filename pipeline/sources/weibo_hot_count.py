"""The daily hot-search archive with weighted hotness: YYYY-MM-DD.json, a list of {"url", "text", "count"}.

Kept by several repositories named weibo-daily-hot-search: Lishuang's and its copies, at most fifty titles a day, and
arandomguyhere's of 2026, which adds `firstSeen`, `peakCount`, `prevCount`, `velocity`, `status` and at times `textEn`,
and keeps titles that are `gone` from the board. `count` is the hotness times a weight of the hour (0.5 to 1.2) in the
former, and so a float, and the hotness when last seen in the latter. There is no rank: the order is that of a merged
file. Since 24 September 2021 Lishuang's files are `[]`.
"""

from collections.abc import Iterator
from typing import Any

from pipeline.fields import day_in_name
from pipeline.formats import Format, Source, entry, rows
from pipeline.schema import Reject, Row
from pipeline.tables import listed


def read(source: Source) -> Iterator[Row | Reject]:
    """Board entries of one daily file; a reject's line is the entry's place in the list."""
    day = day_in_name(source.file.name)

    def convert(item: dict[str, Any]) -> Row:
        url = str(item.get("url") or "")
        aside = "Refer=new_time" in url or "topic_ad=1" in url
        hotness = None if aside else item.get("count")
        return entry(source, title=item.get("text"), at=day, hotness=hotness, is_ad=aside)

    return rows(listed(source.file), convert)


FORMATS = (
    Format(
        name="weibo_hot_count",
        about='daily hot-search archive with hotness: a JSON list of {"url", "text", "count"}',
        kind="board",
        shapes=frozenset({"list"}),
        names=frozenset({"url", "text", "count"}),
        rows=read,
    ),
)
