"""What each character becomes, where that does not depend on the others of its text, as `making` finds it.

It is found once for each version of `pipeline.text`, of Unicode and of OpenCC, and kept beside Python's own compiled
modules.
"""

import hashlib
import importlib.metadata
import importlib.util
import re
import unicodedata
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from pipeline import text
from pipeline.arrays import kept
from pipeline.forms import phrases

KNOWN = 0x33480
"""Code points from here on become themselves, and are neither Han nor letters: Unicode 16 has no others there."""

COPIED, DROPPED, HARD = 0, 1, -1
"""Values of `Table.becomes`. HARD: what becomes of it depends on its neighbours, or is much longer than it."""

LENGTH_BITS = 5
"""The bits of a value of `Table.becomes` that hold a length."""

HAN, LAST_HAN, BLANK, ADDRESS, LEFT, RIGHT = 1, 2, 4, 8, 16, 32
"""Bits of `Table.kinds`: the compatibility form begins with a Han character, ends with one, is a blank, holds one of
@ and /; the character is the left one of a pair of `PAIRS`, or the right one."""

SKIPPED, UNKNOWN = -2, -1
"""Values of `steps`: the character may be left out; what becomes of it cannot be told from the character alone."""


class Table(NamedTuple):
    """The characters below KNOWN as arrays.

    becomes: int32, one of the above, or the place of other bytes in `pool`: (begin << LENGTH_BITS | length) + 1.
    kinds: uint8. pool: uint8. pairs: int64, left << 32 | right of each of `PAIRS`, sorted.
    """

    becomes: npt.NDArray[np.int32]
    kinds: npt.NDArray[np.uint8]
    pool: npt.NDArray[np.uint8]
    pairs: npt.NDArray[np.int64]


KEPT = 4
"""Files of tables that stay, the latest ones; each has about 2 MB."""

DTYPES: dict[str, np.dtype[Any]] = {
    "pairs": np.dtype(np.int64),
    "fold_becomes": np.dtype(np.int32),
    "becomes": np.dtype(np.int32),
    "kinds": np.dtype(np.uint8),
    "letters": np.dtype(np.bool_),
    "fold_pool": np.dtype(np.uint8),
    "pool": np.dtype(np.uint8),
}
"""What is kept on the disk: the arrays of both tables, and `letters`."""


def folding() -> Table:
    """What characters become in `text.fold`."""
    arrays = _arrays()
    return Table(arrays["fold_becomes"], arrays["kinds"], arrays["fold_pool"], arrays["pairs"])


def normalising() -> Table:
    """What characters become in `text.normalise`."""
    arrays = _arrays()
    return Table(arrays["becomes"], arrays["kinds"], arrays["pool"], arrays["pairs"])


def letters() -> npt.NDArray[np.bool_]:
    """bool[KNOWN]: the characters of which `str.isalnum` is true."""
    return _arrays()["letters"]


@cache
def characters() -> str:
    """All below KNOWN but surrogates, which no column holds, and the line feed, which becomes itself."""
    codes = np.arange(KNOWN, dtype=np.uint32)
    asked = codes[((codes < 0xD800) | (codes >= 0xE000)) & (codes != 0x0A)]
    return bytes(asked).decode("utf-32-le")


@cache
def skipped() -> frozenset[str]:
    """The characters of a normal form that may be left out where words are sought: blanks and separators."""
    return frozenset({"\t", " ", *re.findall(f"[{text.SEPARATORS}]", characters())})


@cache
def _arrays() -> kept.Arrays:
    from pipeline.forms import making

    sources = [Path(str(module.__file__)).read_bytes() for module in (text, phrases, making)]
    versions = f"{unicodedata.unidata_version} {importlib.metadata.version('opencc')} {KNOWN}".encode()
    name = f"characters-{hashlib.sha256(b' '.join([versions, *sources])).hexdigest()[:16]}.arrays"
    path = Path(importlib.util.cache_from_source(__file__)).with_name(name)
    return kept.once(path, DTYPES, making.made, KEPT)


def steps(codes: npt.NDArray[np.int32]) -> npt.NDArray[np.int32]:
    """int32[codes]: of each character as it is written, what it is in a normal form: one of the values above, a code,
    or 0 where it is in no word and no pair.

    codes: those of characters of normal forms, 0 of characters that are in no word. Of pairs those have codes, too.
    """
    made = codes.copy()
    made[[ord(char) for char in skipped()]] = SKIPPED
    table, whole, known = normalising(), made.copy(), made[:KNOWN]
    for code, form in _changed(table):
        known[code] = _step(form, whole)
    paired = (table.kinds & (LEFT | RIGHT) > 0) & (known == 0)
    known[paired] = codes.max(initial=0) + 1 + np.arange(np.count_nonzero(paired))
    known[table.becomes == DROPPED] = SKIPPED
    known[table.becomes == HARD] = UNKNOWN
    return made


def _step(form: str, steps: npt.NDArray[np.int32]) -> int:
    """Of a character that becomes several: UNKNOWN if one of them is in a word."""
    stay = {int(steps[ord(char)]) for char in form} - {SKIPPED}
    if len(form) == 1 or not stay - {0}:
        return max(stay, default=SKIPPED)
    return UNKNOWN


def _changed(table: Table) -> Iterator[tuple[int, str]]:
    """The code points of characters that become others, whatever stands beside them; and what they become."""
    pool = table.pool.tobytes()
    codes = np.flatnonzero(table.becomes > DROPPED)
    for code, place in zip(codes.tolist(), (table.becomes[codes] - 1).tolist(), strict=True):
        begin, length = place >> LENGTH_BITS, place & ((1 << LENGTH_BITS) - 1)
        yield code, pool[begin : begin + length].decode()
