"""Hourly states of Weibo's hot-search board as CSV: one row per line of the board at each scrape.

The states come from the commit history of SnailDev/weibo-hot-hub. Columns: date, snapshot_at (ISO, with +08:00), rank,
title, hotness, icons (joined by `|`), is_ad (1 where the link says `topic_ad`), href, emoji (the name of an image that
stood behind the title). `rank` is a number, `pinned`, or `•` for entries that are sold or promoted, whether is_ad says
so or not; these have no hotness. Whatever is pinned or sold stands outside rank and hotness.
"""

from collections.abc import Iterator
from typing import Any

from pipeline.formats import Format, Source, entry, rows
from pipeline.schema import Reject, Row
from pipeline.tables import csv_records


def read(source: Source) -> Iterator[Row | Reject]:
    """Board entries of a table; a reject's line is the one on which its row ends."""

    def convert(row: dict[str, Any]) -> Row:
        aside = not (row.get("rank") or "").strip().isdecimal() or row.get("is_ad", "").strip() == "1"
        return entry(
            source,
            title=row.get("title"),
            at=row.get("snapshot_at", ""),
            rank=None if aside else row.get("rank"),
            hotness=None if aside else row.get("hotness"),
            is_ad=aside,
        )

    return rows(csv_records(source.file), convert)


FORMATS = (
    Format(
        name="weibo_board_csv",
        about="CSV of hourly states of Weibo's hot-search board",
        kind="board",
        shapes=frozenset({"csv"}),
        names=frozenset({"snapshot_at", "rank", "title", "hotness"}),
        rows=read,
    ),
)
