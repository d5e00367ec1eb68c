"""Readers of published formats: one module each, from a file to rows or rejects.

A reader is a function `rows(path, dataset)` that yields rows of `schema.POST` or `schema.BOARD_ENTRY` as dicts and a
`Reject` for each line it cannot use, in the order of the file; and a tuple `SUFFIXES` of the file names it takes.
"""

from collections.abc import Callable, Iterator
from pathlib import Path

from pipeline.datasets import Dataset
from pipeline.errors import InputError, unknown
from pipeline.schema import SCHEMAS, Chunk, Reject, Row, chunked
from pipeline.sources import hot_search_json, mapped, weibo_search_csv

Reader = Callable[[Path, Dataset], Iterator[Row | Reject]]

_MODULES = {module.__name__.rpartition(".")[2]: module for module in (hot_search_json, mapped, weibo_search_csv)}


def read(path: Path, dataset: Dataset) -> Iterator[Chunk]:
    """The file as Arrow chunks of posts or board entries, each with the rejects among its rows.

    Raises InputError when the file cannot be read at all; an empty file gives no chunk.
    """
    module = _module(dataset)
    if path.suffix.lower() not in module.SUFFIXES:
        raise InputError(f"{path}: the reader {dataset.reader!r} takes {', '.join(module.SUFFIXES)} files.")
    if not path.is_file():
        raise InputError(f"{path}: no such file.")
    return chunked(module.rows(path, dataset), SCHEMAS[dataset.kind])


def files(path: Path, dataset: Dataset) -> list[Path]:
    """The file itself, or the files below a folder that the dataset's reader takes, sorted by name.

    Raises InputError when there is no such path or nothing in it to read.
    """
    if path.is_file():
        return [path]
    if not path.exists():
        raise InputError(f"{path}: no such file or folder.")
    found = listing(path, dataset)
    if not found:
        raise InputError(f"{path}: this folder holds no {' or '.join(_module(dataset).SUFFIXES)} file.")
    return found


def listing(folder: Path, dataset: Dataset) -> list[Path]:
    """The files below a folder that the dataset's reader takes, sorted; none when there is no such folder."""
    suffixes = _module(dataset).SUFFIXES
    return sorted(p for p in folder.rglob("*") if p.is_file() and p.suffix.lower() in suffixes and p.name[0] != ".")


def _module(dataset: Dataset):  # type: ignore[no-untyped-def]
    if dataset.reader not in _MODULES:
        raise unknown("reader", dataset.reader, _MODULES)
    return _MODULES[dataset.reader]
