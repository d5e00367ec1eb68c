"""What a figure must pass before it is handed out: each check returns sentences, none where all is well.

Before saving: type that is large enough, dark enough, drawable, inside the page, and apart. After saving: the size and
fonts of the PDF, and the bitmap's size and resolution.
"""

import re
import struct
from collections.abc import Iterator
from itertools import combinations
from pathlib import Path

from matplotlib.colors import to_rgb
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.text import Text
from matplotlib.transforms import Bbox

from pipeline.figures import fonts
from pipeline.figures.venues import INCH, Style

_TEXT_CONTRAST = 4.5
"""WCAG 2.2, 1.4.3, for text of any size."""

_SLACK = 0.5
"""Pixels at 100 dpi by which boxes of text may share room: they hold more than the ink."""

_MILLIMETRE = 0.6


def drawn(figure: Figure, style: Style) -> list[str]:
    """What is wrong with a figure as it would be drawn in a style."""
    with fonts.paper(style.size, style.venue.stroke):
        figure.draw_without_rendering()
        shown = [text for text in figure.findobj(Text) if text.get_text().strip() and _visible(text)]
        boxes = [(text.get_text(), text.get_window_extent()) for text in shown]
    found = [*_small(shown, style), *_pale(shown), *_undrawable(shown), *_faint_lines(figure, style)]
    found += [f"{one!r} and {other!r} overlap" for one, other in overlapping(boxes)]
    found += [f"{text!r} is cut off at the edge of the page" for text in outside(boxes, Bbox(figure.bbox.get_points()))]
    millimetres = figure.get_figheight() * INCH
    if millimetres > style.venue.tallest:
        found.append(
            f"the figure is {millimetres:.0f} mm high, and {style.venue.label} allows {style.venue.tallest:.0f}: "
            "show fewer days, topics or events"
        )
    return found


def overlapping(boxes: list[tuple[str, Bbox]]) -> Iterator[tuple[str, str]]:
    """Pairs of texts that share room."""
    for (one, a), (other, b) in combinations(boxes, 2):
        if min(a.x1, b.x1) - max(a.x0, b.x0) > _SLACK and min(a.y1, b.y1) - max(a.y0, b.y0) > _SLACK:
            yield one, other


def outside(boxes: list[tuple[str, Bbox]], page: Bbox) -> Iterator[str]:
    """Texts of which a part lies beyond the page."""
    for text, box in boxes:
        if box.x0 < page.x0 or box.y0 < page.y0 or box.x1 > page.x1 or box.y1 > page.y1:
            yield text


def contrast(colour: str, ground: str = "white") -> float:
    """The WCAG 2 contrast ratio of two colours, 1 to 21.

    >>> round(contrast("#0072B2"), 2)
    5.19
    """
    light, dark = sorted((_luminance(colour), _luminance(ground)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: str) -> float:
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in to_rgb(colour)]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _visible(text: Text) -> bool:
    return bool(text.get_visible() and (text.axes is None or text.axes.get_visible()))


def _small(shown: list[Text], style: Style) -> list[str]:
    least = style.venue.least
    sizes = [(text.get_text(), float(text.get_fontsize())) for text in shown]
    return [f"{text!r} is set in {size:g} pt, below {least:g}" for text, size in sizes if size < least - 1e-6]


def _pale(shown: list[Text]) -> list[str]:
    found = []
    for text in shown:
        ground = str(text.get_gid() or "")
        if text.get_gid() == "cell":  # in a calendar the ground is the cell's shade, which `calendar` minds
            continue
        ratio = contrast(str(text.get_color()))
        if ratio < _TEXT_CONTRAST:
            found.append(f"{text.get_text()!r} ({ground}) has a contrast of {ratio:.1f}:1, below {_TEXT_CONTRAST}")
    return found


def _undrawable(shown: list[Text]) -> list[str]:
    lost = sorted({sign for text in shown for sign in text.get_text() if sign != "\n" and not fonts.drawable(sign)})
    return [f"no face has a glyph for {fonts.name_signs(lost)}"] if lost else []


def _faint_lines(figure: Figure, style: Style) -> list[str]:
    """Lines that carry data: thinner or paler than the venue prints."""
    found = []
    for line in figure.findobj(Line2D):
        if line.get_gid() not in ("share", "rank", "fitted", "expected", "limit") or line.get_linestyle() == "None":
            continue
        if line.get_linewidth() < 0.5:
            found.append(f"a line of {line.get_gid()} is {line.get_linewidth():g} pt thin")
        if contrast(str(line.get_color())) < style.venue.contrast - 0.005:
            found.append(f"{line.get_gid()} has a contrast of {contrast(str(line.get_color())):.1f}:1")
    return found


def pdf(content: bytes, style: Style, height: float) -> list[str]:
    """What is wrong with the bytes of a PDF: its size, and its fonts where the venue forbids them. height: inches."""
    found = []
    box = re.search(rb"/MediaBox \[ ?([\d. ]+)\]", content)
    sides = [float(side) / 72 * INCH for side in box[1].split()[2:]] if box else [0.0, 0.0]
    for side, wanted in zip(sides, (style.width * INCH, height * INCH), strict=True):
        if abs(side - wanted) > _MILLIMETRE:
            found.append(f"the page measures {side:.1f} mm where {wanted:.1f} were asked for")
    faces = content.count(b"/FontDescriptor ")
    if b"/Subtype /Type3" in content:
        found.append("the PDF holds a Type 3 font")
    if style.mode == "embed" and content.count(b"/FontFile2") < len(set(_faces(content))):
        found.append("the PDF names a font that it does not embed")
    if style.mode != "embed" and (faces or b"/Identity-H" in content):
        found.append(f"{style.venue.label} accepts no CID font, and the PDF holds one")
    return found


def _faces(content: bytes) -> list[bytes]:
    return re.findall(rb"/FontName /([\w+-]+)", content)


def png(content: bytes, style: Style, height: float, dpi: float) -> list[str]:
    """What is wrong with the bytes of a PNG: its size or its resolution. height: inches."""
    wide, high = struct.unpack(">II", content[16:24])
    found = []
    for pixels, inches in ((wide, style.width), (high, height)):
        if abs(pixels - inches * dpi) > 1.5:
            found.append(f"the bitmap has {pixels} pixels where {inches * dpi:.0f} were asked for")
    at = content.find(b"pHYs")
    if at < 0 or abs(struct.unpack(">I", content[at + 4 : at + 8])[0] * INCH / 1000 - dpi) > 1:
        found.append(f"the bitmap does not say that it has {dpi:g} dots per inch")
    return found


def saved(paths: dict[str, Path], style: Style, height: float, dpi: float) -> list[str]:
    """What is wrong with the files of a figure, by ending (".pdf", ".png"), as they lie on the disk."""
    return [
        *pdf(paths[".pdf"].read_bytes(), style, height),
        *png(paths[".png"].read_bytes(), style, height, dpi),
    ]
