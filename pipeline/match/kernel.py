"""The rules of `matcher` on whole columns, compiled. Text i is chars[bounds[i]:bounds[i + 1]], code points.

What is said of one text stands in arrays that are used again for the next: `mark` what kind its characters are, `tag`
the number of the hashtag that holds each, 0 outside, `ends` the marks that end its sentences. `place` is where words
stand in it: word, start, end, and whether a mask of the topic in hand covers the place.
"""

from typing import Any

import numpy as np
import numpy.typing as npt

from pipeline.arrays.compiled import Bytes, Chars, Flags, Ints, Longs, Table, compiled

Rows = npt.NDArray[np.void]

WORD, BLANK, END = 1, 2, 8
"""Bits of `mark`: a letter or digit, a blank of `re`, the end of a sentence."""

NUMBER_SIGN, LINE_FEED, DOT, BRACKET, AT, SLASH = 35, 10, 46, 91, 64, 47
TAG_LENGTH = 60
"""The characters that a hashtag has at most between its marks."""

TITLE, POST = 1, 2
EVASION, PLAIN = 1, 2
"""How well an occurrence is accepted: by a rule for disguises, by another."""

REFUSED, SURE, ASKED, UNSURE = range(4)


@compiled
def find(
    chars: Chars, bounds: Longs, title: bool, marks: Bytes, places: Table, begin: Longs, first: Ints, rules: Rows,
    sets: Bytes, masks: Ints, vocabulary: Ints, points: Table, holds: Flags, near: int, close: int, rows: Table,
    unsure: Flags,
) -> int:  # fmt: skip
    """Fill `rows` with the occurrences that some rule accepts; return their number, or -1 if there is no room.

    A row: text, start, end, term, how well it is accepted for sure, and how well if no token straddles it. Marks
    `unsure` texts of which `matcher` alone can tell. places, begin: what `places.places` gives. holds: the rules of the
    day. near, close: `REACH` and `CLOSE`.
    """
    longest = 1
    for text in range(len(bounds) - 1):
        longest = max(longest, bounds[text + 1] - bounds[text])
    mark, tag, ends = np.empty(longest, np.uint8), np.zeros(longest, np.int32), np.empty((longest, 2), np.int32)
    topics, seen = np.empty(len(masks), np.int32), np.full(len(masks), -1, np.int64)
    stands, counted = np.full(len(sets), -1, np.int64), np.zeros(points.shape[1], np.bool_)
    number = 0
    for text in range(len(bounds) - 1):
        place = places[begin[text] : begin[text + 1]]
        found = _topics(text, place, first, rules, seen, topics)
        if found == 0:
            continue
        here = chars[bounds[text] : bounds[text + 1]]
        _read(here, marks, mark)
        tags = 0 if title else _tags(here, mark, tag)
        sentences = ends[: _sentences(here, mark, ends)]
        covered, masked = False, _any(place, sets[masks[-1]])
        for topic in topics[:found]:
            if (masked and masks[topic]) or covered:  # most texts hold no mask
                covered = _cover(place, sets[masks[topic]])
            listed = tags > 1 and not _spoken_of(place, tag, sets[vocabulary[topic]])
            summed, total = False, 0
            for p in range(len(place)):
                if place[p, 3] or (listed and tag[place[p, 1]]):
                    continue
                sure = asked = term = 0
                for r in range(first[place[p, 0]], first[place[p, 0] + 1]):
                    if rules[r].topic != topic or not holds[r] or not _partnered(rules[r], text, place, sets, stands):
                        continue
                    if rules[r].least and not summed:
                        summed, total = True, _sum(place, tag, points[topic], counted)
                    fits = _fits(rules[r], p, place, sets, total, here, mark, tag, sentences, title, near, close)
                    well, term = EVASION if rules[r].evasion else PLAIN, rules[r].term
                    if fits == SURE:
                        sure = max(sure, well)
                    elif fits == ASKED:
                        asked = max(asked, well)
                    elif fits == UNSURE:
                        unsure[text] = True
                if sure or asked:
                    if number == len(rows):
                        return -1
                    rows[number, 0], rows[number, 1], rows[number, 2] = text, place[p, 1], place[p, 2]
                    rows[number, 3], rows[number, 4], rows[number, 5] = term, sure, asked
                    number += 1
    return number


@compiled
def _read(here: Chars, marks: Bytes, mark: Bytes) -> None:
    for i in range(len(here)):
        mark[i] = marks[here[i]] if here[i] < len(marks) else 0


@compiled
def _topics(text: int, place: Table, first: Ints, rules: Rows, seen: Longs, topics: Ints) -> int:
    """The number of topics of which a term stands there; fills in which. seen: of each, the last text that had one."""
    found = 0
    for p in range(len(place)):
        for r in range(first[place[p, 0]], first[place[p, 0] + 1]):
            if seen[rules[r].topic] != text:
                seen[rules[r].topic] = text
                topics[found] = rules[r].topic
                found += 1
    return found


@compiled
def _tags(here: Chars, mark: Bytes, tag: Ints) -> int:
    """Number the hashtags as `text.tags` tells them; 0 if there is none, 1 if all read the same, 2 if some differ."""
    n, i, number, begun, distinct = len(here), 0, 0, 0, 0
    tag[:n] = 0
    while i < n:
        j, broken = i + 1, False
        while here[i] == NUMBER_SIGN and j < n and here[j] != NUMBER_SIGN:
            broken |= here[j] == LINE_FEED
            j += 1
        if (
            here[i] != NUMBER_SIGN
            or j == n
            or broken
            or not 0 < j - i - 1 <= TAG_LENGTH
            or (mark[i + 1] | mark[j - 1]) & BLANK
        ):
            i = j
        else:
            inline = i > 0 and mark[i - 1] & WORD and j + 1 < n and mark[j + 1] & WORD
            if not inline:
                number += 1
                tag[i : j + 1] = number
                if number == 1:
                    begun, distinct = i, 1
                elif not _same(here, begun, i, j + 1 - i):
                    distinct = 2
            i = j + 1
    return distinct


@compiled
def _same(here: Chars, one: int, other: int, length: int) -> bool:
    """Whether the hashtag that begins at `one` reads as here[other:other + length] does."""
    for k in range(length):
        if here[one + k] != here[other + k]:
            return False
    return True


@compiled
def _sentences(here: Chars, mark: Bytes, ends: Table) -> int:
    """The number of `text.sentence_ends`, which it fills in."""
    n, i, number = len(here), 0, 0
    while i < n:
        begun = i
        while i < n:
            dots = i
            while dots < n and here[dots] == DOT:
                dots += 1
            if dots - i >= 3:
                i = dots
            elif mark[i] & END:
                i += 1
            else:
                break
        if i > begun:
            ends[number, 0], ends[number, 1] = begun, i
            number += 1
        while i < n and here[i] == DOT:
            i += 1
        if i < n and not mark[i] & END:
            i += 1
    return number


@compiled
def _cover(place: Table, masks: Bytes) -> bool:
    """Mark the places that masks touch, laid longest first, of equal ones the left one first; whether there are any."""
    for p in range(len(place)):
        place[p, 3] = 0
    some = False
    while True:
        best = -1
        for p in range(len(place)):
            if not place[p, 3] and _has(masks, place[p, 0]):
                longer = place[p, 2] - place[p, 1] - (place[best, 2] - place[best, 1])
                if best < 0 or longer > 0 or (longer == 0 and place[p, 1] < place[best, 1]):
                    best = p
        if best < 0:
            return some
        some = True
        for p in range(len(place)):
            if place[p, 1] < place[best, 2] and place[best, 1] < place[p, 2]:
                place[p, 3] = 1


@compiled
def _spoken_of(place: Table, tag: Ints, words: Bytes) -> bool:
    """Whether one of the words stands outside the hashtags."""
    for p in range(len(place)):
        if not place[p, 3] and tag[place[p, 1]] == 0 and _has(words, place[p, 0]):
            return True
    return False


@compiled
def _sum(place: Table, tag: Ints, points: Ints, seen: Flags) -> int:
    """The points of the words that stand outside hashtags, of each once. seen: all false, of each word."""
    total = 0
    for p in range(len(place)):
        word = place[p, 0]
        if not place[p, 3] and tag[place[p, 1]] == 0 and not seen[word]:
            seen[word] = True
            total += points[word]
    for p in range(len(place)):
        seen[place[p, 0]] = False
    return total


@compiled
def _has(words: Bytes, number: int) -> bool:
    return bool(words[number >> 3] >> (number & 7) & 1)


@compiled
def _any(place: Table, words: Bytes) -> bool:
    """Whether one of the words stands anywhere."""
    for p in range(len(place)):
        if _has(words, place[p, 0]):
            return True
    return False


@compiled
def _partnered(rule: Any, text: int, place: Table, sets: Bytes, stands: Longs) -> bool:
    """Whether words that a rule asks for stand anywhere in the text; most rules end here.

    stands: of each set, twice the last text that was asked for it, and 1 if a word of it stood there.
    """
    if rule.alone:
        return True
    for asked in (rule.needs, rule.also):
        if asked and stands[asked] >> 1 != text:
            stands[asked] = text << 1 | _any(place, sets[asked])
        if asked and not stands[asked] & 1:
            return False
    return True


@compiled
def _fits(
    rule: Any, p: int, place: Table, sets: Bytes, total: int, here: Chars, mark: Bytes, tag: Ints, ends: Table,
    title: bool, near: int, close: int,
) -> int:  # fmt: skip
    """What one rule that holds on the day says of one place: REFUSED, SURE, ASKED if no token straddles it, UNSURE.

    total: the points of the text.
    """
    start, end, n = place[p, 1], place[p, 2], len(here)
    if (rule.only and rule.only != (TITLE if title else POST)) or (not rule.tag and tag[start]):
        return REFUSED
    alone = _says_only(here, mark, start, end) if rule.alone else REFUSED
    if alone == SURE:
        return SURE
    if rule.needs or rule.also:
        wide = _around(n, start, end, ends, rule.reach or near, rule.reach == 0, title)
        narrow = _around(n, start, end, ends, close, False, title)
        for asked in (rule.needs, rule.also):
            if asked and not _partner(tag[start], place, tag, sets[asked], sets[rule.general], wide, narrow):
                return alone
    if rule.least and total < rule.least:
        return alone
    if rule.blockers or rule.nowhere:
        window = _around(n, start, end, ends, near, True, title)
        if _blocked(tag[start], place, tag, sets[rule.blockers], sets[rule.nowhere], window):
            return alone
    return SURE if not rule.boundary else UNSURE if alone == UNSURE else ASKED


@compiled
def _says_only(here: Chars, mark: Bytes, start: int, end: int) -> int:
    """Whether `text.says_only` is true of here[start:end]: SURE, REFUSED, or UNSURE where stickers and links may be."""
    i, n, length, said = 0, len(here), end - start, SURE
    while i < n:
        if here[i] == BRACKET or here[i] == AT or here[i] == SLASH:
            return UNSURE
        if i + length <= n and _same(here, i, start, length):
            i += length
        else:
            if mark[i] & WORD:
                said = REFUSED
            i += 1
    return said


@compiled
def _around(n: int, start: int, end: int, ends: Table, reach: int, sentence: bool, title: bool) -> tuple[int, int]:
    """`text.Windows.around`."""
    if title:
        return 0, n
    left, right = start, end
    if sentence:
        left, right = 0, n
        for k in range(len(ends)):
            if ends[k, 1] <= start:
                left = ends[k, 1]
            elif ends[k, 0] >= end:
                right = ends[k, 1]
                break
    return min(left, start - reach), max(right, end + reach)


@compiled
def _partner(
    number: int, place: Table, tag: Ints, words: Bytes, general: Bytes, wide: tuple[int, int], narrow: tuple[int, int]
) -> bool:
    """Whether one of the words stands within reach, in the same hashtag or also outside; general ones within less."""
    for p in range(len(place)):
        if not place[p, 3] and tag[place[p, 1]] == number and _has(words, place[p, 0]):
            left, right = narrow if _has(general, place[p, 0]) else wide
            if left <= place[p, 1] and place[p, 2] <= right:
                return True
    return False


@compiled
def _blocked(number: int, place: Table, tag: Ints, blockers: Bytes, nowhere: Bytes, window: tuple[int, int]) -> bool:
    """Whether a word blocks a place in that hashtag, or outside all for 0."""
    for p in range(len(place)):
        if place[p, 3]:
            continue
        if _has(nowhere, place[p, 0]):
            return True
        if _has(blockers, place[p, 0]) and window[0] <= place[p, 1] and place[p, 2] <= window[1]:
            if tag[place[p, 1]] == number or tag[place[p, 1]] == 0:
                return True
    return False
