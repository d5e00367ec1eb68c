"""The hourly history of Weibo's hot search: <day>/<hour>.json and <day>/summary.json, lists of entries.

Published as lxw15337674/weibo-trending-hot-history, below the folder api/:

    {"title": "女足夺冠", "category": "体育", "url": "https://…", "hot": 1000226, "ads": false}

`description` is optional, and since 2025 so are `readCount`, `discussCount` and `origin`, which are running totals and
not read. Day and hour of an entry stand in the folder and the name of the file alone; `summary.json` merges the hours
of a day and has no time. Hours are missing now and then. `category` is padded with blanks in 2024. The rank is
`realpos` inside the doubly encoded url, in a summary that of one hour. `hot` is 0 for entries without hotness; those
that are sold (`ads`) or pinned (`stream_entry_id=51`) stand outside rank and hotness.
"""

import datetime as dt
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pipeline.errors import InputError
from pipeline.files import File
from pipeline.formats import Format, Source, entry, rows
from pipeline.schema import SHANGHAI, Reject, Row
from pipeline.tables import listed

_RANK = re.compile(r"realpos(?:=|%3D)(\d{1,3})(?!\d)")
_PINNED = re.compile(r"[?&]stream_entry_id=51(?!\d)")


def read(source: Source) -> Iterator[Row | Reject]:
    """Board entries of one hour or of a day's summary; a reject's line is the entry's place in the list.

    Raises InputError when the place of the file does not tell its day.
    """
    at = _at(source.file)

    def convert(item: dict[str, Any]) -> Row:
        url = str(item.get("url") or "")
        aside = item.get("ads") is True or bool(_PINNED.search(url))
        ranked = None if aside else _RANK.search(url)
        hotness = None if aside else item.get("hot") or None
        return entry(source, title=item.get("title"), at=at, rank=ranked and ranked[1], hotness=hotness, is_ad=aside)

    return rows(listed(source.file), convert)


def _at(file: File) -> dt.date | dt.datetime:
    """The day of a summary; day and hour, in China time, of any other file."""
    folder = Path(file.member or file.path).parent.name
    hour = Path(file.name).stem
    try:
        day = dt.date.fromisoformat(folder)
        if hour == "summary":
            return day
        if not re.fullmatch(r"\d{1,2}", hour):
            raise ValueError(hour)
        return dt.datetime.combine(day, dt.time(int(hour)), SHANGHAI)
    except ValueError:
        raise InputError(
            f"{file}: day and hour of such a list stand in its place alone; "
            "keep it as published, under YYYY-MM-DD/HH.json or YYYY-MM-DD/summary.json."
        ) from None


FORMATS = (
    Format(
        name="weibo_hot_history",
        about='hourly history of Weibo\'s hot search: a JSON list of {"title", "url", "hot", "ads"}',
        kind="board",
        shapes=frozenset({"list"}),
        names=frozenset({"title", "url", "hot", "ads"}),
        rows=read,
    ),
)
