"""From the lake to the counts of each day."""

import datetime as dt
from collections.abc import Iterable, Iterator
from typing import Any

from sqlalchemy import Connection, Engine

from pipeline import aggregate, datasets, lexicon
from pipeline.jobs import days
from pipeline.jobs.days import Day
from pipeline.jobs.home import database
from pipeline.jobs.method import Method as Method
from pipeline.jobs.recount import Recount, Step
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


def count(settings: Settings, partitions: Iterable[Json], method: Method | None = None) -> Iterator[Json]:
    """Count some days, each in a transaction of its own; dataset, day and posts of each as soon as it is done.

    kept: true where the counts of an earlier lexicon stand, because it says the same of every post of the day.
    """
    method = method or Method(settings.cache)
    recount = Recount(method)
    with database(settings) as engine:
        for place in partitions:
            with reading(engine) as connection:
                day = days.find(connection, place["dataset"], dt.date.fromisoformat(place["day"]))
                earlier = counts.method_of(connection, day.dataset, day.day)
            items = day.items(settings)
            step = recount.since(earlier) if earlier and earlier["inputs"] == day.partition.inputs else None
            kept = step is not None and not step.concerns(day, items) and _keep(engine, step, day, items)
            if not kept:
                _replace(engine, method, day, items)
            yield {**place, "posts": len(items), "kept": kept}


def _keep(engine: Engine, step: Step, day: Day, items: list[aggregate.Item]) -> bool:
    """Declare the counts of a day today's; false when another process has counted it meanwhile."""
    added = step.added(day, items)
    with writing(engine) as connection:
        return counts.keep_day(
            connection, day.dataset, day.day, day.partition.inputs, step.methods, step.removed, added
        )


def _replace(engine: Engine, method: Method, day: Day, items: list[aggregate.Item]) -> None:
    examined = [method.examine(item, day.day, title=day.titles) for item in items]
    tables = aggregate.count(day.dataset, day.day, day.kind, examined, method.lexicon, method.stopwords)
    tables["day_total"][0] |= {"method_id": method.record["method_id"], "inputs": day.partition.inputs}
    with writing(engine) as connection:
        counts.replace_day(connection, day.dataset, day.day, tables)
