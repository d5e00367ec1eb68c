"""Any CSV, TSV, JSON-lines, JSON or Parquet file whose columns are mapped in the dataset's TOML.

    [mapping]
    post_id = "id"            # our field = the file's column
    author = "user.id"        # a dot reaches into a nested JSON object

Posts need `text` and `created_at`; boards need `title` and `observed_at`. Without `post_id` an id is made of what the
post says, when and by whom, so that copies coincide.
"""

from collections.abc import Iterator
from difflib import get_close_matches
from typing import Any

from pipeline import columns
from pipeline.columns import Columns, Flag
from pipeline.errors import InputError
from pipeline.formats import Convert, Format, Source, entry, post, rows
from pipeline.pieces import pieces
from pipeline.schema import Chunk, Reject, Row
from pipeline.shapes import look
from pipeline.tables import SHAPES

_TRUE = {"1", "true", "yes", "y", "是"}


def read(source: Source) -> Iterator[Row | Reject]:
    """Posts or board entries of one file, or rejects with their line (the row's number in Parquet).

    Raises InputError when a mapped column is not in the file, or the file cannot be read as a table.
    """
    shape = _checked(source)
    for piece in pieces(source.file, shape, source.dataset.mapping.values()):
        yield from rows(piece.records(), _convert(source))


def read_columns(source: Source) -> Iterator[Chunk]:
    """The same posts, a column at a time."""
    _checked(source)
    names = source.dataset.mapping
    placed = Columns(
        post_id=names.get("post_id", ""),
        at=names["created_at"],
        text=names["text"],
        author=names.get("author", ""),
        observed=names.get("observed_at", ""),
        quoted=names.get("quoted", ""),
        reposts=names.get("reposts", ""),
        comments=names.get("comments", ""),
        likes=names.get("likes", ""),
        is_repost=Flag(names["is_repost"]) if "is_repost" in names else None,
        deleted=Flag(names["deleted"]) if "deleted" in names else None,
    )
    return columns.chunks(source, placed, _convert(source))


def _convert(source: Source) -> Convert:
    understood = _entry if source.dataset.kind == "board" else _post
    mapping = source.dataset.mapping
    return lambda record: understood(source, {field: _at(record, key) for field, key in mapping.items()})


def _checked(source: Source) -> str:
    """The shape of a file in which every mapped column is."""
    seen = look(source.file)
    if seen.shape in ("csv", "tsv", "parquet"):
        _check(source, seen.names)
    return seen.shape


def _check(source: Source, columns: frozenset[str]) -> None:
    for field, key in source.dataset.mapping.items():
        if key not in columns and key.split(".")[0] not in columns:
            near = get_close_matches(key, columns, n=3)  # not all: without a header the first row holds a post
            hint = f" (nearest: {', '.join(near)})" if near else ""
            raise InputError(
                f"{source.file}:1: the mapping takes {field} from a column {key!r}, but none of its {len(columns)} "
                f"columns has that name{hint}; mend [mapping] in {source.dataset.origin}."
            )


def _at(record: dict[str, Any], key: str) -> Any:
    """The value of a column, or of a dotted key in nested objects; None where there is none."""
    if key in record:
        return record[key]
    value: Any = record
    for part in key.split("."):
        value = value.get(part) if isinstance(value, dict) else None
    return value


def _post(source: Source, cells: dict[str, Any]) -> Row:
    return post(
        source,
        post_id=cells.get("post_id"),
        at=cells["created_at"],
        words=cells["text"],
        author=cells.get("author"),
        observed=cells.get("observed_at"),
        quoted=cells.get("quoted"),
        is_repost=_flag(cells.get("is_repost")),
        status="deleted" if _flag(cells.get("deleted")) else "visible",
        reposts=cells.get("reposts"),
        comments=cells.get("comments"),
        likes=cells.get("likes"),
    )


def _entry(source: Source, cells: dict[str, Any]) -> Row:
    return entry(
        source,
        title=cells["title"],
        at=cells["observed_at"] or "",
        rank=cells.get("rank"),
        hotness=cells.get("hotness"),
        is_ad=_flag(cells.get("is_ad")),
    )


def _flag(value: Any) -> bool:
    return str(value).strip().lower() in _TRUE if value is not None else False


FORMATS = tuple(
    Format(
        name="mapped",
        about="any table whose columns the dataset's entry maps",
        kind=kind,
        shapes=frozenset({*SHAPES, "parquet"}),
        rows=read,
        chunks=read_columns if kind == "posts" else None,
        names=frozenset({"only by its entry"}),
    )
    for kind in ("posts", "board")
)
