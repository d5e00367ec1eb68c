"""The key below the axes: number, date and wording of every event, in one or two columns.

Events of one day share its number and are lettered, so that a text can cite "event 9b". A confounder is
grey and in brackets: the brackets are for readers of a black and white copy.
"""

import string
from dataclasses import dataclass, replace
from typing import Literal

from matplotlib.figure import Figure

from pipeline.figures import fonts
from pipeline.figures.days import Language, date_label
from pipeline.figures.events import Mark, Note
from pipeline.figures.fonts import GREY, INK
from pipeline.figures.venues import Style

_HEADINGS: dict[Language, tuple[str, str]] = {
    "en": ("Events", "Events (grey, in brackets: possible confounders)"),
    "zh": ("事件", "事件（灰色、带括号：可能的干扰因素）"),
}
_GUTTER = 0.25
_PAD = 0.08
_ONE_COLUMN = 6
_NARROWEST = 18
"""Ems of a wording: below that a second column makes the key longer, not shorter."""


@dataclass(frozen=True)
class Row:
    """One printed line. Continuation lines have empty number, date and letter; `indent` is in inches."""

    number: str
    date: str
    letter: str
    text: str
    indent: float
    grey: bool


@dataclass(frozen=True)
class Key:
    """The laid-out key: heading, columns of rows; in inches, the widths of a column and its first fields."""

    heading: list[str]
    columns: tuple[tuple[Row, ...], ...]
    column: float
    number: float
    date: float
    style: Style

    @property
    def height(self) -> float:
        """Inches from the top of the heading to the foot of the last line."""
        return self.style.small_leading * (len(self.heading) + 0.2 + max(len(rows) for rows in self.columns))


def _letters(note: Note) -> list[str]:
    if len(note.labels) == 1:
        return [""]
    letters = [string.ascii_lowercase[index % 26] * (index // 26 + 1) for index in range(len(note.labels))]
    if all(note.confounders):
        return letters
    return [f"({letter})" if aside else letter for letter, aside in zip(letters, note.confounders, strict=True)]


def _entries(note: Note, date: str, room: float, style: Style) -> list[list[Row]]:
    entries = []
    letters = _letters(note)
    indent = max(style.measure(letter, style.small) + 0.05 if letter else 0.0 for letter in letters)
    for label, letter, grey in zip(note.labels, letters, note.confounders, strict=True):
        lines = style.wrap(label, room - indent, style.small)
        rows = [Row("", "", "", line, indent, grey) for line in lines]
        rows[0] = replace(rows[0], number=Mark((note,)).label, date=date, letter=letter)
        entries.append(rows)
    return entries


def _column(entries: list[list[Row]]) -> tuple[Row, ...]:
    # Number and date stand at the first event of a day, and again where a day runs on into the next column.
    rows = [row for entry in entries for row in entry]
    shown: list[Row] = []
    number = ""
    for row in rows:
        shown.append(replace(row, number="", date="") if row.number == number else row)
        number = row.number or number
    return tuple(shown)


def _halves(entries: list[list[Row]]) -> tuple[tuple[Row, ...], ...]:
    def taller(cut: int) -> int:
        return max(sum(map(len, entries[:cut])), sum(map(len, entries[cut:])))

    cut = min(range(1, len(entries) + 1), key=taller)
    return tuple(_column(part) for part in (entries[:cut], entries[cut:]) if part)


def lay_out(found: list[Note], width: float, style: Style) -> Key:
    """The key of `found` (at least one note) in `width` inches: one column up to six lines, two beyond where they fit.

    Dates name the year when the notes lie in more than one.
    """
    language = style.language
    year = len({note.day.year for note in found}) > 1
    dates = [date_label(note.day, language, year=year) for note in found]
    number = max(style.measure(Mark((note,)).label, style.small) for note in found)
    date = max(style.measure(shown, style.small) for shown in dates)
    heading = style.wrap(_HEADINGS[language][any(any(note.confounders) for note in found)], width)

    def entries(column: float) -> list[list[Row]]:
        room = column - number - date - 2 * _PAD
        return [rows for note, shown in zip(found, dates, strict=True) for rows in _entries(note, shown, room, style)]

    single = _column(entries(width))
    half = (width - _GUTTER) / 2
    if len(single) <= _ONE_COLUMN or half < number + date + _NARROWEST * style.small / 72:
        return Key(heading, (single,), width, number, date, style)
    return Key(heading, _halves(entries(half)), half, number, date, style)


def draw(figure: Figure, key: Key, left: float, top: float) -> None:
    """Draws the key with its upper left corner at `left`, `top`, in inches from the figure's lower left."""
    line_height = key.style.small_leading
    baseline = top - 0.75 * line_height
    for line, heading in enumerate(key.heading):
        at = left, baseline - line * line_height
        fonts.write(figure, at, heading, "key-heading", size=key.style.size)
    baseline -= (len(key.heading) - 1) * line_height
    for index, rows in enumerate(key.columns):
        start = left + index * (key.column + _GUTTER)
        for line, row in enumerate(rows):
            _draw_row(figure, key, row, start, baseline - line_height * (line + 1.2))


def _draw_row(figure: Figure, key: Key, row: Row, start: float, baseline: float) -> None:
    body = start + key.number + key.date + 2 * _PAD
    colour = GREY if row.grey else INK
    plain = INK if row.number and not row.number.startswith("(") else GREY
    fields: tuple[tuple[str, float, Literal["left", "right"], str], ...] = (
        (row.number, start + key.number, "right", plain),
        (row.date, start + key.number + _PAD, "left", plain),
        (row.letter, body, "left", colour),
        (row.text, body + row.indent, "left", colour),
    )
    for text, x, side, ink in fields:
        if text:
            fonts.write(figure, (x, baseline), text, "key", size=key.style.small, colour=ink, side=side)
