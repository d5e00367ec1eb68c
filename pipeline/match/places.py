"""Where words stand in whole columns of texts in normal form, compiled. Text i is chars[bounds[i]:bounds[i + 1]]."""

from typing import Any

import numpy as np

from pipeline.arrays.compiled import Bytes, Chars, Flags, Ints, Longs, Table, compiled

LATIN = 4
"""The bit of `marks` for a Latin letter or digit; the others are those of `kernel`."""

MARKS = 1 << 17
"""The bits of `begins`: 16 KB, which the processor has at hand."""


@compiled
def places(
    chars: Chars, bounds: Longs, marks: Bytes, codes: Ints, short: Flags, begins: Bytes, base: Ints, check: Ints,
    word: Ints, latin: Flags,
) -> tuple[Table, Longs]:  # fmt: skip
    """The places at which words stand that no letter joins to another, and where those of each text begin.

    A place: word, start, end, 0. marks: uint8 by code point. codes to latin: of `rules.Strings`.
    """
    longest = 0
    for text in range(len(bounds) - 1):
        longest = max(longest, bounds[text + 1] - bounds[text])
    code, first = np.zeros(longest + 1, np.int32), np.zeros(len(bounds), np.int64)
    found, number = np.empty((len(chars) // 4 + 64, 4), np.int32), 0
    for text in range(len(bounds) - 1):
        here = chars[bounds[text] : bounds[text + 1]]
        for i in range(len(here)):
            code[i] = codes[here[i]] if here[i] < len(codes) else 0
        code[len(here)] = 0
        for i in range(len(here)):
            bit = _place(code[i], code[i + 1])
            if not (short[code[i]] or begins[bit >> 3] >> (bit & 7) & 1):
                continue
            state, child, j = 0, base[0] + code[i], i
            while code[j] and check[child] == state:
                state, j = child, j + 1
                w = word[state]
                if w >= 0 and not (latin[w] and (_joined(here, i, marks) or _joined(here, j, marks))):
                    if number == len(found):
                        found = np.concatenate((found, np.empty_like(found)))
                    found[number, 0], found[number, 1], found[number, 2], found[number, 3] = w, i, j, 0
                    number += 1
                if base[state] == 0:
                    break
                child = base[state] + code[j]
        first[text + 1] = number
    return found[:number], first


def place(left: Longs, right: Longs) -> Longs:
    """The bits of pairs of codes, below MARKS, as `forms.kernel` has them for steps; a test compares them."""
    return ((left << 16 | right) * 0x9E3779B1 & 0xFFFFFFFF) >> 15


_place: Any = compiled(place)  # of two numbers


@compiled
def _joined(here: Chars, at: int, marks: Bytes) -> bool:
    """`text.joined`."""
    return bool(0 < at < len(here) and _is_latin(here[at - 1], marks) and _is_latin(here[at], marks))


@compiled
def _is_latin(char: int, marks: Bytes) -> bool:
    return bool(char < len(marks) and marks[char] & LATIN)
