"""How fast attention goes: days from the peak of a topic until half of what it rose by is gone.

Lorenz-Spreen et al. (2019), doi 10.1038/s41467-019-09311-w, and Candia et al. (2019), doi 10.1038/s41562-018-0474-5,
have what is known of other media; the latter find two exponentials, a fast and a slow one, which need many days.
"""

import warnings

import numpy as np
import numpy.typing as npt
import pandas as pd

from pipeline.stats.guards import LEAST_DAYS_AFTER_A_PEAK, few, lacking

Floats = npt.NDArray[np.float64]

COLUMNS = ["method", "half_life", "lo", "hi", "censored", "note"]

_LEAST_BASELINE = 7
_LEAST_FIT = 4
_RESAMPLES = 1000
_TAIL = 0.05
"""The share of the rise below which the series is its baseline and noise, where a straight line in logs ends."""


def half_life(
    days: pd.DataFrame, baseline: float | None = None, confidence: float = 0.95, seed: int = 0
) -> pd.DataFrame:
    """The half-life after the highest day, in days, by three methods, a row each.

    days: day (one row per calendar day), posts, total; missing on gaps. baseline: the share to which the topic falls
    back; by default the median share of the 28 days before the peak, of which at least 7 must be counted. Columns:
    method, half_life, lo, hi, censored (bool), note.

    "empirical": the first day after the peak whose 3-day median is below half the rise; interval by a seeded bootstrap
    of the posts of each day. If it is not reached, it is censored: lo is the number of days seen, hi infinite.
    "log-linear": one exponential, a line through the logarithms of the rise until it is below 5 % of the peak's.
    "fast" and "slow": two exponentials, with 20 counted days after the peak or more.
    """
    k, n = (days[name].to_numpy(dtype=float, na_value=np.nan) for name in ("posts", "total"))
    n = np.where(n > 0, n, np.nan)
    share = k / n
    note = "" if np.nansum(k) > 0 else lacking("no post on any day")
    if not note:
        peak = int(np.nanargmax(share))
        before = share[max(peak - 28, 0) : peak]
        before = before[~np.isnan(before)]
        note = "" if baseline is not None else few(len(before), _LEAST_BASELINE, "counted days before the peak")
        base = float(np.median(before)) if baseline is None and len(before) else baseline or 0.0
        note = note or few(len(share) - peak - 1, 1, "days after the peak")
    if note:
        return _rows(*[(method, np.nan, np.nan, np.nan, False, note) for method in ("empirical", "log-linear")])
    fallen, tail = share[peak:] - base, (1 - confidence) / 2
    empirical = _empirical(k[peak:], n[peak:], base, tail, seed)
    return _rows(empirical, _log_linear(fallen, tail), *_bi_exponential(fallen, tail))


def _rows(*rows: tuple[str, float, float, float, bool, str]) -> pd.DataFrame:
    return pd.DataFrame(list(rows), columns=COLUMNS)


def _empirical(k: Floats, n: Floats, base: float, tail: float, seed: int) -> tuple[str, float, float, float, bool, str]:
    first = float(_first_below(k[None, :] / n, base)[0])
    if np.isinf(first):
        seen = len(k) - 1
        return "empirical", np.nan, seen, np.inf, True, f"not halved within the {seen} days after the peak"
    known = ~np.isnan(n)
    drawn = np.full((_RESAMPLES, len(k)), np.nan)
    chance = np.where(known, k / np.where(known, n, 1), 0)
    draws = np.random.default_rng(seed).binomial(np.where(known, n, 0).astype(int), chance, drawn.shape)
    drawn[:, known] = draws[:, known] / n[known]
    lo, hi = np.quantile(_first_below(drawn, base), [tail, 1 - tail], method="inverted_cdf")
    return "empirical", first, min(float(lo), first), max(float(hi), first), False, ""


def _first_below(share: Floats, base: float) -> Floats:
    """Of each row, the first day after the first one whose median with its neighbours is below half; else infinity."""
    padded = np.concatenate([share, np.full((len(share), 1), np.nan)], axis=1)
    around = np.stack([padded[:, :-2], padded[:, 1:-1], padded[:, 2:]])
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # three gaps in a row have no median, and are not below
        below = np.nanmedian(around, axis=0) < (share[:, :1] + base) / 2
    return np.where(below.any(axis=1), below.argmax(axis=1) + 1.0, np.inf)


def _log_linear(rise: Floats, tail: float) -> tuple[str, float, float, float, bool, str]:
    from scipy.stats import linregress
    from scipy.stats import t as student

    low = np.flatnonzero(rise < _TAIL * rise[0])
    days = np.arange(low[0] if len(low) else len(rise))
    days = days[~np.isnan(rise[days])]
    note = few(len(days), _LEAST_FIT, "days until the rise is gone")
    if note:
        return "log-linear", np.nan, np.nan, np.nan, False, note
    line = linregress(days, np.log(rise[days]))
    width = student.ppf(1 - tail, len(days) - 2) * line.stderr
    middle, lo, hi = (
        np.log(2) / -slope if slope < 0 else np.inf for slope in (line.slope, line.slope - width, line.slope + width)
    )
    return "log-linear", float(middle), float(lo), float(hi), False, "" if np.isfinite(middle) else "it does not fall"


def _bi_exponential(rise: Floats, tail: float) -> list[tuple[str, float, float, float, bool, str]]:
    from scipy.optimize import curve_fit
    from scipy.stats import norm

    days = np.flatnonzero(~np.isnan(rise))
    note = few(len(days) - 1, LEAST_DAYS_AFTER_A_PEAK, "counted days after the peak")
    if not note:
        y, start = rise[days] / rise[0], (0.7, np.log(2.0), np.log(15.0))
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # a fit that fails says so by its covariance
            try:
                fitted, covariance = curve_fit(_two, days, y, p0=start, maxfev=5000)
            except RuntimeError:
                fitted, covariance = np.array(start), np.full((3, 3), np.inf)
        error = norm.ppf(1 - tail) * np.sqrt(np.diag(covariance))[1:]
        if np.isfinite(error).all() and 0 <= fitted[0] <= 1:
            pairs = sorted(zip(fitted[1:], error, strict=True))
            return [
                (name, float(np.exp(at)), float(np.exp(at - e)), float(np.exp(min(at + e, 700))), False, "")
                for name, (at, e) in zip(("fast", "slow"), pairs, strict=True)
            ]
        note = lacking("two exponentials cannot be told apart")
    return [(name, np.nan, np.nan, np.nan, False, note) for name in ("fast", "slow")]


def _two(day: Floats, weight: float, one: float, other: float) -> Floats:
    return np.asarray(weight * 0.5 ** (day / np.exp(one)) + (1 - weight) * 0.5 ** (day / np.exp(other)))
