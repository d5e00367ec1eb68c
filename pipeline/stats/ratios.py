"""How many times as frequent something is after a day as before it, with limits that hold for small counts."""

import datetime as dt

import numpy as np
import numpy.typing as npt
import pandas as pd

from pipeline.stats.guards import lacking


def rate_ratio(
    a: npt.ArrayLike, exposure_a: npt.ArrayLike, b: npt.ArrayLike, exposure_b: npt.ArrayLike, confidence: float = 0.95
) -> pd.DataFrame:
    """The rate a / exposure_a over the rate b / exposure_b, a row per pair: ratio, lo, hi, note.

    Exact and conditional on a + b: a is then binomial, and its Clopper-Pearson limits become those of the ratio
    (Rothman, Greenland & Lash 2008, Modern Epidemiology, chapter 14). With a count of zero the ratio is 0 or infinite
    and only the other limit says anything, which `note` repeats; with both zero nothing is known.
    """
    from scipy.special import betaincinv

    a, ta, b, tb = np.broadcast_arrays(
        *(np.atleast_1d(np.asarray(x, dtype=float)) for x in (a, exposure_a, b, exposure_b))
    )
    known, tail = (a + b > 0) & (ta > 0) & (tb > 0), (1 - confidence) / 2
    times = np.where(known, tb, 1) / np.where(known, ta, 1)
    low = np.where(known & (a > 0), betaincinv(np.maximum(a, 1e-9), b + 1, tail), 0.0)
    high = np.where(known & (b > 0), betaincinv(a + 1, np.maximum(b, 1e-9), 1 - tail), 1.0)
    with np.errstate(divide="ignore", invalid="ignore"):
        limits = {"ratio": a / b * times, "lo": low / (1 - low) * times, "hi": high / (1 - high) * times}
    notes = [_note(*row) for row in zip(a, b, ta, tb, strict=True)]
    return pd.DataFrame({name: np.where(known, limit, np.nan) for name, limit in limits.items()} | {"note": notes})


def before_after(
    days: pd.DataFrame, event: dt.date, before: int | None = None, after: int | None = None, confidence: float = 0.95
) -> pd.DataFrame:
    """The share of posts from the event's day on over the share before it: one row.

    days: day, posts, total; gaps, where total is missing or 0, count on neither side. before, after: lengths of the two
    windows in calendar days; all days if not given. Columns: before_posts, before_total, before_days (counted), the
    same of after, ratio, lo, hi, note. Posts are taken as independent, which posts of one author and titles carried
    over midnight are not: read the interval as a lower bound of the uncertainty.
    """
    offset = (days["day"] - pd.Timestamp(event)).dt.days
    counted = days["total"].fillna(0) > 0
    sides = {
        "before": counted & (offset < 0) & (offset >= -(before or np.inf)),
        "after": counted & (offset >= 0) & (offset < (after or np.inf)),
    }
    row = {
        f"{side}_{name}": int(days.loc[kept, name].sum()) if name != "days" else int(kept.sum())
        for side, kept in sides.items()
        for name in ("posts", "total", "days")
    }
    found = rate_ratio(row["after_posts"], row["after_total"], row["before_posts"], row["before_total"], confidence)
    return pd.concat([pd.DataFrame([row]), found], axis=1)


def _note(a: float, b: float, exposure_a: float, exposure_b: float) -> str:
    if not (exposure_a > 0 and exposure_b > 0):
        return lacking("nothing was counted on one side")
    if a + b == 0:
        return lacking("both counts are zero")
    if a and b:
        return ""
    return f"no post {'before' if a else 'after'}: only the {'lower' if a else 'upper'} limit says anything"
