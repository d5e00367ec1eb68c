"""What a jieba tokenizer knows, as arrays: characters, words with their probabilities, the hidden Markov model."""

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

STATE = np.dtype([("base", np.int32), ("check", np.int32), ("logp", np.float64)])
"""A state of the trie in 16 bytes: a step and the probability behind it touch one line of the processor's cache."""


class Model(NamedTuple):
    """One frozen dictionary. Arrays only: it can be pickled, shared by threads and written to a file.
    Constants are those of `kernel`. The arrays cannot be written: Numba would compile the kernel anew for others.

    symbols: int32[BEYOND + 1], of each character, code << KIND_BITS | kind. Codes count from the most frequent
    character, so that what is met often lies close together; 0 is the code of every character outside a block.
    words: STATE[n], a double-array trie, root 0. logp: log(frequency / total) where a word ends, else NaN; in the root
    log(1 / total), what a character costs that begins no word.
    split: bool[n], true where a word ends that the hidden Markov model may not form; length 0 when there is none.
    guess: float64[GUESS_ROWS + codes, 4], log probabilities of the hidden Markov model: row 0 of the first state, rows
    1-4 of the steps (from, to), row GUESS_ROWS + c of the character with code c in each state.
    """

    symbols: npt.NDArray[np.int32]
    words: npt.NDArray[np.void]
    split: npt.NDArray[np.bool_]
    guess: npt.NDArray[np.float64]


DTYPES: dict[str, np.dtype[Any]] = {
    "words": STATE,
    "guess": np.dtype((np.float64, 4)),
    "symbols": np.dtype(np.int32),
    "split": np.dtype(np.bool_),
}
"""Those of the arrays, as `kept` stores them."""
