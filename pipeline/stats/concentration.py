"""How much of a topic comes from how few authors."""

import numpy as np
import numpy.typing as npt
import pandas as pd

from pipeline.stats.guards import LEAST_AUTHORS, few


def gini(posts: npt.ArrayLike) -> float:
    """The Gini coefficient of posts per author: 0 where all wrote the same number, near 1 where one wrote all.

    >>> gini([0, 0, 0, 1])
    0.75
    """
    x = np.sort(np.asarray(posts, dtype=float))
    ranks = 2 * np.arange(1, len(x) + 1) - len(x) - 1
    return float(ranks @ x / (len(x) * x.sum())) if x.sum() else np.nan


def herfindahl(posts: npt.ArrayLike) -> float:
    """The Herfindahl-Hirschman index (0..1): how likely two posts, drawn with replacement, are of one author."""
    x = np.asarray(posts, dtype=float)
    return float(((x / x.sum()) ** 2).sum()) if x.sum() else np.nan


def top_share(posts: npt.ArrayLike, part: float) -> float:
    """The share of all posts by the most active `part` (0..1) of the authors, at least one author."""
    x = np.sort(np.asarray(posts, dtype=float))[::-1]
    most = max(round(part * len(x)), 1)
    return float(x[:most].sum() / x.sum()) if x.sum() else np.nan


def of_authors(counts: pd.DataFrame) -> pd.DataFrame:
    """How concentrated each topic is: topic, authors, posts, gini, hhi, effective_authors, top_1, top_10, note.

    counts: topic, author, posts, one row per author of a topic. Only authors who wrote of the topic are seen, so that
    the Gini coefficient is one among them. effective_authors: 1 / HHI, as many equally active ones would have that HHI.
    top_1, top_10: share of the most active 1 and 10 %. A topic of fewer than 5 authors has no numbers (see ETHICS.md).
    """
    rows = []
    for topic, group in counts[counts["posts"] > 0].groupby("topic", sort=True):
        note = few(len(group), LEAST_AUTHORS, "authors")
        x, index = group["posts"].to_numpy(dtype=float), np.nan if note else herfindahl(group["posts"])
        numbers = [np.nan] * 3 if note else [gini(x), top_share(x, 0.01), top_share(x, 0.1)]
        all_posts = np.nan if note else x.sum()
        rows.append((topic, len(group), all_posts, numbers[0], index, 1 / index, *numbers[1:], note))
    columns = ["topic", "authors", "posts", "gini", "hhi", "effective_authors", "top_1", "top_10", "note"]
    return pd.DataFrame(rows, columns=columns)
