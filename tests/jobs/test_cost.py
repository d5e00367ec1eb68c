"""What a day costs does not depend on how many days are there already."""

import datetime as dt
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import Engine, event, insert

from pipeline import datasets, jobs
from pipeline.jobs import days
from pipeline.jobs.home import database
from pipeline.settings import Settings
from pipeline.store import ledger
from pipeline.store.connection import reading, writing
from pipeline.store.models import BatchDay, MovedPost

FIRST = dt.date(2015, 1, 1)
SLUG = "sample-posts"


@contextmanager
def statements() -> Iterator[list[str]]:
    """The SQL that runs on any connection while this lasts."""
    seen: list[str] = []

    def note(connection, cursor, statement, parameters, context, executemany):
        seen.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(Engine, "before_cursor_execute", note)


def project(folder: Path, number: int) -> Settings:
    """A project whose ledger lists so many days, a batch each, with a post that was seen on the first three."""
    made = Settings(folder, f"sqlite:///{folder / 'counts.db'}", folder / "landing")
    jobs.initialise(made)
    entry = datasets.find(SLUG)
    every = [FIRST + dt.timedelta(n) for n in range(number)]
    with database(made) as engine, writing(engine) as connection:
        ledger.register(connection, entry.model_dump() | {"reading": entry.reading})
        connection.execute(
            insert(BatchDay), [{"dataset": SLUG, "batch_id": f"{d}", "day": d, "posts": 1} for d in every]
        )
        connection.execute(insert(MovedPost), [{"dataset": SLUG, "post_id": "1", "day": day} for day in every[:3]])
    return made


def test_planning_two_thousand_days_takes_the_queries_of_ten_and_about_a_second(method: jobs.Method, tmp_path: Path):
    asked, took = {}, {}
    for number in (10, 2_000):
        made = project(tmp_path / str(number), number)
        before = time.process_time()
        with statements() as seen:
            planned = jobs.plan(made, method=method)
        asked[number], took[number] = len(seen), time.process_time() - before
        assert sum(map(len, planned)) == number

    assert asked[10] == asked[2_000]
    assert took[2_000] < 5  # one second is the aim; other programs may run


@pytest.mark.parametrize("place", [0, -1], ids=["with a post that moved", "without"])
def test_looking_a_day_up_takes_the_same_queries_however_many_days_there_are(tmp_path: Path, place: int):
    asked = {}
    for number in (10, 100, 1_000):
        made = project(tmp_path / str(number), number)
        day = (FIRST, FIRST + dt.timedelta(number - 1))[place]
        with database(made) as store, reading(store) as connection, statements() as seen:
            days.find(connection, SLUG, day)
        asked[number] = len(seen)

    assert len(set(asked.values())) == 1
