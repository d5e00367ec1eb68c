"""Columns of a table become columns of posts, for the rows whose cells need no judgement.

A row of plain cells (`pipeline.cells`) is converted in Arrow, a million a second; any other row is read cell by cell
through `pipeline.formats.post`. Both ways give the same rows.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import reduce

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from pipeline import cells, tables
from pipeline.cells import Cells
from pipeline.formats import REPOST_ALONE, Convert, Source, judged, rows
from pipeline.pieces import Piece, pieces
from pipeline.schema import POST, Chunk, chunk, chunked
from pipeline.shapes import look
from pipeline.tables import Fit


@dataclass(frozen=True)
class Filled:
    """Whether a column holds a word that does not stand for nothing."""

    column: str
    unset: frozenset[str] = frozenset()

    def of(self, table: pa.RecordBatch) -> Cells:
        """Booleans."""
        return cells.filled(_column(table, self.column), self.unset)


@dataclass(frozen=True)
class Flag:
    """Whether a column says yes."""

    column: str

    def of(self, table: pa.RecordBatch) -> Cells:
        """Booleans."""
        return cells.flags(_column(table, self.column))


@dataclass(frozen=True)
class Columns:
    """Where the fields of a post stand: a column or a dotted key each, "" for none. A row is judged by itself unless

    filled, blank: these hold a word, and these hold none; marks: none of these stands in the text; by_mid: the post_id
    tells no time, or one that agrees with the stated time.
    """

    post_id: str
    at: str
    text: str
    author: str = ""
    observed: str = ""
    quoted: str = ""
    reposts: str = ""
    comments: str = ""
    likes: str = ""
    is_repost: Filled | Flag | None = None
    deleted: Flag | None = None
    filled: tuple[Filled, ...] = ()
    blank: tuple[Filled, ...] = ()
    marks: tuple[str, ...] = ()
    by_mid: bool = False

    @property
    def names(self) -> set[str]:
        """Every column that is looked at."""
        flags = [flag for flag in (self.is_repost, self.deleted, *self.filled, *self.blank) if flag]
        taken = (self.post_id, self.at, self.text, self.author, self.observed, self.quoted)
        return {*taken, self.reposts, self.comments, self.likes, *(flag.column for flag in flags)}

    def posts(self, table: pa.RecordBatch, source: Source) -> tuple[pa.RecordBatch, pa.Array]:
        """The posts of a table (POST), and which of its rows are plain; the others mean nothing."""
        at, seen = (cells.moments(_column(table, name)) for name in (self.at, self.observed))
        ids, author = (cells.identifiers(_column(table, name)) for name in (self.post_id, self.author))
        text = cells.texts(_column(table, self.text), self.marks)
        quoted = cells.texts(_column(table, self.quoted))
        reposts, comments, likes = (
            cells.counts(_column(table, name)) for name in (self.reposts, self.comments, self.likes)
        )
        reposted, deleted = (flag.of(table) if flag else _never(table) for flag in (self.is_repost, self.deleted))
        seen_by_default = pa.scalar(source.observed.time if source.observed else None, at.times.type)
        values = {
            "post_id": pc.fill_null(ids.values, ""),
            "day": at.days,
            "created_at": at.times,
            "observed_at": pc.if_else(seen.empty, seen_by_default, seen.times),
            "author": author.values,
            "text": text.values,
            "quoted": quoted.values,
            "is_repost": pc.or_(reposted.values, cells.among(text.values, REPOST_ALONE)),
            "truncated": _never(table).values,
            "status": pc.if_else(deleted.values, "deleted", "visible"),
            "reposts": reposts.values,
            "comments": comments.values,
            "likes": likes.values,
        }
        plain = [part.plain for part in (ids, author, text, quoted, reposts, comments, likes, reposted, deleted, at)]
        plain += [pc.or_(seen.plain, seen.empty), pc.is_valid(text.values), *self._conditions(table)]
        plain.append(pc.invert(cells.folded(text.values)))
        if self.by_mid:
            plain.append(cells.agrees_with_mid(_column(table, self.post_id), at))
        trusted = pc.fill_null(reduce(pc.and_, plain), False)
        return pa.RecordBatch.from_arrays([values[name] for name in POST.names], schema=POST), trusted

    def _conditions(self, table: pa.RecordBatch) -> Iterator[pa.Array]:
        for flag in self.filled:
            yield from flag.of(table)
        for flag in self.blank:
            found = flag.of(table)
            yield from (pc.invert(found.values), found.plain)


def chunks(
    source: Source, columns: Columns, convert: Convert, shape: str = "", fit: Fit = tables.exactly
) -> Iterator[Chunk]:
    """The file as chunks of posts and rejects, in its order, as `chunked(rows(…, convert))` would give them.

    shape: the only one that the format has, if so. fit: how the cells of a CSV row become a record.
    Raises InputError where `pipeline.tables` does.
    """
    for piece in pieces(source.file, shape or look(source.file).shape, columns.names, fit):
        if piece.columns is None:
            yield from chunked(rows(piece.records(), convert), POST)
            continue
        posts, plain = columns.posts(piece.columns, source)
        if pc.all(plain).as_py():
            yield Chunk(posts, chunk([], POST).rejects)
        else:
            yield _together(posts, plain.to_numpy(zero_copy_only=False), piece, convert)


def _together(posts: pa.RecordBatch, plain: np.ndarray, piece: Piece, convert: Convert) -> Chunk:
    """The plain rows of a piece and those of its other rows that were understood, in their order."""
    others = [(at, judged(*record, convert)) for at, record in enumerate(piece.records()) if not plain[at]]
    other = chunk((row for _, row in others if row is not None), POST)
    places = np.array([at for at, row in others if isinstance(row, dict)], dtype=np.int64)
    order = np.argsort(np.concatenate([np.flatnonzero(plain), places]))
    together = pa.concat_batches([posts.filter(pa.array(plain)), other.entries])
    return Chunk(together.take(pa.array(order)), other.rejects)


def _column(table: pa.RecordBatch, name: str) -> pa.Array:
    """A column, or the values of a dotted key in nested objects; nulls where there is none."""
    if name in table.schema.names and table[name].null_count < table.num_rows:
        return table[name]
    parent, _, child = name.partition(".")
    nested = table[parent] if child and parent in table.schema.names else None
    if nested is not None and pa.types.is_struct(nested.type):
        return _column(pa.RecordBatch.from_arrays(nested.flatten(), [f.name for f in nested.type]), child)
    return pa.nulls(table.num_rows, pa.string())


def _never(table: pa.RecordBatch) -> Cells:
    return Cells(pa.repeat(False, table.num_rows), pa.repeat(True, table.num_rows))
