"""The volume of a topic: its share of all posts as a line, its count as bars below, events numbered on top.

Two panels on one day axis, because a second y axis would let the eye compare a rate with a count.
"""

from typing import Literal

import pandas as pd
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Patch

from pipeline.figures import days, fonts, key, panels
from pipeline.figures import events as marks
from pipeline.figures import sheet as page
from pipeline.figures.days import Language
from pipeline.figures.fonts import GREY
from pipeline.figures.panels import PER, plotted
from pipeline.figures.sheet import Sheet, Words
from pipeline.figures.venues import Style

Unit = Literal["posts", "titles"]

# A bar takes this part of its day, within these inches: 0.5 pt is the thinnest that prints.
_BAR = 0.62
_WIDEST = 0.25
_THINNEST = 0.5 / 72


def volume(
    series: pd.DataFrame,
    events: pd.DataFrame,
    *,
    title: str,
    unit: Unit,
    subtitle: str = "",
    warning: str = "",
    language: Language = "en",
    style: Style | None = None,
    least: int = 5,
) -> Figure:
    """The figure of one series: share per 10,000 with its 95 % Wilson band, over bars of the raw count.

    `series`: one row per calendar day in Asia/Shanghai; columns day (datetime64 without zone), posts and
    total (Int64), share, lo, hi (float in 0..1), status ("counted", "gap" or "suppressed", where fewer than `least`
    authors stand behind it). `events`: day, kind,
    label_en, label_zh, confidence; those outside the series are left out, kind "confounder" is grey and in
    brackets. `unit` is what is counted: "posts", or "titles" on a trending board. The width is that of `style`, 7.0 in
    without one; the height follows the key. `language` holds where no style is given. Emoji that no face has become □;
    any other character without a glyph is a ValueError, and so is a malformed series.
    """
    style = style or Style(language=language)
    table = plotted(series)
    words = panels.WORDS[style.language]
    with fonts.paper(style.size, style.venue.stroke):
        notes = marks.notes(events, table["day"].iloc[0], table["day"].iloc[-1], style.language)
        scales = panels.scale(table["hi"] * PER, 5), panels.scale(table["posts"], 3, whole=True)
        names = style.wrap(words[unit], style.tall), style.wrap(words[f"count-{unit}"], style.short)
        ticks = [panels.tick(value) for found, _ in scales for value in found]
        sheet = _sheet(Words(title, subtitle, warning), style, max(map(len, names)), ticks, table, notes, least)
        figure = sheet.figure()
        tall, short = sheet.axes(figure)
        panels.share(tall, table, style, style.colours[0], words["empty"])
        _draw_count(short, table, sheet.room / len(table))
        for row, axes in enumerate((tall, short)):
            panels.ground(axes, table)
            panels.set_scale(axes, *scales[row])
            panels.set_days(axes, table["day"], style, sheet.room, labelled=row == 1)
            page.draw_name(figure, style, names[row], sheet.base(row), sheet.rows[row])
        page.draw_below(figure, sheet, words["axis"])
        page.draw_head(figure, sheet)
        _annotate(figure, sheet, table, notes)
    return figure


def _sheet(
    words: Words, style: Style, names: int, ticks: list[str], table: pd.DataFrame, notes: list[marks.Note], least: int
) -> Sheet:
    legend = _handles(table, style, least)
    below = key.lay_out(notes, style.width - 2 * page.EDGE, style) if notes else None
    above = 0.42 * style.scale if notes else 0.1
    left = page.left_of(style, ticks, names)
    return page.lay_out(style, words, (style.tall, style.short), left, legend, above=above, key=below)


def _handles(table: pd.DataFrame, style: Style, least: int) -> list[Artist]:
    ink = panels.share_handles(table, style, style.colours[0], least)
    if table["posts"].notna().any():
        ink.insert(2, Patch(facecolor=GREY, linewidth=0, label=panels.WORDS[style.language]["bars"]))
    return [*ink, *panels.ground_handles(table, style)]


def _draw_count(axes: Axes, table: pd.DataFrame, pitch: float) -> None:
    counted = table[table["posts"].notna()]
    heights = counted["posts"].to_numpy(dtype="float64")
    width = max(min(_BAR, _WIDEST / pitch), _THINNEST / pitch)
    axes.bar(days.place(counted["day"]), heights, width=width, color=GREY, linewidth=0, zorder=3)


def _annotate(figure: Figure, sheet: Sheet, table: pd.DataFrame, notes: list[marks.Note]) -> None:
    pitch = sheet.room / len(table)
    first = table["day"].iloc[0]
    at = {note.number: sheet.left + pitch * ((note.day - first).days + 0.5) for note in notes}
    placed = marks.place(notes, at, sheet.left, sheet.style.width - page.EDGE, sheet.style)
    marks.draw(figure, placed, at, sheet.top, sheet.style)
    if sheet.key:
        key.draw(figure, sheet.key, page.EDGE, page.EDGE + sheet.key.height)
