"""Outliers against published numbers, and planted ones."""

import numpy as np
import pandas as pd
import pytest

from pipeline.stats.anomalies import gesd, seasonal
from pipeline.stats.baseline import modified_z, usual

ROSNER = """-0.25 0.68 0.94 1.15 1.20 1.26 1.26 1.34 1.38 1.43 1.49 1.49 1.55 1.56 1.58 1.65 1.69 1.70 1.76 1.77 1.81
1.91 1.94 1.96 1.99 2.06 2.09 2.10 2.14 2.15 2.23 2.24 2.26 2.35 2.37 2.40 2.47 2.54 2.62 2.64 2.90 2.92 2.92 2.93 3.21
3.26 3.30 3.59 3.68 4.30 4.64 5.34 5.42 6.01"""
X = [float(x) for x in ROSNER.split()]


def test_the_modified_z_scores_are_those_of_iglewicz_and_hoaglin():
    z = modified_z([2.1, 2.6, 2.4, 2.5, 2.3, 2.1, 2.3, 2.6, 8.2, 8.3])

    expected = [-1.5738, 0.6745, -0.2248, 0.2248, -0.6745, -1.5738, -0.6745, 0.6745, 25.8558, 26.3055]
    assert z.round(4).tolist() == expected
    assert np.isnan(modified_z([1, 1, 1, 9])).all()


def test_the_steps_of_gesd_equal_those_of_rosner_1983():
    found = gesd(X, most=10, robust=False)

    assert found["R"].round(6).tolist() == [
        3.118906, 2.942973, 3.179424, 2.810181, 2.815580, 2.848172, 2.279327, 2.310366, 2.101581, 2.067178,
    ]  # fmt: skip
    assert found["critical"].round(6).tolist() == [
        3.158794, 3.151430, 3.143890, 3.136165, 3.128247, 3.120128, 3.111796, 3.103243, 3.094456, 3.085425,
    ]  # fmt: skip
    assert sorted(X[place] for place in found.loc[found["outlier"], "place"]) == [5.34, 5.42, 6.01]


def test_median_and_mad_find_a_fourth_outlier():
    assert gesd(X, most=10)["outlier"].sum() == 4


def test_missing_and_constant_values_are_no_outliers():
    assert gesd([*X[:30], np.nan, *X[30:]], most=10, robust=False)["outlier"].sum() == 3
    assert gesd([1.0] * 20, most=3).empty
    assert gesd([], most=3).empty


def weekly(weeks: int) -> pd.DataFrame:
    rng = np.random.default_rng(1)
    t = np.arange(7 * weeks)
    share = 0.05 + 0.02 * np.sin(2 * np.pi * t / 7) + rng.normal(0, 0.002, len(t))
    return pd.DataFrame({"day": pd.date_range("2021-01-01", periods=len(t)), "share": share})


def test_a_planted_day_that_only_its_weekday_betrays_is_found_and_no_other():
    series = weekly(12)
    series.loc[40, "share"] = series["share"].max()  # usual on a Sunday, not on the day where it stands
    found = seasonal(series, most=0.05, alpha=0.001)

    assert found.index[found["anomaly"]].tolist() == [40]
    assert not (np.abs(gesd(series["share"], most=4)["outlier"])).any()


def test_a_gap_is_bridged_and_never_an_anomaly():
    series = weekly(12)
    series.loc[[20, 21], "share"] = np.nan
    series.loc[50, "share"] = 0.3
    found = seasonal(series)

    assert found.index[found["anomaly"]].tolist() == [50]
    assert found.index[found["note"] != ""].tolist() == [20, 21]


def test_less_than_two_periods_are_no_season_but_a_reason():
    found = seasonal(weekly(2).iloc[:13])

    assert set(found["note"]) == {"not enough data: 13 counted steps, and at least 14 are needed"}
    assert not found["anomaly"].any()


def days(posts: list[float], total: float = 1000) -> pd.DataFrame:
    frame = pd.DataFrame({"day": pd.date_range("2021-07-01", periods=len(posts)), "posts": posts, "total": total})
    return frame.astype({"posts": "Int64", "total": "Int64"})


def test_a_day_is_compared_with_the_days_before_it_and_not_with_itself():
    found = usual(days([10, 12] * 14 + [60])).iloc[-1]

    assert found.expected == pytest.approx(11)
    assert found.z == pytest.approx((60 - 11) / np.sqrt(11))  # the deviation of 1 is less than a Poisson count's
    assert found.days == 28


def test_a_topic_that_is_never_mentioned_has_a_score_for_its_first_mention():
    found = usual(days([0] * 28 + [3]))

    assert found["z"].iloc[-1] == 3
    assert found["z"].iloc[27] == 0


def test_a_baseline_needs_half_its_days_and_gaps_are_not_among_them():
    series = days([10] * 10 + [pd.NA] * 6 + [10] * 13)
    found = usual(series)

    assert found["note"].iloc[9] == "not enough data: 9 counted days before it, and at least 14 are needed"
    assert found["note"].iloc[12] == "not enough data: 10 counted days before it, and at least 14 are needed"
    assert found["z"].notna().tolist() == [t >= 20 for t in range(29)]


def test_a_baseline_by_weekday_knows_that_sundays_are_louder():
    posts = [10, 10, 10, 10, 10, 10, 50] * 9
    plain, by_weekday = usual(days(posts)), usual(days(posts), window=56, weekday=True)

    assert plain["z"].iloc[-1] > 10
    assert by_weekday["z"].iloc[-1] == 0
    assert by_weekday["note"].iloc[41].startswith("not enough data: 5 counted days")
    assert by_weekday["note"].iloc[42] == ""
