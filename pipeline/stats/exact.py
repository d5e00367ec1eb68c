"""Intervals that hold for every count, however small: of a share, and of a number of events."""

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]


def clopper_pearson(k: npt.ArrayLike, n: npt.ArrayLike, confidence: float = 0.95) -> tuple[Floats, Floats]:
    """Lower and upper limits (float64, in 0..1) of the exact interval for k of n; NaN where n is 0 or NaN.

    Clopper & Pearson (1934), doi 10.1093/biomet/26.4.404; Newcombe (1998), method 5, by quantiles of beta. It never
    covers less than it says, and mostly more: for tables with k = 0; elsewhere prefer `intervals.wilson`. k and n may
    be fractions (effective numbers).
    """
    from scipy.special import betaincinv

    k, n = np.broadcast_arrays(np.asarray(k, dtype=float), np.asarray(n, dtype=float))
    tail, known = (1 - confidence) / 2, n > 0
    some, short = known & (k > 0), known & (k < n)
    lo = np.where(some, betaincinv(np.where(some, k, 1), np.where(some, n - k + 1, 1), tail), 0.0)
    hi = np.where(short, betaincinv(np.where(short, k + 1, 1), np.where(short, n - k, 1), 1 - tail), 1.0)
    return np.where(known, lo, np.nan), np.where(known, hi, np.nan)


def garwood(k: npt.ArrayLike, confidence: float = 0.95) -> tuple[Floats, Floats]:
    """Lower and upper limits (float64) of the exact interval for the mean of a Poisson count k; NaN where k is NaN.

    Garwood (1936), doi 10.1093/biomet/28.3-4.437, by quantiles of chi squared.
    """
    from scipy.stats import chi2

    k, tail = np.asarray(k, dtype=float), (1 - confidence) / 2
    lo = np.where(k > 0, chi2.ppf(tail, 2 * np.where(k > 0, k, 1)) / 2, k)
    return lo, np.asarray(chi2.ppf(1 - tail, 2 * k + 2) / 2)
