"""How far a day lies from what is usual, where the usual is a median that one great day cannot move."""

import numpy as np
import numpy.typing as npt
import pandas as pd

from pipeline.stats.guards import few, lacking

Floats = npt.NDArray[np.float64]

NORMAL = 0.6745
"""The median absolute deviation of a standard normal, to the digits of Iglewicz & Hoaglin."""

_WEEKS = 6
"""Same weekdays that a baseline by weekday needs."""


def modified_z(values: npt.ArrayLike) -> Floats:
    """0.6745 * (x - median) / MAD of every value (float64); NaN throughout where more than half the values are equal.

    Iglewicz & Hoaglin (1993), How to Detect and Handle Outliers; they call a value beyond 3.5 an outlier.
    """
    x = np.asarray(values, dtype=float)
    distance = x - np.nanmedian(x)
    mad = np.nanmedian(np.abs(distance))
    return np.asarray(NORMAL * distance / mad if mad > 0 else np.full_like(x, np.nan))


def usual(days: pd.DataFrame, window: int = 28, weekday: bool = False) -> pd.DataFrame:
    """What each day's posts would be by the days before it: day, posts, total, expected, z, days, note.

    days: day (one row per calendar day), posts, total; gaps are missing and no part of any baseline. The baseline is
    the median share of the `window` days before the day, which itself is left out; with `weekday` only of the same
    weekday, for which `window` should be at least 42. expected: that share of the day's total. z: the modified z-score
    of the day's posts, its scale not below that of a Poisson count (square root of expected) nor below one post, as a
    sparse topic has a deviation of 0. days: counted days in the baseline, at least half the window (6 by weekday).
    """
    out = days[["day", "posts", "total"]].reset_index(drop=True)
    k, n = (out[name].to_numpy(dtype=float, na_value=np.nan) for name in ("posts", "total"))
    n = np.where(n > 0, n, np.nan)
    step, least = (7, _WEEKS) if weekday else (1, (window + 1) // 2)
    median, mad, counted = _before(k / n, window, step)
    enough = counted >= least
    expected = np.where(enough, median * n, np.nan)
    scale = np.maximum(np.maximum(mad * n / NORMAL, np.sqrt(expected)), 1)
    return out.assign(expected=expected, z=(k - expected) / scale, days=counted, note=_notes(n, counted, least))


def _before(share: Floats, window: int, step: int) -> tuple[Floats, Floats, npt.NDArray[np.int64]]:
    """Median, median absolute deviation and number of the counted days in the window before each day."""
    median, mad = np.full(len(share), np.nan), np.full(len(share), np.nan)
    counted = np.zeros(len(share), dtype=np.int64)
    for t in range(len(share)):
        past = share[max(t - window, 0) : t][::-1][step - 1 :: step]
        past = past[~np.isnan(past)]
        counted[t] = len(past)
        if len(past):
            median[t] = np.median(past)
            mad[t] = np.median(np.abs(past - median[t]))
    return median, mad, counted


def _notes(total: Floats, counted: npt.NDArray[np.int64], least: int) -> list[str]:
    return [
        lacking("nothing was collected on this day") if np.isnan(n) else few(int(have), least, "counted days before it")
        for n, have in zip(total, counted, strict=True)
    ]
