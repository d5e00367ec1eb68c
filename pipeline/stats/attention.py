"""How attention is divided among topics, and how differently two datasets divide it."""

import itertools

import numpy as np
import numpy.typing as npt
import pandas as pd

from pipeline.stats.guards import lacking


def shares(counts: pd.DataFrame) -> pd.DataFrame:
    """Each topic's share of what a dataset says of all the topics: the rows of `counts` with rate, attention, note.

    counts: dataset, topic, posts, total, and day or any other columns that name a span; one row per topic of a dataset
    and span. rate: posts / total, made within the dataset, as totals of different datasets do not compare. attention:
    rate / sum of rates over the topics of the same dataset and span (0..1). A post on two topics counts for both. Gaps,
    and spans without any post on a topic, have no attention.
    """
    posts, total = (counts[name].astype("Float64") for name in ("posts", "total"))
    rate = (posts / total.where(total > 0)).astype(float)
    span = [name for name in counts.columns if name not in ("topic", "posts", "total")]
    whole = rate.groupby([counts[name] for name in span]).transform("sum")
    silent = np.where(rate.isna(), lacking("nothing was collected"), lacking("no post on any of the topics"))
    attention = rate / whole.where(whole > 0)
    return counts.assign(rate=rate, attention=attention, note=np.where(attention.isna(), silent, ""))


def divergence(first: npt.ArrayLike, second: npt.ArrayLike) -> float:
    """The Jensen-Shannon divergence of two divisions, in bits: 0 where they are the same, 1 where they share nothing.

    Lin (1991), doi 10.1109/18.61115. scipy's `jensenshannon` is its square root, a distance.

    >>> round(divergence([0.5, 0.5, 0], [0, 0.5, 0.5]), 12)
    0.5
    """
    from scipy.spatial.distance import jensenshannon

    return float(jensenshannon(first, second, base=2) ** 2)


def divergences(attention: pd.DataFrame) -> pd.DataFrame:
    """The divergence of every two datasets: first, second, divergence, topics, note.

    attention: dataset, topic, attention, one row per topic of a dataset (one span). Only topics that both have enter.
    """
    table = attention.pivot(index="topic", columns="dataset", values="attention")
    rows = []
    for first, second in itertools.combinations(table.columns, 2):
        both = table[[first, second]].dropna()
        known = len(both) > 1 and both.sum().gt(0).all()
        value = divergence(both[first], both[second]) if known else np.nan
        note = "" if known else lacking("fewer than 2 topics are known of both")
        rows.append((first, second, value, len(both), note))
    return pd.DataFrame(rows, columns=["first", "second", "divergence", "topics", "note"])
