"""The units of a day in columns, and what is counted of all of them, whatever they speak of."""

import datetime as dt
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from pipeline.aggregate import words
from pipeline.aggregate.items import Item
from pipeline.arrays import column
from pipeline.schema import Row

Parts = Iterable[pa.ListArray]
Places = Sequence[int] | npt.NDArray[np.int64]

TOLD = ("author", "is_repost", "status", "reposts", "comments", "likes", "created_at")
"""What is counted of posts beside their words."""

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
    """The posts of a day.

    rows: of the sightings that speak for them, the columns TOLD, or others where none but the words are wanted.
    said: gives the columns `text` and `quoted` of the same sightings, some at a time, as often as it is called.
    """

    title = False

    def __init__(self, rows: pa.Table, said: Callable[[], Iterable[pa.Table]]):
        self._rows, self._said = rows.combine_chunks(), said

    @classmethod
    def of(cls, winning: pa.Table) -> "Posts":
        """Rows of `winners`."""
        return cls(winning, lambda: [winning.select(["text", "quoted"])])

    def __len__(self) -> int:
        return int(self._rows.num_rows)

    def said(self) -> Iterable[pa.Table]:
        """What the source gives as the text of each, and as the text that it passes on: null where it gives none."""
        return self._said()

    def crowd(self, parts: Parts = (), stop: Collection[str] = ()) -> Crowd:
        """The sums over all. parts: their tokens, some posts at a time, or nothing if words are not wanted."""
        authors, known = _numbered(column.whole(self._rows["author"]))
        said = words.words(parts, authors, known > 0, stop)
        reposts = int(pc.sum(self._rows["is_repost"]).as_py() or 0)
        hours = _by_hour(column.whole(self._rows["created_at"]))
        return Crowd(len(self), len(self) - reposts, known, said.tokens, said.rows, hours, [])

    def sums(self, places: Places) -> Row:
        """What day_topic says of some of them beside their number; None where no source tells."""
        some = self._rows.select(_SUMMED).take(column.of(np.asarray(places, np.int64)))
        reactions = {name: pc.sum(some[name]).as_py() for name in ("reposts", "comments", "likes")}
        return {
            "originals": len(places) - int(pc.sum(some["is_repost"]).as_py() or 0),
            "authors": pc.count_distinct(some["author"]).as_py(),
            **reactions,
            "deleted": int(pc.sum(pc.is_in(some["status"], column.written(["deleted"]))).as_py() or 0),
        }

    def hours(self, places: Places) -> dict[dt.datetime, int]:
        """Some of them by clock hour, as far as their time is known."""
        return _by_hour(column.whole(self._rows["created_at"]).take(column.of(np.asarray(places, np.int64))))


class Titles:
    """The distinct titles of a day's board."""

    title = True

    def __init__(self, found: Sequence[Item]):
        self._items = found

    def __len__(self) -> int:
        return len(self._items)

    def said(self) -> Iterable[pa.Table]:
        """The titles; they quote nobody."""
        texts = pa.array([item.text for item in self._items], pa.string())
        return [pa.table({"text": texts, "quoted": pa.nulls(len(self), pa.string())})]

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


def _numbered(authors: pa.StringArray) -> tuple[npt.NDArray[np.int32], int]:
    """A number for each author, -1 where nobody is named, and how many distinct ones there are."""
    named, nobody = authors.dictionary_encode(), column.of(np.full(len(authors), -1, np.int32))
    numbers = pc.if_else(pc.is_in(authors, column.written([""])), nobody, named.indices)
    return column.numbers(pc.coalesce(numbers, nobody)), len(named.dictionary)


def _by_hour(times: pa.Array) -> dict[dt.datetime, int]:
    hours = pc.value_counts(pc.floor_temporal(pc.local_timestamp(times.drop_null()), unit="hour"))
    return dict(zip(hours.field("values").to_pylist(), hours.field("counts").to_pylist(), strict=True))
