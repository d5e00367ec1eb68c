"""What the gate says of rows: one finding a defect, guards where too little is known."""

import datetime as dt
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline import gate
from pipeline.stats.baseline import usual

TODAY = dt.date(2021, 9, 6)


def day(number: int) -> dt.date:
    return dt.date(2021, 8, 1) + dt.timedelta(days=number - 1)


def test_rows_of_one_check_and_day_are_one_failure_that_lists_a_few_of_them():
    rows = [("term", {"dataset": "d", "day": day(8), "topic": "t", "term": str(n), "posts": 9}) for n in range(7)]
    rows.append(("over", {"dataset": "d", "day": day(8), "topic": "u", "posts": 9}))

    over, term = gate.contradictions(rows)
    assert (over.check, over.topic, over.level, len(over.rows)) == ("over", "u", "fail", 1)
    assert (term.topic, len(term.rows), term.fact) == ("t", gate.MOST_ROWS, "term/d/2021-08-08")
    assert term.sentence.endswith("(topic t, term 0, posts 9; and 6 more).")


def test_a_failure_of_several_topics_names_none():
    rows = [("over", {"dataset": "d", "day": day(8), "topic": topic}) for topic in "ab"]

    assert [found.topic for found in gate.contradictions(rows)] == [None]


def test_a_finding_is_json():
    (found,) = gate.future([{"dataset": "d", "day": dt.date(2022, 1, 1), "posts": 3}], TODAY)

    record = found.record()
    assert json.loads(json.dumps(record)) == record
    assert set(record) == {"check", "level", "dataset", "day", "topic", "sentence", "rows", "fact"}
    assert record["sentence"] == "d, 2022-01-01: the day has 3 items, and today is 2021-09-06 (Asia/Shanghai)."


BATCH = {
    "dataset": "d", "batch_id": "b", "name": "f", "first_day": None,
    "rows": 10, "posts": 9, "rejected": 1, "listed": 9, "refused": 1,
}  # fmt: skip
BATCHES = {
    "one that is as listed": ({}, []),
    "rows that do not add up": ({"rows": 11}, [("batch", "fail")]),
    "lake files with other rows": ({"listed": 8}, [("batch", "fail")]),
    "rejects that are not on record": ({"refused": 0}, [("batch", "fail")]),
    "too many refused": ({"posts": 8, "listed": 8, "rejected": 2, "refused": 2}, [("reject", "warn")]),
    "an empty file": (dict.fromkeys(("rows", "posts", "rejected", "listed", "refused"), 0), []),
    "all refused, of a dataset that allows it": (
        {"dataset": "lax", "posts": 0, "listed": 0, "rejected": 10, "refused": 10},
        [],
    ),
}


@pytest.mark.parametrize(("change", "expected"), BATCHES.values(), ids=BATCHES)
def test_a_batch_is_judged_by_its_ledger_and_the_limit_of_its_dataset(change, expected):
    found = gate.batches([BATCH | change], {"d": 0.1, "lax": 1.0})

    assert [(finding.check, finding.level) for finding in found] == expected


def volumes(counts, judged=None) -> list[str]:
    """counts: the items of each day from 1 August on; None on a day that was not counted."""
    rows = [{"day": day(n), "posts": posts} for n, posts in enumerate(counts, start=1) if posts is not None]
    return [str(finding.day) for finding in gate.volumes("d", usual(gate.by_day(rows)), judged)]


def test_a_volume_far_above_or_below_the_days_before_it_is_a_warning():
    assert volumes([100] * 14 + [200] + [100] * 14 + [20]) == ["2021-08-15", "2021-08-30"]
    assert volumes([100] * 14 + [130]) == []


def test_two_weeks_of_counted_days_are_needed_before_a_volume_is_judged():
    assert volumes([100] * 13 + [9000]) == []
    assert volumes([100] * 13 + [None, 9000]) == []
    assert volumes([100] * 14 + [None, 9000]) == ["2021-08-16"]


def test_only_the_days_that_are_asked_for_are_judged_but_by_all_before_them():
    assert volumes([100] * 14 + [9000, 9000], {("d", day(16))}) == ["2021-08-16"]
    assert volumes([100] * 14 + [9000, 9000], {("other", day(16))}) == []


def test_what_is_usual_is_the_last_four_weeks():
    assert volumes([9000] * 30 + [100] * 28 + [100, 9000])[-1] == str(day(60))


@given(st.integers(0, 10**6), st.integers(1, 40))
def test_days_that_are_all_the_same_are_never_far(posts, number):
    assert volumes([posts] * number) == []


def silence(states: str, today: dt.date, known=()) -> list[gate.Finding]:
    """states: a letter a day from 1 August on: c complete, p partial, g gap, - nothing known."""
    names = {"c": "complete", "p": "partial", "g": "gap"}
    rows = [{"day": day(n), "status": names[s], "why": "empty"} for n, s in enumerate(states, 1) if s != "-"]
    return list(gate.silence("d", rows, known, today))


SILENT = {
    "data up to yesterday": ("ccc", 4, (), None),
    "two days late": ("ccc", 6, (), None),
    "three days without data": ("ccc", 7, (), "2021-08-03"),
    "three days that the entry says are missing": ("ccc", 7, (4, 5, 6), None),
    "an empty file alone": ("cccg", 5, (), None),
    "two empty files": ("cccgg", 6, (), "2021-08-03"),
    "two empty files of days that are known gaps": ("cccgg", 6, (4, 5), None),
    "empty files before data": ("cggc", 5, (), None),
    "partial data": ("ccpp", 5, (), None),
    "no file with data at all": ("gg", 3, (), "None"),
    "nothing known": ("", 30, (), None),
    "a day of the future does not hide it": ("ccc------------------c", 8, (), "2021-08-03"),
}


@pytest.mark.parametrize(("states", "today", "known", "last"), SILENT.values(), ids=SILENT)
def test_a_dataset_is_silent_when_days_that_should_have_data_have_none(states, today, known, last):
    found = silence(states, day(today), {day(n) for n in known})

    assert [finding.fact for finding in found] == ([f"silent/d/{last}"] if last else [])
    assert all(finding.level == "warn" for finding in found)


@pytest.mark.parametrize(("late", "told"), [(0, True), (31, True), (32, False), (None, True)])
def test_a_dataset_of_which_only_the_past_was_ingested_is_not_silent(late: int | None, told: bool):
    rows = [{"day": day(1), "status": "complete", "why": ""}]

    assert bool(list(gate.silence("d", rows, (), day(30), late))) == told


def test_a_silent_dataset_says_since_when_and_what_its_files_hold():
    (found,) = silence("cccgg", day(6))

    assert found.sentence == (
        "d has gone silent: its last day with data is 2021-08-03, and 2 days up to yesterday have none; "
        "of 2 there is a file without any (empty)."
    )
    assert [row["day"] for row in found.rows] == [day(4), day(5)]
