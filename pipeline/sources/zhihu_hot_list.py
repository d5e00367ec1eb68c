"""Zhihu's hot list as its interface answers it: hot-question-YYYY-MM-DD.json, one object with a list `data`.

Published as SnailDev/zhihu-hot-hub and lonnyzhang423/zhihu-hot-hub, the last state of each day; hot-video-YYYY-MM-DD
is the same for videos. An entry's title is `target.title_area.text`; its hotness is text, such as "4456 万热度" or
"77 万领域热度", in `target.metrics_area.text`. In the first generation (8 January 2021, and what the site's own pages
ask for to this day) they are `target.title` and `detail_text`. Advertisements put a slogan in the place of the hotness.
The order of the list is the rank, advertisements not counted. Questions are edited while they trend; articles stand
among them. On some days the same list lies there as a page too, which is not read.
"""

from collections.abc import Iterator
from typing import Any

from pipeline.errors import InputError
from pipeline.fields import count, day_in_name, optional_text
from pipeline.formats import Format, Source, entry, rows
from pipeline.schema import Refused, Reject, Row
from pipeline.tables import document


def read(source: Source) -> Iterator[Row | Reject]:
    """Board entries of one daily file; a reject's line is the entry's place in the list.

    Raises InputError when the document holds no list `data`.
    """
    day = day_in_name(source.file.name)
    return rows(_items(source), lambda item: entry(source, at=day, **item))


def _items(source: Source) -> Iterator[tuple[int, dict[str, Any] | Refused]]:
    content = document(source.file)
    items = content.get("data") if isinstance(content, dict) else None
    if not isinstance(items, list):
        raise InputError(f"{source.file}: expected a JSON object with a list 'data'; fetch the file again.")
    rank = 0
    for place, item in enumerate(items, start=1):
        target = item.get("target") if isinstance(item, dict) else None
        if not isinstance(target, dict):
            rank += 1
            yield place, Refused("not_an_object")
            continue
        metrics = optional_text(_text(target, "metrics_area") or item.get("detail_text"))
        is_ad = metrics is not None and count(metrics) is None
        rank += not is_ad
        yield (
            place,
            {
                "title": _text(target, "title_area") or target.get("title"),
                "rank": None if is_ad else rank,
                "hotness": metrics,
                "is_ad": is_ad,
            },
        )


def _text(target: dict[str, Any], area: str) -> Any:
    found = target.get(area)
    return found.get("text") if isinstance(found, dict) else None


FORMATS = tuple(
    Format(
        name="zhihu_hot_list",
        about="Zhihu's hot list as its interface answers it: an object with `data` of targets",
        kind="board",
        shapes=frozenset({"object", "jsonl"}),
        names=names,
        rows=read,
    )
    for names in (
        frozenset({"data.target.title_area"}),
        frozenset({"data.target.title", "data.detail_text"}),
    )
)
