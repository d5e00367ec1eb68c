"""Which of two series moves first."""

from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from pipeline.stats.guards import LEAST_POINTS_OF_A_FORECAST, few, lacking

Floats = npt.NDArray[np.float64]


def lags(first: npt.ArrayLike, second: npt.ArrayLike, most: int = 48, confidence: float = 0.95) -> pd.DataFrame:
    """The correlation of the changes of two series at every lag: lag, r, pairs, beyond (bool), note.

    first, second: shares at the same equal steps (hours), missing on gaps. At a lag above 0 the first series moves that
    many steps before the second. The series are differenced, as levels that drift together correlate at every lag.
    beyond: |r| outside what two unrelated series would show at some one of the lags (normal limits at 1 / sqrt(pairs),
    Bonferroni over the lags). A lag needs 30 pairs.
    """
    from scipy.stats import norm

    x, y = (np.diff(np.asarray(series, dtype=float)) for series in (first, second))
    limit, rows = norm.ppf(1 - (1 - confidence) / 2 / (2 * most + 1)), []
    for lag in range(-most, most + 1):
        r, pairs = _correlation(x[: len(x) - lag] if lag >= 0 else x[-lag:], y[lag:] if lag >= 0 else y[: len(y) + lag])
        note = few(pairs, 30, "pairs of changes") or ("" if not np.isnan(r) else lacking("a series does not move"))
        r = np.nan if note else r
        rows.append((lag, r, pairs, bool(abs(r) > limit / np.sqrt(max(pairs, 1))), note))
    return pd.DataFrame(rows, columns=["lag", "r", "pairs", "beyond", "note"])


def forecasts(first: npt.ArrayLike, second: npt.ArrayLike, lag: int = 2) -> pd.DataFrame:
    """Whether the past of the first series helps to forecast the second (Granger): F, p, df_num, df_denom, note.

    Both are taken as they are given: difference them first if they drift. The word is "predictive", never "causal": a
    third thing that moves both at different times does the same. No numbers below 200 steps without a gap, or where a
    unit root is not rejected (augmented Dickey-Fuller, p < 0.05) for one of the series. One row, by statsmodels; with
    many pairs adjust p (`spillover.adjusted`).
    """
    from statsmodels.tsa.stattools import adfuller, grangercausalitytests  # slow to import

    x, y = _unbroken(first, second)
    note = few(len(x), LEAST_POINTS_OF_A_FORECAST, "steps without a gap")
    if not note and not all(
        np.ptp(series) > 0 and adfuller(series, result_object=True).pvalue < 0.05 for series in (x, y)
    ):
        note = lacking("a series is not stationary; difference both")
    if note:
        return pd.DataFrame([{"F": np.nan, "p": np.nan, "df_num": lag, "df_denom": np.nan, "note": note}])
    # statsmodels tests whether the second column forecasts the first
    tests: Any = grangercausalitytests(np.column_stack([y, x]), [lag])
    f, p, denominator, numerator = tests[lag][0]["ssr_ftest"]
    row = {"F": float(f), "p": float(p), "df_num": int(numerator), "df_denom": int(denominator), "note": ""}
    return pd.DataFrame([row])


def first_seen(counts: pd.DataFrame, least: int = 1) -> pd.DataFrame:
    """When a topic first reached `least` posts in each source: source, first, before, resolved (bool), note.

    counts: source, time, posts, one row per observation, those without a post included. first: the observation at which
    the sum reaches `least`; before: the one before it: the topic came up in between. Earliest first. resolved: the
    whole span lies before that of the next source; else the order of the two cannot be told.
    """
    rows = []
    for source, group in counts.dropna(subset=["posts"]).groupby("source", sort=True):
        ordered = group.sort_values("time")
        reached = np.flatnonzero(ordered["posts"].cumsum().to_numpy(dtype=float) >= least)
        at = int(reached[0]) if len(reached) else None
        first = ordered["time"].iloc[at] if at is not None else pd.NaT
        before = ordered["time"].iloc[at - 1] if at else pd.NaT
        note = "" if at is not None else lacking(f"fewer than {least} posts")
        rows.append((source, first, before, note))
    found = pd.DataFrame(rows, columns=["source", "first", "before", "note"]).sort_values(["first", "source"])
    found = found.reset_index(drop=True)
    resolved = (found["first"] <= found["before"].shift(-1)).fillna(False)
    return found.assign(resolved=resolved)[["source", "first", "before", "resolved", "note"]]


def _correlation(x: Floats, y: Floats) -> tuple[float, int]:
    both = ~(np.isnan(x) | np.isnan(y))
    x, y = x[both], y[both]
    if len(x) < 2 or not (np.ptp(x) > 0 and np.ptp(y) > 0):
        return np.nan, len(x)
    return float(np.corrcoef(x, y)[0, 1]), len(x)


def _unbroken(first: npt.ArrayLike, second: npt.ArrayLike) -> tuple[Floats, Floats]:
    """The longest run of steps in which neither series is missing."""
    x, y = (np.asarray(series, dtype=float) for series in (first, second))
    known = np.concatenate([[False], ~(np.isnan(x) | np.isnan(y)), [False]])
    runs = np.flatnonzero(np.diff(known.astype(int))).reshape(-1, 2)
    if not len(runs):
        return x[:0], y[:0]
    start, end = runs[np.argmax(runs[:, 1] - runs[:, 0])]
    return x[start:end], y[start:end]
