"""Bursts against published sequences, and the path against all paths."""

import itertools

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.stats.bursts import _binomial_costs, cheapest, daily, moments, nested, spells

R = [0, 2, 1, 6, 7, 2, 8, 7, 2, 1]
D = [9, 11, 12, 10, 10, 8, 12, 10, 13, 11]
DAYS = pd.DataFrame({"day": pd.date_range("2021-08-01", periods=10), "posts": R, "total": D})
OFFSETS = [0, 100, 200, 300, 400, 410, *range(415, 451, 5), *range(451, 470, 2), *range(480, 601, 5)]
OFFSETS += [700, *range(710, 801, 5), 900, 1000]


def cost(costs: np.ndarray, path: tuple[int, ...], up: float) -> float:
    climbs = sum(max(b - a, 0) for a, b in itertools.pairwise(path))
    return float(sum(costs[t, state] for t, state in enumerate(path)) + up * climbs)


def test_the_path_of_the_documented_example_is_the_cheapest_of_all_1024():
    costs = _binomial_costs(np.array(R, dtype=float), np.array(D, dtype=float), 2)
    ranked = sorted((cost(costs, path, np.log(10)), path) for path in itertools.product((0, 1), repeat=10))

    assert daily(DAYS)["state"].tolist() == [0, 0, 0, 1, 1, 0, 1, 1, 0, 0]
    assert ranked[0][1] == (0, 0, 0, 1, 1, 0, 1, 1, 0, 0)
    assert [round(c, 4) for c, _ in ranked[:2]] == [25.5244, 26.1684]
    assert round(cost(costs, (0, 0, 0, 0, 1, 0, 1, 1, 0, 0), np.log(10)), 4) == 26.7948  # a greedy search's
    assert tuple(cheapest(costs, np.log(10), start=0)) == ranked[0][1]


def test_weights_are_those_of_the_documented_example():
    found = daily(DAYS)

    expected = [-6.4992, -5.1129, -7.2503, 1.2703, 2.6856, -2.9465, 2.6566, 2.6856, -6.5572, -6.5282]
    assert found["weight"].round(4).tolist() == expected
    assert spells(found)["weight"].round(6).tolist()[0] == 5.342265
    assert spells(found)["first"].dt.day.tolist() == [7, 4]


@pytest.mark.parametrize(
    ("s", "gamma", "states"),
    [
        (2, 1, "00000011111111222222222211111111111111111111111110011111111111111111100"),
        (3, 1, "00000011111111111111111111111111111111111111111110011111111111111111100"),
        (2, 3, "00000011111111111111111111111111111111111111111110000000000000000000000"),
    ],
)
def test_levels_of_moments_equal_those_of_the_r_package(s, gamma, states):
    found = moments(OFFSETS, s, gamma)

    assert "0" + "".join(map(str, found["level"])) == states  # the first moment ends no gap


def test_nested_bursts_lie_within_one_another():
    found = nested(moments(OFFSETS))

    assert found.values.tolist() == [[1, 410, 600], [1, 710, 800], [2, 450, 469]]


@given(st.lists(st.tuples(st.floats(0, 9), st.floats(0, 9), st.floats(0, 9)), min_size=1, max_size=6), st.floats(0, 5))
def test_no_path_is_cheaper_than_the_one_found(rows, up):
    costs = np.array(rows)
    least = min(cost(costs, path, up) for path in itertools.product((0, 1, 2), repeat=len(rows)))

    assert cost(costs, tuple(cheapest(costs, up)), up) == pytest.approx(least)


def test_fewer_than_five_posts_are_never_a_burst():
    few = daily(DAYS.assign(posts=[0, 0, 0, 0, 4, 0, 0, 0, 0, 0]))

    assert few["state"].iloc[4] == 1
    assert not few["burst"].any()
    assert few["note"].iloc[4] == "state 1, but fewer than 5 posts"
    assert spells(few).empty


def test_gaps_have_no_state_and_a_silent_series_no_burst():
    gap = DAYS.astype({"posts": "Int64", "total": "Int64"})
    gap.loc[4, ["posts", "total"]] = pd.NA
    found = daily(gap)
    assert found["state"].isna().tolist() == [t == 4 for t in range(10)]
    assert found["burst"].iloc[6]

    silent = daily(DAYS.assign(posts=0))
    assert silent["state"].isna().all()
    assert set(silent["note"]) == {"not enough data: no post on any day"}
    assert not silent["burst"].any()


def test_moments_that_fall_together_or_are_too_few_are_no_levels_but_a_reason():
    assert set(moments([1, 2, 2, 3])["note"]) == {"not enough data: two moments fall together"}
    assert moments([1, 2])["note"].tolist() == ["not enough data: 2 moments, and at least 3 are needed"]
    assert nested(moments([1, 2])).empty
