"""The files of one figure under one stem, with its passport, and the mark inside the pictures.

    STEM.pdf .png .svg (.tif)   the figure; each holds the mark
    STEM.csv                    exactly the plotted numbers
    STEM.caption.md .alt.txt    English, then Chinese
    STEM.json                   the passport: `facts` and their digest, `made_with`, `files`

The mark is a line of JSON: the digest, what was asked, and the digests of numbers, method and data, enough to make
the figure again from the same data. No file holds a time, so the same inputs give the same bytes, within one set of
library versions and one font file.
"""

import hashlib
import json
import os
import re
from collections.abc import Callable, Collection, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib.figure import Figure
from matplotlib.text import Text

from pipeline.errors import InputError
from pipeline.figures import checks, export, fonts
from pipeline.figures.venues import Style

Json = dict[str, Any]

ENDINGS = (".caption.md", ".alt.txt", ".json", ".csv", ".pdf", ".png", ".svg", ".tif")
PICTURES = (".pdf", ".png", ".svg", ".tif")
_RASTER_DPI = 600
_KEY = "Guanchao"


@dataclass(frozen=True)
class Texts:
    """What is written beside the pictures: the CSV, the caption and the alternative text in both languages."""

    csv: str
    caption: str
    alternative: str
    title: str


def digest(value: Any) -> str:
    """The SHA-256 of a JSON value, whatever the order of its keys."""
    return hashlib.sha256(json.dumps(value, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def write(
    figure: Figure, style: Style, stem: Path, texts: Texts, facts: Json, made_with: Json, mark: Json, dpi: int = 300
) -> list[Path]:
    """All files of the figure, once every one is in place and every check has passed; pictures first.

    Raises ValueError that names what a check found; older files then stay as they were.
    """
    faults = checks.drawn(figure, style)
    if faults:
        raise ValueError(f"{stem.name}: {faults[0]}" + f" (and {len(faults) - 1} more)" * (len(faults) > 1))
    pictures = pictures_of(figure, style, mark, texts.title, dpi)
    faults = [
        *checks.pdf(pictures[".pdf"], style, figure.get_figheight()),
        *checks.png(pictures[".png"], style, figure.get_figheight(), dpi),
    ]
    if faults:
        raise ValueError(f"{stem.name}: {faults[0]}")
    contents = pictures | {
        ".csv": texts.csv.encode(),
        ".caption.md": texts.caption.encode(),
        ".alt.txt": texts.alternative.encode(),
    }
    files = {ending: hashlib.sha256(content).hexdigest() for ending, content in contents.items()}
    passport = {"digest": mark["digest"], "facts": facts, "made_with": made_with, "mark": mark, "files": files}
    contents[".json"] = (json.dumps(passport, ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode()
    return _place(stem, contents)


def _place(stem: Path, contents: Mapping[str, bytes]) -> list[Path]:
    stem.parent.mkdir(parents=True, exist_ok=True)
    paths = {stem.with_name(stem.name + ending): content for ending, content in contents.items()}
    drafts = {path: path.with_name(f".{path.name}.{os.getpid()}.part") for path in paths}
    try:
        for path, content in paths.items():
            drafts[path].write_bytes(content)
        for path, draft in drafts.items():
            os.replace(draft, path)
    finally:
        for draft in drafts.values():
            draft.unlink(missing_ok=True)
    return list(paths)


def pictures_of(
    figure: Figure, style: Style, mark: Json, title: str, dpi: int, wanted: Collection[str] = PICTURES
) -> dict[str, bytes]:
    """The bytes of the figure by ending: PDF, PNG, SVG, and TIFF where the venue asks for one; each holds the mark."""
    line = json.dumps(mark, sort_keys=True)  # ASCII, so that every format keeps it as it is
    about: dict[str, str | None] = {"Title": title, "Subject": f"guanchao sha256:{mark['digest']}", "Keywords": line}
    about |= dict.fromkeys(("CreationDate", "Creator", "Producer"))
    described: dict[str, str | None] = {"Title": title, "Identifier": f"guanchao sha256:{mark['digest']}"}
    described |= {"Description": line, **dict.fromkeys(("Date", "Creator", "Format", "Type"))}
    writers: dict[str, Callable[[], bytes]] = {
        ".pdf": lambda: _pdf(figure, style, about),
        ".png": lambda: _printed(figure, style, "png", dpi, {"Software": None, "Title": title, _KEY: line}),
        ".svg": lambda: _printed(figure, style, "svg", dpi, described),
    }
    if style.venue.tiff:
        writers[".tif"] = lambda: _tiff(figure, style, dpi, line)
    made = {ending: write() for ending, write in writers.items() if ending in wanted}
    export.close(figure)
    return made


def _printed(figure: Figure, style: Style, kind: str, dpi: int, about: Mapping[str, str | None]) -> bytes:
    content = BytesIO()
    export.draw(figure, content, kind, dpi, dict(about), style)
    return content.getvalue()


def _pdf(figure: Figure, style: Style, about: Mapping[str, str | None]) -> bytes:
    if style.mode == "embed":
        return _printed(figure, style, "pdf", _RASTER_DPI, about)
    if style.mode == "outline":
        with _outlined(figure, style):
            return _printed(figure, style, "pdf", _RASTER_DPI, about)
    from PIL import Image

    with Image.open(BytesIO(_printed(figure, style, "png", _RASTER_DPI, {"Software": None}))) as bitmap:
        pixels = bitmap.convert("RGB")
    page = Figure(figsize=(pixels.width / _RASTER_DPI, pixels.height / _RASTER_DPI), dpi=_RASTER_DPI)
    page.figimage(np.asarray(pixels), origin="upper")
    return _printed(page, style, "pdf", _RASTER_DPI, about)


@contextmanager
def _outlined(figure: Figure, style: Style):  # type: ignore[no-untyped-def]
    """For as long as it lasts, every text of the figure is drawn as filled outlines: its path effects say so."""
    from matplotlib.patheffects import Normal

    with fonts.paper(style.size, style.venue.stroke):
        figure.draw_without_rendering()  # so that all labels of ticks are there
    texts = figure.findobj(Text)
    for text in texts:
        text.set_path_effects([Normal()])
    try:
        yield
    finally:
        for text in texts:
            text.set_path_effects([])


def _tiff(figure: Figure, style: Style, dpi: int, line: str) -> bytes:
    from PIL import Image

    with Image.open(BytesIO(_printed(figure, style, "png", dpi, {"Software": None}))) as bitmap:
        content = BytesIO()
        bitmap.convert("RGB").save(content, "TIFF", compression="tiff_lzw", dpi=(dpi, dpi), description=line)
    return content.getvalue()


def stem_of(path: Path) -> tuple[Path, str]:
    """The stem of a file of a figure, and its ending. Raises InputError for a file that is none."""
    for ending in ENDINGS:
        if path.name.endswith(ending) and path.name != ending:
            return path.with_name(path.name.removesuffix(ending)), ending
    raise InputError(f"{path}: no file of a figure; they end in {', '.join(ENDINGS)}.")


def mark_of(path: Path) -> Json:
    """The mark inside a picture, or in the passport of the figure that another file belongs to.

    Raises InputError where there is none: the picture was not made by `guanchao figure`, or was saved by another
    program since.
    """
    stem, ending = stem_of(path)
    try:
        if ending in PICTURES:
            found = _mark_in(path.read_bytes(), ending)
            if not found:
                raise InputError(
                    f"{path}: the picture has no mark; it was not made by `guanchao figure`, or was saved again by "
                    "another program. Give the .json beside it."
                )
            return dict(json.loads(found))
        return dict(passport(stem)["mark"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        if isinstance(error, InputError):
            raise
        raise InputError(f"{path}: its mark cannot be read ({error}); make the figure again.") from error


def passport(stem: Path) -> Json:
    """The passport of a figure. Raises InputError when it is not there or no JSON."""
    path = stem.with_name(stem.name + ".json")
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise InputError(f"{path}: the passport of the figure cannot be read ({error}).") from error
    if not isinstance(found, dict) or not {"digest", "facts", "mark", "files"} <= found.keys():
        raise InputError(f"{path}: not the passport of a figure.")
    return found


def _mark_in(content: bytes, ending: str) -> str:
    if ending == ".pdf":
        match = re.search(rb"/Keywords \(((?:\\.|[^\\)])*)\)", content)
        return re.sub(rb"\\(.)", rb"\1", match[1]).decode("ascii") if match else ""
    if ending == ".svg":
        match_text = re.search(r"<dc:description>(.*?)</dc:description>", content.decode("utf-8"), flags=re.S)
        return _unescaped(match_text[1]) if match_text else ""
    from PIL import Image

    with Image.open(BytesIO(content)) as bitmap:
        if ending == ".png":
            return str(getattr(bitmap, "text", {}).get(_KEY, ""))
        return str(bitmap.getexif().get(270, ""))


def _unescaped(text: str) -> str:
    from xml.sax.saxutils import unescape

    return unescape(text, {"&quot;": '"', "&#39;": "'"})
