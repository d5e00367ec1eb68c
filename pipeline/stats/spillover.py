"""Whether one topic's event brought others with it: their shares net of co-mentions, against placebos.

A topic rises on the day of an event for three reasons: posts about the event mention it, the event brought it up, or
something else happened. Co-mentions are taken off for the first. For the third the same ratio is taken at dates on
which nothing of the kind happened (placebo dates) and for topics that have nothing to do with it (placebo topics),
which also shows what the exact interval leaves out: days differ by more than chance. The word is "went along with", not
"caused".
"""

import datetime as dt
from collections.abc import Collection

import numpy as np
import numpy.typing as npt
import pandas as pd

from pipeline.stats.ratios import before_after

Floats = npt.NDArray[np.float64]

LEAST_PLACEBOS = 19
"""Placebos with which a p-value of 0.05 can be reached at all: it is at least 1 / (placebos + 1)."""


def net(days: pd.DataFrame) -> pd.DataFrame:
    """The volume of a topic without the posts that also mention the event's topic: day, posts, total.

    days: day, posts, total, both (posts on both topics); missing on gaps.
    """
    return days[["day", "total"]].assign(posts=days["posts"] - days["both"])[["day", "posts", "total"]]


def ratios(
    topics: pd.DataFrame,
    event: dt.date,
    before: int = 28,
    after: int = 14,
    controls: Collection[str] = (),
    confidence: float = 0.95,
) -> pd.DataFrame:
    """Of each topic, how many times its share rose at the event, and how often it rises as much without one.

    topics: topic, day, posts (net of co-mentions, see `net`), total. controls: topics that the event cannot have
    touched, named before looking. Columns: topic, the counts of `before_after`, ratio, lo, hi; p (exact, two-sided); q
    (p after Benjamini & Hochberg 1995 over all topics that are not controls); placebo_p and placebos (dates before the
    event whose windows end before it); control_p (rank among the controls, at least 1 / (controls + 1)); note. Where p
    and placebo_p disagree, believe placebo_p.
    """
    rows = [
        before_after(group, event, before, after, confidence)
        .assign(topic=topic, p=np.nan, q=np.nan)
        .join(_placebo_dates(group, event, before, after))
        for topic, group in topics.groupby("topic", sort=True)
    ]
    found = pd.concat(rows, ignore_index=True)
    found["p"] = _exact_p(found)
    tested = ~found["topic"].isin(list(controls)) & found["p"].notna()
    found.loc[tested, "q"] = adjusted(found.loc[tested, "p"])
    found["control_p"] = _control_p(found, found["topic"].isin(list(controls)).to_numpy())
    return found[["topic", *(name for name in found.columns if name not in ("topic", "note")), "note"]]


def adjusted(p: npt.ArrayLike) -> Floats:
    """p-values after Benjamini & Hochberg (1995), doi 10.1111/j.2517-6161.1995.tb02031.x, computed by statsmodels.

    Taking all of at most q for discoveries, no more than a share q of them is expected to be false.
    """
    from statsmodels.stats.multitest import multipletests  # slow to import

    values = np.asarray(p, dtype=float)
    return np.asarray(multipletests(values, method="fdr_bh")[1]) if len(values) else values


def _exact_p(found: pd.DataFrame) -> list[float]:
    from scipy.stats import binomtest

    columns = ["before_posts", "after_posts", "before_total", "after_total"]
    return [
        float(binomtest(int(b), int(a + b), tb / (ta + tb)).pvalue) if a + b and ta and tb else np.nan
        for b, a, tb, ta in found[columns].to_numpy(dtype=float)
    ]


def _placebo_dates(days: pd.DataFrame, event: dt.date, before: int, after: int) -> pd.DataFrame:
    """How often, at the dates before the event, the ratio is at least as far from 1 as at the event."""
    series = days.set_index("day").sort_index()[["posts", "total"]]
    whole = series.reindex(pd.date_range(series.index.min(), series.index.max()))
    k, n = (np.nan_to_num(whole[name].to_numpy(dtype=float, na_value=np.nan)) for name in ("posts", "total"))
    at = (pd.Timestamp(event) - whole.index[0]).days
    places = np.append(np.arange(before, at - after + 1), at)
    if at < before or at >= len(k):
        return pd.DataFrame([{"placebo_p": np.nan, "placebos": 0}])
    sums = [np.concatenate([[0.0], np.cumsum(x * (n > 0))]) for x in (k, n)]
    past, future = ([s[b] - s[a] for s in sums] for a, b in _windows(places, before, after, len(k)))
    away = np.abs(np.log(_rate(*future) / _rate(*past)))
    known = ~np.isnan(away[:-1])
    placebos = int(known.sum())
    reached = int((away[:-1][known] >= away[-1] - 1e-12).sum())
    short = placebos < LEAST_PLACEBOS or np.isnan(away[-1])
    return pd.DataFrame([{"placebo_p": np.nan if short else (1 + reached) / (1 + placebos), "placebos": placebos}])


def _windows(
    places: npt.NDArray[np.int64], before: int, after: int, end: int
) -> list[tuple[npt.NDArray[np.int64], ...]]:
    return [(places - before, places), (places, np.minimum(places + after, end))]


def _rate(posts: Floats, total: Floats) -> Floats:
    """Half a post more, so that a window without any has a logarithm; missing where nothing was counted."""
    return np.asarray((posts + 0.5) / np.where(total > 0, total, np.nan))


def _control_p(found: pd.DataFrame, control: npt.NDArray[np.bool_]) -> Floats:
    first, second = (
        _rate(found[f"{side}_posts"].to_numpy(dtype=float), found[f"{side}_total"].to_numpy(dtype=float))
        for side in ("before", "after")
    )
    away = np.abs(np.log(second / first))
    reached = (away[control][None, :] >= away[:, None] - 1e-12).sum(1)
    enough = control.any() & ~control & ~np.isnan(away)
    return np.where(enough, (1 + reached) / (1 + control.sum()), np.nan)
