"""Before and after an event: the observed share, the fitted model, and what the model expects without the event."""

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
from pipeline.figures.fonts import GREY, INK
from pipeline.figures.sheet import Words
from pipeline.figures.venues import Style
from pipeline.figures.volume import Unit

COLUMNS = ("day", "posts", "total", "per_10k", "fitted", "expected", "lo", "hi", "status")

_BAND = "#E3E3E3"
_MOST = 1.5
"""The axis ends at so many times the highest value that was observed or fitted."""

_WORDS: dict[Language, dict[str, str]] = {
    "en": {"observed": "observed daily share", "fitted": "fitted", "expected": "expected without the event",
           "band": "95 % band", "cut": "95 % band, cut off on top", "event": "event: {day}"},
    "zh": {"observed": "每日占比（观测）", "fitted": "拟合", "expected": "若无事件的预期",
           "band": "95 % 区间", "cut": "95 % 区间（上方截断）", "event": "事件：{day}"},
}  # fmt: skip


def counterfactual(
    table: pd.DataFrame,
    words: Words,
    style: Style,
    *,
    unit: Unit,
    event: pd.Timestamp,
    result: str = "",
    least: int = 5,
) -> Figure:
    """The daily share as dots, the fit as a line, the counterfactual dashed with its band, the event upright.

    table: one row per calendar day; per_10k, fitted, expected, lo and hi are posts per 10,000; the last four are
    missing where no model could be fitted. status as in a series. `result` is a sentence under the heading: the effect
    with its interval, or why there is none.
    """
    said, common = _WORDS[style.language], panels.WORDS[style.language]
    with fonts.paper(style.size, style.venue.stroke):
        # a trend that is carried on for weeks may explode: what was seen must stay legible
        seen = _MOST * float(np.nanmax([*table["per_10k"].fillna(0), *table["fitted"].fillna(0)]))
        cut = bool((table["hi"].where(table["day"] >= event) > seen).any()) and seen > 0
        highest = table[["per_10k", "fitted", "hi"]].max(axis=1)
        scale = panels.scale(highest.clip(upper=seen) if cut else highest, 5)
        handles = _handles(table, style, event, said, least, cut)
        name = style.wrap(common[unit], style.tall)
        left = page.left_of(style, [panels.tick(value) for value in scale[0]], len(name))
        sheet = page.lay_out(style, words, (style.tall,), left, handles, above=0.12 * style.scale)
        lines = style.wrap(fonts.readable(result), sheet.room)
        sheet = page.lay_out(style, words, (style.tall,), left, handles, above=0.12 + style.leading * len(lines))
        figure = sheet.figure()
        [axes] = sheet.axes(figure)
        _draw(axes, table, style, event)
        panels.ground(axes, table)
        panels.set_scale(axes, *scale)
        panels.set_days(axes, table["day"], style, sheet.room)
        for index, line in enumerate(lines):
            y = sheet.top + 0.06 + style.leading * (len(lines) - 1 - index + 0.3)
            fonts.write(figure, (left, y), line, "result", size=style.size)
        page.draw_name(figure, style, name, sheet.base(0), style.tall)
        page.draw_below(figure, sheet, common["axis"])
        page.draw_head(figure, sheet)
    return figure


def _draw(axes: Axes, table: pd.DataFrame, style: Style, event: pd.Timestamp) -> None:
    x = days.place(table["day"])
    line = style.venue.line
    after = (table["day"] >= event).to_numpy()
    at = days.place(pd.Series([event]))[0] - 0.5  # the day of the event belongs to what comes after it
    axes.fill_between(
        x, table["lo"], table["hi"], where=after, color=_BAND, linewidth=0, zorder=2, gid="band"
    )  # fmt: skip
    expected, fitted = table["expected"].where(after), table["fitted"]
    axes.plot(x, expected, color=INK, linestyle="--", linewidth=line, zorder=3, gid="expected")
    for side in (after, ~after):
        axes.plot(x, fitted.where(side), color=style.colours[1], linewidth=1.3 * line, zorder=4, gid="fitted")
    dot: dict[str, Any] = {"linestyle": "none", "marker": "o", "markersize": 2.6 * line, "zorder": 5}
    axes.plot(x, table["per_10k"], color=style.colours[0], gid="share", clip_on=False, **dot)
    silent = x[(table["status"] == "suppressed").to_numpy()]
    axes.plot(silent, 0 * silent, gid="suppressed", **panels.hidden(style))
    axes.axvline(at, color=INK, linewidth=style.venue.stroke, zorder=3, gid="event")


def _handles(
    table: pd.DataFrame, style: Style, event: pd.Timestamp, said: dict[str, str], least: int, cut: bool
) -> list[Artist]:
    line = style.venue.line
    dot: dict[str, Any] = {"linestyle": "none", "marker": "o", "markersize": 2.6 * line}
    handles: list[Artist] = [Line2D([], [], color=style.colours[0], label=said["observed"], **dot)]
    if table["expected"].notna().any():
        handles += [
            Line2D([], [], color=style.colours[1], linewidth=1.3 * line, label=said["fitted"]),
            Line2D([], [], color=INK, linestyle="--", linewidth=line, label=said["expected"]),
            Patch(facecolor=_BAND, edgecolor=GREY, linewidth=0, label=said["cut" if cut else "band"]),
        ]
    label = said["event"].format(day=days.date_label(event, style.language, year=True))
    bar: dict[str, Any] = {
        "linestyle": "none",
        "marker": "|",
        "markersize": style.size,
        "markeredgewidth": style.venue.stroke,
    }
    handles.append(Line2D([], [], color=INK, label=label, **bar))
    if (table["status"] == "suppressed").any():
        text = panels.WORDS[style.language]["suppressed"].format(least=least)
        handles.append(Line2D([], [], label=text, **panels.hidden(style)))
    return [*handles, *panels.ground_handles(table, style)]
