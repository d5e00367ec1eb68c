"""What each character becomes, asked of `pipeline.text`: a few calls with all characters, line by line."""

import re
import unicodedata
from collections.abc import Callable, Mapping
from functools import cache

import numpy as np
import numpy.typing as npt

from pipeline.arrays.column import frozen
from pipeline.arrays.kept import Arrays
from pipeline.forms import table
from pipeline.forms.phrases import PAIRS
from pipeline.text import HAN as HAN_SET
from pipeline.text import fold, normalise

_JAMO = {*range(0x1161, 0x1176), *range(0x11A8, 0x11C3)}
"""Vowels and finals of Hangul, which join what stands before them."""


_DESCRIBING = frozenset(map(chr, [*range(0x2FF0, 0x3000), 0x31EF]))
"""They describe a character by others, which OpenCC then leaves alone."""


def made() -> Arrays:
    """All of them, as `table.DTYPES` names them."""
    fold_becomes, fold_pool = _becoming(_changed(fold))
    becomes, pool = _becoming(_normalised())
    letters = np.array([chr(code).isalnum() for code in range(table.KNOWN)], np.bool_)
    pairs = np.array(sorted(ord(pair[0]) << 32 | ord(pair[1]) for pair in PAIRS), np.int64)
    arrays: Arrays = {
        "pairs": pairs, "fold_becomes": fold_becomes, "becomes": becomes, "kinds": _kinds(), "letters": letters,
        "fold_pool": fold_pool, "pool": pool,
    }  # fmt: skip
    return {name: frozen(array) for name, array in arrays.items()}


def _becoming(changed: Mapping[str, str]) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.uint8]]:
    """`becomes` and `pool` of a `Table`."""
    becomes, pool = np.zeros(table.KNOWN, np.int32), bytearray()
    becomes[0xD800:0xE000] = table.HARD
    becomes[[ord(char) for char in _hard()]] = table.HARD
    for char, made in changed.items():
        if not made:
            becomes[ord(char)] = table.DROPPED
        elif len(made.encode()) > min(2 * len(char.encode()), (1 << table.LENGTH_BITS) - 1):
            becomes[ord(char)] = table.HARD
        elif becomes[ord(char)] != table.HARD:
            becomes[ord(char)] = (len(pool) << table.LENGTH_BITS | len(made.encode())) + 1
            pool += made.encode()
    return becomes, np.frombuffer(bytes(pool), np.uint8)


def _kinds() -> npt.NDArray[np.uint8]:
    kinds, han = np.zeros(table.KNOWN, np.uint8), re.compile(f"[{HAN_SET}]")
    kinds[[ord(char) for char in han.findall(table.characters())]] = table.HAN | table.LAST_HAN
    for char, whole in ({char: char for char in "\t @/"} | _changed(_compatible)).items():
        first, last = (han.match(edge) is not None for edge in (whole[0], whole[-1]))
        found = "@" in whole or "/" in whole
        blank = (whole in ("\t", " ")) * table.BLANK
        kinds[ord(char)] = first * table.HAN | last * table.LAST_HAN | blank | found * table.ADDRESS
    for pair in PAIRS:
        kinds[ord(pair[0])] |= table.LEFT
        kinds[ord(pair[1])] |= table.RIGHT
    return kinds


@cache
def _hard() -> frozenset[str]:
    """The characters whose form depends on their neighbours."""
    whole, apart, made = _changed(_compatible), _changed(_decomposed), _changed(fold)
    joining, paired = _joining(apart), frozenset().union(*PAIRS)
    settled = frozenset().union(*(pair for pair in PAIRS if made.keys().isdisjoint(pair)))
    return frozenset(
        {char for char in table.characters() if char in joining}
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
    combining = {char for char in table.characters() if unicodedata.combining(char)}
    return frozenset(char for char in seconds | combining | set(map(chr, _JAMO)) if not char.isascii())


@cache
def _normalised() -> dict[str, str]:
    """The normal forms of characters that have another one. Letters are no quotation marks: of these it is `fold`."""
    marks = [char for char in table.characters() if not char.isalnum()]
    made = zip(marks, normalise("\n".join(marks)).split("\n"), strict=True)
    letters = {char: form for char, form in _changed(fold).items() if char.isalnum()}
    return letters | {char: form for char, form in made if char != form}


@cache
def _changed(function: Callable[[str], str]) -> dict[str, str]:
    """What a function makes of characters that it changes; it is given all of them, line by line, in one call."""
    made = function("\n".join(table.characters())).split("\n")
    return {char: form for char, form in zip(table.characters(), made, strict=True) if char != form}


def _compatible(text: str) -> str:
    return unicodedata.normalize("NFKC", text)


def _decomposed(text: str) -> str:
    return unicodedata.normalize("NFKD", text)
