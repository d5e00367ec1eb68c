"""Passes over the bytes of a column of texts, compiled. Text i is data[bounds[i]:bounds[i + 1]], valid UTF-8."""

from typing import Any

import numpy as np

from pipeline.arrays.compiled import Bytes, Flags, Ints, Longs, compiled

# Those of `table`, here because Numba notices a change of its own module alone; a test compares them.
COPIED, DROPPED, HARD, LENGTH_BITS = 0, 1, -1, 5
HAN, LAST_HAN, BLANK, ADDRESS, LEFT, RIGHT = 1, 2, 4, 8, 16, 32
SKIPPED, UNKNOWN = -2, -1

HTTP, COLON_SLASHES, T_CN = b"http", b"://", b"t.cn/"
SPACE, BANG, TILDE, DOT, HYPHEN, UNDERSCORE, MIDDLE_DOT, AT, H, S, T = map(ord, " !~.-_·@hst")
SHORTEST_NAME, LONGEST_NAME = 2, 30

ONE, TWO, THREE = map(np.uint64, (1, 2, 3))

MARKS = 1 << 17
"""The bits of a row of `marks`: 16 KB, which the processor has at hand."""

_LENGTH = (1 << LENGTH_BITS) - 1


@compiled
def write(
    data: Bytes, bounds: Ints, becomes: Ints, kinds: Bytes, pool: Bytes, pairs: Longs, gaps: bool, out: Bytes,
    ends: Ints, hard: Flags, address: Flags,
) -> int:  # fmt: skip
    """Write the forms of the texts; return the number of bytes. The tables are those of `table.Table`.

    gaps: whether blanks between Han characters are left out. out: room for two bytes a byte. Fills `ends`: form i lies
    at ends[i]:ends[i + 1]; `hard`: texts whose form must be found otherwise, and is empty here; `address`: texts with a
    character that links and names have.
    """
    at = 0
    for text in range(len(bounds) - 1):
        ends[text] = at
        begin, end = bounds[text], bounds[text + 1]
        left = left_of_gap = 0  # characters that the conversion of the script sees before this one
        after_han, gap = False, -1
        while begin < end:
            first = begin
            char, begin = _decoded(data, begin)
            made, kind = becomes[char] if char < len(becomes) else 0, kinds[char] if char < len(kinds) else 0
            if made == DROPPED:
                continue
            if gaps and kind & BLANK:
                if gap < 0 and after_han:
                    gap, left_of_gap = at, left
            elif gaps:
                if gap >= 0 and kind & HAN:
                    at, left = gap, left_of_gap
                after_han, gap = kind & LAST_HAN != 0, -1
            paired = kind & RIGHT and left < len(kinds) and kinds[left] & LEFT
            if made == HARD or (paired and _has(pairs, int(left) << 32 | char)):
                hard[text] = True
                at = ends[text]
                break
            left = char
            if kind & ADDRESS:
                address[text] = True
            if made == COPIED:
                at = _copied(data, first, begin, out, at)
            else:
                source = (made - 1) >> LENGTH_BITS
                at = _copied(pool, source, source + ((made - 1) & _LENGTH), out, at)
    ends[len(bounds) - 1] = at
    return int(at)


@compiled
def _copied(source: Bytes, begin: int, end: int, out: Bytes, at: int) -> int:
    """Copy some bytes to a place, and say where the next one goes."""
    first, to = np.uint64(begin), np.uint64(at)
    for k in range(np.uint64(end - begin)):
        out[to + k] = source[first + k]
    return at + end - begin


@compiled
def without_addresses(data: Bytes, bounds: Ints, which: Flags, letters: Flags, out: Bytes, ends: Ints) -> int:
    """Write the folded texts as `text.drop_addresses` leaves them, those alone changed that are marked.

    Returns the number of bytes. letters: bool by code point. out: as long as `data`.
    """
    at = 0
    for text in range(len(bounds) - 1):
        ends[text] = at
        begin, end = bounds[text], bounds[text + 1]
        copied, i = begin, begin if which[text] else end
        while i < end:
            byte = data[np.uint64(i)]
            after = _address(data, begin, i, end, letters) if byte in (AT, H, T) else i
            if after > i:
                at = _copied(data, copied, i, out, at)
                out[at] = SPACE
                at, i, copied = at + 1, after, after
            else:
                i += 1
        at = _copied(data, copied, end, out, at)
    ends[len(bounds) - 1] = at
    return int(at)


@compiled
def _address(data: Bytes, begin: int, i: int, end: int, letters: Flags) -> int:
    """The end of the link or @name that begins at i, or i: what `text` seeks by a regular expression."""
    if data[i] == H and _reads(data, i, end, HTTP):
        after = i + len(HTTP)
        after += after < end and data[after] == S
        if _reads(data, after, end, COLON_SLASHES):
            after += len(COLON_SLASHES)
            last = after
            while last < end and BANG <= data[last] <= TILDE:
                last += 1
            return last if last > after else i
    elif data[i] == T and _reads(data, i, end, T_CN):
        if i > begin and (_small(data[i - 1]) or data[i - 1] == DOT):
            return i
        last = i + len(T_CN)
        while last < end and _small(data[last]):
            last += 1
        return last if last > i + len(T_CN) else i
    elif data[i] == AT:
        last, number = i + 1, 0
        while last < end and number < LONGEST_NAME:
            char, after = _decoded(data, last)
            if not (char < len(letters) and letters[char]) and char not in (UNDERSCORE, HYPHEN, MIDDLE_DOT):
                break
            last, number = after, number + 1
        return last if number >= SHORTEST_NAME else i
    return i


@compiled
def _reads(data: Bytes, i: int, end: int, word: bytes) -> bool:
    """Whether those bytes stand at i of a text."""
    if i + len(word) > end:
        return False
    for k in range(len(word)):
        if data[i + k] != word[k]:
            return False
    return True


@compiled
def _small(byte: int) -> bool:
    """Whether a byte is a digit or one of a-z."""
    return 0x30 <= byte <= 0x39 or 0x61 <= byte <= 0x7A


@compiled
def chained(data: Bytes, bounds: Ints, found: Flags) -> None:
    """Mark texts with an @ or ＠ somewhere after a / or ／: others hold no chain of quotes."""
    for text in range(len(bounds) - 1):
        slash = False
        for at in range(bounds[text], bounds[text + 1]):
            byte = data[at]
            if byte == 0x2F or (byte == 0x8F and data[at - 1] == 0xBC and data[at - 2] == 0xEF):
                slash = True
            elif slash and (byte == 0x40 or (byte == 0xA0 and data[at - 1] == 0xBC and data[at - 2] == 0xEF)):
                found[text] = True
                break


@compiled
def perhaps(
    data: Bytes, bounds: Ints, steps: Ints, marks: Bytes, pairs: Longs, base: Ints, check: Ints, word: Ints,
    found: Flags,
) -> None:  # fmt: skip
    """Mark texts in whose normal form a word may stand. steps: `table.steps`; base, check, word: of `Words`.

    marks: two rows of bits. Those at the `place` of two steps are set if a word may begin with them or one of `pairs`
    has them; in the second row, if one of `pairs` has them.
    """
    for text in range(len(bounds) - 1):
        begin, end = bounds[text], bounds[text + 1]
        left = before = 0  # the last character that was not skipped, and its step
        while begin < end and not found[text]:
            at = begin
            char, begin = _decoded(data, begin)
            step = steps[char] if char < len(steps) else 0
            if step < 0:
                found[text] = step == UNKNOWN
                continue
            bit = _place(before, step)
            if marks[0, bit >> 3] >> (bit & 7) & 1:
                paired = marks[1, bit >> 3] >> (bit & 7) & 1 and _has(pairs, int(left) << 32 | char)
                found[text] = paired or (before > 0 and _stands(data, at, end, before, steps, base, check, word))
            left, before = char, step


def place(left: Longs, right: Longs) -> Longs:
    """The bits of pairs of steps, below MARKS. Source: D. Knuth, The Art of Computer Programming 3, section 6.4."""
    return ((left << 16 | right) * 0x9E3779B1 & 0xFFFFFFFF) >> 15


_place: Any = compiled(place)  # of two numbers


@compiled
def lettered(data: Bytes, bounds: Ints, letters: Flags, found: Flags) -> None:
    """Mark texts with a character that is among the letters, bool by code point."""
    for text in range(len(bounds) - 1):
        begin, end = bounds[text], bounds[text + 1]
        while begin < end and not found[text]:
            char, begin = _decoded(data, begin)
            found[text] = char < len(letters) and letters[char]


@compiled
def _decoded(data: Bytes, begin: int) -> tuple[int, int]:
    """The character that begins there, and where the next one does."""
    at = np.uint64(begin)  # of an unsigned place Numba need not ask whether it counts from the end
    b = int(data[at])
    if b < 0x80:
        return b, begin + 1
    if b < 0xE0:
        return (b & 31) << 6 | int(data[at + ONE] & 63), begin + 2
    middle = int(data[at + ONE] & 63) << 6 | int(data[at + TWO] & 63)
    if b < 0xF0:
        return (b & 15) << 12 | middle, begin + 3
    return (b & 7) << 18 | middle << 6 | int(data[at + THREE] & 63), begin + 4


@compiled
def _has(numbers: Longs, sought: int) -> bool:
    """Whether a number is among sorted ones."""
    low, high = 0, len(numbers)
    while low < high:
        middle = (low + high) >> 1
        if numbers[middle] < sought:
            low = middle + 1
        else:
            high = middle
    return low < len(numbers) and numbers[low] == sought


@compiled
def _stands(data: Bytes, begin: int, end: int, step: int, steps: Ints, base: Ints, check: Ints, word: Ints) -> bool:
    """Whether a word may stand that begins with a character of that step; the next one is at data[begin]."""
    state, child = 0, base[0] + step
    while child < len(check) and check[child] == state:
        state = child
        if word[state] >= 0:
            return True
        step = SKIPPED
        while begin < end and step == SKIPPED:
            char, begin = _decoded(data, begin)
            step = steps[char] if char < len(steps) else 0
        if step <= 0 or base[state] == 0:
            return step == UNKNOWN
        child = base[state] + step
    return False
