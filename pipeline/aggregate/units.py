"""The units of a day in columns, and what is counted of all of them, whatever they speak of."""

import datetime as dt
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import cached_property
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from pipeline.aggregate import items, words
from pipeline.aggregate.items import Examined, Item
from pipeline.schema import Row

Parts = Iterable[pa.ListArray]


class Crowd(NamedTuple):
    """What is counted of all units of a day.

    hours: the units by clock hour, of those whose time is known. observed: the times at which a board was seen, sorted.
    """

    units: int
    originals: int
    authors: int
    tokens: int
    words: list[Row]
    hours: Mapping[dt.datetime, int]
    observed: list[dt.datetime]


class Posts:
    """The posts of a day: rows of `winners`."""

    title = False

    def __init__(self, winning: pa.Table):
        self._rows = winning.combine_chunks()

    def __len__(self) -> int:
        return int(self._rows.num_rows)

    @property
    def texts(self) -> pa.Array:
        """What the source gives as the text of each."""
        return _column(self._rows, "text")

    @property
    def quoted(self) -> pa.Array:
        """What the source gives as the text that each passes on; null where it gives none."""
        return _column(self._rows, "quoted")

    def items(self, places: Sequence[int] | None = None) -> list[Item]:
        """Some of them, or all."""
        return items.items(self._rows if places is None else self._rows.take(pa.array(places, pa.int64())))

    def crowd(self, parts: Parts = (), stop: Collection[str] = ()) -> Crowd:
        """The sums over all. parts: their tokens, some posts at a time, or nothing if words are not wanted."""
        named = _column(self._rows, "author").dictionary_encode()
        numbers = pc.if_else(pc.equal(_column(self._rows, "author"), ""), -1, named.indices).fill_null(-1)
        known = len(named.dictionary)
        said = words.words(parts, numbers.to_numpy().astype(np.int32), known > 0, stop)
        reposts = int(pc.sum(self._rows["is_repost"]).as_py() or 0)
        return Crowd(len(self), len(self) - reposts, known, said.tokens, said.rows, self._hours, [])

    @cached_property
    def _hours(self) -> dict[dt.datetime, int]:
        known = _column(self._rows, "created_at").drop_null()
        hours = pc.value_counts(pc.floor_temporal(pc.local_timestamp(known), unit="hour"))
        return dict(zip(hours.field("values").to_pylist(), hours.field("counts").to_pylist(), strict=True))


class Titles:
    """The distinct titles of a day's board."""

    title = True

    def __init__(self, found: Sequence[Item]):
        self._items = found

    def __len__(self) -> int:
        return len(self._items)

    @property
    def texts(self) -> pa.Array:
        """The titles."""
        return pa.array([item.text for item in self._items], pa.string())

    @property
    def quoted(self) -> pa.Array:
        """Nothing: a title quotes nobody."""
        return pa.nulls(len(self), pa.string())

    def items(self, places: Sequence[int] | None = None) -> list[Item]:
        """Some of them, or all."""
        return list(self._items) if places is None else [self._items[place] for place in places]

    def crowd(self, parts: Parts = (), stop: Collection[str] = ()) -> Crowd:
        """The sums over all. parts: their tokens, some titles at a time, or nothing if words are not wanted."""
        said = words.words(parts, np.full(len(self), -1, np.int32), False, stop)
        return Crowd(len(self), len(self), 0, said.tokens, said.rows, {}, observed(self._items))


Units = Posts | Titles


def crowd_of(examined: Collection[Examined], stop: Collection[str]) -> Crowd:
    """The sums over units that were examined one by one: what `Posts.crowd` and `Titles.crowd` say of the same."""
    authors = {e.item.author for e in examined} - {None}
    return Crowd(
        len(examined),
        sum(not e.item.is_repost for e in examined),
        len(authors),
        sum(len(e.words) for e in examined),
        words.one_by_one(examined, len(authors) > 0, stop),
        Counter(clock_hour(e.item.time) for e in examined if e.item.time),
        observed(e.item for e in examined),
    )


def observed(found: Iterable[Item]) -> list[dt.datetime]:
    """The times at which titles were seen, sorted."""
    return sorted({sighting.at for item in found for sighting in item.sightings if sighting.at})


def clock_hour(time: dt.datetime) -> dt.datetime:
    """The hour on the clock of Asia/Shanghai in which a moment lies, without its zone, as the store keeps it."""
    return time.replace(tzinfo=None, minute=0, second=0)


def _column(rows: pa.Table, name: str) -> pa.Array:
    column = rows[name].combine_chunks()
    return pa.concat_arrays(column.chunks) if isinstance(column, pa.ChunkedArray) else column
