"""Events above a panel: one number per day, moved aside where days are close.

Events of one day share its number and are lettered in the key, so that a text can cite "event 9b". A
confounder is grey and in brackets: the brackets are for readers of a black and white copy. Wordings are the
caller's.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import pandas as pd
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from pipeline.figures import fonts
from pipeline.figures.days import Language
from pipeline.figures.fonts import GREY, INK
from pipeline.figures.venues import Style

_DISPUTED: dict[Language, str] = {"en": " [date\u00a0disputed]", "zh": "［日期有争议］"}

# A number further than this from its day makes the eye search; neighbours then share one label, such as
# 7–9.
_REACH = 0.4
_GAP = 0.05


@dataclass(frozen=True)
class Note:
    """The events of one day: its number in the figure, their labels, and which of them are confounders."""

    number: int
    day: pd.Timestamp
    labels: tuple[str, ...]
    confounders: tuple[bool, ...]


@dataclass(frozen=True)
class Mark:
    """One label above the panel, standing for the notes of one day or of neighbouring days."""

    notes: tuple[Note, ...]

    @property
    def aside(self) -> bool:
        """True when every event behind the label is a confounder."""
        return all(all(note.confounders) for note in self.notes)

    @property
    def label(self) -> str:
        """The number, or the first and last number; in brackets when all are confounders."""
        first, last = self.notes[0].number, self.notes[-1].number
        text = str(first) if first == last else f"{first}–{last}"
        return f"({text})" if self.aside else text


def _label(event: pd.Series, language: Language) -> str:
    wordings = event[[f"label_{language}", "label_en", "label_zh", "kind"]].dropna().astype(str)
    text = next((wording for wording in wordings if wording.strip()), "")
    return fonts.readable(str(text)) + _DISPUTED[language] * (str(event["confidence"]) == "disputed")


def notes(events: pd.DataFrame, first: pd.Timestamp, last: pd.Timestamp, language: Language) -> list[Note]:
    """One note per day that has events between `first` and `last`, both included; numbered from 1 in time.

    `events` has columns day (datetime64, Asia/Shanghai date), kind, label_en, label_zh, confidence. Within
    a day the order of the rows stays. A label missing in `language` is taken from the other one.
    """
    inside = events[events["day"].between(first, last)].sort_values("day", kind="stable")
    found = []
    for number, (day, group) in enumerate(inside.groupby("day"), start=1):
        labels = tuple(_label(event, language) for _, event in group.iterrows())
        found.append(Note(number, pd.Timestamp(str(day)), labels, tuple(group["kind"] == "confounder")))
    return found


def spread(wanted: Sequence[float], widths: Sequence[float], low: float, high: float) -> list[float]:
    """Centres of labels in inches: in order, apart, between `low` and `high`, and near to `wanted`.

    Near in the sense of least squares. With the room that earlier labels take subtracted, the centres only
    have to be non-decreasing: an isotonic regression, solved by pooling adjacent violators.
    """
    room = [0.0]
    for before, after in pairwise(widths):
        room.append(room[-1] + (before + after) / 2 + _GAP)
    pools: list[tuple[float, int]] = []
    for value in (want - taken for want, taken in zip(wanted, room, strict=True)):
        pools.append((value, 1))
        while len(pools) > 1 and pools[-2][0] > pools[-1][0]:
            (a, m), (b, n) = pools[-2:]
            pools[-2:] = [((a * m + b * n) / (m + n), m + n)]
    level = [value for value, size in pools for _ in range(size)]
    least, most = low + widths[0] / 2, high - widths[-1] / 2 - room[-1]
    return [max(least, min(value, most)) + taken for value, taken in zip(level, room, strict=True)]


def place(found: list[Note], at: dict[int, float], low: float, high: float, style: Style) -> list[tuple[Mark, float]]:
    """The labels above the panel, each with its centre in inches.

    `at` maps the number of a note to the place of its day. Nearest neighbours are joined into one label
    until all labels fit between `low` and `high`, near their days.
    """
    marks = [Mark((note,)) for note in found]
    while marks:
        wanted = [sum(at[note.number] for note in mark.notes) / len(mark.notes) for mark in marks]
        widths = [style.measure(mark.label) for mark in marks]
        centres = spread(wanted, widths, low, high)
        fits = centres[0] - widths[0] / 2 >= low - 1e-9
        near = all(abs(centre - want) <= _REACH * style.scale for centre, want in zip(centres, wanted, strict=True))
        if len(marks) == 1 or (fits and near):
            return list(zip(marks, centres, strict=True))
        apart = [at[after.notes[0].number] - at[before.notes[-1].number] for before, after in pairwise(marks)]
        nearest = apart.index(min(apart))
        marks[nearest : nearest + 2] = [Mark(marks[nearest].notes + marks[nearest + 1].notes)]
    return []


def draw(figure: Figure, placed: list[tuple[Mark, float]], at: dict[int, float], base: float, style: Style) -> None:
    """Draws the labels above `base`, the top edge of the panel in inches, with a tick at each day."""
    for mark, centre in placed:
        colour = GREY if mark.aside else INK
        feet = [at[note.number] for note in mark.notes]
        for foot in feet:
            _stroke(figure, [foot, foot], [base, base + 0.06], colour, style.venue.stroke)
        # One stroke for all days of a joint label: a fan of them prints as a blot.
        middle = min(max(centre, feet[0]), feet[-1])
        _stroke(figure, [feet[0], feet[-1]], [base + 0.06] * 2, colour, style.venue.stroke)
        _stroke(figure, [middle, centre], [base + 0.06, base + 0.17], colour, style.venue.stroke)
        fonts.write(
            figure, (centre, base + 0.2), mark.label, "event-number", size=style.size, colour=colour, side="center"
        )


def _stroke(figure: Figure, x: list[float], y: list[float], colour: str, stroke: float) -> None:
    line = Line2D(x, y, color=colour, linewidth=stroke, gid="event-tick")
    line.set_transform(figure.dpi_scale_trans)
    figure.add_artist(line)
