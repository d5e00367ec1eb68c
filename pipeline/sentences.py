"""How results read in a sentence that may be cited: a share, a ratio, a moment, or the reason why there is none."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from pipeline.stats.exact import clopper_pearson
from pipeline.stats.intervals import wilson

_PER = 10_000


def share(posts: float, total: float) -> str:
    """A share per 10,000 with its 95 % interval: Wilson's, and the exact bound where there is no post.

    >>> share(12, 4523)
    '12 of 4,523 (26.5 per 10,000, 95 % interval 15.2–46.3)'
    >>> share(0, 4523)
    '0 of 4,523 (per 10,000 at most 8.2, 95 % exact)'
    """
    if not total > 0:
        return "nothing, as nothing was collected"
    head = f"{posts:,.0f} of {total:,.0f}"
    if posts == 0:
        return f"{head} (per 10,000 at most {clopper_pearson(0, total)[1] * _PER:.1f}, 95 % exact)"
    lo, hi = wilson(posts, total)
    return f"{head} ({posts / total * _PER:.1f} per 10,000, 95 % interval {lo * _PER:.1f}–{hi * _PER:.1f})"


def ratio(row: Mapping[Any, Any] | pd.Series) -> str:
    """A row of `pipeline.stats.ratios`: how many times as frequent, with its exact interval, or what is known instead.

    >>> ratio({"ratio": 64.34, "lo": 17.3, "hi": 355.2, "note": ""})
    '64.3 times as frequent (95 % exact interval 17.3–355.2)'
    >>> ratio({"ratio": float("inf"), "lo": 4.48, "hi": float("inf"), "note": "no post before"})
    'at least 4.5 times as frequent (95 % exact; no post before)'
    """
    value, lo, hi, note = (row[name] for name in ("ratio", "lo", "hi", "note"))
    if pd.isna(value):
        return str(note)
    if value == float("inf"):
        return f"at least {lo:.1f} times as frequent (95 % exact; {note.partition(':')[0]})"
    if value == 0:
        return f"at most {hi:.1f} times as frequent (95 % exact; {note.partition(':')[0]})"
    return f"{value:.1f} times as frequent (95 % exact interval {lo:.1f}–{hi:.1f})"


def half_life(row: Mapping[Any, Any] | pd.Series) -> str:
    """A row of `pipeline.stats.halflife`: the days until half of the rise was gone, or what is known instead.

    >>> half_life({"half_life": 3.0, "lo": 1.0, "hi": float("inf"), "note": ""})
    '3 days (95 % at least 1)'
    """
    if pd.isna(row["half_life"]):
        return str(row["note"])
    limits = f"at least {row['lo']:.0f}" if row["hi"] == float("inf") else f"{row['lo']:.0f}–{row['hi']:.0f}"
    return f"{row['half_life']:.0f} days (95 % {limits})"


def stood(row: Mapping[Any, Any] | pd.Series) -> str:
    """A row of `pipeline.stats.standing`: since when, how long, or why nobody knows.

    Times are those of observations, so that the topic came up between the observation before and the first.
    """
    if row["note"]:
        return f"{row['what']}: {row['note']}"
    first, last = moment(row["first"]), moment(row["last"])
    return (
        f"{row['what']}: first seen {first} (the observation before was {moment(row['before'])}), last {last}, in "
        f"{row['observations']} observations, {row['longest']} of them in a row and {row['by_day']} outside 01:00–07:59"
    )


def moment(time: Any) -> str:
    """A wall-clock time in Asia/Shanghai.

    >>> moment(pd.Timestamp("2021-08-08 00:28:46"))
    '8 August 2021, 00:28'
    """
    if pd.isna(time):
        return "none"
    stamp = pd.Timestamp(time)
    return f"{stamp.day} {_MONTHS[stamp.month - 1]} {stamp.year}, {stamp.hour:02}:{stamp.minute:02}"


def listed(parts: list[str]) -> str:
    """Parts in a row: a, b and c; "none" where there are none."""
    return " and ".join(filter(None, [", ".join(parts[:-1]), *parts[-1:]])) or "none"


_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip
