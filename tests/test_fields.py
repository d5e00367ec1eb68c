"""What the cells of crawler files mean."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.errors import InputError
from pipeline.fields import (
    Moment,
    count,
    day_in_name,
    identifier,
    moment,
    optional_text,
    plain_text,
    text,
    time_of_weibo_id,
    without_tags,
)
from pipeline.schema import SHANGHAI, Refused

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


@pytest.mark.parametrize("post_id", ["4667708956213248", "KsppZq4lG"])
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


@pytest.mark.parametrize(
    ("cell", "number"),
    [
        (0, 0),
        (12, 12),
        (12.0, 12),
        ("12", 12),
        (" 12 ", 12),
        ("1,024", 1024),
        ("1.2万", 12_000),
        ("1.2 万", 12_000),
        ("1.15万", 11_500),
        ("100万+", 1_000_000),
        ("2,914万", 29_140_000),
        ("1.2亿", 120_000_000),
        ("4456 万热度", 44_560_000),
        ("4456万热度", 44_560_000),
        ("12次", 12),
        ("3.4亿阅读", 340_000_000),
    ],
)
def test_a_count_is_read_as_people_write_it(cell, number):
    assert count(cell) == number


@pytest.mark.parametrize(
    "cell",
    [None, "", " ", "转发", "-3", "1e5", "万热度", "热度", "热度 4456", "1.2.3万", -3, float("nan"), True, [], {}],
    ids=repr,
)
def test_a_cell_without_a_number_has_no_count(cell):
    assert count(cell) is None


@pytest.mark.parametrize("cell", [",", float("inf"), "9" * 400, 10**30, "9" * 30], ids=lambda cell: repr(cell)[:12])
def test_an_impossible_number_has_no_count(cell):
    assert count(cell) is None


@given(st.integers(0, 2**53))
def test_a_number_is_the_same_count_however_it_is_written(number: int):
    assert count(number) == count(str(number)) == count(f"{number:,}") == number


@pytest.mark.parametrize("cell", ["\ufeff阿里\n女员工 ", " 阿里\n女员工", "阿里\ufeff\n女员工\u3000"])
def test_text_loses_byte_order_marks_and_outer_blanks_alone(cell):
    assert text(cell) == "阿里\n女员工"


@pytest.mark.parametrize("cell", [None, "", " \n\u3000", "\ufeff", "\ufeff \ufeff", 12, float("nan")], ids=repr)
def test_a_cell_without_words_is_refused(cell):
    with pytest.raises(Refused, match=r"^no_text$"):
        text(cell)


@pytest.mark.parametrize(
    ("cell", "known"), [(4667708956213248, "4667708956213248"), (" K1 ", "K1"), ("", None), (" ", None), (None, None)]
)
def test_an_identifier_is_text_or_absent(cell, known):
    assert identifier(cell) == known


@pytest.mark.parametrize("cell", [4.667708956213248e15, 1.0, float("nan")])
def test_an_identifier_that_became_a_float_is_refused(cell):
    with pytest.raises(Refused, match=r"^bad_id$"):
        identifier(cell)


def test_an_identifier_loses_a_byte_order_mark():
    assert identifier("\ufeff4667708956213248") == "4667708956213248"


@pytest.mark.parametrize(
    "name", ["2021-08-08.json", "board_20210808.csv", "2021-08-08_20210808.json", "a1_2021-08-08_v2.json"]
)
def test_a_name_states_one_day(name):
    assert day_in_name(name) == EIGHTH


@pytest.mark.parametrize("name", ["board.json", "2021-08-08_2021-08-09.json", "2021-13-40.json", "202108081.json"])
def test_a_name_without_one_day_is_an_input_error(name):
    with pytest.raises(InputError, match=rf"^{name}: .* \(YYYY-MM-DD\) must stand in the file's name\.$"):
        day_in_name(name)


def test_half_an_emoji_becomes_a_replacement_mark():
    assert optional_text("破冰\ud83d") == "破冰\ufffd"


@pytest.mark.parametrize(
    ("html", "shown"),
    [
        ('好<br />的<img alt="[泪]" src="t.png"> &amp; 5 &lt; 6', "好\n的[泪] & 5 < 6"),
        ("<a href='/n/x'>@x</a>：<span>破冰</span>", "@x：破冰"),
        ("", ""),
        ("没有标签", "没有标签"),
    ],
)
def test_html_is_what_it_shows(html, shown):
    assert plain_text(html) == shown


@pytest.mark.parametrize(
    ("title", "shown"),
    [('阿里<img src="t.png" alt="[泪]">', "阿里[泪]"), ("1<2", "1<2"), ("a<b>c", "ac"), ("<3", "<3")],
)
def test_a_title_loses_tags_but_not_a_mere_angle(title, shown):
    assert without_tags(title) == shown
