"""jieba's dictionary and a user dictionary: what names them."""

import hashlib
import importlib.metadata
import importlib.util
from pathlib import Path
from typing import NamedTuple

from pipeline.errors import InputError


class Dictionary(NamedTuple):
    """A user dictionary as it was read, with the digest of all that decides how text is cut by it without HMM."""

    path: Path
    words: bytes
    digest: str


def read(path: Path) -> Dictionary:
    """The user dictionary of a file, in jieba's format: `word [frequency] [tag]` a line. Raises InputError."""
    try:
        words = path.read_bytes()
    except OSError as error:
        raise InputError(f"{path}: the user dictionary cannot be read ({error.strerror}); give another.") from error
    parts = [importlib.metadata.version("jieba").encode(), b"HMM off", _of_jieba().read_bytes(), words]
    return Dictionary(path, words, hashlib.sha256(b"\0".join(parts)).hexdigest())


def _of_jieba() -> Path:
    """jieba's dictionary, found without an import: jieba takes half a second, and a model on the disk needs none."""
    found = importlib.util.find_spec("jieba")
    assert found
    assert found.origin
    return Path(found.origin).parent / "dict.txt"
