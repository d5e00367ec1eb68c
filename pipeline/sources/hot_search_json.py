"""The daily hot-search archives: YYYY-MM-DD.json, a list of {"url", "title"}, one merged file per day of China time.

Published as justjavac/weibo-trending-hot-search, zhihu-trending-hot-questions and zhihu-trending-hot-video. There is no
rank, no hotness and no time within the day; some of the copies add a `hot`. `band_rank=` in the urls of 2026 is the
rank at the scrape from which a row was kept, and is not read. The same title can stand twice with another `Refer=` in
its url; days count distinct titles.
"""

from collections.abc import Iterator

from pipeline.fields import day_in_name
from pipeline.formats import Format, Source, entry, rows
from pipeline.schema import Reject, Row
from pipeline.tables import listed


def read(source: Source) -> Iterator[Row | Reject]:
    """Board entries of one daily file; a reject's line is the entry's place in the list."""
    day = day_in_name(source.file.name)

    def convert(item: dict[str, object]) -> Row:
        url = str(item.get("url") or "")
        aside = "Refer=new_time" in url or "topic_ad=1" in url
        return entry(source, title=item.get("title"), at=day, hotness=None if aside else item.get("hot"), is_ad=aside)

    return rows(listed(source.file), convert)


FORMATS = (
    Format(
        name="hot_search_json",
        about='daily hot-list archive: a JSON list of {"url", "title"}',
        kind="board",
        shapes=frozenset({"list", "empty"}),
        names=frozenset({"url", "title"}),
        rows=read,
    ),
)
