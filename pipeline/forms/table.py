"""What each character becomes, where that does not depend on the others of its text: asked of `pipeline.text` once."""

import re
import unicodedata
from collections.abc import Callable, Collection, Iterable
from functools import cache, partial
from typing import Literal, NamedTuple

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
"""Bits of other values of `steps`: words begin with it; it is the left one of a pair, the right one. Then comes its code
in `Words`, 0 if it is in no word."""

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
    return _table(_folded())


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

    codes: those of characters of normal forms, 0 of characters that are in no word. first: those with which words begin.
    """
    made = codes << STEP_BITS
    made[[ord(char) for char in first]] |= BEGINS
    made[[ord(char) for char in skipped()]] = SKIPPED
    whole, changed = made.copy(), _changed()
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
def _changed() -> dict[str, str]:
    """The normal forms of characters that have another one."""
    return {char: form for char, form in zip(_characters(), _normalised(), strict=True) if char != form}


@cache
def letters() -> npt.NDArray[np.bool_]:
    """bool[KNOWN]: the characters of which `str.isalnum` is true."""
    return frozen(np.array([chr(code).isalnum() for code in range(KNOWN)], np.bool_))


def _table(forms: Iterable[str]) -> Table:
    becomes, pool = np.zeros(KNOWN, np.int32), bytearray()
    becomes[0xD800:0xE000] = HARD
    for char, made, hard in zip(_characters(), forms, _depends(), strict=True):
        if not made:
            becomes[ord(char)] = DROPPED
        elif hard or (made != char and len(made.encode()) > min(2 * len(char.encode()), (1 << LENGTH_BITS) - 1)):
            becomes[ord(char)] = HARD
        elif made != char:
            becomes[ord(char)] = (len(pool) << LENGTH_BITS | len(made.encode())) + 1
            pool += made.encode()
    pairs = np.array(sorted(ord(pair[0]) << 32 | ord(pair[1]) for pair in PAIRS), np.int64)
    return Table(frozen(becomes), _kinds(), frozen(np.frombuffer(bytes(pool), np.uint8)), frozen(pairs))


@cache
def _kinds() -> npt.NDArray[np.uint8]:
    kinds = np.zeros(KNOWN, np.uint8)
    kinds[[ord(char) for char in re.findall(f"[{HAN_SET}]", "".join(_characters()))]] = HAN | LAST_HAN
    for char, whole in zip(_characters(), _compatible("NFKC"), strict=True):
        if whole != char or char in "\t @/":
            code, edges = ord(char), (whole[0], whole[-1])
            first, last = (bool(re.match(f"[{HAN_SET}]", edge)) for edge in edges)
            found = "@" in whole or "/" in whole
            kinds[code] = first * HAN | last * LAST_HAN | (whole in ("\t", " ")) * BLANK | found * ADDRESS
    for pair in PAIRS:
        kinds[ord(pair[0])] |= LEFT
        kinds[ord(pair[1])] |= RIGHT
    return frozen(kinds)


@cache
def _depends() -> list[bool]:
    """Of each character, whether its form depends on its neighbours."""
    joining, paired = _joining(), frozenset().union(*PAIRS)
    settled = frozenset().union(*(pair for pair in PAIRS if fold(pair[0]) + fold(pair[1]) == pair))
    forms = zip(_characters(), _folded(), _compatible("NFKC"), _compatible("NFKD"), strict=True)
    return [
        _joins(apart[0], joining)
        or "Σ" in whole  # at the end of a word it has another lower case
        or char in _DESCRIBING
        or (whole != char and not paired.isdisjoint(whole))
        or (made != char and not settled.isdisjoint(made))  # text is converted until it stays
        or (len(whole) > 1 and not {" ", "\t"}.isdisjoint(whole))
        for char, made, whole, apart in forms
    ]


def _joins(first: str, joining: frozenset[str]) -> bool:
    return not first.isascii() and (unicodedata.combining(first) > 0 or first in joining)


def _joining() -> frozenset[str]:
    """The characters that may become one with the character before them: NFC_QC is Maybe (UAX #15)."""
    parts = (unicodedata.decomposition(char).split() for char in _characters())
    seconds = {chr(int(part[1], 16)) for part in parts if len(part) == 2 and not part[0].startswith("<")}
    return frozenset(seconds.union(map(chr, _JAMO)))


@cache
def _characters() -> list[str]:
    """All below KNOWN but surrogates, which no column holds, and the line feed, which becomes itself."""
    return [chr(code) for code in range(KNOWN) if not 0xD800 <= code < 0xE000 and code != 0x0A]


@cache
def _folded() -> list[str]:
    return _each(fold, _characters())


@cache
def _normalised() -> list[str]:
    marks = [char for char in _characters() if not char.isalnum()]  # letters are no quotation marks
    of_mark = dict(zip(marks, _each(normalise, marks), strict=True))
    return [of_mark.get(char, made) for char, made in zip(_characters(), _folded(), strict=True)]


@cache
def _compatible(form: Literal["NFKC", "NFKD"]) -> list[str]:
    return _each(partial(unicodedata.normalize, form), _characters())


def _each(function: Callable[[str], str], texts: Iterable[str]) -> list[str]:
    """What a function makes of texts that it takes line by line, in one call."""
    return function("\n".join(texts)).split("\n")
