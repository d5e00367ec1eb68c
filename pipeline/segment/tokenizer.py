"""A tokenizer of jieba's own that knows its dictionary and a user dictionary.

jieba's module-level tokenizer is shared by a whole process, and `load_userdict` moves frequencies each time it runs. So
every tokenizer made here is fresh, reads jieba's dictionary itself (jieba would trust a file in a temp directory
whatever its age or content) and loads the user dictionary once.
"""

import io
import logging
import threading
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple

from pipeline.errors import InputError
from pipeline.segment.dictionary import Dictionary

with warnings.catch_warnings():  # jieba 0.42.1 has invalid escape sequences, a SyntaxWarning when first compiled
    warnings.simplefilter("ignore")
    import jieba
    from jieba import Tokenizer as Tokenizer  # building takes both from here, where their warnings are silenced
    from jieba import finalseg as finalseg

jieba.setLogLevel(logging.WARNING)

_SPLITTING = threading.Lock()


class Taught(NamedTuple):
    """A tokenizer, and the words of frequency 0: its hidden Markov model may not form them."""

    tokenizer: Tokenizer
    split: frozenset[str]


def teach(dictionary: Dictionary) -> Taught:
    """A fresh tokenizer that knows jieba's words and those of the user dictionary.

    Raises InputError for a line that jieba cannot take, with its number.
    """
    tokenizer = Tokenizer()
    tokenizer.FREQ, tokenizer.total = tokenizer.gen_pfdict(tokenizer.get_dict_file())
    tokenizer.initialized = True
    with _own_splits() as split:
        for number, line in enumerate(io.BytesIO(dictionary.words), 1):
            try:
                line.decode()
                tokenizer.load_userdict([line])
            except UnicodeError as error:
                raise InputError(f"{dictionary.path}, line {number}: not UTF-8; save the file as UTF-8.") from error
            except (ValueError, OverflowError) as error:
                raise InputError(f"{dictionary.path}, line {number}: jieba refuses it ({error}); mend it.") from error
        return Taught(tokenizer, frozenset(split))


@contextmanager
def _own_splits() -> Iterator[set[str]]:
    """A set that takes the place of `finalseg.Force_Split_Words`, in which one tokenizer's words change all others."""
    with _SPLITTING:
        kept, finalseg.Force_Split_Words = finalseg.Force_Split_Words, set()
        try:
            yield finalseg.Force_Split_Words
        finally:
            finalseg.Force_Split_Words = kept
