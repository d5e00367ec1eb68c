"""Readers of published formats, and which of them a file needs.

One module per family of formats; each has a tuple `FORMATS`. A format is recognised by its content, never by the name
or the ending of a file: by its shape, and by the names that must stand in its header or its first object.
"""

import importlib
import pkgutil
import re
from collections.abc import Iterator
from functools import cache

from pipeline.errors import InputError, Unobserved, unknown
from pipeline.formats import Format, Source
from pipeline.schema import SCHEMAS, Chunk, chunked
from pipeline.shapes import Look, look

_POINTER = "version https://git-lfs.github.com/spec"


@cache
def formats() -> tuple[Format, ...]:
    """Every format that some module of this package reads, sorted by name."""
    modules = (importlib.import_module(f"{__name__}.{info.name}") for info in pkgutil.iter_modules(__path__))
    return tuple(sorted((f for module in modules for f in module.FORMATS), key=lambda f: (f.name, f.kind)))


def read(source: Source, format_: Format | None = None) -> Iterator[Chunk]:
    """The file as Arrow chunks of posts or board entries, each with the rejects among its rows.

    format_: as `chosen` gave it; without one it is chosen here.

    Raises InputError when the file cannot be read at all; an empty file gives no chunk.
    """
    known = format_ or chosen(source)
    return known.chunks(source) if known.chunks else chunked(known.rows(source), SCHEMAS[source.dataset.kind])


def _require_fetched(source: Source, seen: Look) -> None:
    if source.file.notes.get("absent"):
        raise Unobserved(source.file, "the file is listed but absent")
    if seen.head.startswith(_POINTER):
        raise Unobserved(source.file, "a pointer stands in the place of the file, which was not fetched")


def chosen(source: Source) -> Format:
    """The format that the dataset's entry names, else the one that the file's content shows.

    Raises InputError when there is none, with the three nearest guesses, or when it is of another kind; Unobserved for
    a file that was never fetched.
    """
    seen = look(source.file)
    _require_fetched(source, seen)
    recognised = recognise(seen)
    if recognised and recognised[0].absence:
        return recognised[0]
    if (name := source.dataset.reader) is not None:
        named = [f for f in formats() if f.name == name]
        if not named:
            raise unknown("reader", name, {f.name for f in formats()})
        return next((f for f in named if f.kind == source.dataset.kind), named[0])
    fitting = [f for f in recognised if f.kind == source.dataset.kind]
    if fitting:
        return fitting[0]
    raise _unrecognised(source, seen, recognised)


def recognise(seen: Look) -> list[Format]:
    """The formats that fit what a file shows, the one that asks for most names first."""
    return sorted((f for f in formats() if _fits(f, seen)), key=lambda f: -len(f.names))


def nearest(seen: Look, most: int = 3) -> list[tuple[Format, list[str]]]:
    """The formats that come nearest, each with the names that it misses."""
    near = [(f, sorted(f.names - seen.names)) for f in formats() if f.name != "mapped"]
    return sorted(near, key=lambda pair: (-_likeness(pair[0], seen), pair[0].name))[:most]


def _fits(format_: Format, seen: Look) -> bool:
    if seen.shape not in format_.shapes or not (format_.names or format_.words):
        return False
    return format_.names <= seen.names and bool(re.search(format_.words, seen.head))


def _likeness(format_: Format, seen: Look) -> float:
    together = len(format_.names | seen.names)
    return len(format_.names & seen.names) / together + (seen.shape in format_.shapes) / 10 if together else 0.0


def _unrecognised(source: Source, seen: Look, recognised: list[Format]) -> InputError:
    if recognised:
        return InputError(
            f"{source.file}: looks like {recognised[0].about}, which holds {recognised[0].kind}; "
            f"but {source.dataset.slug} is a dataset of {source.dataset.kind}."
        )
    guesses = "; ".join(f"{f.name} (lacks {', '.join(missing[:4]) or 'its mark'})" for f, missing in nearest(seen))
    return InputError(
        f"{source.file}: no known format looks like this ({seen.shape}); nearest are {guesses}; "
        "for other columns register a dataset with the reader 'mapped'."
    )
