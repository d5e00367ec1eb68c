"""What each venue asks of a figure, as one table, and the page style that follows from it.

Sources: the AAAI author kit of 2026 for ICWSM, the SIGCHI accessibility guide for ACM, the publisher's figure guide for
Nature. The sizes of ACM, PNAS and PLOS are from secondary copies: check the venue's current guide before submission.
"""

from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from pipeline.errors import unknown
from pipeline.figures import fonts
from pipeline.figures.days import Language

TextMode = Literal["embed", "outline", "raster"]
Width = Literal["column", "text"]
WIDTHS: tuple[Width, ...] = ("column", "text")

INCH = 25.4

# Dark hues of at least 4.5:1 on white, and those of Okabe and Ito that reach 3:1. In either list the hues are nearly
# equal in lightness: a line style, a marker or a hatch must carry the distinction.
DARK = ("#0072B2", "#B34E00", "#007A5A", "#A8457C", "#000000")
OKABE_ITO = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#000000")


@dataclass(frozen=True)
class Venue:
    """One row of the table.

    column, text, tallest: millimetres. size, small, title: points, of axes, of the key and of the heading. least:
    points below which the venue accepts no text. stroke: points, of thin lines; line: of those that carry data.
    modes: how the PDF holds text, by language: fonts embedded, glyphs as outlines, or the whole page as a bitmap.
    titled: whether the heading stands in the figure; elsewhere it is left to the caption. contrast: least WCAG ratio of
    coloured ink on white. tiff: whether a TIFF is written beside the PDF.
    """

    name: str
    label: str
    column: float
    text: float
    tallest: float
    size: float
    small: float
    title: float
    least: float
    modes: dict[Language, TextMode]
    palette: tuple[str, ...] = OKABE_ITO
    contrast: float = 3.0
    stroke: float = 0.6
    line: float = 1.1
    titled: bool = False
    tiff: bool = False


_EMBED: dict[Language, TextMode] = {"en": "embed", "zh": "embed"}

# AAAI forbids CID fonts, as which matplotlib writes every TrueType face, and Chinese outside bitmaps.
_AAAI: dict[Language, TextMode] = {"en": "outline", "zh": "raster"}

VENUES = {
    venue.name: venue
    for venue in (
        Venue("plain", "no venue", 88.9, 177.8, 400, 9, 8, 11, 7, _EMBED, DARK, 4.5, titled=True),
        Venue("icwsm", "ICWSM (AAAI)", 83.8, 177.8, 228, 9, 9, 10, 9, _AAAI, DARK, 4.5),
        Venue("acm", "ACM sigconf", 84.6, 177.8, 228, 8, 7.5, 9, 7, _EMBED, DARK, 4.5),
        Venue("nature", "Nature family", 89, 183, 247, 7, 6, 8, 5, _EMBED, stroke=0.5, line=1.0),
        Venue("pnas", "PNAS", 87, 178, 225, 8, 7, 9, 6, _EMBED, line=1.0),
        Venue("plos", "PLOS", 132, 190.5, 222, 9, 8, 10, 8, _EMBED, tiff=True),
        Venue("slide", "slide", 150, 305, 171, 16, 14, 20, 14, _EMBED, DARK, 4.5, stroke=1.2, line=2.4, titled=True),
    )
}


def find(name: str) -> Venue:
    """The venue of that name. Raises InputError with those that exist."""
    if name not in VENUES:
        raise unknown("venue", name, VENUES)
    return VENUES[name]


@dataclass(frozen=True)
class Style:
    """A venue at one of its widths, in one language. Lengths in inches, sizes of type and strokes in points."""

    venue: Venue = VENUES["plain"]
    span: Width = "text"
    language: Language = "en"

    @cached_property
    def width(self) -> float:
        """Width of the page."""
        return (self.venue.text if self.span == "text" else self.venue.column) / INCH

    @property
    def size(self) -> float:
        """Points of axes and legends."""
        return self.venue.size

    @property
    def small(self) -> float:
        """Points of the key and of labels inside a panel."""
        return self.venue.small

    @property
    def title(self) -> float:
        """Points of the heading."""
        return self.venue.title

    @property
    def leading(self) -> float:
        """From one line to the next."""
        return self.size * 1.32 / 72

    @property
    def small_leading(self) -> float:
        """From one line of small type to the next."""
        return self.small * 1.323 / 72

    @property
    def title_leading(self) -> float:
        """From one line of the heading to the next."""
        return self.title * 1.375 / 72

    @property
    def scale(self) -> float:
        """How much larger than 9 pt the type is: what has the height of a line grows with it."""
        return self.size / 9

    @property
    def tall(self) -> float:
        """Height of a panel that carries the question."""
        return min(max(1.5, 0.33 * self.width), 0.33 * self.venue.tallest / INCH)

    @property
    def short(self) -> float:
        """Height of a panel that stands below another."""
        return max(0.5, 0.3 * self.tall)

    @property
    def pad(self) -> float:
        """Points between an x axis and the labels of its ticks, so that they pass under a large 0 of the y axis."""
        return max(3.5, 0.6 * self.size - 2)

    @property
    def colours(self) -> tuple[str, ...]:
        """Colours of data, in the order in which they are given out."""
        return self.venue.palette

    @property
    def mode(self) -> TextMode:
        """How the PDF holds text in this language."""
        return self.venue.modes[self.language]

    def measure(self, text: str, size: float | None = None) -> float:
        """Width of one line of `text`."""
        return fonts.width(text, size or self.size)

    def wrap(self, text: str, limit: float, size: float | None = None) -> list[str]:
        """`text` in lines of at most `limit`."""
        return fonts.wrap(text, limit, size or self.size)


def style(name: str = "plain", width: str = "text", language: Language = "en") -> Style:
    """The style of a venue. Raises InputError for a venue or a width that does not exist."""
    for span in WIDTHS:
        if span == width:
            return Style(find(name), span, language)
    raise unknown("width", width, WIDTHS)
