"""When a topic bursts, and what people are told."""

import datetime as dt

import pytest

from pipeline import alerts

START = dt.date(2021, 7, 1)
QUIET = [1] * 35


def rows(posts, total=100, authors=None, topic="t"):
    days = [START + dt.timedelta(days=n) for n in range(len(posts))]
    known = 0 if authors is None else total
    people = posts if authors is None else authors
    return [
        {"topic": topic, "day": d, "posts": k, "authors": a, "total": total, "known_authors": known, "method_id": "m"}
        for d, k, a in zip(days, posts, people, strict=True)
    ]


def found(*args, since=START, **options):
    return list(alerts.bursts("d", rows(*args, **options), since))


def test_a_rise_that_stands_out_is_a_burst_with_its_peak_and_usual_level():
    (burst,) = found([*QUIET, 12, 20, 9, 1, 1])

    assert [str(day) for day in burst.days] == ["2021-08-05", "2021-08-06", "2021-08-07"]
    assert (burst.peak.posts, burst.peak.total, burst.peak.share) == (20, 100, 0.2)
    assert (round(burst.peak.lo, 4), round(burst.peak.hi, 4)) == (0.1334, 0.2888)  # Wilson, 20 of 100
    assert (burst.usual, burst.usual_days, burst.gaps) == (0.01, 28, 0)
    assert burst.facts[0] == "burst/d/t/2021-08-05"


NONE = {
    "nothing stands out": (([3] * 40,), {}),
    "fewer than five posts": (([0] * 35 + [4, 4, 4],), {}),
    "too few counted days": (([1] * 24 + [20, 20],), {}),
    "no post on any day": (([0] * 40,), {}),
    "days without any item": ((QUIET,), {"total": 0}),
    "few people writing much": (([*QUIET, 12, 20],), {"authors": [1] * 35 + [2, 4]}),
    "it ended before the days asked for": (([*QUIET, 12, 20, 1, 1],), {"since": START + dt.timedelta(days=37)}),
}


@pytest.mark.parametrize(("args", "options"), NONE.values(), ids=NONE)
def test_no_burst_is_told_where(args, options):
    assert found(*args, **options) == []


def test_a_burst_that_reaches_into_the_days_asked_for_is_told():
    (burst,) = found([*QUIET, 12, 20, 1, 1], since=START + dt.timedelta(days=36))

    assert len(burst.days) == 2


def test_days_that_were_not_counted_are_gaps_and_no_zeros():
    series = rows([*QUIET, 12, 20])
    (burst,) = alerts.bursts("d", [row for row in series if row["day"].day % 10], START)

    assert burst.gaps == 3
    assert burst.usual == 0.01


def test_without_two_weeks_before_it_a_burst_has_no_usual_level():
    (burst,) = found([1] * 10 + [20, 30] + [1] * 25)

    assert burst.usual is None
    assert burst.note == "not enough data: 10 counted days before the burst, and at least 14 are needed"


def message(burst, events=(), figure="/f/x.png") -> alerts.Message:
    return alerts.burst(burst, ("Topic", "话题"), "A board", "titles", events, figure)


def test_the_message_of_a_burst_says_all_that_a_reader_needs():
    (burst,) = found([*QUIET, 12, 20, 9])
    event = {"label_en": "A notice, as reported", "source": "a newspaper", "confidence": "day"}

    told = message(burst, [event])
    assert told.title == "Guanchao: burst of t in d, 2021-08-06"
    assert told.body.splitlines() == [
        "Topic (话题; t): more titles than usual in “A board”.",
        "Day: 2021-08-06, the highest of the burst so far (2021-08-05 to 2021-08-07).",
        "Share: 2,000.0 per 10,000 titles (20 of 100), 95 % Wilson interval 1,333.7 to 2,888.3; "
        "too narrow, as items are not independent.",
        "Usual level: 100.0 per 10,000, the median of the 28 counted days before the burst.",
        "Days without data: 0 of the 38 from 2021-07-01 to 2021-08-07.",
        "Annotated on that day, as alleged or reported, not as its cause:",
        "“A notice, as reported” (source: a newspaper; date: day)",
        "Rule: Kleinberg (2002), batched, two states (s = 2, gamma = 1) over these days; "
        "no day of fewer than 5 is told of.",
        "A count of words on the days given, in Asia/Shanghai: not of opinions, and not why. "
        "What topic names and annotations refer to is alleged or reported.",
        "Figure: /f/x.png",
    ]
    assert told.record()["figure"] == "/f/x.png"


def test_of_many_annotations_and_failures_the_first_are_listed():
    (burst,) = found([*QUIET, 12, 20])
    events = [{"label_en": str(n), "source": "s", "confidence": "day"} for n in range(8)]
    findings = [{"check": "over", "dataset": "d", "day": str(n), "topic": "t", "sentence": f"{n}."} for n in range(8)]

    assert "and 3 more" in message(burst, events).body.splitlines()
    failure = alerts.failure(findings)
    assert "And 3 more: `guanchao gate` lists them." in failure.body.splitlines()
    assert (failure.day, failure.topic) == (None, "t")
