"""The daily share of a topic per 10,000 posts, with each interval that a paper may ask for."""

import numpy as np
import pandas as pd

from pipeline.stats.bootstrap import by_author
from pipeline.stats.exact import clopper_pearson
from pipeline.stats.guards import lacking
from pipeline.stats.intervals import wilson

PER = 10_000

LEAST_ALONE = 100
"""Posts of a day below which a share is not shown without its interval."""


def per_10k(days: pd.DataFrame, authors: pd.DataFrame | None = None, confidence: float = 0.95) -> pd.DataFrame:
    """Of each day: day, posts, total, share, lo and hi (Wilson), exact_lo, exact_hi, author_lo, author_hi, note.

    days: day, posts, total; missing on gaps. Shares and limits are per 10,000. exact: Clopper & Pearson's, for tables
    with 0 posts. authors: the counts that `bootstrap.by_author` takes, with the same days; without it, and on days of
    fewer than 5 authors or without a post on the topic, author_lo and author_hi are missing. Wilson's and the exact
    interval take posts as independent; for anything published, where authors are known, use the third.
    """
    out = days[["day", "posts", "total"]].reset_index(drop=True)
    k, n = (out[name].to_numpy(dtype=float, na_value=np.nan) for name in ("posts", "total"))
    n = np.where(n > 0, n, np.nan)
    lo, hi = wilson(k, n, confidence)
    exact_lo, exact_hi = clopper_pearson(k, n, confidence)
    limits = {"share": k / n, "lo": lo, "hi": hi, "exact_lo": exact_lo, "exact_hi": exact_hi}
    out = out.assign(**{name: PER * values for name, values in limits.items()}).join(
        _by_author(out, authors, confidence)
    )
    few = f"fewer than {LEAST_ALONE} posts were collected: show the share only with its interval"
    return out.assign(
        note=np.where(np.isnan(n), lacking("nothing was collected on this day"), np.where(n < LEAST_ALONE, few, ""))
    )


def _by_author(out: pd.DataFrame, authors: pd.DataFrame | None, confidence: float) -> pd.DataFrame:
    if authors is None:
        return pd.DataFrame(np.nan, index=out.index, columns=["author_lo", "author_hi"])
    found = by_author(authors, confidence=confidence).set_index("day")
    limits = PER * found.loc[found["note"] == "", ["lo", "hi"]].reindex(out["day"]).reset_index(drop=True)
    return limits.rename(columns={"lo": "author_lo", "hi": "author_hi"})
