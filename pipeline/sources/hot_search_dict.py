"""The daily hot-search archive in one object: YYYY-MM-DD.json, {title: {"url", "hot"}}, the hottest first.

Published as v5tech/weibo-trending-hot-search, one merged file per day of China time. `hot` is the greatest hotness of
the title on that day, text in the files of the first two days and a number since; the pinned slot is left out. The rank
is the title's place by that hotness, the rank over the day and not of any one hour. A title cannot stand twice.
"""

from collections.abc import Iterator
from typing import Any

from pipeline.errors import InputError
from pipeline.fields import day_in_name
from pipeline.formats import Format, Source, entry, rows
from pipeline.schema import Refused, Reject, Row
from pipeline.tables import document

_TEXT = r'"(?:[^"\\]|\\.)*"'
_FIRST = rf'^\{{\s*{_TEXT}\s*:\s*\{{\s*(?:"url"\s*:\s*{_TEXT}\s*,\s*"hot"|"hot"\s*:\s*(?:\d+|{_TEXT})\s*,\s*"url")\s*:'


def read(source: Source) -> Iterator[Row | Reject]:
    """Board entries of one daily file; a reject's line is the entry's place in the object.

    Raises InputError when the document is no object.
    """
    day = day_in_name(source.file.name)

    def convert(item: dict[str, Any]) -> Row:
        return entry(source, title=item["title"], at=day, rank=item["rank"], hotness=item["hot"])

    return rows(_items(source), convert)


def _items(source: Source) -> Iterator[tuple[int, dict[str, Any] | Refused]]:
    content = document(source.file)
    if not isinstance(content, dict):
        raise InputError(
            f'{source.file}: expected one JSON object {{title: {{"url", "hot"}}}}, '
            f"but found a {type(content).__name__}; fetch the file again."
        )
    for place, (title, facts) in enumerate(content.items(), start=1):
        if isinstance(facts, dict):
            yield place, {"title": title, "rank": place, "hot": facts.get("hot")}
        else:
            yield place, Refused("not_an_object")


FORMATS = (
    Format(
        name="hot_search_dict",
        about='daily hot-search archive in one object: {title: {"url", "hot"}}',
        kind="board",
        shapes=frozenset({"object", "jsonl"}),  # one line of it looks like JSON lines
        words=_FIRST,
        rows=read,
    ),
)
