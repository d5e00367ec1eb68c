"""Half-lives of series whose half-life is known."""

import numpy as np
import pandas as pd
import pytest

from pipeline.stats.halflife import half_life

TOTAL = 10_000_000


def days(share: np.ndarray, total: int = TOTAL) -> pd.DataFrame:
    day = pd.date_range("2021-07-01", periods=len(share))
    frame = pd.DataFrame({"day": day, "posts": (share * total).round(), "total": total})
    return frame.astype({"posts": "Int64", "total": "Int64"})


def decay(half: float, length: int = 15, base: float = 0.0, before: int = 0) -> np.ndarray:
    return np.concatenate([np.full(before, base), base + 0.1 * 0.5 ** (np.arange(length) / half)])


def by_method(frame: pd.DataFrame, **options: float) -> pd.DataFrame:
    return half_life(frame, **options).set_index("method")


def test_a_half_life_of_two_and_a_half_days_is_found():
    found = by_method(days(decay(2.5)), baseline=0.0)

    assert found.loc["log-linear", "half_life"] == pytest.approx(2.5, abs=1e-4)
    assert found.loc["empirical", "half_life"] == 3  # the first whole day below half
    assert found.loc["empirical", "lo"] == found.loc["empirical", "hi"] == 3


def test_what_was_there_before_the_peak_is_no_part_of_the_rise():
    found = by_method(days(decay(2.5, base=0.02, before=20)))

    assert found.loc["log-linear", "half_life"] == pytest.approx(2.5, abs=1e-3)
    assert found.loc["empirical", "half_life"] == 3


def test_few_posts_make_the_interval_wide():
    found = by_method(days(decay(2.5, base=0.01, before=20), total=500))
    one = found.loc["empirical"]

    assert one.lo <= one.half_life <= one.hi
    assert one.hi > one.lo
    assert half_life(days(decay(2.5), 500), 0.0).equals(half_life(days(decay(2.5), 500), 0.0))


def test_a_topic_that_is_not_halved_is_censored():
    one = by_method(days(decay(50, length=10)), baseline=0.0).loc["empirical"]

    assert one.censored
    assert np.isnan(one.half_life)
    assert [one.lo, one.hi] == [9, np.inf]
    assert one.note == "not halved within the 9 days after the peak"


def test_two_exponentials_are_told_apart_when_there_are_days_enough():
    t = np.arange(60)
    share = 0.1 * (0.8 * 0.5 ** (t / 1.5) + 0.2 * 0.5 ** (t / 20))
    found = by_method(days(share), baseline=0.0)

    assert found.loc[["fast", "slow"], "half_life"].tolist() == pytest.approx([1.5, 20], rel=0.01)
    short = by_method(days(share[:20]), baseline=0.0).loc["fast"]
    assert short.note == "not enough data: 19 counted days after the peak, and at least 20 are needed"
    assert np.isnan(short.half_life)


def test_gaps_are_no_zeros():
    frame = days(decay(4, base=0.02, before=20))
    frame.loc[22, ["posts", "total"]] = pd.NA
    found = by_method(frame)

    assert found.loc["log-linear", "half_life"] == pytest.approx(4, abs=1e-2)
    assert found.loc["empirical", "half_life"] == 5


@pytest.mark.parametrize(
    ("share", "reason"),
    [
        (decay(2.5, before=6), "6 counted days before the peak, and at least 7 are needed"),
        (decay(2.5, length=1, before=20), "0 days after the peak"),
        (np.zeros(30), "no post on any day"),
    ],
)
def test_too_little_data_is_no_number_but_a_reason(share: np.ndarray, reason: str):
    found = half_life(days(share))

    assert found["half_life"].isna().all()
    assert found["note"].str.contains(reason).all()
