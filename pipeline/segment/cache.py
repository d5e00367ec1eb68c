"""Built models on the disk, one file per dictionary, named after the digest of what it was built from.

A file begins with the digest of that name and of its own content; one that is damaged, cut off or was renamed is not
read. A model that cannot be written is built again by the next process.
"""

import hashlib
import os
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np

from pipeline.segment.model import STATE, Model

KEPT = 8
"""Files that stay, the latest ones; each has about 12 MB, and every edit of the user dictionary makes one."""

_ENDING = ".model"
_DIGEST = 32  # bytes

ARRAYS: dict[str, np.dtype[Any]] = {
    "words": STATE,
    "guess": np.dtype((np.float64, 4)),
    "symbols": np.dtype(np.int32),
    "split": np.dtype(np.bool_),
}
"""What follows the digest: the bytes of each array, then the arrays, the widest items first and so aligned."""


def path(folder: Path, name: str) -> Path:
    """Where the model of that name lies."""
    return folder / f"{name}{_ENDING}"


def load(folder: Path, name: str) -> Model | None:
    """The model of that name, or None when there is no such file or not this content in it. Takes about 30 ms."""
    try:
        content = memoryview(path(folder, name).read_bytes())
    except OSError:
        return None
    if content[:_DIGEST] != _digest(name, content[_DIGEST:]):
        return None
    sizes = np.frombuffer(content, np.int64, len(ARRAYS), _DIGEST).tolist()
    rest, arrays = content[_DIGEST + 8 * len(ARRAYS) :], {}
    for (field, dtype), size in zip(ARRAYS.items(), sizes, strict=True):
        arrays[field], rest = np.frombuffer(rest[:size], dtype), rest[size:]
    return Model(**arrays)


def save(folder: Path, name: str, model: Model) -> None:
    """Write a model, whole or not at all, and drop the oldest beyond KEPT."""
    arrays = [getattr(model, field) for field in ARRAYS]
    parts = [np.array([array.nbytes for array in arrays], np.int64).tobytes(), *(array.tobytes() for array in arrays)]
    with suppress(OSError):  # a full or read-only disk costs time, no words
        folder.mkdir(parents=True, exist_ok=True)
        _write(path(folder, name), _digest(name, *parts), *parts)
        for old in sorted(folder.glob(f"*{_ENDING}"), key=lambda file: -file.stat().st_mtime)[KEPT:]:
            old.unlink(missing_ok=True)


def _write(target: Path, *parts: bytes | memoryview) -> None:
    handle, draft = tempfile.mkstemp(dir=target.parent, suffix=".part")
    try:
        with open(handle, "wb") as file:
            for part in parts:
                file.write(part)
            file.flush()
            os.fsync(file.fileno())
        os.replace(draft, target)
    finally:
        Path(draft).unlink(missing_ok=True)


def _digest(name: str, *content: bytes | memoryview) -> bytes:
    hasher = hashlib.blake2b(name.encode(), digest_size=_DIGEST)
    for part in content:
        hasher.update(part)
    return hasher.digest()
