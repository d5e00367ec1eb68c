"""Some words as a double array over their characters, for compiled functions that look for all of them at once."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from pipeline.arrays.column import frozen

Ints = npt.NDArray[np.int32]


class Words(NamedTuple):
    """The words as a trie whose root is state 0: the child of state s by code c is base[s] + c, if its check is s.

    alphabet: uint32, the code points of their characters, sorted; the code of alphabet[i] is i + 1.
    word: of each state, the number of the word that ends there, -1 where none does.
    """

    alphabet: npt.NDArray[np.uint32]
    base: Ints
    check: Ints
    word: Ints

    def codes(self, size: int) -> Ints:
        """int32[size or more]: the code of each character, 0 of those that are in no word."""
        codes = np.zeros(max(size, int(self.alphabet[-1]) + 1 if len(self.alphabet) else 0), np.int32)
        codes[self.alphabet] = np.arange(1, len(self.alphabet) + 1)
        return codes


def beginnings(words: Sequence[str], codes: Ints) -> tuple[npt.NDArray[np.int64], Ints]:
    """int64[n, 2], the codes of the first two characters of each word that has two; and of words that have but one."""
    pairs = np.array([(codes[ord(word[0])], codes[ord(word[1])]) for word in words if len(word) > 1], np.int64)
    alone = np.array([codes[ord(word)] for word in words if len(word) == 1], np.int32)
    return pairs.reshape(-1, 2), alone


def double_array(words: Sequence[str]) -> Words:
    """The trie of sorted, distinct words, none of them empty; the arrays cannot be written."""
    from pipeline.arrays import trie

    chars = np.frombuffer("".join(words).encode("utf-32-le"), np.uint32)
    alphabet = np.unique(chars)
    codes = np.searchsorted(alphabet, chars).astype(np.int32) + np.int32(1)
    bounds = np.zeros(len(words) + 1, np.int32)
    np.cumsum([len(word) for word in words], out=bounds[1:])
    base, check, states = trie.double_array(codes, bounds, len(alphabet))
    word = np.full(len(base), -1, np.int32)
    word[states] = np.arange(len(words))
    return Words(frozen(alphabet), frozen(base), frozen(check), frozen(word))
