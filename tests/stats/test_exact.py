"""Exact intervals against published tables."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.stats.exact import clopper_pearson, garwood


@pytest.mark.parametrize(
    ("k", "n", "lo", "hi"),
    [(81, 263, 0.2527, 0.3676), (15, 148, 0.0578, 0.1617), (0, 20, 0.0, 0.1684), (1, 29, 0.0009, 0.1776)],
)
def test_clopper_pearson_limits_equal_those_of_newcombe_1998(k: int, n: int, lo: float, hi: float):
    assert [round(float(limit), 4) for limit in clopper_pearson(k, n)] == [lo, hi]


@pytest.mark.parametrize(
    ("k", "lo", "hi"),
    [(0, 0, 3.6889), (1, 0.0253, 5.5716), (5, 1.6235, 11.6683), (10, 4.7954, 18.3904), (100, 81.3640, 121.6268)],
)
def test_garwood_limits_equal_the_published_table(k: int, lo: float, hi: float):
    assert [round(float(limit), 4) for limit in garwood(k)] == [lo, hi]


def test_columns_may_have_gaps():
    lo, hi = clopper_pearson([3, np.nan, 0, 7], [10, np.nan, 0, 7])
    assert np.isnan(lo).tolist() == np.isnan(hi).tolist() == [False, True, True, False]
    assert hi[3] == 1
    assert np.isnan(garwood([np.nan])).all()


@given(n=st.integers(1, 10_000), share=st.floats(0, 1))
def test_a_share_lies_in_its_exact_interval(n: int, share: float):
    k = round(share * n)
    lo, hi = clopper_pearson(k, n)

    assert lo <= k / n <= hi
    assert lo < hi
