"""What several kinds draw alike: a share with its band, gaps, weekends, day axes and scales.

A day without data is hatched; the line stops before it and starts again after it. A day whose count is suppressed has
a mark on the base line in the place of its numbers.
"""

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.ticker import MaxNLocator

from pipeline.figures import days
from pipeline.figures.days import Language
from pipeline.figures.fonts import GREY
from pipeline.figures.venues import Style

PER = 10_000
COLUMNS = ("day", "posts", "total", "share", "lo", "hi", "status")
STATUSES = ("counted", "gap", "suppressed")
BAND = "#C3DBEB"
WEEKEND = "#F0F0F0"

# Beyond this many days a dot per day clots into a thick line, and a weekend is a hair.
_DOTS = 100
_WEEKENDS = 200

WORDS: dict[Language, dict[str, str]] = {
    "en": {
        "posts": "posts per 10,000 posts", "titles": "titles per 10,000 titles on the board",
        "count-posts": "posts", "count-titles": "titles", "axis": "Day (Asia/Shanghai)",
        "line": "daily share", "band": "95 % Wilson interval", "bars": "daily count", "gap": "no data",
        "weekend": "weekend", "empty": "no data in these days", "suppressed": "fewer than {least} authors: not shown",
    },
    "zh": {
        "posts": "每 10,000 条帖子中的条数", "titles": "每 10,000 条榜单标题中的条数",
        "count-posts": "帖子数", "count-titles": "标题数", "axis": "日期（时区 Asia/Shanghai）",
        "line": "每日占比", "band": "95 % Wilson 区间", "bars": "每日条数", "gap": "无数据",
        "weekend": "周末", "empty": "此时段无数据", "suppressed": "作者少于 {least} 人：不显示",
    },
}  # fmt: skip


def plotted(series: pd.DataFrame) -> pd.DataFrame:
    """The numbers of a daily series that are drawn, one row per day, in this order of columns.

    day (datetime64, Asia/Shanghai date), posts, total (Int64), share, per_10k, lo, hi (float64; per_10k is
    posts per 10,000, the others are shares in 0..1), status ("counted", "gap", or "suppressed" where too few authors
    stand behind a count). A gap has no number at all, whatever `series` says, and a suppressed day only its total.
    ValueError for missing columns, zoned days, days missing, repeated or out of order, or another status.
    """
    missing = [column for column in COLUMNS if column not in series.columns]
    if missing or series.empty:
        raise ValueError(f"a series needs days and the columns {', '.join(COLUMNS)}; missing: {missing}")
    if not pd.api.types.is_datetime64_dtype(series["day"]):
        raise ValueError("the days of a series are datetime64 without a zone: calendar dates in Asia/Shanghai")
    if not (series["day"].diff().iloc[1:] == pd.Timedelta(days=1)).all():
        raise ValueError("a series needs every calendar day once, in order: a day without data is a gap")
    if not series["status"].isin(STATUSES).all():
        raise ValueError("the status of a day is 'counted', 'gap' or 'suppressed'")
    table = series.loc[:, list(COLUMNS)].reset_index(drop=True)
    table.insert(4, "per_10k", table["share"] * PER)
    silent = table["status"] != "counted"
    table["posts"] = table["posts"].astype("Int64").mask(silent)
    table["total"] = table["total"].astype("Int64").mask(table["status"] == "gap")
    for column in ("share", "per_10k", "lo", "hi"):
        table[column] = table[column].astype("float64").mask(silent)
    return table


def scale(values: pd.Series | np.ndarray, most: int, whole: bool = False) -> tuple[np.ndarray, float]:
    """The ticks (float64) of an axis from 0 that holds all values, and where it ends; whole numbers if asked."""
    top = pd.Series(values, dtype="float64").max()
    if pd.isna(top):
        return np.zeros(0), 1.0
    steps = MaxNLocator(most, steps=[1, 2, 2.5, 5, 10], integer=whole, min_n_ticks=2)
    found = np.asarray(steps.tick_values(0, float(top) or 1.0), dtype=np.float64)
    # Ink that ends at the edge of a panel looks cut off: there is always some room above it.
    return found[found >= 0], max(float(found[-1]), 1.04 * float(top))


def ticks_between(low: float, high: float, most: int) -> np.ndarray:
    """The ticks (float64) of an axis from `low` to `high`, at most so many, none outside."""
    found = np.asarray(MaxNLocator(most, steps=[1, 2, 2.5, 5, 10]).tick_values(low, high), dtype=np.float64)
    return found[(found >= low) & (found <= high)]


def tick(value: float) -> str:
    """A number on an axis.

    >>> tick(12500.0), tick(0.25)
    ('12,500', '0.25')
    """
    return f"{value:,.10g}"


def set_scale(axes: Axes, ticks: np.ndarray, top: float) -> None:
    """Gives an axis of counts or shares its ticks, from 0 to `top`."""
    axes.set_yticks(ticks, [tick(value) for value in ticks])
    axes.set_ylim(0, top)
    axes.spines[["top", "right"]].set_visible(False)


def share(axes: Axes, table: pd.DataFrame, style: Style, colour: str, empty: str) -> None:
    """Draws per_10k as a line with the band from lo to hi; `empty` is written where no day has a number."""
    x = days.place(table["day"])
    y, lo, hi = (table[column].to_numpy(dtype="float64") for column in ("per_10k", "lo", "hi"))
    dot = 2.2 * style.venue.line
    marker = "o" if len(table) <= _DOTS else ""
    axes.fill_between(x, lo * PER, hi * PER, color=BAND, linewidth=0, zorder=2, gid="band")
    axes.plot(
        x, y, color=colour, linewidth=style.venue.line, marker=marker, markersize=dot, zorder=4, gid="share",
        clip_on=False,
    )  # fmt: skip
    # A counted day between two gaps has no line and no band: it needs a dot and a bar of its own.
    for first, last in days.runs(~np.isnan(y)):
        if first == last:
            axes.vlines(x[first], lo[first] * PER, hi[first] * PER, color=BAND, linewidth=3, zorder=2)
            axes.plot(x[first], y[first], "o", color=colour, markersize=dot, zorder=4, gid="lone-day")
    silent = x[(table["status"] == "suppressed").to_numpy()]
    axes.plot(silent, np.zeros(len(silent)), gid="suppressed", **hidden(style))
    if np.isnan(y).all():
        box = {"facecolor": "white", "edgecolor": "none"}
        axes.text(0.5, 0.5, empty, transform=axes.transAxes, ha="center", va="center", bbox=box, size=style.size)


def hidden(style: Style) -> dict[str, Any]:
    """How the mark of a suppressed day looks."""
    return {
        "linestyle": "none", "marker": "^", "markersize": 3 * style.venue.line, "markerfacecolor": "white",
        "markeredgecolor": GREY, "markeredgewidth": style.venue.stroke, "clip_on": False, "zorder": 5,
    }  # fmt: skip


def ground(axes: Axes, table: pd.DataFrame) -> None:
    """Marks weekends and gaps of the days of `table` (day, status) and fits the axis to them."""
    x = days.place(table["day"])
    if weekends_shown(table):
        for first, last in days.weekends(table["day"]):
            axes.axvspan(x[first] - 0.5, x[last] + 0.5, color=WEEKEND, linewidth=0, zorder=0, gid="weekend")
    for first, last in days.runs((table["status"] == "gap").to_numpy()):
        axes.axvspan(x[first] - 0.5, x[last] + 0.5, zorder=1, gid="gap", **hatching())
    axes.set_xlim(x[0] - 0.5, x[-1] + 0.5)


def weekends_shown(table: pd.DataFrame) -> bool:
    """Whether the days have weekends that are wide enough to be seen."""
    return len(table) <= _WEEKENDS and bool(days.weekends(table["day"]))


def hatching() -> dict[str, Any]:
    """How a span without data looks."""
    return {"facecolor": "none", "edgecolor": GREY, "hatch": "/////", "linewidth": 0}


def set_days(axes: Axes, shown: pd.Series, style: Style, room: float, labelled: bool = True) -> None:
    """Gives an axis of days its ticks, as many as `room` inches hold; without labels where a panel below has them."""
    widest = style.measure("12月30日" if style.language == "zh" else "30 Sep")
    places, labels = days.ticks(shown, style.language, most=max(2, min(10, int(room / (1.3 * widest)))))
    axes.set_xticks(places, labels if labelled else [""] * len(places))
    axes.tick_params(axis="x", pad=style.pad)


def share_handles(table: pd.DataFrame, style: Style, colour: str, least: int = 5) -> list[Artist]:
    """The legend entries of `share`, of what of it is drawn."""
    words = WORDS[style.language]
    marker = "o" if len(table) <= _DOTS else ""
    handles: list[Artist] = []
    if table["share"].notna().any():
        line = {"linewidth": style.venue.line, "marker": marker, "markersize": 2.2 * style.venue.line}
        handles = [
            Line2D([], [], color=colour, label=words["line"], **line),  # type: ignore[arg-type]
            Patch(facecolor=BAND, linewidth=0, label=words["band"]),
        ]
    if (table["status"] == "suppressed").any():
        handles.append(Line2D([], [], label=words["suppressed"].format(least=least), **hidden(style)))
    return handles


def ground_handles(table: pd.DataFrame, style: Style) -> list[Artist]:
    """The legend entries of `ground`, of what of it is drawn."""
    words = WORDS[style.language]
    handles: list[Artist] = []
    if (table["status"] == "gap").any():
        handles.append(Patch(label=words["gap"], **hatching()))
    if weekends_shown(table):
        handles.append(Patch(facecolor=WEEKEND, linewidth=0, label=words["weekend"]))
    return handles
