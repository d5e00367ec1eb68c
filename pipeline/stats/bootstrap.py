"""The interval of a daily share when posts of one author go together: authors are drawn anew, not posts."""

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt
import pandas as pd

from pipeline.stats.guards import LEAST_AUTHORS, few, lacking

Floats = npt.NDArray[np.float64]

_CELLS = 4_000_000
"""Authors times draws that are held in memory at once: 32 MB."""


def by_author(counts: pd.DataFrame, draws: int = 2000, confidence: float = 0.95, seed: int = 0) -> pd.DataFrame:
    """The share of every day with a percentile interval of the author-cluster bootstrap.

    counts: day, author, posts (of the author on the topic), total (all posts of the author that day), one row per
    author and day, authors without a post on the topic included. Columns: day, posts, total, authors, share, lo, hi,
    note.

    Where a few authors write most, this is far wider than Wilson's interval; where each wrote once, it is the same.
    Days without a post on the topic, or with no other, have no limits, as drawing authors anew cannot show what none of
    them wrote. The same seed gives the same limits, whatever other days there are.

    Davison & Hinkley (1997), Bootstrap Methods and their Application, section 3.8; Fu & Chau (2013), doi
    10.1371/journal.pone.0058356, for how unequal authors of Weibo are.
    """
    tail, rows = (1 - confidence) / 2, []
    for day, group in counts.groupby("day", sort=True):
        k, n = (group[name].to_numpy(dtype=float) for name in ("posts", "total"))
        note = few(len(group), LEAST_AUTHORS, "authors")
        if not note and k.sum() in (0, n.sum()):
            note = lacking("all authors are alike, and so is every draw; take an exact interval")
        lo, hi = (np.nan, np.nan) if note else _limits(k, n, draws, tail, seed)
        rows.append(
            (day, int(k.sum()), int(n.sum()), len(group), k.sum() / n.sum() if n.sum() else np.nan, lo, hi, note)
        )
    return pd.DataFrame(rows, columns=["day", "posts", "total", "authors", "share", "lo", "hi", "note"])


def _limits(k: Floats, n: Floats, draws: int, tail: float, seed: int) -> tuple[float, float]:
    shares = np.concatenate(list(_drawn(k, n, draws, np.random.default_rng(seed))))
    lo, hi = np.quantile(shares, [tail, 1 - tail])
    return float(lo), float(hi)


def _drawn(k: Floats, n: Floats, draws: int, rng: np.random.Generator) -> Iterator[Floats]:
    """The share in as many resamples of the authors, with replacement; like authors are drawn together."""
    kinds, size = np.unique(np.stack([k, n]), axis=1, return_counts=True)
    batch = max(_CELLS // len(size), 1)
    for done in range(0, draws, batch):
        times = rng.multinomial(len(k), size / len(k), min(batch, draws - done))
        yield times @ kinds[0] / (times @ kinds[1])
