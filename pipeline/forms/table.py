"""What each character becomes, where that does not depend on the others of its text: asked of `pipeline.text` once."""

import re
import unicodedata
from collections.abc import Callable, Collection, Mapping
from functools import cache
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from pipeline.arrays.column import frozen
from pipeline.forms.phrases import PAIRS
from pipeline.text import HAN as HAN_SET
from pipeline.text import SEPARATORS, fold, normalise

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

BEGINS, FIRST, SECOND, STEP_BITS = 1, 2, 4, 3
"""Bits of other values of `steps`: words begin with it; it is the left one of a pair, the right one. Above them stands
its code in `Words`, 0 if it is in no word."""

_JAMO = {*range(0x1161, 0x1176), *range(0x11A8, 0x11C3)}
"""Vowels and finals of Hangul, which join what stands before them."""


_DESCRIBING = frozenset(map(chr, [*range(0x2FF0, 0x3000), 0x31EF]))
"""They describe a character by others, which OpenCC then leaves alone."""


class Table(NamedTuple):
    """The characters below KNOWN as arrays.

    becomes: int32, one of the above, or the place of other bytes in `pool`: (begin << LENGTH_BITS | length) + 1.
    kinds: uint8. pool: uint8. pairs: int64, left << 32 | right of each of `PAIRS`, sorted.
    """

    becomes: npt.NDArray[np.int32]
    kinds: npt.NDArray[np.uint8]
    pool: npt.NDArray[np.uint8]
    pairs: npt.NDArray[np.int64]


@cache
def folding() -> Table:
    """What characters become in `text.fold`."""
    return _table(_changed(fold))


@cache
def normalising() -> Table:
    """What characters become in `text.normalise`."""
    return _table(_normalised())


@cache
def skipped() -> frozenset[str]:
    """The characters of a normal form that may be left out where words are sought: blanks and separators."""
    return frozenset({"\t", " ", *re.findall(f"[{SEPARATORS}]", "".join(_characters()))})


def steps(codes: npt.NDArray[np.int32], first: Collection[str]) -> npt.NDArray[np.int32]:
    """int32[codes]: of each character as it is written, what it is in a normal form: one of the values above.

    codes: those of characters of normal forms, 0 of characters that are in no word. first: with which words begin.
    """
    made = codes << STEP_BITS
    made[[ord(char) for char in first]] |= BEGINS
    made[[ord(char) for char in skipped()]] = SKIPPED
    whole, changed = made.copy(), _normalised()
    made[[ord(char) for char in changed]] = [_step(form, whole) for form in changed.values()]
    table, known = normalising(), made[:KNOWN]
    for kind, bit in ((LEFT, FIRST), (RIGHT, SECOND)):
        known[(table.kinds & kind > 0) & (known >= 0)] |= bit
    known[table.becomes == DROPPED] = SKIPPED
    known[table.becomes == HARD] = UNKNOWN
    return frozen(made)


def _step(form: str, steps: npt.NDArray[np.int32]) -> int:
    """Of a character that becomes several: UNKNOWN if one of them is in a word."""
    kept = {int(steps[ord(char)]) for char in form} - {SKIPPED}
    if len(form) == 1 or not kept - {0}:
        return max(kept, default=SKIPPED)
    return UNKNOWN


@cache
def letters() -> npt.NDArray[np.bool_]:
    """bool[KNOWN]: the characters of which `str.isalnum` is true."""
    return frozen(np.array([chr(code).isalnum() for code in range(KNOWN)], np.bool_))


def _table(changed: Mapping[str, str]) -> Table:
    becomes, pool = np.zeros(KNOWN, np.int32), bytearray()
    becomes[0xD800:0xE000] = HARD
    becomes[[ord(char) for char in _hard()]] = HARD
    for char, made in changed.items():
        if not made:
            becomes[ord(char)] = DROPPED
        elif len(made.encode()) > min(2 * len(char.encode()), (1 << LENGTH_BITS) - 1):
            becomes[ord(char)] = HARD
        elif becomes[ord(char)] != HARD:
            becomes[ord(char)] = (len(pool) << LENGTH_BITS | len(made.encode())) + 1
            pool += made.encode()
    pairs = np.array(sorted(ord(pair[0]) << 32 | ord(pair[1]) for pair in PAIRS), np.int64)
    return Table(frozen(becomes), _kinds(), frozen(np.frombuffer(bytes(pool), np.uint8)), frozen(pairs))


@cache
def _kinds() -> npt.NDArray[np.uint8]:
    kinds, han = np.zeros(KNOWN, np.uint8), re.compile(f"[{HAN_SET}]")
    kinds[[ord(char) for char in han.findall("".join(_characters()))]] = HAN | LAST_HAN
    for char, whole in ({char: char for char in "\t @/"} | _changed(_compatible)).items():
        first, last = (han.match(edge) is not None for edge in (whole[0], whole[-1]))
        found = "@" in whole or "/" in whole
        kinds[ord(char)] = first * HAN | last * LAST_HAN | (whole in ("\t", " ")) * BLANK | found * ADDRESS
    for pair in PAIRS:
        kinds[ord(pair[0])] |= LEFT
        kinds[ord(pair[1])] |= RIGHT
    return frozen(kinds)


@cache
def _hard() -> frozenset[str]:
    """The characters whose form depends on their neighbours."""
    whole, apart, made = _changed(_compatible), _changed(_decomposed), _changed(fold)
    joining, paired = _joining(apart), frozenset().union(*PAIRS)
    settled = frozenset().union(*(pair for pair in PAIRS if made.keys().isdisjoint(pair)))
    return frozenset(
        {char for char in _characters() if char in joining}
        | {char for char, form in apart.items() if form[0] in joining}
        | {char for char, form in whole.items() if not paired.isdisjoint(form)}
        | {char for char, form in whole.items() if len(form) > 1 and not {" ", "\t"}.isdisjoint(form)}
        | {char for char, form in {"Σ": "Σ", **whole}.items() if "Σ" in form}  # it ends words in another lower case
        | {char for char, form in made.items() if not settled.isdisjoint(form)}  # text is converted until it stays
        | _DESCRIBING
    )


def _joining(apart: Mapping[str, str]) -> frozenset[str]:
    """The characters that may become one with the one before them: combining ones, and if NFC_QC is Maybe (UAX #15)."""
    parts = (unicodedata.decomposition(char).split() for char in apart)
    seconds = {chr(int(part[1], 16)) for part in parts if len(part) == 2 and not part[0].startswith("<")}
    combining = {char for char in _characters() if unicodedata.combining(char)}
    return frozenset(char for char in seconds | combining | set(map(chr, _JAMO)) if not char.isascii())


@cache
def _characters() -> list[str]:
    """All below KNOWN but surrogates, which no column holds, and the line feed, which becomes itself."""
    return [chr(code) for code in range(KNOWN) if not 0xD800 <= code < 0xE000 and code != 0x0A]


@cache
def _normalised() -> dict[str, str]:
    """The normal forms of characters that have another one. Letters are no quotation marks: of these it is `fold`."""
    marks = [char for char in _characters() if not char.isalnum()]
    made = zip(marks, normalise("\n".join(marks)).split("\n"), strict=True)
    letters = {char: form for char, form in _changed(fold).items() if char.isalnum()}
    return letters | {char: form for char, form in made if char != form}


@cache
def _changed(function: Callable[[str], str]) -> dict[str, str]:
    """What a function makes of characters that it changes; it is given all of them, line by line, in one call."""
    made = function("\n".join(_characters())).split("\n")
    return {char: form for char, form in zip(_characters(), made, strict=True) if char != form}


def _compatible(text: str) -> str:
    return unicodedata.normalize("NFKC", text)


def _decomposed(text: str) -> str:
    return unicodedata.normalize("NFKD", text)
