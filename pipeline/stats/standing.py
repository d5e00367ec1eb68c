"""How long something stood on a trending list, and how high.

A list is seen about once an hour, so every time here is that of an observation: what was first seen at 23:20 came up
between the observation before and 23:20. At night an edited list hardly moves (90 to 99 % of a Weibo board seen between
01:00 and 07:59 is the one before; measured, METHODS.md), so that hours at the top are given with and without the night.
"""

import datetime as dt

import numpy as np
import numpy.typing as npt
import pandas as pd

from pipeline.stats.guards import lacking

NIGHT = dt.time(1), dt.time(8)
"""From when and until when a list hardly moves."""

COLUMNS = ["what", "first", "before", "last", "observations", "longest", "by_day", "note"]


def standing(board: pd.DataFrame, ranks: tuple[int, ...] = (50, 10, 1)) -> pd.DataFrame:
    """Of each rank, when the topic stood there or higher: a row each.

    board: observed_at (datetime64), best_rank (missing where nothing stood there), one row per observation, those
    without a title included. Columns: what ("rank 1" or "rank 50 or higher"), first and last (observations at which it
    stood there), before (the observation before the first), observations (how many), longest (the longest run of them
    one after the other), by_day (how many of all outside the night, 01:00 to 07:59), note.
    """
    ordered = board.sort_values("observed_at", ignore_index=True)
    rank = ordered["best_rank"].to_numpy(dtype=float, na_value=np.nan)
    found = pd.DataFrame([_row(ordered["observed_at"], rank <= most, most) for most in ranks], columns=COLUMNS)
    return found.astype(dict.fromkeys(("first", "before", "last"), "datetime64[s]"))


def _row(times: pd.Series, there: npt.NDArray[np.bool_], most: int) -> dict[str, object]:
    what = f"rank {most}" + " or higher" * (most > 1)
    if not there.any():
        why = "it was never seen there" if len(times) else "the archive has no observations with a time"
        return {"what": what, "observations": 0, "longest": 0, "by_day": 0, "note": lacking(why)}
    at = np.flatnonzero(there)
    night = times.iloc[at].dt.time.between(NIGHT[0], NIGHT[1], inclusive="left")
    return {
        "what": what,
        "first": times.iloc[at[0]],
        "before": times.iloc[at[0] - 1] if at[0] else pd.NaT,
        "last": times.iloc[at[-1]],
        "observations": len(at),
        "longest": max(len(run) for run in np.split(at, np.flatnonzero(np.diff(at) > 1) + 1)),
        "by_day": int((~night).sum()),
        "note": "",
    }
