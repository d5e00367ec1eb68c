"""Bursts: spells in which a topic is talked about at a clearly higher rate, found as the optimal path of an automaton.

Kleinberg (2002), Bursty and hierarchical structure in streams, doi 10.1145/775047.775061: section 4 for counts per day,
section 2 for moments. Both find the path of least cost by Viterbi's algorithm; a greedy search does not.
"""

import numpy as np
import numpy.typing as npt
import pandas as pd

from pipeline.stats.guards import LEAST_POSTS_OF_A_BURST, lacking

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


def daily(days: pd.DataFrame, s: float = 2.0, gamma: float = 1.0, least: int = LEAST_POSTS_OF_A_BURST) -> pd.DataFrame:
    """The state of every day: day, posts, total, state (0, 1; missing on a gap), weight, burst (bool), note.

    days: day, posts, total. In state 0 posts come at their mean share of all posts, in state 1 at s times that share;
    going up costs gamma * ln(days), going down nothing. Gaps are left out, as if their neighbours touched. weight: by
    how much state 1 explains the day better than state 0 (a difference of log-likelihoods, nats). burst: state 1 and at
    least `least` posts; fewer are never called a burst, whatever the path.
    """
    out = days[["day", "posts", "total"]].reset_index(drop=True)
    k, n = (out[name].to_numpy(dtype=float, na_value=np.nan) for name in ("posts", "total"))
    counted = n > 0
    r, d = k[counted], n[counted]
    state, weight = np.full(len(out), np.nan), np.full(len(out), np.nan)
    if r.sum() > 0:
        costs = _binomial_costs(r, d, s)
        state[counted] = cheapest(costs, gamma * np.log(len(r)))
        weight[counted] = costs[:, 0] - costs[:, 1]
    few = (state == 1) & (k < least)
    note = np.where(few, f"state 1, but fewer than {least} posts", "")
    note = np.where(counted, note, lacking("nothing was collected on this day"))
    if not r.sum():
        note = np.where(counted, lacking("no post on any day"), note)
    state_column = pd.Series(state).astype("Int64")
    return out.assign(state=state_column, weight=weight, burst=(state == 1) & ~few, note=note)


def spells(states: pd.DataFrame) -> pd.DataFrame:
    """The bursts of `daily`, heaviest first: first, last (days), days, posts, weight (nats, summed over its days)."""
    counted = states[states["state"].notna()]
    number = (counted["burst"] != counted["burst"].shift()).cumsum()
    groups = counted[counted["burst"]].groupby(number[counted["burst"]])
    sums = {"first": ("day", "min"), "last": ("day", "max"), "days": ("day", "size")}
    found = groups.agg(**sums, posts=("posts", "sum"), weight=("weight", "sum"))
    return found.sort_values(["weight", "first"], ascending=[False, True], ignore_index=True)


def moments(times: npt.ArrayLike, s: float = 2.0, gamma: float = 1.0) -> pd.DataFrame:
    """The level of every gap between moments, in order: start, end, level (0 = mean rate, i = s^i times that), note.

    times: moments as numbers (hours, seconds), in any order. The infinite automaton: going up one level costs
    gamma * ln(gaps), going down nothing; it starts at level 0. Two moments at one time have no gap: give times of a
    finer grain, or count by day.
    """
    at = np.sort(np.asarray(times, dtype=float))
    gaps = np.diff(at)
    frame = pd.DataFrame({"start": at[:-1], "end": at[1:], "level": pd.array([pd.NA] * len(gaps), dtype="Int64")})
    if len(gaps) < 2:
        return frame.assign(note=lacking(f"{len(at)} moments, and at least 3 are needed"))
    if (gaps <= 0).any():
        return frame.assign(note=lacking("two moments fall together"))
    mean = gaps.mean()
    levels = int(np.ceil(1 + np.log(gaps.sum() / gaps.min()) / np.log(s)))
    rates = s ** np.arange(levels) / mean
    costs = gaps[:, None] * rates - np.log(rates)
    return frame.assign(level=pd.array(cheapest(costs, gamma * np.log(len(gaps)), start=0), dtype="Int64"), note="")


def nested(levels: pd.DataFrame) -> pd.DataFrame:
    """The bursts of `moments`: level, start, end; one of level 2 lies within one of level 1."""
    at, rows = levels["level"].to_numpy(dtype=float, na_value=0), []
    for level in range(1, int(at.max(initial=0)) + 1):
        inside = np.concatenate([[False], at >= level, [False]])
        edges = np.flatnonzero(np.diff(inside.astype(int)))
        rows += [
            (level, levels["start"].iloc[first], levels["end"].iloc[last - 1]) for first, last in edges.reshape(-1, 2)
        ]
    return pd.DataFrame(rows, columns=["level", "start", "end"])


def cheapest(costs: Floats, up: float, start: int | None = None) -> Ints:
    """The states of the cheapest path (int64[t]): costs[t, state] of each state, and `up` for every step upward.

    start: the state before the first; none costs nothing to begin in. Of equally cheap states the lower one is taken.
    """
    steps, states = costs.shape
    climb = up * np.maximum(np.arange(states)[None, :] - np.arange(states)[:, None], 0)
    total = costs[0] + (climb[start] if start is not None else 0)
    came = np.zeros((steps, states), dtype=np.int64)
    for t in range(1, steps):
        ways = total[:, None] + climb
        came[t] = ways.argmin(axis=0)
        total = ways.min(axis=0) + costs[t]
    path = np.empty(steps, dtype=np.int64)
    path[-1] = total.argmin()
    for t in range(steps - 1, 0, -1):
        path[t - 1] = came[t, path[t]]
    return path


def _binomial_costs(r: Floats, d: Floats, s: float) -> Floats:
    from scipy.special import gammaln, xlog1py, xlogy

    low = min(r.sum() / d.sum(), 1 - 1e-9)
    rates = np.array([low, min(s * low, 1 - 1e-9)])
    ways = gammaln(d + 1) - gammaln(r + 1) - gammaln(d - r + 1)
    return -np.asarray(ways[:, None] + xlogy(r[:, None], rates) + xlog1py((d - r)[:, None], -rates))
