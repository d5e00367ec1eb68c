"""The two faces of every figure, and what can be said and measured with them.

Latin text is set in DejaVu Sans, which comes with matplotlib; Chinese glyph by glyph in WenQuanYi Micro
Hei, read from the files of the package mpl-font 1.0.1. That package is never imported: its import copies
fonts into matplotlib's own folder and calls a function that no longer exists. Micro Hei has TrueType
outlines, which a PDF embeds cleanly; the CFF outlines of Noto CJK do not (matplotlib issue 20870).
"""

import functools
import hashlib
import re
import unicodedata
from contextlib import AbstractContextManager
from importlib import metadata
from pathlib import Path
from typing import Literal

from matplotlib import font_manager, style
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.textpath import text_to_path

PACKAGE = "mpl-font"
LATIN = "DejaVu Sans"
CHINESE = "WenQuanYi Micro Hei"
FAMILY = (LATIN, CHINESE)
FACE = "mpl_font/fonts/wqy/wqy-microhei.ttc"

STAND_IN = "□"
"""What an emoji becomes when neither face can draw it: the reader sees that something stood there."""

TEXT_SIZE = 9.0
"""Points, where no venue says otherwise."""

INK = "#000000"
GREY = "#6B6B6B"

_JOINERS = re.compile("[\u200d\u20e3\ufe00-\ufe0f\U000e0020-\U000e007f\U0001f3fb-\U0001f3ff]")
_OPENING = "（《〈「『【［“‘"
_CLOSING = "，。、；：？！）》〉」』】］”’…%％"
_WIDE = "\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef\U00020000-\U0003ffff"
_PIECE = re.compile(
    rf" *(?:[{_OPENING}]*[{_WIDE}][{_CLOSING}]*"
    rf"|[{_OPENING}]*[^ {_WIDE}{_OPENING}{_CLOSING}]+[{_CLOSING}]*"
    rf"|[^ ])"
)


def chinese_face(package: str = PACKAGE) -> Path:
    """Path of the Chinese face among the installed files of `package`.

    Raises FileNotFoundError, naming the package, when it is not installed or lacks the file.
    """
    try:
        path = Path(str(metadata.distribution(package).locate_file(FACE)))
    except metadata.PackageNotFoundError:
        path = Path()
    if not path.is_file():
        raise FileNotFoundError(
            f"figures need the Chinese face {FACE} of the package {package}, which is not installed here: "
            "install mpl-font==1.0.1"
        )
    return path


@functools.cache
def register() -> tuple[str, ...]:
    """The families to set text in, Latin first, once matplotlib knows the Chinese face.

    A machine may have another version of the same family; the packaged one is moved to the front, because
    matplotlib takes the first of equals and the same inputs must give the same bytes everywhere.
    """
    path = str(chinese_face())
    font_manager.fontManager.addfont(path)
    font_manager.fontManager.ttflist.sort(key=lambda entry: entry.fname != path)
    return FAMILY


@functools.cache
def identified() -> dict[str, str]:
    """The families with the SHA-256 of the files that they are read from: part of what decides the bytes."""
    register()
    found = {}
    for family in FAMILY:
        path = Path(str(font_manager.findfont(FontProperties(family=family))))
        found[family] = hashlib.sha256(path.read_bytes()).hexdigest()
    return found


def paper(size: float = TEXT_SIZE, stroke: float = 0.6) -> AbstractContextManager[None]:
    """A context in which matplotlib has its own defaults, whatever the reader's settings, and our type.

    Text is `size` points, axes have a stroke of `stroke`, PDF fonts are embedded as TrueType (type 42). Hinting is off,
    so that bitmap and PDF break and end their lines at the same places.
    """
    settings = {
        "font.family": list(register()),
        "font.size": size,
        "axes.linewidth": stroke,
        "axes.unicode_minus": False,
        "hatch.linewidth": max(0.5, 0.8 * stroke),
        "xtick.labelsize": size,
        "ytick.labelsize": size,
        "xtick.major.width": stroke,
        "ytick.major.width": stroke,
        "legend.fontsize": size,
        "svg.hashsalt": "guanchao",
        "text.hinting": "none",
        "pdf.fonttype": 42,
        "svg.fonttype": "path",
    }
    return style.context(["default", settings])


@functools.cache
def _drawable() -> frozenset[int]:
    register()
    faces = [font_manager.get_font(font_manager.findfont(FontProperties(family=name))) for name in FAMILY]
    return frozenset(code for face in faces for code in face.get_charmap())


def drawable(sign: str) -> bool:
    """Whether one of the two faces has a glyph for the character."""
    return ord(sign) in _drawable()


def readable(text: str) -> str:
    r"""`text` on one line, with every character drawable in the two faces.

    Line breaks and tabs become spaces; invisible characters and emoji modifiers go; a pictograph that
    neither face has becomes □. Any other character without a glyph is a ValueError, since a label must not
    lose a letter.

    >>> readable("热搜 🧧\n第一")
    '热搜 □ 第一'
    """
    shown = []
    for sign in _JOINERS.sub("", text):
        kind = unicodedata.category(sign)
        if kind == "Cc":
            shown.append(" ")
        elif kind == "So" and ord(sign) not in _drawable():
            shown.append(STAND_IN)
        elif kind != "Cf":
            shown.append(sign)
    line = " ".join("".join(shown).split())
    lost = sorted({sign for sign in line if ord(sign) not in _drawable()})
    if lost:
        raise ValueError(f"no glyph for {name_signs(lost)} in {' or '.join(FAMILY)}: reword {line!r}")
    return line


def name_signs(signs: list[str]) -> str:
    """The characters with their code points, for an error message.

    >>> name_signs(["龘"])
    '龘 (U+9F98)'
    """
    return ", ".join(f"{sign} (U+{ord(sign):04X})" for sign in signs)


@functools.lru_cache(maxsize=20_000)
def width(text: str, size: float = TEXT_SIZE) -> float:
    """Width of one line of `text` in inches, set in `size` points, without hinting as in a PDF."""
    register()
    prop = FontProperties(family=list(FAMILY), size=size)
    points: float = text_to_path.get_text_width_height_descent(text, prop, False)[0]
    return points / 72


def wrap(text: str, limit: float, size: float = TEXT_SIZE) -> list[str]:
    """`text` in lines of at most `limit` inches; an empty text has no lines.

    Latin breaks at spaces, Chinese anywhere, but no line starts with a closing mark or ends with an opening
    one. A word longer than a line is cut.
    """
    lines: list[str] = []
    line = ""
    for piece in _PIECE.findall(text):
        if line and width(line + piece, size) > limit:
            lines.append(line)
            line = ""
        line = line + piece if line else piece.lstrip()
        while width(line, size) > limit and len(line) > 1:
            cut = max(1, sum(width(line[:end], size) <= limit for end in range(1, len(line))))
            lines.append(line[:cut])
            line = line[cut:]
    return [*lines, line] if line else lines


def write(
    figure: Figure,
    at: tuple[float, float],
    text: str,
    gid: str,
    *,
    size: float = TEXT_SIZE,
    colour: str = INK,
    side: Literal["left", "center", "right"] = "left",
) -> None:
    """Sets `text` with its baseline at `at`, in inches from the lower left corner; $ is a dollar sign."""
    figure.text(
        *at, text, gid=gid, size=size, color=colour, ha=side, va="baseline", parse_math=False,
        transform=figure.dpi_scale_trans,
    )  # fmt: skip
