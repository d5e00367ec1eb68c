"""Arrays that take long to make, kept on the disk: one file for each set of them.

A file begins with the digest of its name and its content; one that is damaged, cut off or was renamed is not read.
Arrays that cannot be written are made again by the next process.
"""

import hashlib
import os
import tempfile
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

Arrays = dict[str, npt.NDArray[Any]]
Dtypes = Mapping[str, np.dtype[Any]]
"""Of each array of a file. Those with the widest items come first, so that all lie aligned."""

_DIGEST = 32  # bytes


def once(path: Path, dtypes: Dtypes, make: Callable[[], Arrays], most: int) -> Arrays:
    """The arrays of a file, or what `make` makes and is put there. Of files with its ending the latest `most` stay."""
    arrays = load(path, dtypes)
    if arrays is None:
        arrays = make()
        save(path, dtypes, arrays, most)
    return arrays


def load(path: Path, dtypes: Dtypes) -> Arrays | None:
    """The arrays of a file, which nobody can write, or None when there is no such file or not this content in it."""
    try:
        content = memoryview(path.read_bytes())
    except OSError:
        return None
    if content[:_DIGEST] != _digest(path.name, content[_DIGEST:]):
        return None
    sizes = np.frombuffer(content, np.int64, len(dtypes), _DIGEST).tolist()
    rest, arrays = content[_DIGEST + 8 * len(dtypes) :], {}
    for (name, dtype), size in zip(dtypes.items(), sizes, strict=True):
        arrays[name], rest = np.frombuffer(rest[:size], dtype), rest[size:]
    return arrays


def save(path: Path, dtypes: Dtypes, arrays: Arrays, most: int) -> None:
    """Write the arrays, whole or not at all, and drop the oldest files of that ending beyond `most`."""
    given = [arrays[name] for name in dtypes]
    parts = [np.array([array.nbytes for array in given], np.int64).tobytes(), *(array.tobytes() for array in given)]
    with suppress(OSError):  # a full or read-only disk costs time, no words
        path.parent.mkdir(parents=True, exist_ok=True)
        _write(path, _digest(path.name, *parts), *parts)
        for old in sorted(path.parent.glob(f"*{path.suffix}"), key=lambda file: -file.stat().st_mtime)[most:]:
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
