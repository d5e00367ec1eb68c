"""Days from which on a series has another level: PELT, which finds the optimal split under its penalty."""

import numpy as np
import numpy.typing as npt
import pandas as pd

from pipeline.stats.guards import few

Floats = npt.NDArray[np.float64]

_LEAST_SEGMENT = 3


def breakpoints(values: npt.ArrayLike, penalty: float | None = None, min_size: int = _LEAST_SEGMENT) -> list[int]:
    """Where each segment of equal mean ends (exclusive), the last of them the length of the series.

    values: without gaps, their noise of equal size throughout (`stable` makes it so). penalty: what a further segment
    must gain in squared error; by default 2 ln n * s^2, where s = 1.4826 * MAD(differences) / sqrt(2) is the noise as
    the steps from value to value show it, which a change of level does not inflate. Killick, Fearnhead & Eckley (2012),
    doi 10.1080/01621459.2012.737745, by ruptures, with every place tried (`jump=1`; its default of 5 skips most).
    """
    import ruptures

    x = np.asarray(values, dtype=float)
    if len(x) < 2 * min_size:
        return [len(x)]
    pen = _penalty(x) if penalty is None else penalty
    found = ruptures.Pelt(model="l2", min_size=min_size, jump=1).fit(x).predict(pen=max(pen, 1e-12))
    return [int(end) for end in found]


def segments(days: pd.DataFrame, penalty: float | None = None, min_size: int = _LEAST_SEGMENT) -> pd.DataFrame:
    """The levels of a topic, one row each: first, last (days), days (counted), posts, total, share, note.

    days: day, posts, total; gaps are left out, as if their neighbours touched. The split is made on `stable` values;
    share is posts / total of the segment. The noise of the default penalty is not taken to be below that of a Poisson
    count: in a series of zeros the steps show none, and a single post would be a level. A change of level is one that
    the series shows, not one that is explained.
    """
    counted = days[days["total"].fillna(0) > 0]
    columns = ["first", "last", "days", "posts", "total", "share", "note"]
    note = few(len(counted), 2 * min_size, "counted days")
    if note:
        return pd.DataFrame([{"days": len(counted), "note": note}], columns=columns)
    values = stable(counted["posts"], counted["total"])
    least = _penalty(values, least_noise=1.0) if penalty is None else penalty
    ends = breakpoints(values, least, min_size)
    number = np.searchsorted(ends, np.arange(len(counted)), side="right")
    sums = {"first": ("day", "min"), "last": ("day", "max"), "days": ("day", "size")}
    found = counted.groupby(number).agg(**sums, posts=("posts", "sum"), total=("total", "sum"))
    return found.assign(share=found["posts"] / found["total"], note="").reset_index(drop=True)


def _penalty(x: Floats, least_noise: float = 0.0) -> float:
    steps = np.diff(x)
    noise = 1.4826 * float(np.median(np.abs(steps - np.median(steps)))) / np.sqrt(2)
    return float(2 * np.log(len(x)) * max(noise, least_noise) ** 2)


def stable(posts: npt.ArrayLike, total: npt.ArrayLike) -> Floats:
    """Counts as values whose noise does not grow with them (float64): 2 sqrt(k + 3/8), at the median total.

    Anscombe (1948), doi 10.1093/biomet/35.3-4.246: the variance is about 1. Days of other totals are brought to the
    median total first, so that a day with more posts of every kind is not a change.
    """
    k, n = np.asarray(posts, dtype=float), np.asarray(total, dtype=float)
    return np.asarray(2 * np.sqrt(k * np.median(n) / n + 3 / 8))
