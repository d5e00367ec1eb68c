"""A model of what a jieba tokenizer knows."""

import math
import string
from collections.abc import Iterable
from itertools import compress

import numpy as np
import numpy.typing as npt

from pipeline.arrays.trie import double_array
from pipeline.segment import kernel
from pipeline.segment.model import STATE, Model
from pipeline.segment.tokenizer import Tokenizer, finalseg


def build(tokenizer: Tokenizer, split: Iterable[str] = ()) -> Model:
    """The model of an initialised tokenizer with the user words that it has: a snapshot, later words are not seen.

    split: words that the hidden Markov model may not form; jieba keeps them in `finalseg.Force_Split_Words`.
    Every beginning of a word must be in the tokenizer's FREQ, as jieba's own loaders see to.
    """
    refused = frozenset(split)
    words, chars, bounds = _reachable({w for w, frequency in tokenizer.FREQ.items() if frequency} | refused)
    symbols = _symbols(chars)
    codes = symbols >> kernel.KIND_BITS
    base, check, ends = double_array(codes[chars], bounds, int(codes.max()))
    states = np.zeros(len(base), STATE)
    states["base"], states["check"], states["logp"] = base, check, math.nan
    states["logp"][ends] = _log_probabilities(words, tokenizer)
    states["logp"][0] = math.log(1) - math.log(tokenizer.total)
    marks = np.zeros(len(states) if refused else 0, np.bool_)
    if refused:
        marks[ends] = [word in refused for word in words]
    model = Model(symbols, states, marks, _guess(symbols))
    for array in model:
        array.flags.writeable = False
    return model


def _reachable(words: Iterable[str]) -> tuple[list[str], npt.NDArray[np.int32], npt.NDArray[np.int32]]:
    """The words that can lie in a block, sorted; their characters; where each begins, and the end of the last."""
    listed = sorted(filter(None, words))
    lengths = np.fromiter(map(len, listed), np.int64, len(listed))
    chars = np.frombuffer("".join(listed).encode("utf-32-le", "surrogatepass"), np.uint32)
    chars = np.minimum(chars, kernel.BEYOND).astype(np.int32)
    first = np.cumsum(lengths) - lengths
    kept = np.minimum.reduceat(_kinds()[chars], first) >= kernel.MARK if listed else np.zeros(0, np.bool_)
    bounds = np.zeros(int(kept.sum()) + 1, np.int32)
    np.cumsum(lengths[kept], out=bounds[1:])
    return list(compress(listed, kept.tolist())), chars[np.repeat(kept, lengths)], bounds


def _log_probabilities(words: Iterable[str], tokenizer: Tokenizer) -> list[float]:
    """log(frequency) - log(total), in two steps as in `Tokenizer.calc`: equal to the last bit, and so are ties."""
    log, frequency, log_total = math.log, tokenizer.FREQ.get, math.log(tokenizer.total)
    return [log(known) - log_total if (known := frequency(word)) else math.nan for word in words]


def _kinds() -> npt.NDArray[np.uint8]:
    kinds = np.full(kernel.BEYOND + 1, kernel.OTHER, np.uint8)
    kinds[kernel.HAN_FIRST : kernel.HAN_LAST + 1] = kernel.HAN
    kinds[list(string.ascii_letters.encode())] = kernel.LETTER
    kinds[list(string.digits.encode())] = kernel.DIGIT
    kinds[list(b"+#&_-")] = kernel.MARK
    kinds[list(b".%\r\n")] = kernel.DOT, kernel.PERCENT, kernel.CR, kernel.LF
    return kinds


def _symbols(chars: npt.NDArray[np.int32]) -> npt.NDArray[np.int32]:
    kinds = _kinds()
    counts = np.bincount(chars, minlength=len(kinds))
    coded = np.flatnonzero(kinds >= kernel.MARK)
    coded = coded[np.argsort(-counts[coded], kind="stable")]
    codes = np.zeros(len(kinds), np.int32)
    codes[coded] = np.arange(1, len(coded) + 1)
    return codes << kernel.KIND_BITS | kinds


def _guess(symbols: npt.NDArray[np.int32]) -> npt.NDArray[np.float64]:
    codes = symbols >> kernel.KIND_BITS
    guess = np.full((kernel.GUESS_ROWS + int(codes.max()) + 1, len(kernel.STATES)), finalseg.MIN_FLOAT)
    guess[0] = [finalseg.start_P[state] for state in kernel.STATES]
    for column, state in enumerate(kernel.STATES):
        for row, before in enumerate(kernel.STATES, 1):
            guess[row, column] = finalseg.trans_P[before].get(state, finalseg.MIN_FLOAT)
        emitted = finalseg.emit_P[state]
        chars = np.fromiter(map(ord, emitted), np.int32, len(emitted))
        logp = np.fromiter(emitted.values(), np.float64, len(emitted))
        han = (chars >= kernel.HAN_FIRST) & (chars <= kernel.HAN_LAST)
        guess[kernel.GUESS_ROWS + codes[chars[han]], column] = logp[han]
    return guess
