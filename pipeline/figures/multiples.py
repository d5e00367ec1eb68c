"""Small multiples: the shares of several topics, one panel each, on one axis of days."""

from collections.abc import Mapping

import pandas as pd
from matplotlib.figure import Figure

from pipeline.figures import fonts, panels
from pipeline.figures import sheet as page
from pipeline.figures.panels import PER, plotted
from pipeline.figures.sheet import Words
from pipeline.figures.venues import Style
from pipeline.figures.volume import Unit

COLUMNS = ("topic", "day", "posts", "total", "share", "per_10k", "lo", "hi", "status")

# From so many panels on, and on a page so wide (in ems), two stand side by side.
_PAIRED = 4
_WIDE = 50


def multiples(
    table: pd.DataFrame,
    words: Words,
    style: Style,
    *,
    unit: Unit,
    labels: Mapping[str, str],
    common: bool = False,
    least: int = 5,
) -> Figure:
    """One panel per topic of `table`, in order of appearance: share per 10,000 with its 95 % Wilson band.

    table: topic, and what `panels.plotted` takes, the same days for every topic. labels: what a topic is called.
    common: one scale for all panels; otherwise each has its own, which the caption must say.
    """
    parts = {str(topic): plotted(part) for topic, part in table.groupby("topic", sort=False)}
    said = panels.WORDS[style.language]
    with fonts.paper(style.size, style.venue.stroke):
        first = next(iter(parts.values()))
        every = pd.concat(parts.values(), ignore_index=True)
        scales = [panels.scale((every if common else part)["hi"] * PER, 3) for part in parts.values()]
        columns = 2 if len(parts) >= _PAIRED and style.width * 72 / style.size >= _WIDE else 1
        rows = -(-len(parts) // columns)
        ticks = [panels.tick(value) for found, _ in scales for value in found]
        height = 0.45 * style.tall
        name = style.wrap(said[unit], rows * height)
        left = page.left_of(style, ticks, len(name))
        beside = left - page.EDGE - style.leading * len(name) + 0.1
        handles = [*panels.share_handles(every, style, style.colours[0], least), *_ground(first, every, style)]
        between = 0.34 if columns == 1 or rows > 1 else 0.18
        sheet = page.lay_out(
            style, words, [height] * rows, left, handles, above=0.3 * style.scale, between=between, columns=columns,
            gutter=beside if columns == 2 else 0.0,
        )  # fmt: skip
        figure = sheet.figure()
        for index, (axes, (topic, part)) in enumerate(zip(sheet.axes(figure), parts.items(), strict=False)):
            panels.share(axes, part, style, style.colours[0], said["empty"])
            panels.ground(axes, part)
            panels.set_scale(axes, *scales[index])
            last = index + columns >= len(parts)
            panels.set_days(axes, part["day"], style, sheet.panel, labelled=last)
            _label(figure, sheet, index, labels.get(topic, topic))
        for axes in figure.axes[len(parts) :]:
            axes.remove()
        whole = sheet.top - sheet.base(rows - 1)
        page.draw_name(figure, style, name, sheet.base(rows - 1), whole)
        page.draw_below(figure, sheet, said["axis"])
        page.draw_head(figure, sheet)
    return figure


def _ground(first: pd.DataFrame, every: pd.DataFrame, style: Style) -> list:  # type: ignore[type-arg]
    return panels.ground_handles(first.assign(status="gap" if (every["status"] == "gap").any() else "counted"), style)


def _label(figure: Figure, sheet: page.Sheet, index: int, text: str) -> None:
    row, column = divmod(index, sheet.columns)
    x = sheet.left + column * (sheet.panel + sheet.gutter)
    y = sheet.base(row) + sheet.rows[row] + 0.1 * sheet.style.scale
    letter = f"{chr(ord('a') + index)}  "
    shown = sheet.style.wrap(letter + fonts.readable(text), sheet.panel)
    more = "…" if len(shown) > 1 else ""
    fonts.write(figure, (x, y), shown[0].rstrip() + more, "panel-label", size=sheet.style.size)
