"""Which days of a dataset were collected: a calendar with a cell a day, weeks as columns, Monday on top."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Patch, Rectangle

from pipeline.figures import days, fonts, panels
from pipeline.figures import sheet as page
from pipeline.figures.days import Language
from pipeline.figures.fonts import GREY, INK
from pipeline.figures.sheet import Words
from pipeline.figures.venues import Style

COLUMNS = ("dataset", "day", "total", "status", "why")
STATUSES = ("counted", "partial", "gap", "outside")

# Lightness falls evenly, so the order survives a grey copy.
_SHADES = ("#E1ECF4", "#A9CBE2", "#5F9DC6", "#1F6596")
_DAYS: dict[Language, tuple[str, ...]] = {
    "en": ("Mon", "", "Wed", "", "Fri", "", "Sun"),
    "zh": ("周一", "", "周三", "", "周五", "", "周日"),
}
_WORDS: dict[Language, dict[str, str]] = {
    "en": {
        "gap": "no data",
        "partial": "known to be incomplete",
        "posts": "{range} posts",
        "titles": "{range} titles",
        "items": "{range} items",
    },
    "zh": {
        "gap": "无数据",
        "partial": "已知不完整",
        "posts": "{range} 条",
        "titles": "{range} 条标题",
        "items": "{range} 条",
    },
}
_TALLEST = 0.24


def calendar(
    table: pd.DataFrame, words: Words, style: Style, *, unit: str, labels: Mapping[str, str] | None = None
) -> Figure:
    """One strip per dataset and year: cells shaded by the day's posts or titles in four classes, gaps hatched.

    unit: "posts", "titles", or "items" where the datasets differ. table: dataset, day, total (missing on gaps), status
    ("counted", "partial": known to be incomplete, framed; "gap"; "outside" the span: no cell), why. Where cells are
    wide enough, the number stands in them.
    """
    text = _WORDS[style.language]
    strips = _strips(table)
    edges = _classes(table["total"])
    with fonts.paper(style.size, style.venue.stroke):
        left = page.left_of(style, _DAYS[style.language], 0)
        handles = _handles(table, edges, text, unit, style)
        weeks = max(_weeks(part) for _, part in strips)
        cell = (style.width - left - 0.24 * style.scale) / weeks
        height = 7 * max(min(_TALLEST * style.scale, 1.3 * cell), 0.8 * style.leading)
        # the name of the strip and the months above it
        head = 2 * style.leading + 0.08
        sheet = page.lay_out(
            style, words, [height] * len(strips), left, handles, above=head + 0.06, between=head / style.scale + 0.1,
            foot=0.05,
        )  # fmt: skip
        figure = sheet.figure()
        for row, (axes, ((dataset, year), part)) in enumerate(zip(sheet.axes(figure), strips, strict=True)):
            _cells(axes, part, edges, style, cell, weeks)
            name = f"{(labels or {}).get(dataset, dataset)}, {year}" if labels or len(strips) > 1 else str(year)
            y = sheet.base(row) + height + style.leading + 0.1
            shown = style.wrap(fonts.readable(name), sheet.room)
            fonts.write(figure, (left, y), shown[0], "panel-label", size=style.size)
        page.draw_head(figure, sheet)
    return figure


def _strips(table: pd.DataFrame) -> list[tuple[tuple[str, int], pd.DataFrame]]:
    found = []
    for (dataset, year), part in table.groupby(["dataset", table["day"].dt.year], sort=False):
        if (part["status"] != "outside").any():
            found.append(((str(dataset), int(str(year))), part.sort_values("day")))
    if not found:
        raise ValueError("a calendar needs a day inside the span of a dataset")
    return found


def _column(part: pd.DataFrame) -> np.ndarray:
    first = part["day"].iloc[0]
    monday = first - pd.Timedelta(days=first.day_of_week)
    return np.asarray((part["day"] - monday).dt.days // 7)


def _weeks(part: pd.DataFrame) -> int:
    return int(_column(part).max()) + 1


def _classes(totals: pd.Series) -> list[int]:
    """The least totals of the second to the last class: quartiles, without repetition."""
    known = totals.dropna().astype(float)
    if known.empty:
        return []
    cuts = sorted({int(np.ceil(known.quantile(q))) for q in (0.25, 0.5, 0.75)})
    return [cut for cut in cuts if cut > known.min()]


def _shade(total: float, edges: list[int]) -> str:
    return _SHADES[sum(total >= edge for edge in edges)]


def _cells(axes: Axes, part: pd.DataFrame, edges: list[int], style: Style, cell: float, weeks: int) -> None:
    written = [panels.tick(float(n)) for n in part["total"].dropna()]
    room = cell - 0.06
    printed = bool(written) and max(style.measure(text, style.small) for text in written) <= room
    for column, row in zip(_column(part), part.to_dict("records"), strict=True):
        if row["status"] == "outside":
            continue
        day = row["day"].day_of_week
        axes.add_patch(Rectangle((column + 0.03, day + 0.04), 0.94, 0.92, **_look(row, edges)))
        if row["status"] == "partial":
            frame: dict[str, Any] = {"facecolor": "none", "edgecolor": INK, "linewidth": 1.5 * style.venue.stroke}
            axes.add_patch(Rectangle((column + 0.06, day + 0.08), 0.88, 0.84, **frame))
        if printed and not pd.isna(row["total"]):
            dark = _shade(row["total"], edges) in _SHADES[3:]
            axes.text(
                column + 0.5, day + 0.52, panels.tick(float(row["total"])), ha="center", va="center", gid="cell",
                size=style.small, color="white" if dark else INK,
            )  # fmt: skip
    axes.set_xlim(0, weeks)
    axes.set_ylim(7, 0)
    axes.set_yticks(np.arange(7) + 0.5, _DAYS[style.language])
    _months(axes, part, style, cell)
    axes.tick_params(length=0)
    axes.spines[:].set_visible(False)


def _months(axes: Axes, part: pd.DataFrame, style: Style, cell: float) -> None:
    columns = _column(part)
    starts = [0, *(index for index in range(1, len(part)) if part["day"].iloc[index].day == 1)]
    places, texts, free = [], [], -np.inf
    for start in starts:
        text = days.month_label(part["day"].iloc[start], style.language)
        if columns[start] * cell >= free:
            places.append(columns[start])
            texts.append(text)
            free = columns[start] * cell + style.measure(text) + 0.08
    axes.xaxis.tick_top()
    axes.set_xticks(places, texts, ha="left")
    axes.tick_params(axis="x", pad=1)


def _look(row: Mapping[Any, Any], edges: list[int]) -> dict[str, Any]:
    if pd.isna(row["total"]):
        return panels.hatching() | {"gid": "gap", "linewidth": 0.5}
    return {"facecolor": _shade(row["total"], edges), "edgecolor": "none", "gid": "day"}


def _handles(table: pd.DataFrame, edges: list[int], text: dict[str, str], unit: str, style: Style) -> list[Artist]:
    known = table["total"].dropna().astype(int)
    handles: list[Artist] = []
    if len(known):
        lows = [int(known.min()), *edges]
        highs = [edge - 1 for edge in edges] + [int(known.max())]
        for low, high, shade in zip(lows, highs, _SHADES, strict=False):
            spanned = f"{low:,}–{high:,}" if high > low else f"{low:,}"
            label = text[unit].format(range=spanned)
            handles.append(Patch(facecolor=shade, edgecolor=GREY, linewidth=style.venue.stroke / 2, label=label))
    if (table["status"] == "gap").any():
        handles.append(Patch(label=text["gap"], **panels.hatching()))
    if (table["status"] == "partial").any():
        handles.append(
            Patch(facecolor="none", edgecolor=INK, linewidth=1.5 * style.venue.stroke, label=text["partial"])
        )
    return handles
