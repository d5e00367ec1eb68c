"""Intervals against published numbers."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.stats.intervals import wilson


@pytest.mark.parametrize(
    ("k", "n", "lo", "hi"),
    [
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0, 0.1611),
        (1, 29, 0.0061, 0.1718),
        (23, 60, 0.2709, 0.5098),
    ],
)
def test_wilson_limits_equal_those_of_newcombe_1998(k: int, n: int, lo: float, hi: float):
    assert [round(float(limit[0]), 4) for limit in wilson([k], [n])] == [lo, hi]


def test_without_any_item_there_is_no_interval():
    lo, hi = wilson([0, np.nan], [0, np.nan])

    assert np.isnan(lo).all()
    assert np.isnan(hi).all()


@given(n=st.integers(1, 10_000), share=st.floats(0, 1))
def test_the_share_lies_inside_its_interval(n: int, share: float):
    k = round(share * n)
    (lo,), (hi,) = wilson([k], [n])

    assert -1e-12 <= lo <= k / n + 1e-12
    assert k / n - 1e-12 <= hi <= 1 + 1e-12
