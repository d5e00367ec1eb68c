"""Texts without the marks that disguises put between characters, compiled."""

from pipeline.arrays.compiled import Bytes, Chars, Ints, Longs, compiled

HAN, LETTER, SEPARATOR = 16, 32, 64
"""Bits of `marks` beside those of `kernel`: a Han character, one of a-z, what disguises put between."""


@compiled
def bare(chars: Chars, bounds: Longs, marks: Bytes, out: Chars, ends: Longs, origin: Ints) -> int:
    """The number of texts that `text.drop_separators` changes: origin[k] becomes out[ends[k] : ends[k + 1]].

    There must be room for all texts.
    """
    number = ends[0] = 0
    for text in range(len(bounds) - 1):
        i, end, at = bounds[text], bounds[text + 1], ends[number]
        while i < end:
            run = i
            while run < end and _mark(chars[run], marks) & SEPARATOR:
                run += 1
            inserted = 0 < run - i <= 2 and i > bounds[text] and run < end
            if inserted and _joins(_mark(chars[i - 1], marks), _mark(chars[run], marks)):
                i = run
            while i < min(run + 1, end):
                out[at] = chars[i]
                at, i = at + 1, i + 1
        if at - ends[number] < end - bounds[text]:
            origin[number] = text
            number += 1
            ends[number] = at
    return number


@compiled
def _joins(before: int, after: int) -> bool:
    """Whether one or two separators between such characters are a disguise."""
    return bool((before & HAN and after & (HAN | LETTER)) or (before & LETTER and after & HAN))


@compiled
def _mark(char: int, marks: Bytes) -> int:
    return int(marks[char]) if char < len(marks) else 0
