"""A day of a dataset as it lies in the lake: its items, and the files that they rest on."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

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

_TELLING = ("post_id", "day", "observed_at", "text", "quoted")
"""What decides which sighting of a post speaks, and what it says."""


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
        entries = self.entries(settings)
        if self.titles:
            return aggregate.Titles(aggregate.titles(entries))
        return aggregate.Posts(aggregate.winners(entries, self.day))

    def items(self, settings: Settings) -> list[aggregate.Item]:
        """What is counted on that day, sorted."""
        entries = self.entries(settings)
        return aggregate.titles(entries) if self.titles else aggregate.posts(entries, self.day)

    def standing(self, settings: Settings, screen: forms.Screen) -> aggregate.Units:
        """The units in which a word of a screen may stand, and perhaps others. Of posts only the texts are known."""
        if self.titles:
            entries = self.entries(settings)
            return aggregate.Titles(aggregate.titles(entries.filter(_found(screen, entries["title"]))))
        entries = self.entries(settings, _TELLING)
        found = pc.or_(_found(screen, entries["text"]), _found(screen, entries["quoted"]))
        named = pc.unique(entries["post_id"].filter(found))
        return aggregate.Posts(aggregate.winners(entries.filter(pc.is_in(entries["post_id"], named)), self.day))

    def entries(self, settings: Settings, columns: Sequence[str] = ()) -> pa.Table:
        """All sightings of the day, with those of its posts on other days: the schema of the lake, and `batch`.

        columns: those of the lake that are wanted; all if none is named.
        """
        entries = lake.read(settings.lake, self.kind, self.dataset, self.day, self.partition.batches, columns)
        for other, batches in sorted(self.partition.elsewhere.items()):
            moved = pa.array(sorted(self.partition.moved), pa.string())
            there = lake.read(settings.lake, self.kind, self.dataset, other, batches, columns)
            entries = pa.concat_tables([entries, there.filter(pc.is_in(there["post_id"], moved))])
        return entries


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


def _found(screen: forms.Screen, texts: pa.ChunkedArray) -> pa.ChunkedArray:
    flags = [column.of(screen.found(chunk, valid=True)) for chunk in texts.chunks]  # checked on their way to the lake
    return pa.chunked_array(flags, pa.bool_())
