"""Toutiao's hot board as its interface answers it: YYYY-MM-DD.json, one object with a list `data`.

Published as SnailDev/toutiao-hot-hub and lonnyzhang423/toutiao-hot-hub, the last state of each day. The `content` of an
entry is a text that is JSON once more; in it stand the title (`raw_data.title`) and the rank (`log_pb.impr_rank`).
There is no hotness: `hot_value` is empty. `behot_time` says when the board was asked. What is sold has `raw_ad_data`.
"""

import json
from collections.abc import Iterator
from typing import Any

from pipeline.errors import InputError
from pipeline.fields import day_in_name
from pipeline.formats import Format, Source, entry, rows
from pipeline.schema import Refused, Reject, Row
from pipeline.tables import document


def read(source: Source) -> Iterator[Row | Reject]:
    """Board entries of one daily file; a reject's line is the entry's place in the list.

    Raises InputError when the document holds no list `data`.
    """
    day = day_in_name(source.file.name)

    def convert(item: dict[str, Any]) -> Row:
        raw, shown = _object(item.get("raw_data")), _object(item.get("log_pb"))
        sold = bool(item.get("raw_ad_data") or raw.get("raw_ad_data"))
        rank = None if sold else shown.get("impr_rank")
        return entry(source, title=raw.get("title"), at=item.get("behot_time") or day, rank=rank, is_ad=sold)

    return rows(_items(source), convert)


def _items(source: Source) -> Iterator[tuple[int, dict[str, Any] | Refused]]:
    content = document(source.file)
    items = content.get("data") if isinstance(content, dict) else None
    if not isinstance(items, list):
        raise InputError(f"{source.file}: expected a JSON object with a list 'data'; fetch the file again.")
    for place, item in enumerate(items, start=1):
        yield place, _parsed(item.get("content") if isinstance(item, dict) else None)


def _parsed(content: Any) -> dict[str, Any] | Refused:
    try:
        found = json.loads(content) if isinstance(content, str) else None
    except (ValueError, RecursionError):
        return Refused("bad_json", content)
    return found if isinstance(found, dict) else Refused("not_an_object")


def _object(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


FORMATS = (
    Format(
        name="toutiao_hot_board",
        about="Toutiao's hot board as its interface answers it: an object with `data` of contents",
        kind="board",
        shapes=frozenset({"object", "jsonl"}),
        names=frozenset({"data", "data.content"}),
        words="hot_board",
        rows=read,
    ),
)
