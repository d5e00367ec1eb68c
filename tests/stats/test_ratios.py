"""Rate ratios against published numbers, and against the counts of the Alibaba case."""

import datetime as dt

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.stats.ratios import before_after, rate_ratio

EVENT = dt.date(2021, 8, 7)


def test_the_ratio_of_rothmans_fluoroscopy_counts_has_its_published_limits():
    (found,) = rate_ratio(41, 28_010, 15, 19_017).itertuples()

    assert [round(x, 4) for x in (found.ratio, found.lo, found.hi)] == [1.8558, 1.0057, 3.6093]
    assert found.note == ""


@pytest.mark.parametrize(
    ("a", "ta", "b", "tb", "ratio", "lo", "hi"),
    [
        (12, 4523, 3, 72_755, 64, 17, 355),  # drinking culture on Weibo
        (8, 4523, 3, 72_755, 43, 10, 251),  # the same net of the case
        (16, 2541, 8, 46_411, 37, 15, 99),  # on Zhihu
        (10, 2541, 8, 46_411, 23, 8, 67),
        (10, 29_449, 6, 72_755, 4.1, 1.4, 13.8),  # gender discrimination in hiring, rest of 2021
    ],
)
def test_the_ratios_of_the_claims_are_those_measured_on_the_archive(a, ta, b, tb, ratio, lo, hi):
    (found,) = rate_ratio(a, ta, b, tb).itertuples()

    digits = 1 if isinstance(ratio, float) else 0
    assert [round(x, digits) for x in (found.ratio, found.lo, found.hi)] == [ratio, lo, hi]


def test_a_count_of_zero_leaves_one_limit_and_says_so():
    found = rate_ratio([0, 5, 0, 3], [100, 100, 100, 0], [5, 0, 0, 3], 100)

    assert found["ratio"].tolist()[:2] == [0, np.inf]
    assert found["lo"].iloc[0] == 0
    assert found["hi"].iloc[0] == pytest.approx(1 / found["lo"].iloc[1])
    assert found["hi"].iloc[1] == np.inf
    assert found["lo"].iloc[1] > 0.9
    assert found["note"].tolist() == [
        "no post after: only the upper limit says anything",
        "no post before: only the lower limit says anything",
        "not enough data: both counts are zero",
        "not enough data: nothing was counted on one side",
    ]
    assert found["ratio"].iloc[2:].isna().all()


def test_gaps_count_on_neither_side_and_the_day_of_the_event_is_after_it():
    day = pd.date_range("2021-08-03", periods=8)
    posts, total = [9, 1, pd.NA, 2, 8, 4, 0, 9], [90, 100, pd.NA, 100, 100, 100, 0, 90]
    days = pd.DataFrame({"day": day, "posts": posts, "total": total}).astype({"posts": "Int64", "total": "Int64"})
    found = before_after(days, EVENT, before=3, after=3).iloc[0]

    assert [found.before_posts, found.before_total, found.before_days] == [3, 200, 2]
    assert [found.after_posts, found.after_total, found.after_days] == [12, 200, 2]
    assert found.ratio == pytest.approx(4)
    assert before_after(days, EVENT)["before_posts"].iloc[0] == 12


@given(st.integers(0, 500), st.integers(0, 500), st.floats(1, 1e6), st.floats(1, 1e6))
def test_the_ratio_lies_in_its_interval_and_turns_over_with_the_sides(a, b, ta, tb):
    one, other = (next(rate_ratio(*cells).itertuples()) for cells in ((a, ta, b, tb), (b, tb, a, ta)))
    if not a + b:
        assert one.note
    else:
        assert one.lo <= one.ratio <= one.hi
    if a and b:
        assert [1 / other.hi, 1 / other.lo] == pytest.approx([one.lo, one.hi], rel=1e-6)
