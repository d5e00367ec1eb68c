"""Interrupted time series against the published analysis of Sicily's smoking ban, and planted breaks."""

import datetime as dt
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from pipeline.stats.interrupted import Interrupted, Model, by_day, segmented

EVENT = dt.date(2021, 8, 8)
PLAIN = Model(slope=False, weekday=False, lags=None)


def sicily(shared_data: Path, model: Model) -> Interrupted:
    rows = pd.read_csv(shared_data / "golden" / "sicily.csv")
    event = float(rows.loc[rows["smokban"] == 1, "time"].min())
    return segmented(rows["aces"], rows["stdpop"], rows["time"], event, model)


def effect(found: Interrupted, term: str = "step") -> list[float]:
    row = found.effects.set_index("term").loc[term]
    return [round(row[name], 4) for name in ("ratio", "lo", "hi")]


def test_the_step_of_the_smoking_ban_is_the_published_one(shared_data: Path):
    found = sicily(shared_data, PLAIN)

    assert effect(found) == [0.8944, 0.8392, 0.9532]
    assert round(found.dispersion, 4) == 3.5592
    width = np.log(0.9532 / 0.8392) / np.sqrt(found.dispersion)  # of a Poisson model, which has a dispersion of 1
    assert width == pytest.approx(np.log(0.9251 / 0.8647), abs=2e-4)


def test_with_two_harmonics_of_the_year_it_is_the_published_one(shared_data: Path):
    found = sicily(shared_data, PLAIN._replace(harmonics=2, period=12))

    assert effect(found) == [0.8851, 0.8394, 0.9332]
    assert round(found.dispersion, 4) == 2.2622


def test_the_change_of_trend_is_the_published_one(shared_data: Path):
    found = sicily(shared_data, PLAIN._replace(harmonics=2, period=12, slope=True))
    slope = found.effects.set_index("term").loc["slope"]

    assert effect(found)[0] == 0.8765
    assert [round(slope.ratio, 4), round(slope.p, 4)] == [1.0015, 0.4242]


def test_a_covariance_for_dependent_months_gives_the_published_limits(shared_data: Path):
    found = sicily(shared_data, PLAIN._replace(harmonics=2, period=12, lags=6))

    assert effect(found) == [0.8851, 0.8502, 0.9214]


def days(before: int, after: int, level: float, times: float, seed: int = 1) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    day = pd.date_range(pd.Timestamp(EVENT) - pd.Timedelta(days=before), periods=before + after)
    total = rng.integers(400, 600, before + after)
    share = level * np.where(np.arange(before + after) >= before, times, 1) * (1 + 0.3 * (day.day_of_week == 6))
    frame = pd.DataFrame({"day": day, "posts": rng.binomial(total, share), "total": total})
    return frame.astype({"posts": "Int64", "total": "Int64"})


def test_a_planted_step_is_found_and_the_counterfactual_goes_on_without_it():
    found = by_day(days(60, 30, 0.02, 3), EVENT)
    _, lo, hi = effect(found)

    assert lo < 3 < hi
    assert lo > 2
    after = found.days.iloc[60:]
    assert (after["expected"] * 2 < after["fitted"]).all()
    assert ((after["lo"] < after["expected"]) & (after["expected"] < after["hi"])).all()
    assert found.days["fitted"].iloc[:60].tolist() == pytest.approx(found.days["expected"].iloc[:60].tolist())


def test_without_a_step_its_interval_holds_one_as_often_as_it_says():
    model = Model(slope=False, lags=None)
    held = [
        lo <= 1 <= hi for seed in range(60) for _, lo, hi in [effect(by_day(days(40, 40, 0.05, 1, seed), EVENT, model))]
    ]

    assert sum(held) >= 53  # 57 expected


def test_gaps_are_left_out_and_time_runs_on():
    whole = days(60, 30, 0.05, 2)
    gap = whole.copy()
    gap.loc[10:20, ["posts", "total"]] = pd.NA
    found = by_day(gap, EVENT)

    assert found.days["fitted"].isna().sum() == 11
    assert effect(found)[0] == pytest.approx(effect(by_day(whole, EVENT))[0], rel=0.15)


@pytest.mark.parametrize(
    ("series", "reason"),
    [
        (days(27, 30, 0.05, 2), "27 counted days before the event, and at least 28 are needed"),
        (days(40, 5, 0.05, 2), "5 counted days from the event on, and at least 7 are needed"),
        (days(40, 30, 0.05, 0), "no post from the event on"),
        (days(0, 30, 0.05, 1).assign(posts=0), "0 counted days before the event"),
    ],
)
def test_too_little_data_is_no_number_but_a_reason(series: pd.DataFrame, reason: str):
    found = by_day(series, EVENT)

    assert reason in found.note
    assert found.note.startswith("not enough data: ")
    assert found.effects["note"].tolist() == [found.note]
    assert found.effects["ratio"].isna().all()
    assert found.days["expected"].isna().all()


def test_a_weekday_that_was_never_collected_has_no_term():
    series = days(60, 30, 0.05, 2)
    series.loc[series["day"].dt.day_of_week == 2, ["posts", "total"]] = pd.NA
    _, lo, hi = effect(by_day(series, EVENT))

    assert lo < 2 < hi
