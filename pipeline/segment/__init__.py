"""jieba's segmentation, exactly, at the speed of machine code.

dictionary   what names jieba's words and a user dictionary
tokenizer    a tokenizer that knows both and that nothing else touches
model        what that tokenizer knows, as arrays, kept on the disk; `building` makes it
kernel       jieba's algorithm over the bytes of an Arrow column, compiled
"""

import hashlib
import threading
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from pipeline.arrays import column, kept
from pipeline.arrays.column import Characters
from pipeline.segment import dictionary
from pipeline.segment.model import DTYPES, Model

FORMAT = 1
"""Counted up when `Model` changes, so that files of an older one are not read."""

KEPT = 8
"""Files that stay, the latest ones; each has about 12 MB, and every edit of the user dictionary makes one."""

_PREPARING = threading.Lock()


class Segmenter:
    """Cuts text into words as a fresh `jieba.Tokenizer` with a user dictionary does, token for token.

    userdict: a file in jieba's format. cache: the folder in which what is built from it is kept.
    hmm: whether unknown words are guessed by jieba's hidden Markov model. It stays off unless asked for, as jieba's
    maintainers advise for production (fxsjy/jieba issue 340): a topic count must not depend on words guessed from their
    neighbours.
    digest: names everything that decides the words; equal digests, equal words.

    May be shared by threads, which run side by side, and pickled. The first text takes the time of loading (below
    50 ms) or building the model (below 3 s), and of loading Numba (about 1 s).
    """

    def __init__(self, userdict: Path, cache: Path, hmm: bool = False):
        self._dictionary = dictionary.read(userdict)
        self._cache = cache / "segment"
        self._hmm = hmm
        self._model: Model | None = None
        plain = self._dictionary.digest
        self.digest = _digest(f"{plain} HMM on") if hmm else plain

    # Numba takes a second to load, so what needs it is imported where it is used.

    def cut(self, text: str) -> list[str]:
        """The words of a text, in order; joined they give the text back. A lone surrogate is a word, as for jieba."""
        if len(text) < 2:
            return list(text)
        from pipeline.segment.kernel import cut_text

        chars = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)
        ends = cut_text(chars, self._hmm, *self.model).tolist()
        return [text[begin:end] for begin, end in zip([0, *ends], ends, strict=False)]

    def tokens(self, texts: pa.Array, valid: bool = False) -> pa.ListArray:
        """The words of every text as list<string> of the same length, null where the text is null.

        valid: the texts are known to be UTF-8.
        They share the bytes of `texts`, which are copied only where a text is null. Words are counted by
        `tokens(texts).flatten().value_counts()`. Raises InputError for texts that are not UTF-8 (a lone surrogate is
        not) or over 2 GiB, TypeError for what is no array of strings.
        """
        from pipeline.segment.kernel import cut_column

        given = column.texts(texts, valid)
        ends = np.empty(int(given.bounds[-1]) - int(given.bounds[0]) + 1, np.int32)
        first = np.empty(len(given.bounds), np.int32)
        number = cut_column(given.data, given.bounds, self._hmm, *self.model, ends, first)
        ends.resize(number + 1, refcheck=False)  # in place: the pages behind were never touched
        return column.listed(given, ends, first)

    def straddled(self, given: Characters, spans: npt.NDArray[np.int32]) -> npt.NDArray[np.bool_]:
        """Of spans of characters, whether a word of their text lies partly inside and partly outside.

        spans: int32[n, 3], the number of the text, start and end.
        """
        from pipeline.segment.kernel import straddled

        found = np.zeros(len(spans), np.bool_)
        straddled(given.chars, given.bounds, np.ascontiguousarray(spans), self._hmm, *self.model, found)
        return found

    @property
    def model(self) -> Model:
        """The arrays that the kernel cuts by; from the cache, or built and put there. Raises InputError."""
        if self._model is None:
            with _PREPARING:
                self._model = self._model or self._prepared()
        return self._model

    def _prepared(self) -> Model:
        name = _digest(f"model {FORMAT} {self._dictionary.digest}")
        return Model(**kept.once(self._cache / f"{name}.model", DTYPES, self._built, KEPT))

    def _built(self) -> kept.Arrays:
        from pipeline.segment.building import build
        from pipeline.segment.tokenizer import teach

        return build(*teach(self._dictionary))._asdict()


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
