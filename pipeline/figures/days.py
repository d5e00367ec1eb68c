"""The day axis: which days get a tick, how dates read in both languages, where gaps and weekends lie.

A day is a calendar date in Asia/Shanghai, held as datetime64 without a zone, and takes up the axis from
half a day before its tick to half a day after.
"""

from collections.abc import Sequence
from typing import Literal

import numpy as np
import pandas as pd

Language = Literal["en", "zh"]

# English month names by hand: strftime would follow the machine's locale.
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_STEPS = ("D", "W-MON", "2W-MON", "MS", "QS", "2QS", "YS")
_MOST_TICKS = 10


def date_label(day: pd.Timestamp, language: Language, *, year: bool = False) -> str:
    """The day in words.

    >>> date_label(pd.Timestamp("2021-08-07"), "en"), date_label(pd.Timestamp("2021-08-07"), "zh", year=True)
    ('7 Aug', '2021年8月7日')
    """
    if language == "zh":
        return f"{day.year}年" * year + f"{day.month}月{day.day}日"
    return f"{day.day} {_MONTHS[day.month - 1]}" + f" {day.year}" * year


def month_label(day: pd.Timestamp, language: Language) -> str:
    """The month in words, without its year."""
    return f"{day.month}月" if language == "zh" else _MONTHS[day.month - 1]


def place(days: pd.Series) -> np.ndarray:
    """float64[n], the places of the days on the axis: days since 1970-01-01, as matplotlib counts them."""
    return np.asarray((days - pd.Timestamp("1970-01-01")).dt.days, dtype=np.float64)


def ticks(days: pd.Series, language: Language, most: int = _MOST_TICKS) -> tuple[np.ndarray, list[str]]:
    """Places (float64) and labels of at most `most` ticks: days, weeks from Monday, months, quarters or years.

    The first tick and the first of each further year carry the year on a second line.
    """
    first, last = days.iloc[0], days.iloc[-1]
    steps = [pd.date_range(first, last, freq=step) for step in _STEPS]
    chosen = next((step for step in steps if 0 < len(step) <= most), steps[-1])
    chosen = chosen[:: -(-len(chosen) // most)]
    monthly = bool((chosen.day == 1).all()) and len(chosen) > 1
    labels = []
    for index, day in enumerate(chosen):
        label = month_label(day, language) if monthly else date_label(day, language)
        turn = index == 0 or day.year != chosen[index - 1].year
        labels.append(f"{label}\n{day.year}" + "年" * (language == "zh") if turn else label)
    return place(pd.Series(chosen)), labels


def runs(flags: Sequence[bool] | np.ndarray) -> list[tuple[int, int]]:
    """First and last position of every unbroken run of true flags.

    >>> runs([True, False, True, True])
    [(0, 0), (2, 3)]
    """
    bits = np.concatenate([[0], np.asarray(flags, dtype=np.int8), [0]])
    edges = np.flatnonzero(np.diff(bits))
    return [(int(start), int(stop) - 1) for start, stop in zip(edges[::2], edges[1::2], strict=True)]


def weekends(days: pd.Series) -> list[tuple[int, int]]:
    """First and last position of every run of Saturdays and Sundays.

    Working weekends around public holidays are not known here: the band marks the calendar, not the office.
    """
    return runs((days.dt.day_of_week >= 5).to_numpy())
