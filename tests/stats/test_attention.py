"""Attention by hand arithmetic."""

import numpy as np
import pandas as pd
import pytest

from pipeline.stats.attention import divergence, divergences, shares

COUNTS = pd.DataFrame(
    [("w", "a", 10, 1000), ("w", "b", 30, 1000), ("z", "a", 30, 100), ("z", "b", 10, 100)],
    columns=["dataset", "topic", "posts", "total"],
)


def test_attention_is_normalised_within_the_dataset_first():
    found = shares(COUNTS)

    assert found["rate"].tolist() == [0.01, 0.03, 0.3, 0.1]
    assert found["attention"].tolist() == pytest.approx([0.25, 0.75, 0.75, 0.25])


def test_gaps_and_silent_days_have_no_attention_but_a_reason():
    day = COUNTS.assign(day=[1, 1, 2, 2]).astype({"posts": "Int64", "total": "Int64"})
    day.loc[:1, ["posts", "total"]] = pd.NA
    day.loc[2:, "posts"] = 0
    found = shares(day)

    assert found["attention"].isna().all()
    assert (
        found["note"].tolist()
        == ["not enough data: nothing was collected"] * 2 + ["not enough data: no post on any of the topics"] * 2
    )


def test_divergence_is_the_square_of_scipys_distance():
    assert divergence([0.5, 0.5, 0], [0, 0.5, 0.5]) == pytest.approx(0.5)
    assert divergence([1, 0], [0, 1]) == pytest.approx(1)
    assert divergence([0.2, 0.8], [0.2, 0.8]) == pytest.approx(0, abs=1e-12)


def test_datasets_are_compared_on_the_topics_that_both_have():
    found = divergences(shares(COUNTS))
    assert found["divergence"].iloc[0] == pytest.approx(divergence([0.25, 0.75], [0.75, 0.25]))

    one = divergences(shares(COUNTS.iloc[:3]))
    assert np.isnan(one["divergence"].iloc[0])
    assert one["note"].iloc[0] == "not enough data: fewer than 2 topics are known of both"
