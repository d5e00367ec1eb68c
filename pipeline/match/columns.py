"""What `Matcher.find` says, of whole columns of texts: the mentions as arrays."""

import datetime as dt
import re
from collections.abc import Callable
from functools import cache
from importlib import import_module
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from pipeline.arrays.column import Characters, characters, frozen
from pipeline.forms import table
from pipeline.match import matcher
from pipeline.match.matcher import Matcher
from pipeline.match.rules import listed
from pipeline.schema import Lexicon, Mentions
from pipeline.text import HAN, SEPARATORS, is_latin

Ints = npt.NDArray[np.int32]
Flags = npt.NDArray[np.bool_]
Asked = npt.NDArray[np.int32]
"""int32[n, 3]: texts, and the start and end of a span of characters in each."""

Straddled = Callable[[Characters, Asked], Flags]
"""Of each span, whether a token lies partly inside and partly outside it."""


class Columns:
    """Finds the mentions of a lexicon's topics. Immutable; one object may serve many threads, which run side by side.

    straddled: tells by jieba's tokens without HMM. one: says of single texts what cannot be said of columns.
    """

    def __init__(self, lexicon: Lexicon, straddled: Straddled, one: Matcher):
        self._rules = listed(lexicon)
        self._straddled, self._one = straddled, one
        names = ((topic.id, term) for topic in lexicon.topics for term in topic.terms)
        self._terms = {name: number for number, name in enumerate(names)}

    def mentions(self, forms: pa.Array, day: dt.date, *, title: bool = False) -> Mentions:
        """Those in texts in normal form, by the rules that hold on their day. `title`: each text is one window."""
        given = characters(forms)
        both, origin = _with_bare(given)
        rows, unsure = self._scanned(both, day, title)
        texts, uncovered = origin[rows[:, 0]], rows[:, 0] >= len(forms)
        sure, asked = rows[:, 4], rows[:, 5]
        doubtful = np.flatnonzero(asked > sure)
        doubtful = doubtful[np.lexsort((rows[doubtful, 1], rows[doubtful, 0]))]  # side by side what lies in one block
        asked[doubtful[self._straddled(both, rows[doubtful, :3])]] = 0
        well = np.maximum(sure, asked)
        found = Mentions(texts, rows[:, 3], well > 0, well == _compiled("kernel").EVASION, uncovered)
        left = np.unique(origin[unsure])
        kept = (found.accepted | ~uncovered) & ~np.isin(texts, left)
        return Mentions.joined(
            [Mentions._make(part[kept] for part in found), self._one_by_one(forms, left, day, title)]
        )

    def _scanned(self, given: Characters, day: dt.date, title: bool) -> tuple[Ints, npt.NDArray[np.intp]]:
        """The rows of `kernel.find`, and the texts of which it cannot tell."""
        kernel, holds, room = _compiled("kernel"), self._rules.holding(day), 2 * len(given.bounds) + 64
        found = _compiled("places").places(*given, _marks(), *self._rules.strings)
        while True:
            rows, unsure = np.empty((room, 6), np.int32), np.zeros(len(given.bounds) - 1, np.bool_)
            number = kernel.find(
                *given, title, _marks(), *found, *self._rules.rules, holds, matcher.REACH, matcher.CLOSE, rows, unsure
            )
            if number >= 0:
                return rows[:number], np.flatnonzero(unsure)
            room *= 4

    def _one_by_one(self, forms: pa.Array, places: Ints, day: dt.date, title: bool) -> Mentions:
        return Mentions.of(
            (place, self._terms[m.topic, m.term], m.verdict == "accepted", m.evasion, m.uncovered)
            for place in places.tolist()
            for m in self._one.find(forms[place].as_py(), day, title=title).mentions
            if m.verdict == "accepted" or (m.verdict == "boundary" and not m.uncovered)
        )


def _with_bare(given: Characters) -> tuple[Characters, npt.NDArray[np.int32]]:
    """The texts, then what `text.drop_separators` makes of those that it changes; and of each where it comes from."""
    texts = len(given.bounds) - 1
    out, ends, origin = np.empty_like(given.chars), np.empty_like(given.bounds), np.empty(texts, np.int32)
    number = _compiled("disguise").bare(*given, _marks(), out, ends, origin)
    both = np.concatenate([given.chars, out[: ends[number]]])
    bounds = np.concatenate([given.bounds, given.bounds[-1] + ends[1 : number + 1]])
    return Characters(frozen(both), frozen(bounds)), np.concatenate([np.arange(texts, dtype=np.int32), origin[:number]])


@cache
def _marks() -> npt.NDArray[np.uint8]:
    """uint8 by code point: bits of `kernel` and `disguise`, the kinds of a character. Those beyond are of none."""
    kernel, places, disguise = map(_compiled, ("kernel", "places", "disguise"))
    known = "\n" + table.characters()
    kinds = {
        kernel.BLANK: "".join(re.findall(r"\s", known)),
        places.LATIN: "".join(filter(is_latin, known[:128])),
        kernel.END: "。!?;\n\r",
        disguise.LETTER: "abcdefghijklmnopqrstuvwxyz",
        disguise.HAN: "".join(re.findall(f"[{HAN}]", known)),
        disguise.SEPARATOR: "".join(re.findall(f"[{SEPARATORS}]", known)),
    }
    marks = np.where(table.letters(), kernel.WORD, 0).astype(np.uint8)
    for kind, members in kinds.items():
        marks[np.frombuffer(members.encode("utf-32-le"), np.uint32)] |= kind
    return frozen(marks)


def _compiled(name: str) -> Any:
    """A module of this room that loads Numba, which takes a second."""
    return import_module(f"pipeline.match.{name}")
