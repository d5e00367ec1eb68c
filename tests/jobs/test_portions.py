"""A scheduler gets few tasks and small messages, however much there is to do."""

import datetime as dt
import json
import shutil
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.exc import OperationalError

from pipeline.errors import InputError
from pipeline.jobs import portions
from pipeline.jobs.gate import judge

DATASET = "sample-hot-search"
SAMPLES = Path(__file__).parents[2] / "sample_data" / DATASET

PLACES = st.lists(
    st.tuples(st.sampled_from(["a", "b"]), st.dates(dt.date(2020, 2, 1), dt.date(2020, 4, 1))), unique=True, max_size=80
)


def land(settings, *days: int) -> None:
    (settings.landing / DATASET).mkdir(exist_ok=True)
    for day in days:
        shutil.copy(SAMPLES / f"2021-08-{day:02}.json", settings.landing / DATASET)


@given(PLACES)
def test_spans_stand_for_exactly_their_days(places):
    days = [{"dataset": slug, "day": str(day)} for slug, day in sorted(places)]

    assert portions.days(portions.spans(reversed(days))) == days


@given(st.integers(0, 5000), st.integers(1, 40))
def test_portions_are_few_and_together_everything(number, least):
    made = portions.portions(range(number), least)

    assert [item for portion in made for item in portion] == list(range(number))
    assert len(made) <= portions.MOST
    assert all(len(portion) >= least for portion in made[:-1])


def test_a_thousand_days_are_a_short_message():
    first = dt.date(2020, 1, 1)
    days = [{"dataset": "weibo-hot-search", "day": str(first + dt.timedelta(days=n))} for n in range(1000)]

    message = [portions.spans(portion) for portion in portions.portions(days, portions.LEAST_DAYS)]
    assert (len(message), len(json.dumps(message)) < 6000) == (63, True)


def test_what_is_new_in_landing_is_a_file_a_portion(settings):
    land(settings, 7, 8)

    assert [[Path(file["path"]).name for file in portion] for portion in portions.landed(settings)] == [
        ["2021-08-07.json"],
        ["2021-08-08.json"],
    ]
    assert portions.landed(settings, dataset="sample-posts") == []


def test_paths_are_found_as_on_the_command_line_and_need_their_dataset(settings):
    (portion,) = portions.landed(settings, [str(SAMPLES / "2021-08-08.json")], DATASET)
    assert portion == [{"path": str(SAMPLES / "2021-08-08.json"), "dataset": DATASET}]

    with pytest.raises(InputError, match="state its slug as `dataset`"):
        portions.landed(settings, ["x"])
    with pytest.raises(InputError, match="There is no dataset 'sample-hot'"):
        portions.landed(settings, dataset="sample-hot")
    with pytest.raises(InputError, match="no such file or folder"):
        portions.landed(settings, ["nowhere.json"], DATASET)


def test_a_refused_file_of_a_portion_is_named_and_the_others_are_ingested(settings):
    land(settings, 7, 8)
    (settings.landing / DATASET / "2021-08-07.json").write_text("[")
    (first, second) = portions.landed(settings)

    done = portions.take_in(settings, [*first, *second])
    assert done["posts"] > 0
    (refused,) = done["refused"]
    assert refused.startswith(f"{settings.landing / DATASET / '2021-08-07.json'}:")
    assert portions.waiting(settings) == [{"dataset": DATASET, "first": "2021-08-08", "last": "2021-08-08"}]


def test_a_database_that_is_locked_is_no_fault_of_the_file(settings, monkeypatch):
    def locked(*_):
        raise InputError("The database cannot be opened") from OperationalError("BEGIN", {}, Exception("locked"))

    monkeypatch.setattr(portions, "ingest", locked)
    with pytest.raises(InputError, match="cannot be opened"):
        portions.take_in(settings, [{"path": "x.json", "dataset": DATASET}])


def test_days_wait_until_they_are_counted_and_pass_the_gate(settings):
    land(settings, 7, 8, 9)
    for portion in portions.landed(settings):
        portions.take_in(settings, portion)

    (planned,) = portions.stale(settings)
    assert planned == portions.waiting(settings) == [{"dataset": DATASET, "first": "2021-08-07", "last": "2021-08-09"}]
    done = portions.reckon(settings, planned)
    assert done == {"days": 3, "posts": 234}
    assert (portions.stale(settings), portions.waiting(settings)) == ([], [])
    assert judge(settings, planned) == judge(settings, None) == []
