"""When something happened, in every spelling that is understood, and the refusal of all others."""

import csv
import datetime as dt
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.errors import InputError
from pipeline.schema import SHANGHAI, Refused
from pipeline.times import Moment, day_in_name, moment, time_of_weibo_id

CASES = Path(__file__).parent / "cases" / "times.tsv"

EIGHTH = dt.date(2021, 8, 8)
MIDNIGHT = dt.datetime(2021, 8, 8, tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    "cell",
    [
        1628352000,
        1628352000.0,
        "1628352000",
        " 1628352000 ",
        1628352000000,
        "1628352000000",
        "2021-08-08 00:00",
        "2021-08-08 00:00:00",
        "2021-08-08T00:00:00.999",
        "2021-08-08T00:00:00+08:00",
        "2021-08-07T16:00:00Z",
        "2021-08-07 12:00:00-04:00",
        1628352000000000,
        "1628352000000000",
        "2021/8/8 0:00",
        "2021年8月8日 00:00",
        "08/08/2021 00:00",
        "Sun Aug 08 00:00:00 +0800 2021",
        "Sat Aug 07 16:00:00 +0000 2021",
        "2021-08-08 00:00 来自 微博 weibo.com            \t        已编辑",
        "\ufeff2021-08-08 00:00\u200b",
        dt.datetime(2021, 8, 8),
        dt.datetime(2021, 8, 7, 16, tzinfo=dt.UTC),
    ],
)
def test_every_spelling_of_a_moment_is_the_same_time_in_shanghai(cell):
    assert moment(cell) == Moment(EIGHTH, MIDNIGHT)


@pytest.mark.parametrize(
    "cell", ["2021-08-08", "20210808", " 2021-08-08 ", "2021/8/8", "2021.8.8", "2021年8月8日", "08/08/2021", EIGHTH]
)
def test_a_date_is_a_day_without_a_time(cell):
    assert moment(cell) == Moment(EIGHTH, None)


def test_an_evening_in_utc_is_the_next_day_in_shanghai():
    assert [moment(f"2021-08-08T{hour}:59:59Z").day.day for hour in (15, 16, 23)] == [8, 9, 9]


@pytest.mark.parametrize("cell", [None, "", "  ", "\n\u3000"])
def test_an_empty_cell_states_no_time(cell):
    with pytest.raises(Refused, match=r"^no_time$"):
        moment(cell)


@pytest.mark.parametrize(
    "cell",
    [
        "昨天夜里",
        "31/02/2021",
        "##########",
        "2021-13-01",
        "2021-08-08 25:00",
        "12345678901",
        "9999-12-31T23:00Z",
        float("nan"),
        float("inf"),
        True,
        10**20,
        [],
        b"2021-08-08",
    ],
    ids=repr,
)
def test_what_is_not_a_whole_moment_is_a_bad_time(cell):
    with pytest.raises(Refused, match=r"^bad_time$"):
        moment(cell)


@pytest.mark.parametrize("cell", ["刚刚", "42分钟前", "2小时前", "昨天 08:10", "08-08", "8月8日 23:54"])
def test_a_form_that_needs_an_observation_is_refused_without_one(cell):
    with pytest.raises(Refused, match=r"^no_observation$"):
        moment(cell)


SEEN = Moment(dt.date(2021, 8, 10), dt.datetime(2021, 8, 10, 9, 30, 15, tzinfo=SHANGHAI))


@pytest.mark.parametrize(
    ("cell", "day", "clock"),
    [
        ("刚刚", "2021-08-10", "09:30:15"),
        ("30秒前", "2021-08-10", "09:29:45"),
        ("42分钟前", "2021-08-10", "08:48:15"),
        ("10 小时前", "2021-08-09", "23:30:15"),
        ("今天 08:10", "2021-08-10", "08:10:00"),
        ("昨天 08:10", "2021-08-09", "08:10:00"),
        ("前天", "2021-08-08", None),
        ("08-08", "2021-08-08", None),
        ("8月8日 23:54", "2021-08-08", "23:54:00"),
        ("8月8日 23:54 来自 微博云剪", "2021-08-08", "23:54:00"),
        ("08-10", "2021-08-10", None),
        ("08-11", "2020-08-11", None),
        ("12-30 07:00", "2020-12-30", "07:00:00"),
        ("02-29", "2020-02-29", None),
    ],
)
def test_a_form_without_a_year_is_the_last_such_moment_that_is_not_after_the_observation(cell, day, clock):
    found = moment(cell, SEEN)
    assert str(found.day) == day
    assert (f"{found.time:%H:%M:%S}" if found.time else None) == clock


@pytest.mark.parametrize("cell", ["13月8日", "02-30", "8月8日 25:00", "昨天 08:61", "8"])
def test_no_observation_makes_an_impossible_moment_possible(cell):
    with pytest.raises(Refused, match=r"^bad_time$"):
        moment(cell, SEEN)


@pytest.mark.parametrize("cell", ["刚刚", "42分钟前", "2小时前"])
def test_minutes_ago_need_the_hour_of_the_observation(cell):
    with pytest.raises(Refused, match=r"^no_observation$"):
        moment(cell, Moment(EIGHTH, None))
    assert moment("昨天 08:10", Moment(EIGHTH, None)).day == EIGHTH - dt.timedelta(1)


@given(st.dates(dt.date(2010, 1, 1), dt.date(2034, 12, 31)), st.dates(dt.date(2010, 1, 1), dt.date(2034, 12, 31)))
def test_a_date_without_a_year_is_never_in_the_future_of_the_observation(day: dt.date, seen: dt.date):
    found = moment(f"{day:%m-%d}", Moment(seen, None)).day
    assert found <= seen
    assert (found.month, found.day) == (day.month, day.day)


@pytest.mark.parametrize(
    "post_id",
    [
        "4667708956213248",
        "KsppZq4lG",
        "\t4667708956213248",
        "'4667708956213248",
        '="4667708956213248"',
        "4667708956213248.0",
    ],
)
def test_an_id_tells_its_second(post_id):
    assert time_of_weibo_id(post_id) == MIDNIGHT


@pytest.mark.parametrize("post_id", ["", "zAbC12", "K1", "466770895621324", "9667708956213248", "mTok00001x", "a" * 32])
def test_an_id_of_another_kind_tells_nothing(post_id):
    assert time_of_weibo_id(post_id) is None


@given(st.datetimes(dt.datetime(2009, 1, 1), dt.datetime(2035, 1, 1), timezones=st.timezones()))
def test_seconds_milliseconds_and_iso_text_agree(time: dt.datetime):
    time = time.replace(microsecond=0, fold=0).astimezone(dt.UTC)
    seconds = int(time.timestamp())
    assert moment(seconds) == moment(seconds * 1000 + 999) == moment(str(seconds)) == moment(time.isoformat())


def cases() -> list[dict[str, str]]:
    with CASES.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))


@pytest.mark.parametrize("case", cases(), ids=lambda case: f"{case['gloss']}: {case['cell']}")
def test_a_form_is_this_moment_or_is_refused(case: dict[str, str]):
    observed = moment(case["observed"]) if case["observed"] else None
    try:
        found = moment(case["cell"], observed)
        told = str(found.day), f"{found.time:%H:%M:%S}" if found.time else ""
    except Refused as refused:
        told = refused.reason, ""
    assert told == (case["day"], case["clock"])


@pytest.mark.parametrize(
    "around", ["{}\u200b", "\ufeff{}", "{} 来自 微博 weibo.com   \t\n   已编辑", "发布于 {}", "{} 上海"]
)
@pytest.mark.parametrize("cell", ["2021-08-08 00:00", "08-08 00:00", "昨天 00:00"])
def test_what_stands_around_a_time_does_not_change_it(around: str, cell: str):
    observed = Moment(dt.date(2021, 8, 9), None)
    assert moment(around.format(cell), observed) == Moment(EIGHTH, MIDNIGHT)


@pytest.mark.parametrize(
    "cell", [" " * 100_000 + "2021-08-08" + " " * 100_000, "2021-08-08" + " @" * 100_000, "9" * 10**6]
)
def test_a_long_cell_is_no_time_and_takes_no_time(cell: str):
    try:
        assert moment(cell) == Moment(EIGHTH, None)
    except Refused as refused:
        assert refused.reason == "bad_time"


@given(st.text("0123456789年月日点分:-/.+TZ 上下午晚前昨天小时来自编辑于·", max_size=24))
def test_a_cell_is_a_moment_or_is_refused(cell: str):
    try:
        assert 1990 <= moment(cell, SEEN).day.year < 2100
    except Refused as refused:
        assert refused.reason in {"bad_time", "no_time"}


@pytest.mark.parametrize(
    "name", ["2021-08-08.json", "board_20210808.csv", "2021-08-08_20210808.json", "a1_2021-08-08_v2.json"]
)
def test_a_name_states_one_day(name):
    assert day_in_name(name) == EIGHTH


@pytest.mark.parametrize("name", ["board.json", "2021-08-08_2021-08-09.json", "2021-13-40.json", "202108081.json"])
def test_a_name_without_one_day_is_an_input_error(name):
    with pytest.raises(InputError, match=rf"^{name}: .* \(YYYY-MM-DD\) must stand in the file's name\.$"):
        day_in_name(name)
