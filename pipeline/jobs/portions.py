"""Work in portions for a scheduler: neither a task for each of a thousand days nor a message of a thousand lines.

A portion of files is a list of paths; a portion of days is a list of spans, {"dataset", "first", "last"}, each of which
stands for all its days.
"""

import datetime as dt
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy.exc import OperationalError

from pipeline import datasets, files
from pipeline.errors import InputError
from pipeline.jobs.count import count, plan
from pipeline.jobs.home import database
from pipeline.jobs.ingest import discover, ingest
from pipeline.settings import Settings
from pipeline.store import ledger
from pipeline.store.connection import reading

Json = dict[str, Any]
_Item = TypeVar("_Item")

MOST = 64
"""Portions of one run: under Airflow's limit of 1,024 mapped tasks, and few enough to be read as a list."""

LEAST_DAYS = 16
"""Days of a portion while there are few: loading the dictionary costs as much as counting some days."""

_ALL = 10**9
_ONE_DAY = dt.timedelta(days=1)


def landed(settings: Settings, paths: Sequence[str] = (), dataset: str | None = None) -> list[list[Json]]:
    """Files to ingest, each {"path", "dataset"}, a file a portion while there are few.

    paths: files, folders, patterns or archives of one dataset; none means what is new in the landing folders, of all
    datasets or of one. Raises InputError for paths without a dataset, and where nothing is found.
    """
    if paths and not dataset:
        raise InputError("Paths are of one dataset: state its slug as `dataset` beside them.")
    if dataset:
        datasets.find(dataset, settings.registry)
    if paths:
        found = [{"path": str(file), "dataset": dataset} for path in paths for file in files.found(Path(path))]
    else:
        found = [file for file in discover(settings) if dataset in (None, file["dataset"])]
    return portions(found)


def take_in(settings: Settings, portion: Iterable[Json], observed_at: str | None = None) -> Json:
    """Ingest the files of a portion; one that is refused does not hold back the others.

    Returns posts, and refused: the sentence of every file that was, which names it.
    """
    posts, refused = 0, []
    for file in portion:
        try:
            posts += ingest(settings, file["path"], file["dataset"], observed_at)["posts"]
        except InputError as error:
            if isinstance(error.__cause__, OperationalError):
                raise  # the database's fault and not the file's: another try can help
            refused.append(str(error))
    return {"posts": posts, "refused": refused}


def waiting(settings: Settings) -> list[Json]:
    """The days with files that are not counted, as spans: what an ingest touched, also one that was killed."""
    with database(settings) as engine, reading(engine) as connection:
        used = [row["dataset"] for row in ledger.overview(connection)]
        found = [(slug, day) for slug in used for day in ledger.uncounted(connection, slug, dt.date.min, dt.date.max)]
    return spans({"dataset": slug, "day": str(day)} for slug, day in found)


def stale(settings: Settings) -> list[list[Json]]:
    """The days that must be counted (again), as portions of spans."""
    days = [day for chunk in plan(settings, chunk=_ALL) for day in chunk]
    return [spans(portion) for portion in portions(days, LEAST_DAYS)]


def reckon(settings: Settings, portion: Iterable[Json]) -> Json:
    """Count the days of a portion; how many days and posts they were."""
    done = list(count(settings, days(portion)))
    return {"days": len(done), "posts": sum(day["posts"] for day in done)}


def portions(items: Sequence[_Item], least: int = 1, most: int = MOST) -> list[list[_Item]]:
    """The items in order, in at most `most` portions of at least `least`, all but the last of the same size.

    >>> portions("abcde", least=2), len(portions(range(1000), most=64))
    ([['a', 'b'], ['c', 'd'], ['e']], 63)
    """
    size = max(least, -(-len(items) // most))
    return [list(items[first : first + size]) for first in range(0, len(items), size)]


def spans(places: Iterable[Json]) -> list[Json]:
    """Days, each {"dataset", "day"}, as the spans of one dataset without a hole that they make; sorted."""
    found: list[Json] = []
    for dataset, day in sorted({(place["dataset"], dt.date.fromisoformat(place["day"])) for place in places}):
        if found and found[-1]["dataset"] == dataset and dt.date.fromisoformat(found[-1]["last"]) + _ONE_DAY == day:
            found[-1]["last"] = str(day)
        else:
            found.append({"dataset": dataset, "first": str(day), "last": str(day)})
    return found


def days(found: Iterable[Json]) -> list[Json]:
    """The days of some spans, each {"dataset", "day"}: what `spans` was given."""
    listed = []
    for span in found:
        day, last = dt.date.fromisoformat(span["first"]), dt.date.fromisoformat(span["last"])
        while day <= last:
            listed.append({"dataset": span["dataset"], "day": str(day)})
            day += _ONE_DAY
    return listed
