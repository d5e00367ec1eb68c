"""Writing a figure: `save` makes a bitmap, a PDF and the plotted numbers, written whole or not at all.

The same figure gives the same bytes: no file holds a time of writing. That holds within one set of library
versions and one font file; across machines compare the CSV. A figure with its passport is written by `bundle`.
"""

import os
import re
import sys
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import IO, Any

import pandas as pd
from matplotlib.figure import Figure

from pipeline.figures import fonts
from pipeline.figures.panels import plotted
from pipeline.figures.venues import Style

PNG_DPI = 300

_MISSING = re.compile(r"Glyph (\d+) .*missing from font")


def save(figure: Figure, series: pd.DataFrame, stem: Path) -> list[Path]:
    """The paths of stem.png (300 dpi), stem.pdf and stem.csv, once all three are in place.

    `series` is the frame the figure was drawn from. The CSV (UTF-8, one row per day) has the columns day
    (YYYY-MM-DD, Asia/Shanghai), posts, total, share, per_10k, lo, hi (lo and hi are shares in 0..1) and
    status; the numbers of a gap are empty. Each file is written under a temporary name and renamed, after
    all were written, so a failure leaves older files as they were. ValueError names the characters that no
    face of the figure can draw. The folder is made when missing; a figure that pyplot manages is closed
    there and keeps its content.
    """
    stem.parent.mkdir(parents=True, exist_ok=True)
    writers: dict[str, Callable[[Path], None]] = {
        ".png": lambda path: draw(figure, path, "png", PNG_DPI, {"Software": None}),
        ".pdf": lambda path: draw(figure, path, "pdf", PNG_DPI, dict.fromkeys(("CreationDate", "Creator", "Producer"))),
        ".csv": lambda path: _write_table(series, path),
    }
    paths = {stem.with_name(stem.name + ending): write for ending, write in writers.items()}
    drafts = {path: path.with_name(f".{path.name}.{os.getpid()}.part") for path in paths}
    try:
        for path, write in paths.items():
            write(drafts[path])
        for path, draft in drafts.items():
            os.replace(draft, path)
    finally:
        for draft in drafts.values():
            draft.unlink(missing_ok=True)
    close(figure)
    return list(paths)


def _write_table(series: pd.DataFrame, path: Path) -> None:
    text = plotted(series).to_csv(None, index=False, date_format="%Y-%m-%d", lineterminator="\n", na_rep="")
    path.write_text(text, encoding="utf-8", newline="\n")


def draw(
    figure: Figure, target: Path | IO[bytes], kind: str, dpi: int, about: dict[str, Any], style: Style | None = None
) -> None:
    """Writes one picture; `about` is its metadata, None for what matplotlib would add of itself: names and times.

    ValueError names the characters that no face can draw.
    """
    style = style or Style()
    with warnings.catch_warnings(record=True) as caught, fonts.paper(style.size, style.venue.stroke):
        warnings.simplefilter("always")
        figure.savefig(target, format=kind, dpi=dpi, metadata=about)
    found = [(warning, _MISSING.search(str(warning.message))) for warning in caught]
    lost = sorted({chr(int(match[1])) for _, match in found if match})
    if lost:
        raise ValueError(f"no glyph for {fonts.name_signs(lost)} in the faces of the figure: reword it")
    for warning, _ in found:
        warnings.warn_explicit(warning.message, warning.category, warning.filename, warning.lineno)


def close(figure: Figure) -> None:
    """Lets go of a figure that pyplot keeps; one made without pyplot belongs to no window."""
    pyplot = sys.modules.get("matplotlib.pyplot")
    if pyplot is not None:
        pyplot.close(figure)
