"""The trajectory of topics on a trending list: the best rank of their titles at every observation, 1 on top.

Nights are shaded: lists hardly move between 1 and 8 o'clock, so hours spent there count for little.
"""

from collections.abc import Mapping
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from pipeline.figures import days, fonts, panels
from pipeline.figures import sheet as page
from pipeline.figures.days import Language
from pipeline.figures.panels import WEEKEND
from pipeline.figures.sheet import Words
from pipeline.figures.venues import Style

COLUMNS = ("topic", "at", "titles", "rank", "status")
STATUSES = ("listed", "unranked", "off")

_NIGHT = (1, 8)
_MARKERS = ("o", "s", "^", "D", "v")
_LINES: tuple[Any, ...] = ("-", "--", ":", "-.", (0, (5, 1, 1, 1, 1, 1)))
_LONGEST = 3
"""Hours without an observation from which on the list counts as not observed."""

_WORDS: dict[Language, dict[str, str]] = {
    "en": {"rank": "best rank on the board", "axis": "Time (Asia/Shanghai)", "night": "night, 1–8 o'clock",
           "gap": "not observed", "empty": "on no observed list"},
    "zh": {"rank": "榜上最高名次", "axis": "时间（时区 Asia/Shanghai）", "night": "夜间 1–8 时",
           "gap": "无观测", "empty": "未见于所观测的榜单"},
}  # fmt: skip


def ranks(table: pd.DataFrame, words: Words, style: Style, *, labels: Mapping[str, str], lowest: int = 50) -> Figure:
    """The best rank of up to five topics over time, inverted, from 1 to `lowest`.

    table: topic, at (datetime64, wall-clock time in Asia/Shanghai), titles, rank, status ("listed", "unranked": on the
    list without a rank, "off"); one row per topic and observation. A line joins observations in succession at which the
    topic was listed, and nothing across more than three hours without an observation, which are hatched.
    """
    said, topics = _WORDS[style.language], list(dict.fromkeys(table["topic"]))
    if table.empty or len(topics) > len(_MARKERS):
        raise ValueError(f"a rank chart needs observations of one to {len(_MARKERS)} topics")
    times = pd.Series(sorted(table["at"].unique()))
    missing = [(a, b) for a, b in pairwise(times) if b - a > pd.Timedelta(hours=_LONGEST)]
    with fonts.paper(style.size, style.venue.stroke):
        steps = [1, *(step for step in (10, 20, 30, 40, 50) if step <= lowest)]
        handles = [_line(style, index, labels.get(topic, topic)) for index, topic in enumerate(topics)]
        handles.append(Patch(facecolor=WEEKEND, linewidth=0, label=said["night"]))
        handles += [Patch(label=said["gap"], **panels.hatching())] * bool(missing)
        name = style.wrap(said["rank"], style.tall)
        left = page.left_of(style, [str(step) for step in steps], len(name))
        sheet = page.lay_out(style, words, (style.tall,), left, handles)
        figure = sheet.figure()
        [axes] = sheet.axes(figure)
        for index, topic in enumerate(topics):
            _trajectory(axes, table[table["topic"] == topic].sort_values("at"), style, index)
        if table["rank"].isna().all():
            axes.text(0.5, 0.5, said["empty"], transform=axes.transAxes, ha="center", va="center", size=style.size)
        _clock(axes, times, missing, style, sheet.room)
        axes.set_yticks(steps, [str(step) for step in steps])
        axes.set_ylim(lowest + 1, 0)
        axes.spines[["top", "right"]].set_visible(False)
        page.draw_name(figure, style, name, sheet.base(0), style.tall)
        page.draw_below(figure, sheet, said["axis"])
        page.draw_head(figure, sheet)
    return figure


def _line(style: Style, index: int, label: str) -> Artist:
    return Line2D(
        [], [], color=style.colours[index], linestyle=_LINES[index], marker=_MARKERS[index], label=label,
        linewidth=style.venue.line, markersize=2.6 * style.venue.line, markerfacecolor=_face(style, index),
    )  # fmt: skip


def _face(style: Style, index: int) -> str:
    return style.colours[index] if index % 2 == 0 else "white"


def _trajectory(axes: Axes, part: pd.DataFrame, style: Style, index: int) -> None:
    at, rank = _place(part["at"]), part["rank"].to_numpy(dtype="float64", na_value=np.nan)
    # a break after every span without an observation: NaN between its ends
    breaks = np.flatnonzero(np.diff(at) > _LONGEST / 24) + 1
    x, y = np.insert(at, breaks, at[breaks]), np.insert(rank, breaks, np.nan)
    axes.plot(
        x, y, color=style.colours[index], linestyle=_LINES[index], marker=_MARKERS[index], zorder=4 + index, gid="rank",
        linewidth=style.venue.line, markersize=2.6 * style.venue.line, markerfacecolor=_face(style, index),
        clip_on=False,
    )  # fmt: skip


def _place(times: pd.Series) -> np.ndarray:
    return np.asarray((times - pd.Timestamp("1970-01-01")) / pd.Timedelta(days=1), dtype=np.float64)


def _clock(
    axes: Axes, times: pd.Series, missing: list[tuple[pd.Timestamp, pd.Timestamp]], style: Style, room: float
) -> None:
    first, last = times.iloc[0], times.iloc[-1]
    pad = max((last - first) * 0.01, pd.Timedelta(minutes=20))
    every = pd.date_range(first.normalize(), last.normalize())
    for day in every:
        start, stop = (_place(pd.Series([day + pd.Timedelta(hours=hour)]))[0] for hour in _NIGHT)
        axes.axvspan(start, stop, color=WEEKEND, linewidth=0, zorder=0, gid="night")
    for a, b in missing:
        start, stop = _place(pd.Series([a, b]))
        axes.axvspan(start, stop, zorder=1, gid="gap", **panels.hatching())
    ends = _place(pd.Series([first - pad, last + pad]))
    # the label of a day stands at its midnight, so the first day may lie to the left of the axis
    shown = every[(_place(pd.Series(every)) >= ends[0])]
    if len(shown):
        most = max(2, min(10, int(room / (1.5 * style.measure("12月30日")))))
        places, texts = days.ticks(pd.Series(shown), style.language, most=most)
        axes.set_xticks(places, texts)
    else:
        axes.set_xticks([ends.mean()], [days.date_label(first, style.language, year=True)])
    axes.tick_params(axis="x", pad=style.pad)
    axes.set_xlim(*ends)
