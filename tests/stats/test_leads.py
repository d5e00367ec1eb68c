"""Who moves first: the macroeconomic example of statsmodels, and series of a known lag."""

import numpy as np
import pandas as pd
import pytest
from statsmodels.datasets import macrodata

from pipeline.stats.leads import first_seen, forecasts, lags

GROWTH = np.log(macrodata.load_pandas().data[["realgdp", "realcons"]]).diff().dropna()


def test_gdp_does_not_forecast_consumption_as_lmtest_says():
    found = forecasts(GROWTH["realgdp"], GROWTH["realcons"]).iloc[0]

    assert pytest.approx(0.2430969779600416) == found.F
    assert found.p == pytest.approx(0.784432758035727)
    assert [found.df_denom, found.df_num] == [195, 2]


def test_the_other_direction_is_another_question():
    assert round(forecasts(GROWTH["realcons"], GROWTH["realgdp"])["F"].iloc[0], 2) == 19.04


def test_short_broken_and_drifting_series_have_no_forecast_but_a_reason():
    rng = np.random.default_rng(1)
    noise = rng.normal(size=400)
    broken = np.where(np.arange(400) == 199, np.nan, rng.normal(size=400))

    assert forecasts(noise, broken)["note"].iloc[0] == ""  # 200 steps are left after the gap
    assert forecasts(noise[:-1], broken[:-1])["note"].iloc[0].startswith("not enough data: 199 steps without a gap")
    assert forecasts(noise[:150], noise[:150])["note"].iloc[0].endswith("and at least 200 are needed")
    assert "not stationary" in forecasts(noise, noise.cumsum())["note"].iloc[0]
    assert "not stationary" in forecasts(noise, np.ones(400))["note"].iloc[0]


def test_the_lag_of_an_echo_is_found_and_no_other():
    rng = np.random.default_rng(2)
    source = rng.normal(size=500).cumsum()
    echo = np.concatenate([np.full(5, np.nan), source[:-5]]) + rng.normal(size=500) * 0.3
    found = lags(source, echo, most=12)

    assert found.loc[found["beyond"], "lag"].tolist() == [5]
    assert found["lag"].iloc[found["r"].argmax()] == 5


def test_walks_that_only_drift_together_do_not_correlate():
    rng = np.random.default_rng(3)
    wrong = sum(
        lags(rng.normal(size=300).cumsum(), rng.normal(size=300).cumsum(), most=10)["beyond"].any() for _ in range(20)
    )

    assert wrong <= 3


def test_a_lag_without_pairs_is_no_number_but_a_reason():
    found = lags(np.arange(20.0), np.ones(20), most=2)

    assert found["r"].isna().all()
    assert found["note"].iloc[2] == "not enough data: 19 pairs of changes, and at least 30 are needed"
    assert lags(np.arange(50.0), np.ones(50), most=1)["note"].iloc[1] == "not enough data: a series does not move"


def test_two_boards_within_one_scrape_have_no_order():
    times = pd.to_datetime(["2021-08-07 22:01", "2021-08-07 23:01", "2021-08-07 22:15", "2021-08-07 23:15"])
    counts = pd.DataFrame({"source": ["zhihu", "zhihu", "weibo", "weibo"], "time": times, "posts": [0, 1, 0, 1]})
    found = first_seen(counts)

    assert found["source"].tolist() == ["zhihu", "weibo"]
    assert not found["resolved"].any()  # Weibo's could have come up at 22:16
    later = counts.assign(time=counts["time"].where(counts["source"] == "zhihu", counts["time"] + pd.Timedelta("2h")))
    assert first_seen(later)["resolved"].tolist() == [True, False]


def test_a_source_that_never_mentions_it_comes_last_with_a_reason():
    counts = pd.DataFrame({"source": ["a", "b"], "time": pd.to_datetime(["2021-08-07", "2021-08-07"]), "posts": [0, 1]})
    found = first_seen(counts)

    assert found["source"].tolist() == ["b", "a"]
    assert found["note"].tolist() == ["", "not enough data: fewer than 1 posts"]
