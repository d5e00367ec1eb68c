"""Spill-over: Benjamini and Hochberg's numbers, planted rises, and rises that are none."""

import datetime as dt

import numpy as np
import pandas as pd
import pytest

from pipeline.stats.spillover import adjusted, net, ratios

EVENT = dt.date(2021, 8, 8)
P = [0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.324, 0.4262, 0.5719, 0.6528, 0.759, 1.0]


def series(
    topic: str, times: float = 1, wild: float = 0, seed: int = 1, before: int = 120, after: int = 14
) -> pd.DataFrame:
    """A topic's days about the event; `wild` is how much its share swings from week to week."""
    rng = np.random.default_rng(seed)
    length = before + after
    day = pd.date_range(pd.Timestamp(EVENT) - pd.Timedelta(days=before), periods=length)
    swing = np.exp(rng.normal(0, wild, length // 7 + 1)).repeat(7)[:length]
    share = np.minimum(0.01 * swing * np.where(np.arange(length) >= before, times, 1), 0.5)
    posts = rng.binomial(1000, share)
    frame = pd.DataFrame({"topic": topic, "day": day, "posts": posts, "total": 1000})
    return frame.astype({"posts": "Int64", "total": "Int64"})


def test_four_of_fifteen_hypotheses_are_rejected_as_in_benjamini_and_hochberg_1995():
    assert (adjusted(P) <= 0.05).sum() == 4
    assert adjusted([]).tolist() == []


def test_co_mentions_are_taken_off_and_gaps_stay():
    days = pd.DataFrame({"day": [1, 2], "posts": [9, pd.NA], "total": [100, pd.NA], "both": [4, pd.NA]}).astype("Int64")

    assert net(days)["posts"].tolist()[0] == 5
    assert net(days)["posts"].isna().tolist() == [False, True]


def test_a_topic_that_rises_with_the_event_stands_out_among_dates_and_topics():
    controls = [f"control {n}" for n in range(25)]
    frames = [series("drinking", times=3)] + [series(name, seed=n + 9) for n, name in enumerate(controls)]
    found = ratios(pd.concat(frames), EVENT, controls=controls).set_index("topic")
    one = found.loc["drinking"]

    assert one.lo > 2
    assert one.q < 0.001
    assert one.placebo_p < 0.05
    assert one.control_p == pytest.approx(1 / 26)
    assert found.loc[controls, ["q", "control_p"]].isna().all(axis=None)
    assert one.placebos == 120 - 28 - 14 + 1


def test_a_topic_that_swings_anyway_is_significant_by_counts_and_not_by_placebo_dates():
    found = [ratios(series("wild", wild=0.8, seed=seed), EVENT).iloc[0] for seed in range(30)]

    assert np.mean([one.p < 0.05 for one in found]) > 0.5
    assert np.mean([one.placebo_p < 0.05 for one in found]) < 0.2


def test_too_few_placebo_dates_are_no_p_value():
    found = ratios(series("a", before=50), EVENT).iloc[0]

    assert found.placebos == 9
    assert np.isnan(found.placebo_p)
    assert found.p > 0
    early = ratios(series("a", before=20), EVENT).iloc[0]
    assert early.placebos == 0


def test_silent_topics_have_no_numbers_but_a_reason():
    found = ratios(pd.concat([series("a").assign(posts=0), series("b", times=2)]), EVENT).set_index("topic")

    assert np.isnan([found.loc["a", "ratio"], found.loc["a", "p"], found.loc["a", "q"]]).all()
    assert found.loc["a", "note"] == "not enough data: both counts are zero"
    assert found.loc["b", "q"] == found.loc["b", "p"]
