"""The units of a day in columns, and what is counted of all of them, whatever they speak of."""

import datetime as dt
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from pipeline.aggregate import items, words
from pipeline.aggregate.items import Item
from pipeline.arrays import column
from pipeline.schema import Row

Parts = Iterable[pa.ListArray]
Places = Sequence[int] | npt.NDArray[np.int64]

_SUMMED = ["is_repost", "author", "status", "reposts", "comments", "likes"]


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

    def items(self, places: Places | None = None) -> list[Item]:
        """Some of them, or all."""
        return items.items(self._rows if places is None else self._rows.take(column.of(np.asarray(places, np.int64))))

    def crowd(self, parts: Parts = (), stop: Collection[str] = ()) -> Crowd:
        """The sums over all. parts: their tokens, some posts at a time, or nothing if words are not wanted."""
        named = _column(self._rows, "author").dictionary_encode()
        numbers = pc.if_else(pc.equal(_column(self._rows, "author"), ""), -1, named.indices).fill_null(-1)
        known = len(named.dictionary)
        said = words.words(parts, numbers.to_numpy().astype(np.int32), known > 0, stop)
        reposts = int(pc.sum(self._rows["is_repost"]).as_py() or 0)
        hours = _by_hour(_column(self._rows, "created_at"))
        return Crowd(len(self), len(self) - reposts, known, said.tokens, said.rows, hours, [])

    def sums(self, places: Places) -> Row:
        """What day_topic says of some of them beside their number; None where no source tells."""
        some = self._rows.select(_SUMMED).take(places)
        reactions = {name: pc.sum(some[name]).as_py() for name in ("reposts", "comments", "likes")}
        return {
            "originals": len(places) - int(pc.sum(some["is_repost"]).as_py() or 0),
            "authors": pc.count_distinct(some["author"]).as_py(),
            **reactions,
            "deleted": int(pc.sum(pc.equal(some["status"], "deleted")).as_py() or 0),
        }

    def hours(self, places: Places) -> dict[dt.datetime, int]:
        """Some of them by clock hour, as far as their time is known."""
        return _by_hour(_column(self._rows, "created_at").take(places))


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

    def items(self, places: Places | None = None) -> list[Item]:
        """Some of them, or all."""
        return list(self._items) if places is None else [self._items[place] for place in places]

    def crowd(self, parts: Parts = (), stop: Collection[str] = ()) -> Crowd:
        """The sums over all. parts: their tokens, some titles at a time, or nothing if words are not wanted."""
        said = words.words(parts, np.full(len(self), -1, np.int32), False, stop)
        return Crowd(len(self), len(self), 0, said.tokens, said.rows, {}, observed(self._items))

    def sums(self, places: Places) -> Row:
        """What day_topic says of some of them beside their number: titles have no authors and no reactions."""
        unknown = dict.fromkeys(("reposts", "comments", "likes"))
        return {"originals": len(places), "authors": 0, **unknown, "deleted": 0}


Units = Posts | Titles


def observed(found: Iterable[Item]) -> list[dt.datetime]:
    """The times at which titles were seen, sorted."""
    return sorted({sighting.at for item in found for sighting in item.sightings if sighting.at})


def clock_hour(time: dt.datetime) -> dt.datetime:
    """The hour on the clock of Asia/Shanghai in which a moment lies, without its zone, as the store keeps it."""
    return time.replace(tzinfo=None, minute=0, second=0)


def _by_hour(times: pa.Array) -> dict[dt.datetime, int]:
    hours = pc.value_counts(pc.floor_temporal(pc.local_timestamp(times.drop_null()), unit="hour"))
    return dict(zip(hours.field("values").to_pylist(), hours.field("counts").to_pylist(), strict=True))


def _column(rows: pa.Table, name: str) -> pa.Array:
    values = rows[name].combine_chunks()
    return pa.concat_arrays(values.chunks) if isinstance(values, pa.ChunkedArray) else values
