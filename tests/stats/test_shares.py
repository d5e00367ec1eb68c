"""Shares per 10,000 against the table of Newcombe."""

import numpy as np
import pandas as pd

from pipeline.stats.shares import per_10k

DAYS = pd.DataFrame(
    {"day": pd.date_range("2021-08-07", periods=4), "posts": [81, 0, pd.NA, 0], "total": [263, 20, pd.NA, 0]}
).astype({"posts": "Int64", "total": "Int64"})


def test_shares_and_limits_are_those_of_newcombe_per_10_000():
    first, none, gap, empty = per_10k(DAYS).itertuples()

    assert [round(x) for x in (first.lo, first.hi, first.exact_lo, first.exact_hi)] == [2553, 3662, 2527, 3676]
    assert [round(x) for x in (none.share, none.hi, none.exact_hi)] == [0, 1611, 1684]
    assert none.note == "fewer than 100 posts were collected: show the share only with its interval"
    for day in (gap, empty):
        assert np.isnan([day.share, day.lo, day.exact_hi]).all()
        assert day.note == "not enough data: nothing was collected on this day"


def test_the_interval_of_authors_stands_on_its_day_where_there_are_authors_enough():
    authors = pd.DataFrame(
        {
            "day": DAYS["day"].iloc[[0] * 30 + [1] * 4],
            "author": range(34),
            "posts": [3] * 27 + [0] * 7,
            "total": [9] * 34,
        }
    )
    found = per_10k(DAYS, authors)

    assert found["author_lo"].notna().tolist() == [True, False, False, False]
    assert found["author_lo"].iloc[0] < 3000 < found["author_hi"].iloc[0]
    assert per_10k(DAYS)["author_lo"].isna().all()
