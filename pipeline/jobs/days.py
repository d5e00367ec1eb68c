"""A day of a dataset as it lies in the lake: its items, and the files that they rest on."""

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
from sqlalchemy import Connection

from pipeline import aggregate, forms, lake
from pipeline.arrays import column
from pipeline.errors import unknown
from pipeline.jobs.home import database
from pipeline.settings import Settings
from pipeline.store import ledger
from pipeline.store.connection import reading

_DECIDING = ("post_id", "day", "observed_at")
"""What decides which sighting of a post speaks, but where two are alike."""

_SAID = ("text", "quoted")
_TELLING = (*_DECIDING, *_SAID)


@dataclass(frozen=True, slots=True)
class Day:
    """A (dataset, day) that has lake files, and what the ledger says of it."""

    dataset: str
    day: dt.date
    kind: str
    partition: ledger.Partition

    @property
    def titles(self) -> bool:
        """Whether its items are the lines of a board."""
        return self.kind == "board"

    def units(self, settings: Settings) -> aggregate.Units:
        """What is counted on that day, in columns."""
        if self.titles:
            return aggregate.Titles(aggregate.titles(self.entries(settings)))
        speaks = column.of(self._speaking(settings))
        told = self._where(settings, aggregate.TOLD, speaks)
        return aggregate.Posts(
            pa.concat_tables([lake.nothing(self.kind, aggregate.TOLD), *told]),
            partial(self._where, settings, _SAID, speaks),
        )

    def items(self, settings: Settings) -> list[aggregate.Item]:
        """What is counted on that day, sorted."""
        entries = self.entries(settings)
        return aggregate.titles(entries) if self.titles else aggregate.posts(entries, self.day)

    def standing(self, settings: Settings, screen: forms.Screen) -> aggregate.Units:
        """The units in which a word of a screen may stand, and perhaps others. Of posts only the words are known."""
        if self.titles:
            entries = self.entries(settings)
            return aggregate.Titles(aggregate.titles(entries.filter(_found(screen, entries["title"]))))
        return aggregate.Posts.of(aggregate.winners(self._standing(settings, screen), self.day))

    def entries(self, settings: Settings, columns: Sequence[str] = ()) -> pa.Table:
        """All sightings of the day, with those of its posts on other days: the schema of the lake, and `batch`.

        columns: those of the lake that are wanted; all if none is named.
        """
        return pa.concat_tables([lake.nothing(self.kind, columns), *self._pieces(settings, columns)])

    def _standing(self, settings: Settings, screen: forms.Screen) -> pa.Table:
        """All sightings of the posts in some sighting of which a word of the screen may stand."""
        posts, standing = [column.written([])], [lake.nothing(self.kind, _TELLING)]
        for piece in self._pieces(settings, _TELLING):
            posts.extend(piece["post_id"].chunks)
            standing.append(piece.filter(pc.or_(_found(screen, piece["text"]), _found(screen, piece["quoted"]))))
        entries = pa.concat_tables(standing)
        wanted = pc.is_in(pa.chunked_array(posts), pc.unique(entries["post_id"])).combine_chunks()
        if wanted.true_count == len(entries):
            return entries
        return pa.concat_tables(self._where(settings, _TELLING, wanted))  # in one the word stands, in another not

    def _speaking(self, settings: Settings) -> npt.NDArray[np.bool_]:
        """Of each row of `entries`, whether it speaks for its post."""
        return aggregate.speaking(self.entries(settings, _DECIDING), self.day, partial(self._digests, settings))

    def _digests(self, settings: Settings, rows: aggregate.Indices) -> aggregate.Numbers:
        """Those of the texts of some sightings, of which the numbers are sorted."""
        found, first = [], 0
        for piece in self._pieces(settings, ("text",)):
            ends = np.searchsorted(rows, [first, first + piece.num_rows])
            found.append(aggregate.digests(piece["text"].take(column.of(rows[slice(*ends)] - first))))
            first += piece.num_rows
        return np.concatenate(found)

    def _where(self, settings: Settings, columns: Sequence[str], wanted: pa.BooleanArray) -> Iterator[pa.Table]:
        """The wanted ones of the rows of `entries`, some at a time."""
        first = 0
        for piece in self._pieces(settings, columns):
            some = wanted.slice(first, piece.num_rows)
            yield piece if some.true_count == len(some) else piece.filter(some)
            first += piece.num_rows

    def _pieces(self, settings: Settings, columns: Sequence[str]) -> Iterator[pa.Table]:
        """The rows of `entries`, some at a time."""
        place = settings.lake, self.kind, self.dataset
        yield from lake.pieces(*place, self.day, self.partition.batches, columns)
        moved, named = column.written(sorted(self.partition.moved)), lake.nothing(self.kind, columns).column_names
        for other, batches in sorted(self.partition.elsewhere.items()):
            for piece in lake.pieces(*place, other, batches, columns and sorted({"post_id", *columns})):
                yield piece.filter(pc.is_in(piece["post_id"], moved)).select(named)


def find(connection: Connection, dataset: str, day: dt.date) -> Day:
    """A day of a dataset in use, as the ledger knows it now."""
    return Day(dataset, day, ledger.kind(connection, dataset), ledger.partition(connection, dataset, day))


def ingested(settings: Settings, dataset: str | None = None) -> list[Day]:
    """Every day that has lake files, or those of one dataset, sorted. Raises InputError for a dataset without any."""
    with database(settings) as engine, reading(engine) as connection:
        kinds, found = ledger.kinds(connection), dict(ledger.partitions(connection, dataset))
    if dataset is not None and not found:
        raise unknown("ingested dataset", dataset, kinds)
    return [Day(slug, day, kinds[slug], found[slug, day]) for slug, day in sorted(found)]


def _found(screen: forms.Screen, texts: pa.ChunkedArray) -> pa.BooleanArray:
    return column.of(screen.found(column.whole(texts), valid=True))  # they were checked on their way to the lake
