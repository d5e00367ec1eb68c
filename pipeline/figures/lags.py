"""Which of two topics moves first: the correlation of their changes at every lag."""

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from pipeline.figures import fonts, panels
from pipeline.figures import sheet as page
from pipeline.figures.days import Language
from pipeline.figures.fonts import GREY, INK
from pipeline.figures.sheet import Words
from pipeline.figures.venues import Style

COLUMNS = ("lag", "r", "pairs", "limit", "beyond", "note")

_WORDS: dict[Language, dict[str, str]] = {
    "en": {"y": "correlation of hourly changes", "axis": "lag in hours", "first": "{topic} first →",
           "second": "← {topic} first", "within": "within the limits", "beyond": "beyond the limits",
           "limit": "limits for unrelated series (95 %, all lags)", "empty": "not enough data at any lag"},
    "zh": {"y": "每小时变化的相关系数", "axis": "滞后（小时）", "first": "{topic}在先 →",
           "second": "← {topic}在先", "within": "界限之内", "beyond": "超出界限",
           "limit": "无关序列的界限（95 %，全部滞后）", "empty": "各滞后均数据不足"},
}  # fmt: skip


def lags(table: pd.DataFrame, words: Words, style: Style, *, names: tuple[str, str]) -> Figure:
    """Stems of r at every lag (hours), with the limits that two unrelated series would keep to.

    table: lag, r (missing where pairs are too few), pairs, limit (of |r|), beyond, note. names: of the two topics; at a
    lag above 0 the first moves before the second.
    """
    said = _WORDS[style.language]
    with fonts.paper(style.size, style.venue.stroke):
        low, high = _ends(table)
        ticks = panels.ticks_between(low, high, 6)
        texts = [panels.tick(round(value, 6)).replace("-", "−") for value in ticks]
        name = style.wrap(said["y"], style.tall)
        handles = _handles(table, style, said)
        left = page.left_of(style, texts, len(name))
        sheet = page.lay_out(style, words, (style.tall,), left, handles, foot=page.foot_of(style, 1), above=0.1)
        sides = _sides(said, names, style, sheet.room)
        above = 0.12 + style.leading * (len(sides) if len(sides) > 1 else 1)
        sheet = page.lay_out(style, words, (style.tall,), left, handles, foot=page.foot_of(style, 1), above=above)
        figure = sheet.figure()
        [axes] = sheet.axes(figure)
        _draw(axes, table, style)
        if table["r"].isna().all():
            axes.text(0.5, 0.6, said["empty"], transform=axes.transAxes, ha="center", va="center", size=style.size)
        axes.set_ylim(low, high)
        axes.set_yticks(ticks, texts)
        axes.spines[["top", "right"]].set_visible(False)
        _set_lags(axes, table["lag"], style, sheet.room)
        for line in sides:
            for text, right in line:
                y = sheet.top + 0.07 + style.leading * (len(sides) - 1 - sides.index(line))
                x = left + sheet.room if right else left
                fonts.write(figure, (x, y), text, "side", size=style.size, side="right" if right else "left")
        page.draw_name(figure, style, name, sheet.base(0), style.tall)
        page.draw_below(figure, sheet, said["axis"])
        page.draw_head(figure, sheet)
    return figure


def _ends(table: pd.DataFrame) -> tuple[float, float]:
    limit = float(np.nanmax([*table["limit"], 0.05]))
    low, high = (1.15 * max(limit, float(np.nanmax([*(sign * table["r"]), 0]))) for sign in (-1, 1))
    return -low, high


def _sides(said: dict[str, str], names: tuple[str, str], style: Style, room: float) -> list[list[tuple[str, bool]]]:
    """The two directions on one line, left and right, or on two where they are long."""
    second, first = said["second"].format(topic=names[1]), said["first"].format(topic=names[0])
    pair = [(fonts.readable(second), False), (fonts.readable(first), True)]
    if sum(style.measure(text) for text, _ in pair) + 0.3 <= room:
        return [pair]
    return [[part] for part in pair]


def _draw(axes: Axes, table: pd.DataFrame, style: Style) -> None:
    line = style.venue.line
    axes.axhline(0, color=INK, linewidth=style.venue.stroke, zorder=1)
    axes.axvline(0, color=INK, linewidth=style.venue.stroke, linestyle=":", zorder=1)
    for sign in (-1, 1):
        axes.plot(table["lag"], sign * table["limit"], color=GREY, linestyle="--", linewidth=line, gid="limit")
    known = table[table["r"].notna()]
    axes.vlines(known["lag"], 0, known["r"], color=GREY, linewidth=style.venue.stroke, zorder=2)
    for beyond in (False, True):
        part = known[known["beyond"].astype(bool) == beyond]
        axes.plot(part["lag"], part["r"], gid="r", **_look(style, beyond))


def _look(style: Style, beyond: bool) -> dict[str, Any]:
    colour = style.colours[1] if beyond else style.colours[0]
    return {
        "linestyle": "none", "marker": "D" if beyond else "o", "color": colour, "zorder": 3,
        "markerfacecolor": colour if beyond else "white", "markersize": 2.6 * style.venue.line,
        "markeredgewidth": style.venue.stroke,
    }  # fmt: skip


def _set_lags(axes: Axes, found: pd.Series, style: Style, room: float) -> None:
    low, high = float(found.min()), float(found.max())
    widest = style.measure("−48") * 1.8
    step = next((s for s in (1, 2, 3, 6, 12, 24, 48) if (high - low) / s * widest <= room), 96)
    places = [value for value in range(int(low), int(high) + 1) if value % step == 0]
    axes.set_xticks(places, [f"{value}".replace("-", "−") for value in places])
    axes.set_xlim(low - 0.8, high + 0.8)


def _handles(table: pd.DataFrame, style: Style, said: dict[str, str]) -> list[Artist]:
    line: dict[str, Any] = {"color": GREY, "linestyle": "--", "linewidth": style.venue.line}
    handles: list[Artist] = [Line2D([], [], label=said["within"], **_look(style, False))]
    if table["beyond"].any():
        handles.append(Line2D([], [], label=said["beyond"], **_look(style, True)))
    return [*handles, Line2D([], [], label=said["limit"], **line)]
