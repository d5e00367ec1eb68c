"""How far a word marks one set of texts against another: significance and size of the difference."""

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]


def g2(a: npt.ArrayLike, b: npt.ArrayLike, c: npt.ArrayLike, d: npt.ArrayLike) -> Floats:
    """Dunning's log-likelihood ratio of a 2 x 2 table (float64, at least 0), from all four cells, with 0 ln 0 = 0.

    a, b: units with the word in the two sets; c, d: units without it. It says nothing of direction: see `signed_g2`.
    Dunning (1993), Computational Linguistics 19(1), 61-74.
    """
    cells = np.stack(np.broadcast_arrays(*(np.asarray(cell, dtype=float) for cell in (a, b, c, d))))
    table = cells.reshape(2, 2, *cells.shape[1:])
    expected = table.sum(0, keepdims=True) * table.sum(1, keepdims=True) / np.maximum(cells.sum(0), 1)
    terms = np.where(table > 0, table * np.log(np.where(table > 0, table / np.where(expected > 0, expected, 1), 1)), 0)
    return np.asarray(np.maximum(2 * terms.sum((0, 1)), 0))


def signed_g2(a: npt.ArrayLike, b: npt.ArrayLike, c: npt.ArrayLike, d: npt.ArrayLike) -> Floats:
    """`g2`, negative where the word is rarer in the first set than in the second."""
    first, second = np.asarray(a, dtype=float), np.asarray(b, dtype=float)
    difference = first * (second + np.asarray(d, dtype=float)) - second * (first + np.asarray(c, dtype=float))
    return np.asarray(np.where(difference < 0, -1.0, 1.0) * g2(a, b, c, d))


def log_ratio(a: npt.ArrayLike, b: npt.ArrayLike, total_a: npt.ArrayLike, total_b: npt.ArrayLike) -> Floats:
    """The binary logarithm of the ratio of two shares, a of total_a and b of total_b: 1 means twice as frequent.

    A count of zero is replaced by 0.5, here alone. Hardie (2014), as in the UCREL SigEff spreadsheet.
    """
    first, second = (np.where(np.asarray(n, dtype=float) > 0, np.asarray(n, dtype=float), 0.5) for n in (a, b))
    return np.asarray(np.log2(first / np.asarray(total_a, dtype=float) / (second / np.asarray(total_b, dtype=float))))


def bic(g2_value: npt.ArrayLike, units: npt.ArrayLike) -> Floats:
    """The Bayesian information criterion of a G2 with one degree of freedom over so many units; above 10: very strong.

    Wilson (2013), as in the UCREL SigEff spreadsheet. Unlike G2 alone it does not grow merely because texts are many.
    """
    return np.asarray(np.asarray(g2_value, dtype=float) - np.log(np.asarray(units, dtype=float)))
