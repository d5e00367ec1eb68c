"""How attention is divided among topics: stacked bars, a panel per dataset, a bar per week or day."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Patch

from pipeline.figures import days, fonts, panels
from pipeline.figures import sheet as page
from pipeline.figures.days import Language
from pipeline.figures.fonts import GREY
from pipeline.figures.sheet import Words
from pipeline.figures.venues import Style

COLUMNS = ("dataset", "start", "topic", "posts", "total", "rate", "attention", "status", "note")
OTHER = "other"

_HATCHES = ("", "....", "\\\\\\\\", "xxxx", "----")
_FAINT = "#D9D9D9"
_WORDS: dict[Language, dict[str, str]] = {
    "en": {"y": "share of attention (%)", "week": "Week from (Asia/Shanghai)", "day": "Day (Asia/Shanghai)",
           "other": "other topics", "gap": "no data, or no post on any topic"},
    "zh": {"y": "注意力份额（%）", "week": "周起始日（时区 Asia/Shanghai）", "day": "日期（时区 Asia/Shanghai）",
           "other": "其他话题", "gap": "无数据，或无相关内容"},
}  # fmt: skip


def attention(
    table: pd.DataFrame,
    words: Words,
    style: Style,
    *,
    labels: Mapping[str, str],
    datasets: Mapping[str, str] | None = None,
    step: int = 7,
) -> Figure:
    """One bar per span of `step` days, divided by the attention (0..1) that each topic has in it; up to five topics.

    table: dataset, start (datetime64, first day of the span), topic ("other" for the rest), attention (missing where
    there is none to divide), status. Topics differ by hatch as well as by colour, and stand in the order of the legend.
    """
    said, topics = _WORDS[style.language], list(dict.fromkeys(table["topic"]))
    topics = [topic for topic in topics if topic != OTHER] + [OTHER] * (OTHER in topics)
    if len(topics) - (OTHER in topics) > len(_HATCHES):
        raise ValueError(f"attention is drawn for at most {len(_HATCHES)} topics; put the others together")
    parts = [(str(name), part) for name, part in table.groupby("dataset", sort=False)]
    with fonts.paper(style.size, style.venue.stroke):
        handles = _handles(topics, labels, said, style, bool(table["attention"].isna().any()))
        name = style.wrap(said["y"], style.tall)
        left = page.left_of(style, ["100"], len(name))
        height = style.tall if len(parts) == 1 else 0.7 * style.tall
        named = datasets is not None and len(parts) > 1
        head = 0.34 if named else 0.18
        sheet = page.lay_out(
            style, words, [height] * len(parts), left, handles, above=0.3 * style.scale if named else 0.1, between=head
        )
        figure = sheet.figure()
        starts = pd.Series(sorted(table["start"].unique()))
        for row, (axes, (dataset, part)) in enumerate(zip(sheet.axes(figure), parts, strict=True)):
            _bars(axes, part, topics, style, step)
            _set_spans(axes, starts, style, sheet.room, step, labelled=row == len(parts) - 1)
            if named and datasets:
                shown = style.wrap(fonts.readable(datasets.get(dataset, dataset)), sheet.room)
                at = left, sheet.base(row) + height + 0.08 * style.scale
                fonts.write(figure, at, shown[0], "panel-label", size=style.size)
        page.draw_name(figure, style, name, sheet.base(len(parts) - 1), sheet.top - sheet.base(len(parts) - 1))
        page.draw_below(figure, sheet, said["week" if step == 7 else "day"])
        page.draw_head(figure, sheet)
    return figure


def _face(index: int, topic: str, style: Style) -> dict[str, Any]:
    if topic == OTHER:
        return {"facecolor": _FAINT, "edgecolor": "white", "hatch": ""}
    return {"facecolor": style.colours[index], "edgecolor": "white", "hatch": _HATCHES[index]}


def _bars(axes: Axes, part: pd.DataFrame, topics: list[str], style: Style, step: int) -> None:
    wide = part.pivot(index="start", columns="topic", values="attention").reindex(columns=topics)
    x = days.place(pd.Series(wide.index)) + (step - 1) / 2
    base = np.zeros(len(wide))
    for index, topic in enumerate(topics):
        values = 100 * wide[topic].fillna(0).to_numpy(dtype=float)
        look = _face(index, topic, style)
        axes.bar(x, values, bottom=base, width=0.86 * step, linewidth=0.5, zorder=3, gid=topic, **look)
        base += values
    for place in x[wide.isna().all(axis=1).to_numpy()]:
        axes.axvspan(place - 0.43 * step, place + 0.43 * step, zorder=1, gid="gap", **panels.hatching())
    axes.set_ylim(0, 100)
    axes.set_yticks([0, 25, 50, 75, 100], ["0", "25", "50", "75", "100"])
    axes.spines[["top", "right"]].set_visible(False)


def _set_spans(axes: Axes, starts: pd.Series, style: Style, room: float, step: int, labelled: bool) -> None:
    widest = style.measure("12月30日" if style.language == "zh" else "30 Sep") * 1.3
    every = max(1, -(-len(starts) // max(1, int(room / widest))))
    shown = starts.iloc[::every]
    texts = []
    for index, day in enumerate(shown):
        year = index == 0 or day.year != shown.iloc[index - 1].year
        text = days.date_label(day, style.language)
        texts.append(f"{text}\n{day.year}" + "年" * (style.language == "zh") if year else text)
    axes.set_xticks(days.place(shown) + (step - 1) / 2, texts if labelled else [""] * len(texts))
    axes.tick_params(axis="x", pad=style.pad)
    ends = days.place(starts.iloc[[0, -1]])
    axes.set_xlim(ends[0] - 0.5, ends[1] + step - 0.5)


def _handles(
    topics: list[str], labels: Mapping[str, str], said: dict[str, str], style: Style, silent: bool
) -> list[Artist]:
    handles: list[Artist] = [
        Patch(
            linewidth=0.5, label=labels.get(topic, said["other"] if topic == OTHER else topic), **_face(i, topic, style)
        )
        for i, topic in enumerate(topics)
    ]
    if silent:
        handles.append(Patch(label=said["gap"], **panels.hatching()))
    return handles


__all__ = ["COLUMNS", "GREY", "OTHER", "attention"]
