"""What words say for a topic, or against it: files of `word<TAB>points` lines, in `points/`."""

import re
from pathlib import Path

from pipeline.errors import InputError
from pipeline.text import normalise

_LINE = re.compile(r"([^\t]+)\t(-?[1-9][0-9]{0,3})")


def read(path: Path) -> tuple[tuple[str, int], ...]:
    """The words of a file with their points, sorted. Raises InputError for what is no such line."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (FileNotFoundError, UnicodeDecodeError):
        raise InputError(f"{path}: the topic has a score and needs this file of words and points, in UTF-8.") from None
    found: dict[str, int] = {}
    for number, line in enumerate(lines, 1):
        told = _LINE.fullmatch(line)
        if not told or told[1] in found or normalise(told[1]) != told[1]:
            raise InputError(
                f"{path}:{number}: {line!r} is not a word in normal form, listed once, a tab and its points."
            )
        found[told[1]] = int(told[2])
    return tuple(sorted(found.items()))
