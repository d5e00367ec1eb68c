"""Keyness: the words that mark one set of texts against another, as dots with their intervals."""

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from pipeline.figures import fonts, panels
from pipeline.figures import sheet as page
from pipeline.figures.days import Language
from pipeline.figures.fonts import GREY, INK
from pipeline.figures.sheet import Words
from pipeline.figures.venues import Style

COLUMNS = ("word", "first", "n_first", "second", "n_second", "delta", "lo", "hi", "z")

_WORDS: dict[Language, dict[str, str]] = {
    "en": {"axis": "log-odds ratio with 95 % interval", "more": "more in: {side}", "empty": "no word stands out"},
    "zh": {"axis": "对数优势比及 95 % 区间", "more": "更多见于：{side}", "empty": "没有突出的词"},
}


def words(table: pd.DataFrame, said: Words, style: Style, *, sides: tuple[str, str]) -> Figure:
    """One row per word, the most typical of the first set on top: delta (log-odds, in nats) with lo and hi.

    table: in the order in which words are drawn. sides: what the two sets are called. Words of the first set have a
    filled dot and lie to the right, those of the second an open one.
    """
    text = _WORDS[style.language]
    with fonts.paper(style.size, style.venue.stroke):
        names = [fonts.readable(str(word)) for word in table["word"]]
        left = page.left_of(style, names, 0)
        handles = [_dot(style, side, text["more"].format(side=sides[side])) for side in (0, 1)]
        pitch = 1.25 * style.leading
        sheet = page.lay_out(
            style, said, (pitch * max(len(names), 4),), left, handles, foot=page.foot_of(style, 1), above=0.06
        )
        figure = sheet.figure()
        [axes] = sheet.axes(figure)
        y = np.arange(len(names), dtype=float)
        for side, chosen in enumerate((table["delta"] >= 0, table["delta"] < 0)):
            part = table[chosen]
            at = y[chosen.to_numpy()]
            axes.hlines(at, part["lo"], part["hi"], color=GREY, linewidth=style.venue.line, zorder=2, gid="interval")
            axes.plot(part["delta"], at, gid="delta", **_look(style, side))
        axes.axvline(0, color=INK, linewidth=style.venue.stroke, zorder=1)
        axes.hlines(y, *axes.get_xlim(), color="#E6E6E6", linewidth=0.5, zorder=0)
        axes.set_yticks(y, names)
        axes.set_ylim(max(len(names), 4) - 0.4, -0.6)
        axes.tick_params(axis="y", length=0)
        axes.spines[["top", "right", "left"]].set_visible(False)
        if table.empty:
            axes.set_xlim(-1, 1)
            axes.text(0.5, 0.5, text["empty"], transform=axes.transAxes, ha="center", va="center")
        _set_odds(axes, style, sheet.room)
        page.draw_below(figure, sheet, text["axis"])
        page.draw_head(figure, sheet)
    return figure


def _set_odds(axes, style: Style, room: float) -> None:  # type: ignore[no-untyped-def]
    low, high = axes.get_xlim()
    found = panels.ticks_between(low, high, max(3, int(room / (6 * style.size / 72))))
    axes.set_xticks(found, [panels.tick(round(value, 6)).replace("-", "−") for value in found])
    axes.set_xlim(low, high)


def _look(style: Style, side: int) -> dict[str, Any]:
    colour = style.colours[side]
    return {
        "linestyle": "none", "marker": "o" if side == 0 else "s", "markersize": 4 * style.venue.line, "zorder": 3,
        "color": colour, "markerfacecolor": colour if side == 0 else "white",
        "markeredgewidth": max(0.8, style.venue.stroke), "clip_on": False,
    }  # fmt: skip


def _dot(style: Style, side: int, label: str) -> Line2D:
    return Line2D([], [], label=label, **_look(style, side))
