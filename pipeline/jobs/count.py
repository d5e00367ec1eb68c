"""From the lake to the counts of each day."""

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

from sqlalchemy import Connection
from sqlalchemy import Engine as StoreEngine

from pipeline import aggregate, datasets, engines, lexicon
from pipeline.engines import Engine
from pipeline.jobs import days
from pipeline.jobs.days import Day
from pipeline.jobs.home import database
from pipeline.jobs.method import Method as Method
from pipeline.jobs.recount import Recount
from pipeline.jobs.tabulate import tables
from pipeline.settings import Settings
from pipeline.store import counts, ledger
from pipeline.store.connection import reading, writing

Json = dict[str, Any]


def plan(settings: Settings, chunk: int = 16, method: Method | None = None) -> list[list[Json]]:
    """The days that must be counted (again), in chunks: a task each. Lists today's method and annotations."""
    method = method or Method(settings.cache)
    with database(settings) as engine, writing(engine) as connection:
        counts.record_method(connection, method.record)
        counts.replace_events(connection, lexicon.events())
        _renew(connection, settings)
        stale = ledger.stale(connection, method.record["method_id"])
    places = [{"dataset": slug, "day": str(day)} for slug, day in stale]
    return [places[first : first + chunk] for first in range(0, len(places), chunk)]


def _renew(connection: Connection, settings: Settings) -> None:
    """Bring what the registry says of the datasets in use into the ledger: titles, licences, known gaps.

    An entry that is read in another way than before is left to the next ingest, which refuses it.
    """
    for slug, dataset in datasets.load(settings.registry).items():
        used = ledger.dataset(connection, slug)
        if used and used["reading"] == dataset.reading:
            ledger.register(connection, dataset.model_dump() | {"reading": dataset.reading})
            ledger.cover(connection, slug, (), {}, dataset.known_gaps)


def count(
    settings: Settings,
    partitions: Sequence[Json],
    method: Method | None = None,
    engine: Engine | None = None,
) -> Iterator[Json]:
    """Count some days, each in a transaction of its own; dataset, day and posts of each as soon as it is stored.

    kept: true where the counts of an earlier lexicon stand, because it says the same of every post of the day.
    engine: where the work is done; by default in threads of this process.
    """
    work = Work(settings, method or Method(settings.cache))
    with database(settings) as store:
        tasks = [_task(store, place) for place in partitions]
        for place, task, done in zip(partitions, tasks, (engine or engines.engine())(work, tasks), strict=True):
            kept = done.kept is not None and _keep(store, task.day, done.kept)
            if not kept:
                _replace(store, task.day, done.tables or work.tables(task.day))
            yield {**place, "posts": done.units, "kept": kept}


class Task(NamedTuple):
    """A day to be counted, and the row of the method of its present counts where these are of today's files."""

    day: Day
    earlier: Json | None


class Kept(NamedTuple):
    """How the counts of a day are declared those of today's method: `counts.keep_day` takes it."""

    methods: tuple[str, str]
    removed: list[dict[str, str]]
    added: aggregate.Tables


class Done(NamedTuple):
    """What became of a task: the number of units, and the tables of the day, or why its counts stand."""

    units: int
    tables: aggregate.Tables
    kept: Kept | None


class Work:
    """Counts days from the lake. May be called by threads, and pickled; it knows neither the database nor a secret."""

    def __init__(self, settings: Settings, method: Method):
        self._settings = replace(settings, database_url="", alert_urls="")
        self._method = method
        self._recount = Recount(method)

    def __getstate__(self) -> tuple[Settings, Method]:
        return self._settings, self._method

    def __setstate__(self, state: tuple[Settings, Method]) -> None:
        self.__init__(*state)  # type: ignore[misc]

    def __call__(self, task: Task) -> Done:
        """Judge whether the counts of a day stand; if not, count it."""
        units = task.day.units(self._settings)
        step = self._recount.since(task.earlier) if task.earlier else None
        if step is None or step.concerns(task.day, units):
            return Done(len(units), self._tables(task.day, units), None)
        return Done(len(units), {}, Kept(step.methods, step.removed, step.added(task.day, units)))

    def tables(self, day: Day) -> aggregate.Tables:
        """The tables of a day, whatever was counted before."""
        return self._tables(day, day.units(self._settings))

    def _tables(self, day: Day, units: aggregate.Units) -> aggregate.Tables:
        made = tables(self._method, day.dataset, day.day, units)
        made["day_total"][0] |= {"method_id": self._method.record["method_id"], "inputs": day.partition.inputs}
        return made


def _task(store: StoreEngine, place: Json) -> Task:
    with reading(store) as connection:
        day = days.find(connection, place["dataset"], dt.date.fromisoformat(place["day"]))
        earlier = counts.method_of(connection, day.dataset, day.day)
    return Task(day, earlier if earlier and earlier["inputs"] == day.partition.inputs else None)


def _keep(store: StoreEngine, day: Day, kept: Kept) -> bool:
    """Declare the counts of a day today's; false when another process has counted it meanwhile."""
    with writing(store) as connection:
        return counts.keep_day(connection, day.dataset, day.day, day.partition.inputs, *kept)


def _replace(store: StoreEngine, day: Day, made: aggregate.Tables) -> None:
    with writing(store) as connection:
        counts.replace_day(connection, day.dataset, day.day, made)
