"""The volume of a topic: its share of all posts as a line, its count as bars below, events numbered on top.

Two panels on one day axis, because a second y axis would let the eye compare a rate with a count. A day
without data is hatched in both panels; the line stops before it and starts again after it.
"""

from typing import Any, Literal

import numpy as np
import pandas as pd
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.ticker import MaxNLocator

from pipeline.figures import days, fonts, key
from pipeline.figures import events as marks
from pipeline.figures import sheet as page
from pipeline.figures.days import Language
from pipeline.figures.fonts import GREY

Unit = Literal["posts", "titles"]

COLUMNS = ("day", "posts", "total", "share", "lo", "hi", "status")

BLUE = "#0072B2"
BAND = "#C3DBEB"
WEEKEND = "#F0F0F0"

_PER = 10_000

# Beyond this many days a dot per day clots into a thick line, and a weekend is a hair.
_DOTS = 100
_WEEKENDS = 200

# A bar takes this part of its day, within these inches: 0.5 pt is the thinnest that prints.
_BAR = 0.62
_WIDEST = 0.25
_THINNEST = 0.5 / 72

_WORDS: dict[Language, dict[str, str]] = {
    "en": {
        "posts": "posts per 10,000 posts", "titles": "titles per 10,000 titles on the board",
        "count-posts": "posts", "count-titles": "titles", "axis": "Day (Asia/Shanghai)",
        "line": "daily share", "band": "95 % Wilson interval", "bars": "daily count",
        "gap": "no data", "weekend": "weekend", "empty": "no data in these days",
    },
    "zh": {
        "posts": "每 10,000 条帖子中的条数", "titles": "每 10,000 条榜单标题中的条数",
        "count-posts": "帖子数", "count-titles": "标题数", "axis": "日期（时区 Asia/Shanghai）",
        "line": "每日占比", "band": "95 % Wilson 区间", "bars": "每日条数",
        "gap": "无数据", "weekend": "周末", "empty": "此时段无数据",
    },
}  # fmt: skip


def volume(
    series: pd.DataFrame,
    events: pd.DataFrame,
    *,
    title: str,
    unit: Unit,
    subtitle: str = "",
    language: Language = "en",
) -> Figure:
    """The figure of one series: share per 10,000 with its 95 % Wilson band, over bars of the raw count.

    `series`: one row per calendar day in Asia/Shanghai; columns day (datetime64 without zone), posts and
    total (Int64), share, lo, hi (float in 0..1), status ("counted" or "gap"). `events`: day, kind,
    label_en, label_zh, confidence; those outside the series are left out, kind "confounder" is grey and in
    brackets. `unit` is what is counted: "posts", or "titles" on a trending board. 7.0 in wide; the height
    follows the key. Emoji that no face has become □; any other character without a glyph is a ValueError,
    and so is a malformed series.
    """
    table = plotted(series)
    words = _WORDS[language]
    with fonts.paper():
        notes = marks.notes(events, table["day"].iloc[0], table["day"].iloc[-1], language)
        scales = _scale(table["hi"] * _PER, 5), _scale(table["posts"], 3)
        names = fonts.wrap(words[unit], page.TALL), fonts.wrap(words[f"count-{unit}"], page.SHORT)
        legend = key.lay_out(notes, page.WIDTH - 2 * page.EDGE, language) if notes else None
        sheet = page.lay_out(title, subtitle, names, [_tick(v) for scale, _ in scales for v in scale], legend)
        figure = Figure(figsize=(page.WIDTH, sheet.height), dpi=100)
        FigureCanvasAgg(figure)
        tall, short = (figure.add_axes(box) for box in sheet.boxes())
        _draw_share(tall, table, words)
        _draw_count(short, table, sheet.width / len(table))
        for axes, scale in zip((tall, short), scales, strict=True):
            _draw_days(axes, table)
            _set_scale(axes, *scale)
        _set_days(tall, short, table, language)
        _annotate(figure, sheet, table, notes, names)
        _draw_legend(figure, sheet, table, words)
    return figure


def plotted(series: pd.DataFrame) -> pd.DataFrame:
    """The numbers that `volume` draws, one row per day, in this order of columns.

    day (datetime64, Asia/Shanghai date), posts, total (Int64), share, per_10k, lo, hi (float64; per_10k is
    posts per 10,000, the others are shares in 0..1), status ("counted" or "gap"). A gap has no number at
    all, whatever `series` says. ValueError for missing columns, zoned days, days missing, repeated or out of
    order, or another status.
    """
    missing = [column for column in COLUMNS if column not in series.columns]
    if missing or series.empty:
        raise ValueError(f"a series needs days and the columns {', '.join(COLUMNS)}; missing: {missing}")
    if not pd.api.types.is_datetime64_dtype(series["day"]):
        raise ValueError("the days of a series are datetime64 without a zone: calendar dates in Asia/Shanghai")
    if not (series["day"].diff().iloc[1:] == pd.Timedelta(days=1)).all():
        raise ValueError("a series needs every calendar day once, in order: a day without data is a gap")
    if not series["status"].isin(["counted", "gap"]).all():
        raise ValueError("the status of a day is 'counted' or 'gap'")
    table = series.loc[:, list(COLUMNS)].reset_index(drop=True)
    table.insert(4, "per_10k", table["share"] * _PER)
    gaps = table["status"] == "gap"
    for column in ("posts", "total"):
        table[column] = table[column].astype("Int64").mask(gaps)
    for column in ("share", "per_10k", "lo", "hi"):
        table[column] = table[column].astype("float64").mask(gaps)
    return table


def _scale(values: pd.Series, most: int) -> tuple[np.ndarray, float]:
    top = values.max()
    if pd.isna(top):
        return np.zeros(0), 1.0
    steps = MaxNLocator(most, steps=[1, 2, 2.5, 5, 10], integer=most == 3, min_n_ticks=2)
    found = np.asarray(steps.tick_values(0, float(top) or 1.0), dtype=np.float64)
    # Ink that ends at the edge of a panel looks cut off: there is always some room above it.
    return found[found >= 0], max(float(found[-1]), 1.04 * float(top))


def _tick(value: float) -> str:
    return f"{value:,.10g}"


def _set_scale(axes: Axes, ticks: np.ndarray, top: float) -> None:
    axes.set_yticks(ticks, [_tick(value) for value in ticks])
    axes.set_ylim(0, top)
    axes.spines[["top", "right"]].set_visible(False)


def _draw_share(axes: Axes, table: pd.DataFrame, words: dict[str, str]) -> None:
    x = days.place(table["day"])
    y, lo, hi = (table[column].to_numpy() for column in ("per_10k", "lo", "hi"))
    marker = "o" if len(table) <= _DOTS else ""
    axes.fill_between(x, lo * _PER, hi * _PER, color=BAND, linewidth=0, zorder=2, gid="band")
    axes.plot(x, y, color=BLUE, linewidth=1.1, marker=marker, markersize=2.4, zorder=4, gid="share", clip_on=False)
    # A counted day between two gaps has no line and no band: it needs a dot and a bar of its own.
    for first, last in days.runs(~np.isnan(y)):
        if first == last:
            axes.vlines(x[first], lo[first] * _PER, hi[first] * _PER, color=BAND, linewidth=3, zorder=2)
            axes.plot(x[first], y[first], "o", color=BLUE, markersize=2.4, zorder=4, gid="lone-day")
    if np.isnan(y).all():
        box = {"facecolor": "white", "edgecolor": "none"}
        axes.text(0.5, 0.5, words["empty"], transform=axes.transAxes, ha="center", va="center", bbox=box)


def _draw_count(axes: Axes, table: pd.DataFrame, pitch: float) -> None:
    counted = table[table["posts"].notna()]
    heights = counted["posts"].to_numpy(dtype="float64")
    width = max(min(_BAR, _WIDEST / pitch), _THINNEST / pitch)
    axes.bar(days.place(counted["day"]), heights, width=width, color=GREY, linewidth=0, zorder=3)


def _draw_days(axes: Axes, table: pd.DataFrame) -> None:
    x = days.place(table["day"])
    if len(table) <= _WEEKENDS:
        for first, last in days.weekends(table["day"]):
            axes.axvspan(x[first] - 0.5, x[last] + 0.5, color=WEEKEND, linewidth=0, zorder=0, gid="weekend")
    for first, last in days.runs((table["status"] == "gap").to_numpy()):
        axes.axvspan(x[first] - 0.5, x[last] + 0.5, zorder=1, gid="gap", **_hatching())
    axes.set_xlim(x[0] - 0.5, x[-1] + 0.5)


def _hatching() -> dict[str, Any]:
    return {"facecolor": "none", "edgecolor": GREY, "hatch": "/////", "linewidth": 0}


def _set_days(tall: Axes, short: Axes, table: pd.DataFrame, language: Language) -> None:
    places, labels = days.ticks(table["day"], language)
    tall.set_xticks(places, [""] * len(places))
    short.set_xticks(places, labels)
    short.set_xlabel(_WORDS[language]["axis"], labelpad=2)


def _annotate(
    figure: Figure,
    sheet: page.Sheet,
    table: pd.DataFrame,
    notes: list[marks.Note],
    names: tuple[list[str], list[str]],
) -> None:
    page.draw_head(figure, sheet)
    page.draw_name(figure, names[0], sheet.tall_base, page.TALL)
    page.draw_name(figure, names[1], sheet.short_base, page.SHORT)
    pitch = sheet.width / len(table)
    first = table["day"].iloc[0]
    at = {note.number: sheet.left + pitch * ((note.day - first).days + 0.5) for note in notes}
    placed = marks.place(notes, at, sheet.left, page.WIDTH - page.EDGE)
    marks.draw(figure, placed, at, sheet.tall_top)
    if sheet.key:
        key.draw(figure, sheet.key, page.EDGE, page.EDGE + sheet.key.height)


def _draw_legend(figure: Figure, sheet: page.Sheet, table: pd.DataFrame, words: dict[str, str]) -> None:
    marker = "o" if len(table) <= _DOTS else ""
    ink: list[Artist] = [
        Line2D([], [], color=BLUE, linewidth=1.1, marker=marker, markersize=2.4, label=words["line"]),
        Patch(facecolor=BAND, linewidth=0, label=words["band"]),
        Patch(facecolor=GREY, linewidth=0, label=words["bars"]),
    ]
    handles = [] if table["share"].isna().all() else ink
    if (table["status"] == "gap").any():
        handles.append(Patch(label=words["gap"], **_hatching()))
    if len(table) <= _WEEKENDS and days.weekends(table["day"]):
        handles.append(Patch(facecolor=WEEKEND, linewidth=0, label=words["weekend"]))
    figure.legend(
        handles=handles, loc="lower left", ncols=len(handles), frameon=False, borderpad=0, borderaxespad=0,
        handlelength=1.5, handletextpad=0.5, columnspacing=1.5,
        bbox_to_anchor=(sheet.left, sheet.legend_base), bbox_transform=figure.dpi_scale_trans,
    )  # fmt: skip
