"""The page of a figure: where title, legend, event numbers, two panels and key lie, in inches.

The sheet is 7.0 in wide, the text width of both AAAI and ACM papers, so that nothing is scaled. Its height
is the sum of its parts: a long key makes the figure taller and never smaller in type.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from matplotlib.figure import Figure

from pipeline.figures import fonts
from pipeline.figures.fonts import GREY, LINE_HEIGHT, TEXT_SIZE, TITLE_SIZE
from pipeline.figures.key import Key

WIDTH = 7.0
EDGE = 0.08
TALL = 2.3
SHORT = 0.7

_RIGHT = 0.24
_BETWEEN = 0.18
_NUMBERS = 0.42
_LEGEND = 0.24
_TITLE_LINE = 0.21
_TICK = 0.08
_ABOVE_KEY = 0.1

Box = tuple[float, float, float, float]


@dataclass(frozen=True)
class Sheet:
    """Every length in inches, from the lower left corner; `foot` is the room of day labels and axis name."""

    title: list[str]
    subtitle: list[str]
    left: float
    foot: float
    key: Key | None

    @property
    def width(self) -> float:
        """Width of both panels."""
        return WIDTH - self.left - _RIGHT

    @property
    def short_base(self) -> float:
        """Lower edge of the short panel."""
        return EDGE + (self.key.height + _ABOVE_KEY if self.key else 0.0) + self.foot

    @property
    def tall_base(self) -> float:
        """Lower edge of the tall panel."""
        return self.short_base + SHORT + _BETWEEN

    @property
    def tall_top(self) -> float:
        """Upper edge of the tall panel, where event ticks stand."""
        return self.tall_base + TALL

    @property
    def legend_base(self) -> float:
        """Lower edge of the line of legend entries."""
        return self.tall_top + (_NUMBERS if self.key else 0.1)

    @property
    def height(self) -> float:
        """Height of the whole figure."""
        head = _TITLE_LINE * len(self.title) + LINE_HEIGHT * len(self.subtitle)
        return self.legend_base + _LEGEND + head + EDGE

    def boxes(self) -> tuple[Box, Box]:
        """The tall and the short panel as (left, bottom, width, height) in fractions of the figure."""
        left, width, height = self.left / WIDTH, self.width / WIDTH, self.height
        tall = (left, self.tall_base / height, width, TALL / height)
        return tall, (left, self.short_base / height, width, SHORT / height)


def lay_out(
    title: str, subtitle: str, names: tuple[list[str], list[str]], ticks: Sequence[str], key: Key | None
) -> Sheet:
    """The sheet for these texts: `names` are the lines of the two y axis names, `ticks` all y labels."""
    names_width = LINE_HEIGHT * max(len(lines) for lines in names)
    left = EDGE + names_width + max([0.0, *map(fonts.width, ticks)]) + 2 * _TICK
    room = WIDTH - left - _RIGHT
    titles = fonts.wrap(fonts.readable(title), room, TITLE_SIZE)
    return Sheet(titles, fonts.wrap(fonts.readable(subtitle), room), left, 0.64, key)


def draw_head(figure: Figure, sheet: Sheet) -> None:
    """Writes title and subtitle, flush with the left edge of the panels."""
    y = sheet.height - EDGE + 0.05
    for line in sheet.title:
        y -= _TITLE_LINE
        fonts.write(figure, (sheet.left, y), line, "title", size=TITLE_SIZE)
    for line in sheet.subtitle:
        y -= LINE_HEIGHT
        fonts.write(figure, (sheet.left, y), line, "subtitle", size=TEXT_SIZE, colour=GREY)


def draw_name(figure: Figure, lines: list[str], base: float, height: float) -> None:
    """Writes the name of a y axis beside its panel, read from below, against the left edge of the sheet."""
    for index, line in enumerate(lines):
        x = EDGE + LINE_HEIGHT * (index + 0.5)
        figure.text(
            x, base + height / 2, line, rotation=90, ha="center", va="center", gid="axis-name",
            transform=figure.dpi_scale_trans,
        )  # fmt: skip
