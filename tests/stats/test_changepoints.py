"""Changes of level against the flow of the Nile, and planted ones."""

import numpy as np
import pandas as pd
import pytest
from statsmodels.datasets import nile

from pipeline.stats.changepoints import breakpoints, segments, stable

NILE = nile.load_pandas().data["volume"].to_numpy()


@pytest.mark.parametrize("penalty", [None, 2 * np.log(100) * NILE.var()])
def test_the_nile_changes_after_28_years_as_strucchange_says(penalty: float | None):
    first, last = breakpoints(NILE, penalty)

    assert [first, last] == [28, 100]
    assert round(NILE[:28].mean(), 4) == 1097.75
    assert round(NILE[28:].mean(), 4) == 849.9722
    assert round(((NILE - NILE.mean()) ** 2).sum(), 2) == 2835156.75
    assert round(28 * NILE[:28].var() + 72 * NILE[28:].var(), 3) == 1597457.194


def days(posts: list[float], total: list[float]) -> pd.DataFrame:
    frame = pd.DataFrame({"day": pd.date_range("2021-07-01", periods=len(posts)), "posts": posts, "total": total})
    return frame.astype({"posts": "Int64", "total": "Int64"})


def test_a_rise_and_its_end_are_found_to_the_day():
    rng = np.random.default_rng(1)
    posts = rng.poisson([5] * 30 + [40] * 6 + [12] * 30)
    found = segments(days(posts.tolist(), [500] * 66))

    assert found["days"].tolist() == [30, 6, 30]
    assert found["first"].dt.strftime("%m-%d").tolist() == ["07-01", "07-31", "08-06"]
    assert found["posts"].sum() == posts.sum()
    assert found["share"].round(2).tolist() == [0.01, 0.08, 0.02]


def test_a_day_with_more_posts_of_every_kind_is_no_change():
    rng = np.random.default_rng(2)
    total = np.array([500] * 30 + [5000] * 30)

    assert len(segments(days(rng.binomial(total, 0.05).tolist(), total.tolist()))) == 1
    assert stable([5, 50], [500, 5000])[0] == stable([5, 50], [500, 5000])[1]


def test_gaps_are_left_out():
    rng = np.random.default_rng(3)
    posts = rng.poisson([5] * 20 + [40] * 20).astype(object)
    total = np.array([500] * 40, dtype=object)
    posts[10:13] = total[10:13] = pd.NA
    found = segments(days(list(posts), list(total)))

    assert found["days"].tolist() == [17, 20]


def test_five_days_are_no_segments_but_a_reason():
    found = segments(days([1, 2, 3, 9, 9], [100] * 5))

    assert found["note"].tolist() == ["not enough data: 5 counted days, and at least 6 are needed"]
    assert found["share"].isna().all()


def test_a_constant_series_has_one_level():
    assert breakpoints([3.0] * 50) == [50]
    assert breakpoints([3.0]) == [1]


def test_the_case_on_the_weibo_board_has_its_days_and_a_single_post_is_no_level():
    posts = [0] * 20 + [1] + [0] * 10 + [10, 11, 8, 6, 0, 0, 2, 7, 3, 0, 0, 0, 0]
    found = segments(days(posts, [300] * len(posts)))

    assert found["days"].tolist()[:2] == [31, 4]
    assert found["posts"].tolist()[:2] == [1, 35]
