"""What the ledger says of batches, gaps and stale days, on both databases."""

import datetime as dt
from collections.abc import Iterator

import pytest
from sqlalchemy import Connection, Engine

from pipeline.store import connection as store
from pipeline.store import counts, ledger

DAYS = [dt.date(2021, 8, day) for day in (7, 8, 9)]
EMPTY = "the file of the day is valid and empty"
NAMES = "slug title platform kind reader source licence basis citation sampling"
DATASET = dict.fromkeys(NAMES.split(), "x") | {"synthetic": False, "reading": "x"}


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    engine = store.connect(database_url)
    store.upgrade(engine)
    with store.writing(engine) as connection:
        ledger.register(connection, DATASET)
    yield engine
    engine.dispose()


def add(connection: Connection, batch_id: str, sightings: list[tuple[str, dt.date]], rejects=()) -> None:
    days: dict[dt.date, int] = {}
    for _, day in sightings:
        days[day] = days.get(day, 0) + 1
    batch = {
        "dataset": "x",
        "batch_id": batch_id,
        "sha256": batch_id,
        "name": f"{batch_id}.json",
        "rows": len(sightings),
        "posts": len(sightings),
        "rejected": len(rejects),
        "repaired": 0,
        "format": "mapped",
        "first_day": min(days, default=None),
        "last_day": max(days, default=None),
        "ingested_at": dt.datetime(2026, 1, 1),
    }
    ledger.record(connection, batch, days, rejects, sightings)


def count(connection: Connection, day: dt.date, method: str = "m") -> None:
    inputs = ledger.partition(connection, "x", day).inputs
    total = {"dataset": "x", "day": day, "posts": 0, "originals": 0, "authors": 0, "tokens": 0}
    counts.replace_day(connection, "x", day, {"day_total": [total | {"method_id": method, "inputs": inputs}]})


def stale(connection: Connection, method: str = "m") -> list[dt.date]:
    return [day for _, day in ledger.stale(connection, method)]


def test_a_new_day_is_stale_until_it_is_counted(engine):
    with store.writing(engine) as connection:
        add(connection, "a", [("1", DAYS[0]), ("2", DAYS[1])])
        assert stale(connection) == DAYS[:2]

        count(connection, DAYS[0])
        assert stale(connection) == [DAYS[1]]


def test_another_file_of_a_day_makes_that_day_stale_and_no_other(engine):
    with store.writing(engine) as connection:
        add(connection, "a", [("1", DAYS[0]), ("2", DAYS[1])])
        for day in DAYS[:2]:
            count(connection, day)
        add(connection, "b", [("3", DAYS[1])])

        assert stale(connection) == [DAYS[1]]


def test_another_method_makes_every_day_stale(engine):
    with store.writing(engine) as connection:
        add(connection, "a", [("1", DAYS[0])])
        count(connection, DAYS[0], "old")

        assert stale(connection, "new") == [DAYS[0]]


def test_a_post_that_moves_makes_both_days_stale_and_each_count_sees_the_other_day(engine):
    with store.writing(engine) as connection:
        add(connection, "a", [("1", DAYS[0]), ("2", DAYS[1])])
        for day in DAYS[:2]:
            count(connection, day)
        add(connection, "b", [("1", DAYS[2])])

        assert stale(connection) == [DAYS[0], DAYS[2]]
        partition = ledger.partition(connection, "x", DAYS[0])
        assert (partition.batches, partition.moved, partition.elsewhere) == (
            frozenset("a"),
            frozenset("1"),
            {DAYS[2]: frozenset("b")},
        )


def test_planning_and_counting_agree_on_the_inputs_of_every_day(engine):
    with store.writing(engine) as connection:
        add(connection, "a", [("1", DAYS[0]), ("2", DAYS[1])])
        add(connection, "b", [("1", DAYS[1]), ("2", DAYS[2])])
        for day in DAYS:
            count(connection, day)

        assert stale(connection) == []


def coverage(connection: Connection) -> list[tuple[dt.date, str, str]]:
    return [(row["day"], row["status"], row["why"]) for row in ledger.gaps(connection, "x")]


@pytest.mark.parametrize("order", [("full", "empty"), ("empty", "full")], ids=" then ".join)
def test_an_empty_file_beside_a_full_one_of_the_same_day_says_nothing(engine, order):
    with store.writing(engine) as connection:
        for what in order:
            if what == "full":
                add(connection, "a", [("1", DAYS[0])])
                ledger.cover(connection, "x", [DAYS[0]], {}, {})
            else:
                add(connection, "e", [])
                ledger.cover(connection, "x", [], {DAYS[0]: EMPTY}, {})

        assert coverage(connection) == []


def test_an_empty_file_alone_is_a_gap(engine):
    with store.writing(engine) as connection:
        ledger.cover(connection, "x", [], {DAYS[0]: EMPTY}, {})

        assert coverage(connection) == [(DAYS[0], "gap", EMPTY)]


@pytest.mark.parametrize("order", [("a", "b"), ("b", "a")], ids=" then ".join)
def test_of_two_defects_of_a_day_the_same_reason_stays_in_any_order(engine, order):
    with store.writing(engine) as connection:
        for why in order:
            ledger.cover(connection, "x", [], {DAYS[0]: why}, {})

        assert coverage(connection) == [(DAYS[0], "gap", "a")]


def test_a_known_gap_with_posts_is_partial(engine):
    with store.writing(engine) as connection:
        add(connection, "a", [("1", DAYS[0])])
        ledger.cover(connection, "x", [], {}, {DAYS[0]: "half a day", DAYS[1]: "lost"})

        assert coverage(connection) == [(DAYS[0], "partial", "half a day"), (DAYS[1], "gap", "lost")]


def test_rejects_are_told_by_reason_and_lines_are_kept(engine):
    rejects = [
        {"line": n, "reason": reason, "digest": "0" * 64}
        for n, reason in ((2, "no_text"), (5, "no_text"), (7, "no_time"))
    ]
    with store.writing(engine) as connection:
        add(connection, "a", [("1", DAYS[0])], rejects)

        assert [(r["reason"], r["lines"]) for r in ledger.rejects_by_reason(connection)] == [
            ("no_text", 2),
            ("no_time", 1),
        ]


def test_counting_a_day_again_replaces_its_rows_and_touches_no_neighbour(engine):
    def hour(day: dt.date, clock: int, posts: int) -> dict:
        return {
            "dataset": "x",
            "hour": dt.datetime.combine(day, dt.time(clock)),
            "topic": "t",
            "posts": posts,
            "total": 9,
        }

    with store.writing(engine) as connection:
        for day in DAYS:
            counts.replace_day(connection, "x", day, {"hour_topic": [hour(day, 0, 1), hour(day, 23, 1)]})
        counts.replace_day(connection, "x", DAYS[1], {"hour_topic": [hour(DAYS[1], 12, 5)]})

        rows = counts.snapshot(connection)["hour_topic"]
        assert [row[3] for row in rows] == [1, 1, 5, 1, 1]
