"""How much of what was collected is gone when it is looked for again.

Not every deletion is censorship, and most censorship is not seen: Zhu et al. (2013), arXiv 1303.0597, found about 30 %
of deletions 5 to 30 minutes after posting and about 90 % within a day, which a daily crawl misses. A rate is therefore
one of posts that lived long enough to be collected, and is only read beside that of topics that are not sensitive.
"""

import numpy as np
import pandas as pd

from pipeline.stats.guards import lacking
from pipeline.stats.intervals import wilson
from pipeline.stats.ratios import rate_ratio

KINDS = ("deleted", "permission_denied")
"""What a second look may find. "Permission denied" is the platform's own doing (Fu, Chan & Chau 2013)."""


def rates(checked: pd.DataFrame, confidence: float = 0.95) -> pd.DataFrame:
    """The share of posts that are gone, a row per topic and kind: topic, kind, posts, checked, rate, lo, hi, note.

    checked: topic, checked (posts looked for again), deleted (all that are gone), permission_denied (of these, those of
    which the platform says so). Intervals are Wilson's.
    """
    whole = checked["checked"].to_numpy(dtype=float)
    known = whole > 0
    parts = []
    for kind in KINDS:
        k = checked[kind].to_numpy(dtype=float)
        lo, hi = wilson(k, whole, confidence)
        rate = np.divide(k, whole, out=np.full_like(k, np.nan), where=known)
        note = np.where(known, "", lacking("no post was looked for again"))
        columns = {"kind": kind, "posts": checked[kind], "rate": rate, "lo": lo, "hi": hi, "note": note}
        parts.append(checked[["topic", "checked"]].assign(**columns))
    order = ["topic", "kind", "posts", "checked", "rate", "lo", "hi", "note"]
    return pd.concat(parts, ignore_index=True)[order].sort_values(["topic", "kind"], ignore_index=True)


def against(checked: pd.DataFrame, control: str, kind: str = "deleted", confidence: float = 0.95) -> pd.DataFrame:
    """Every other topic's rate by that of a control topic: topic, ratio, lo, hi, note.

    The control should be matched: posts of the same days and as many reposts, on what nobody would delete. The ratio is
    the exact one of two Poisson rates, whose interval is too wide rather than too narrow where rates are high.
    """
    usual = checked[checked["topic"] == control].iloc[0]
    others = checked[checked["topic"] != control].reset_index(drop=True)
    found = rate_ratio(others[kind], others["checked"], usual[kind], usual["checked"], confidence)
    return others[["topic"]].join(
        found.assign(note=found["note"].str.replace("after", "here").str.replace("before", "in the control"))
    )
