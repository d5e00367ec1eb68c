"""The words of a day: in how many posts each stands and how often, where enough authors use it."""

from collections.abc import Collection, Iterable
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from pipeline import forms
from pipeline.arrays import column
from pipeline.schema import Row

WORD_FLOOR = 5
"""A word enters day_word when so many posts, of so many authors where authors are known, use it that day."""

Ints = npt.NDArray[np.int32]


class Words(NamedTuple):
    """The number of words, and the rows of day_word, sorted."""

    tokens: int
    rows: list[Row]


def words(parts: Iterable[pa.ListArray], authors: Ints, known: bool, stop: Collection[str]) -> Words:
    """The words of some posts. A token without a letter or digit is no word.

    parts: the tokens of the posts, list<string>, some posts at a time. authors: of each post, a number below 0 where
    nobody is named. known: whether authors are known at all.
    """
    used = _Used(authors)
    for part in parts:
        used.add(part)
    is_word = forms.with_letters(used.names)
    common = is_word & (used.posts >= WORD_FLOOR) & ((used.number >= WORD_FLOOR) | (not known))
    names = used.names.filter(column.of(common)).to_pylist()
    rows = sorted(zip(names, used.posts[common].tolist(), used.mentions[common].tolist(), strict=True))
    told = [{"word": word, "posts": posts, "mentions": times} for word, posts, times in rows if _counts(word, stop)]
    return Words(int(used.mentions[is_word].sum()), told)


class _Used:
    """The distinct tokens of posts, and of each what `tally` counts: it grows with the tokens, not with the posts."""

    def __init__(self, authors: Ints):
        self._authors, self._first = authors, 0
        self.names = column.written([])
        self.mentions, self.posts, self.number, self._last = (np.empty(0, np.int32) for _ in range(4))
        self._few = np.empty((0, WORD_FLOOR), np.int32)

    def add(self, tokens: pa.ListArray) -> None:
        """Count those of the next posts."""
        from pipeline.aggregate import tally

        encoded = pc.dictionary_encode(tokens.flatten())
        codes, places = column.numbers(encoded.indices), self._placed(encoded.dictionary)
        if self._first:  # else they are places already
            codes = column.frozen(places[codes])
        ends = column.numbers(tokens.offsets)
        tally.tally(
            codes, ends - ends[0], self._first, self._authors, self.mentions, self.posts, self._last, self._few,
            self.number,
        )  # fmt: skip
        self._first += len(tokens)

    def _placed(self, names: pa.StringArray) -> Ints:
        """The place of each of some distinct tokens; there is room for all of them then."""
        known = len(self.names)
        found = pc.index_in(names, self.names)
        places: Ints = column.numbers(pc.coalesce(found, column.of(np.full(len(names), -1, np.int32)))).copy()
        places[places < 0] = np.arange(known, known + found.null_count, dtype=np.int32)
        self.names = pa.concat_arrays([self.names, names.filter(found.is_null())])
        self.mentions, self.posts, self.number, self._few = (
            _longer(array, len(self.names), 0) for array in (self.mentions, self.posts, self.number, self._few)
        )
        self._last = _longer(self._last, len(self.names), -1)
        return places


def _longer(array: Ints, length: int, value: int) -> Ints:
    more = np.full((length - len(array), *array.shape[1:]), value, np.int32)
    return np.concatenate([array, more])


def _counts(word: str, stop: Collection[str]) -> bool:
    """Whether a word is none of those that say nothing, nor a number or a single Latin letter."""
    return word not in stop and not word.isdigit() and not (word.isascii() and len(word) == 1)
