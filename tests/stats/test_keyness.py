"""Keyness against published numbers, and against scipy."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import chi2_contingency

from pipeline.stats.keyness import bic, g2, log_ratio, signed_g2

CELLS = st.tuples(*[st.integers(0, 5000)] * 4)


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        ((110, 2442, 111, 29114), 270.72),
        ((29, 13, 123, 31612), 263.90),
        ((31, 23, 139, 31584), 256.84),
        ((10, 0, 3, 31764), 167.23),
        ((76, 104, 2476, 29121), 157.21),
        ((16, 16, 51, 31694), 157.03),
    ],
)
def test_g2_equals_the_bigram_table_of_dunning_1993(cells: tuple[int, ...], expected: float):
    assert round(float(g2(*cells)), 2) == expected


@pytest.mark.parametrize(
    ("a", "b", "expected"),
    [
        (1500, 15000, 0.0),
        (340, 2500, 0.44360665147561484),
        (200, 2500, -0.3219280948873625),
        (7, 0, 7.129283016944966),
        (654, 654, 3.3219280948873626),
        (89, 536, 0.7315723353959876),
    ],
)
def test_log_ratio_equals_the_sigeff_spreadsheet(a: int, b: int, expected: float):
    assert float(log_ratio(a, b, 10_000, 100_000)) == pytest.approx(expected, abs=1e-12)


@given(cells=CELLS.filter(lambda n: all((n[0] + n[1], n[2] + n[3], n[0] + n[2], n[1] + n[3]))))
def test_g2_equals_scipys_log_likelihood_test(cells: tuple[int, ...]):
    expected = chi2_contingency(np.reshape(cells, (2, 2)), correction=False, lambda_="log-likelihood").statistic

    assert float(g2(*cells)) == pytest.approx(max(expected, 0), abs=1e-6)


@given(cells=CELLS)
def test_g2_is_never_negative_and_its_sign_is_that_of_the_log_ratio(cells: tuple[int, ...]):
    a, b, c, d = cells
    assert float(g2(*cells)) >= 0
    if a and b and c and d:
        signed, ratio = float(signed_g2(*cells)), float(log_ratio(a, b, a + c, b + d))
        assert signed == 0 or ratio == pytest.approx(0, abs=1e-12) or (signed > 0) == (ratio > 0)


def test_whole_columns_give_what_single_tables_give():
    columns = np.array([[110, 29, 0], [2442, 13, 5], [111, 123, 7], [29114, 31612, 90]])

    assert g2(*columns).tolist() == [float(g2(*cells)) for cells in columns.T]


def test_a_table_without_any_unit_says_nothing():
    assert float(signed_g2(0, 0, 0, 0)) == 0


@pytest.mark.parametrize(
    ("likelihood", "expected"),
    [(26.17575781908755, 14.567522174312998), (9.827928282577773, -1.7803073621967798)],
)
def test_bic_equals_the_sigeff_spreadsheet(likelihood: float, expected: float):
    assert float(bic(likelihood, 110_000)) == pytest.approx(expected, abs=1e-12)
