"""The words of a day: in how many posts each stands and how often, where enough authors use it."""

from collections.abc import Collection, Iterable
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from pipeline import forms
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
    encoded, bounds = [], []
    for part in parts:
        encoded.append(pc.dictionary_encode(part.flatten()))
        bounds.append(part.offsets.to_numpy() - part.offsets[0].as_py())
    if not encoded:
        return Words(0, [])
    uses = pa.chunked_array(encoded).unify_dictionaries()
    return _tallied(uses, bounds, authors, known, stop)


def _tallied(uses: pa.ChunkedArray, bounds: Iterable[Ints], authors: Ints, known: bool, stop: Collection[str]) -> Words:
    from pipeline.aggregate import tally

    names = uses.chunk(0).dictionary
    is_word = forms.with_letters(names)
    mentions, posts, last, number = (np.full(len(names), start, np.int32) for start in (0, 0, -1, 0))
    few = np.zeros((len(names), WORD_FLOOR), np.int32)
    first = 0
    for chunk, ends in zip(uses.chunks, bounds, strict=True):
        tally.tally(chunk.indices.to_numpy(), ends, first, authors, mentions, posts, last, few, number)
        first += len(ends) - 1
    common = is_word & (posts >= WORD_FLOOR) & ((number >= WORD_FLOOR) | (not known))
    rows = zip(
        names.filter(pa.array(common)).to_pylist(), posts[common].tolist(), mentions[common].tolist(), strict=True
    )
    told = [{"word": w, "posts": p, "mentions": m} for w, p, m in sorted(rows) if _counts(w, stop)]
    return Words(int(mentions[is_word].sum()), told)


def _counts(word: str, stop: Collection[str]) -> bool:
    """Whether a word is none of those that say nothing, nor a number or a single Latin letter."""
    return word not in stop and not word.isdigit() and not (word.isascii() and len(word) == 1)
