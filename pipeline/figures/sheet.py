"""The page of a figure: where title, legend, event numbers, panels and key lie, in inches.

The width is the venue's; the height is the sum of the parts: a long key makes the figure taller and never smaller in
type. Panels stand in rows, one or more to a row, the first at the top left.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from pipeline.figures import fonts
from pipeline.figures import legend as legends
from pipeline.figures.fonts import GREY
from pipeline.figures.key import Key
from pipeline.figures.legend import Legend
from pipeline.figures.venues import Style

EDGE = 0.08
_TICK = 0.08
_ABOVE_KEY = 0.1

Box = tuple[float, float, float, float]


@dataclass(frozen=True)
class Words:
    """What a figure says of itself: heading, where the numbers come from, and whether these are real.

    A venue that leaves the heading to the caption still shows `warning`.
    """

    title: str = ""
    subtitle: str = ""
    warning: str = ""


@dataclass(frozen=True)
class Sheet:
    """Every length in inches, from the lower left corner.

    rows: heights of the rows of panels. above: room over the first row. between: under each row but the last. foot:
    room of tick labels and axis name. columns, gutter: panels to a row and the room between them.
    """

    style: Style
    rows: tuple[float, ...]
    left: float
    foot: float
    above: float = 0.1
    between: float = 0.18
    right: float = 0.24
    columns: int = 1
    gutter: float = 0.0
    title: list[str] = field(default_factory=list)
    subtitle: list[str] = field(default_factory=list)
    legend: Legend | None = None
    key: Key | None = None

    @property
    def room(self) -> float:
        """Width of all panels of a row together."""
        return self.style.width - self.left - self.right

    @property
    def panel(self) -> float:
        """Width of one panel."""
        return (self.room - (self.columns - 1) * self.gutter) / self.columns

    def base(self, row: int) -> float:
        """Lower edge of a row, counted from the top."""
        below = sum(self.rows[row + 1 :]) + self.between * (len(self.rows) - 1 - row)
        return EDGE + (self.key.height + _ABOVE_KEY if self.key else 0.0) + self.foot + below

    @property
    def top(self) -> float:
        """Upper edge of the first row, where event ticks stand."""
        return self.base(0) + self.rows[0]

    @property
    def legend_base(self) -> float:
        """Lower edge of the legend."""
        return self.top + self.above

    @property
    def height(self) -> float:
        """Height of the whole figure."""
        head = self.style.title_leading * len(self.title) + self.style.leading * len(self.subtitle)
        return self.legend_base + (self.legend.height if self.legend else 0) + head + EDGE

    def axes(self, figure: Figure) -> list[Axes]:
        """The panels, row by row."""
        width, height = self.style.width, self.height
        return [
            figure.add_axes(
                (
                    (self.left + column * (self.panel + self.gutter)) / width,
                    self.base(row) / height,
                    self.panel / width,
                    tall / height,
                )
            )
            for row, tall in enumerate(self.rows)
            for column in range(self.columns)
        ]

    def figure(self) -> Figure:
        """An empty figure of this size, of no window."""
        made = Figure(figsize=(self.style.width, self.height), dpi=100)
        FigureCanvasAgg(made)
        return made


def left_of(style: Style, ticks: Sequence[str], names: int = 1) -> float:
    """The room left of the panels for tick labels and an axis name of so many lines."""
    return EDGE + style.leading * names + max([0.0, *map(style.measure, ticks)]) + 2 * _TICK


def foot_of(style: Style, lines: int = 2) -> float:
    """The room under the panels for so many lines of tick labels and the name of the axis."""
    return 0.13 + (style.pad - 3.5) / 72 + 1.2 * style.size / 72 * lines + style.leading


def lay_out(
    style: Style,
    words: Words,
    rows: Sequence[float],
    left: float,
    handles: Sequence[Artist] = (),
    *,
    foot: float | None = None,
    above: float = 0.1,
    between: float = 0.18,
    columns: int = 1,
    gutter: float = 0.0,
    key: Key | None = None,
) -> Sheet:
    """The sheet of some rows of panels, with the legend of `handles`; what is not said is usual."""
    right = 0.24 * style.scale
    room = style.width - (2 * EDGE if style.span == "column" else left + right)
    title, subtitle = head(style, words, room)
    legend = legends.lay_out(handles, room, style)
    foot = foot_of(style) if foot is None else foot
    return Sheet(
        style, tuple(rows), left, foot, above, between * style.scale, right, columns, gutter, title, subtitle, legend,
        key,
    )  # fmt: skip


def head(style: Style, words: Words, room: float) -> tuple[list[str], list[str]]:
    """The lines of title and subtitle; of the warning alone where the venue leaves the rest to the caption."""
    shown = (words.subtitle, words.warning) if style.venue.titled else (words.warning,)
    said = " — ".join(part for part in shown if part)
    title = style.wrap(fonts.readable(words.title), room, style.title) if style.venue.titled else []
    return title, style.wrap(fonts.readable(said), room)


def draw_head(figure: Figure, sheet: Sheet) -> None:
    """Writes title, subtitle and legend, flush with the left edge of the panels, or with that of a narrow page."""
    style = sheet.style
    left = EDGE if style.span == "column" else sheet.left
    y = sheet.height - EDGE + 0.05 * style.scale
    for line in sheet.title:
        y -= style.title_leading
        fonts.write(figure, (left, y), line, "title", size=style.title)
    for line in sheet.subtitle:
        y -= style.leading
        fonts.write(figure, (left, y), line, "subtitle", size=style.size, colour=GREY)
    if sheet.legend:
        legends.draw(figure, sheet.legend, left, sheet.legend_base)


def draw_name(figure: Figure, style: Style, lines: list[str], base: float, height: float) -> None:
    """Writes the name of a y axis beside its panel, read from below, against the left edge of the sheet."""
    for index, line in enumerate(lines):
        x = EDGE + style.leading * (index + 0.5)
        figure.text(
            x, base + height / 2, line, rotation=90, ha="center", va="center", gid="axis-name", size=style.size,
            transform=figure.dpi_scale_trans,
        )  # fmt: skip


def draw_below(figure: Figure, sheet: Sheet, text: str) -> None:
    """Writes the name of the x axis under the last row, in the middle of the panels."""
    x = sheet.left + sheet.room / 2
    y = sheet.base(len(sheet.rows) - 1) - sheet.foot + 0.25 * sheet.style.leading
    fonts.write(figure, (x, y), text, "axis-name", size=sheet.style.size, side="center")
