"""The legend: as many entries in a line as fit, above the panels."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from matplotlib.artist import Artist
from matplotlib.figure import Figure

from pipeline.figures.venues import Style

# In ems, as matplotlib counts them: the sample of ink, the space after it, the space between columns.
_SAMPLE, _AFTER, _BETWEEN = 1.8, 0.5, 1.5
_ROW = 1.4


@dataclass(frozen=True)
class Legend:
    """Entries in so many columns; the height is that of all lines, in inches."""

    handles: tuple[Artist, ...]
    columns: int
    style: Style

    @property
    def height(self) -> float:
        """Inches from the foot of the last line to the top of the first."""
        rows = -(-len(self.handles) // self.columns) if self.handles else 0
        return rows * _ROW * self.style.size / 72 + (0.07 * self.style.scale if rows else 0)


def lay_out(handles: Sequence[Artist], room: float, style: Style) -> Legend:
    """The legend of some labelled artists in `room` inches."""
    em = style.size / 72
    widths = [style.measure(str(handle.get_label())) + (_SAMPLE + _AFTER) * em for handle in handles]
    for columns in range(len(handles), 1, -1):
        # matplotlib fills one column after the other, the first ones with one entry more
        least, more = divmod(len(widths), columns)
        ends = [0]
        for column in range(columns):
            ends.append(ends[-1] + least + (column < more))
        widest = [max(widths[a:b]) for a, b in pairwise(ends)]
        if sum(widest) + (columns - 1) * _BETWEEN * em <= room:
            return Legend(tuple(handles), columns, style)
    return Legend(tuple(handles), 1, style)


def draw(figure: Figure, legend: Legend, left: float, base: float) -> None:
    """Draws the legend with its lower left corner at `left`, `base`, in inches."""
    if not legend.handles:
        return
    figure.legend(
        handles=list(legend.handles), loc="lower left", ncols=legend.columns, frameon=False, borderpad=0,
        borderaxespad=0, handlelength=_SAMPLE, handletextpad=_AFTER, columnspacing=_BETWEEN, labelspacing=0.3,
        bbox_to_anchor=(left, base), bbox_transform=figure.dpi_scale_trans,
    )  # fmt: skip
