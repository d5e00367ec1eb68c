"""Which texts of a column may hold one of some words, told from the texts as they are written."""

from collections.abc import Iterable
from functools import cached_property

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from pipeline.arrays import column
from pipeline.arrays.column import frozen
from pipeline.arrays.words import Words, beginnings, double_array

Flags = npt.NDArray[np.bool_]


class Screen:
    """Finds the texts in whose normal form a word may stand, as written or after `text.drop_separators`.

    words: in normal form. It misses none and finds some in vain, since blanks and separators are left out of texts and
    words alike, and a text with a character whose form depends on its neighbours is always found.
    May be shared by threads, which run side by side.
    """

    def __init__(self, words: Iterable[str]):
        self._words = frozenset(filter(None, words))

    def found(self, texts: pa.Array, valid: bool = False) -> Flags:
        """bool[n]: whether a word may stand in the normal form of each text. In a missing text none does.

        valid: the texts are known to be UTF-8.
        """
        from pipeline.forms import kernel, table

        if texts.null_count == len(texts):
            return np.zeros(len(texts), np.bool_)
        given = column.texts(texts, valid)
        found = np.full(len(texts), "" in self._bare)
        if self._words and "" not in self._bare:
            words, steps, marks = self._arrays
            kernel.perhaps(given.data, given.bounds, steps, marks, table.normalising().pairs, *words[1:], found)
        return found

    @cached_property
    def _bare(self) -> list[str]:
        """The words without blanks and separators, sorted."""
        from pipeline.forms import table

        skipped = table.skipped()
        return sorted({"".join(char for char in word if char not in skipped) for word in self._words})

    @cached_property
    def _arrays(self) -> tuple[Words, npt.NDArray[np.int32], npt.NDArray[np.uint8]]:
        """The words, and what `kernel.perhaps` asks of characters and of two of them."""
        from pipeline.forms import kernel, table

        words = double_array(self._bare)
        codes = words.codes(table.KNOWN)
        steps = table.steps(codes)
        pairs, marks = table.normalising().pairs, np.zeros((2, kernel.MARKS), np.bool_)
        marks[:, kernel.place(steps[pairs >> 32].astype(np.int64), steps[pairs & 0xFFFFFFFF].astype(np.int64))] = True
        begins, alone = beginnings(self._bare, codes)
        marks[0, kernel.place(*begins.T)] = True
        steps[np.isin(steps, alone)] = table.UNKNOWN
        return words, frozen(steps), frozen(np.packbits(marks, axis=1, bitorder="little"))
