"""Which texts of a column hold one of some words."""

from collections.abc import Iterable
from functools import cached_property
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from pipeline.arrays import column


class _Words(NamedTuple):
    """The code of each character, 0 of those that are in no word, and a double array with the states of words."""

    codes: npt.NDArray[np.int32]
    base: npt.NDArray[np.int32]
    check: npt.NDArray[np.int32]
    ends: npt.NDArray[np.bool_]


class Screen:
    """Finds the texts in normal form in which a word stands, as written or after `text.drop_separators`.

    May be shared by threads, which run side by side.
    """

    def __init__(self, words: Iterable[str]):
        self._words = sorted({word for word in words if word})

    def found(self, forms: pa.Array) -> npt.NDArray[np.bool_]:
        """bool[n]: whether a word stands in each text. A missing text holds none."""
        from pipeline.forms import kernel, table

        given, found = column.texts(forms), np.zeros(len(forms), np.bool_)
        if self._words:
            kernel.search(given.data, given.bounds, table.classes(), *self._arrays, found)
        return found

    @cached_property
    def _arrays(self) -> _Words:
        from pipeline.arrays.trie import double_array
        from pipeline.forms import table

        chars = np.frombuffer("".join(self._words).encode("utf-32-le"), np.uint32)
        alphabet = np.unique(chars)
        codes = np.zeros(max(table.KNOWN, int(alphabet[-1]) + 1), np.int32)
        codes[alphabet] = np.arange(1, len(alphabet) + 1)
        bounds = np.zeros(len(self._words) + 1, np.int32)
        np.cumsum([len(word) for word in self._words], out=bounds[1:])
        base, check, states = double_array(codes[chars], bounds, len(alphabet))
        ends = np.zeros(len(base), np.bool_)
        ends[states] = True
        made = _Words(codes, base, check, ends)
        for array in made:
            array.flags.writeable = False
        return made
