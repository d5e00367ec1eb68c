"""A table in pieces of whole records: as Arrow columns where a piece is well formed, and record by record in any case.

pyarrow reads columns ten times as fast as records can be built one by one, but it is lenient or silent where a file is
at fault. So a piece is given as columns only where both ways of reading it must agree; any other piece is read by
`pipeline.tables`, which knows the line of every fault.
"""

import csv
import io
import json
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from itertools import islice
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.csv as pa_csv
import pyarrow.json as pa_json

from pipeline import tables
from pipeline.files import File
from pipeline.schema import Refused
from pipeline.tables import CELL, Fit, Record

BLOCK = 4 << 20
"""Bytes of a piece; where no record ends within four times as many, the rest of the file is read record by record."""

_TYPES = {str: pa.string(), bool: pa.bool_(), int: pa.int64(), float: pa.float64()}
_SAMPLED = 50  # lines of a piece whose values tell the types of its columns
Records = Iterable[tuple[int, Record | Refused | None]]


class Piece(NamedTuple):
    """Some records of a file.

    columns: those that were asked for and are there, a row a record; None where the piece is not well formed.
    records: all of them with their lines, aligned with the rows; None in the place of a repeated header.
    """

    columns: pa.RecordBatch | None
    records: Callable[[], Records]


def pieces(file: File, shape: str, wanted: Iterable[str], fit: Fit = tables.exactly) -> Iterator[Piece]:
    """The pieces of a CSV, TSV, JSON-lines or Parquet file; a table of another shape is a single piece of records.

    wanted: names of columns or dotted keys. fit: how the cells of a CSV row become a record.
    Raises InputError where `pipeline.tables` does.
    """
    names = sorted(set(wanted) - {""})
    if shape in ("csv", "tsv"):
        return _csv_pieces(file, "\t" if shape == "tsv" else ",", names, fit)
    if shape == "jsonl":
        return _json_pieces(file, names)
    if shape == "parquet":
        return _parquet_pieces(file, names)
    return iter([Piece(None, partial(tables.records, file, shape))])


class _Cut(NamedTuple):
    """Where the whole records of a block end, the lines in them, and whether they are well formed."""

    end: int
    lines: int
    regular: bool


def _blocks(file: File, cut: Callable[[bytes], _Cut]) -> Iterator[tuple[bytes, _Cut]]:
    """The file as UTF-8, in blocks that end where a record does; the last one is irregular where none ends."""
    with tables.utf8(file) as stream:
        held = b""
        while more := stream.block(BLOCK):
            held += more
            found = cut(held)
            if not found.end and len(held) < 4 * BLOCK:
                continue
            yield held[: found.end], found._replace(regular=found.regular and found.end > 0)
            held = held[found.end :]
        if held:
            whole = cut(held + b"\n")
            yield held, whole._replace(regular=whole.regular and whole.end == len(held) + 1)


def _csv_pieces(file: File, delimiter: str, names: list[str], fit: Fit) -> Iterator[Piece]:
    header: list[str] = []
    line = 0
    for block, cut in _blocks(file, partial(_rows_end, delimiter=delimiter.encode())):
        if not cut.regular:
            break
        first = line
        if not header:
            first, header = _header(block, delimiter)
            if not header:
                break
            block = _without_lines(block, first)
        line += cut.lines
        columns = _csv_columns(block, delimiter, header, names)
        yield Piece(columns, partial(tables.csv_block, block, delimiter, fit(header), first))
    else:
        if header:
            return
    yield Piece(None, partial(tables.csv_records, file, delimiter, fit, header, line))


def _header(block: bytes, delimiter: str) -> tuple[int, list[str]]:
    table = csv.reader(io.StringIO(block.decode(), newline=""), delimiter=delimiter)
    header = next(filter(None, table), [])
    return table.line_num, header


def _without_lines(block: bytes, lines: int) -> bytes:
    start = 0
    for _ in range(lines):
        start = block.find(b"\n", start) + 1 or len(block)
    return block[start:]


def _csv_columns(block: bytes, delimiter: str, header: list[str], names: list[str]) -> pa.RecordBatch | None:
    if not block or len(set(header)) != len(header):
        return None
    present = [name for name in names if name in header]
    try:
        table = pa_csv.read_csv(
            pa.BufferReader(block),
            pa_csv.ReadOptions(use_threads=False, column_names=header, block_size=len(block) + 1),
            pa_csv.ParseOptions(delimiter=delimiter, newlines_in_values=True),
            pa_csv.ConvertOptions(
                include_columns=present, column_types=dict.fromkeys(present, pa.string()), check_utf8=False
            ),
        )
    except pa.ArrowInvalid:
        return None
    return _batch(table)


def _rows_end(data: bytes, delimiter: bytes) -> _Cut:
    r"""Rows are well formed where every quotation mark opens a cell, closes one, or is doubled inside one.

    Rows with NUL or a lone \r, and cells that may be too long, are not either.
    """
    characters = np.frombuffer(data, np.uint8)
    signs = np.flatnonzero(characters <= ord('"'))  # all that matters is among the few characters up to it
    kinds = characters[signs]
    quotes, ends = signs[kinds == ord('"')], signs[kinds == ord("\n")]
    outside = ends[np.searchsorted(quotes, ends) % 2 == 0]
    end = int(outside[-1]) + 1 if len(outside) else 0
    inside = signs < end
    returns = signs[inside & (kinds == ord("\r"))]
    regular = (
        np.diff(outside, prepend=-1).max(initial=0) <= CELL
        and (kinds != 0).all()
        and (characters[returns + 1] == ord("\n")).all()
        and _quoted_well(characters[:end], quotes[quotes < end], ord(delimiter))
    )
    return _Cut(end, int(np.searchsorted(ends, end)), bool(regular))


def _quoted_well(characters: np.ndarray, quotes: np.ndarray, delimiter: int) -> bool:
    opening, closing = quotes[::2], quotes[1::2]
    before = characters[opening[opening > 0] - 1]
    after = characters[closing[closing + 1 < len(characters)] + 1]
    around = [delimiter, ord("\n"), ord('"')]
    return bool(np.isin(before, around).all() and np.isin(after, [*around, ord("\r")]).all())


def _json_pieces(file: File, names: list[str]) -> Iterator[Piece]:
    line = 0
    for block, cut in _blocks(file, _objects_end):
        if not cut.end and not cut.regular:
            yield Piece(None, partial(tables.json_lines, file, line))
            return
        columns = _json_columns(block, names, cut.lines) if cut.regular else None
        yield Piece(columns, partial(tables.json_block, block, line))
        line += cut.lines


def _objects_end(data: bytes) -> _Cut:
    r"""Lines are well formed where each begins and ends as an object does, without \r, which is a line's end by itself.

    pyarrow would take two objects on one line, and \r for a blank.
    """
    end = data.rfind(b"\n") + 1
    lines = data.count(b"\n", 0, end)
    begun = data.count(b"\n{", 0, end) + data.startswith(b"{")
    ended = data.count(b"}\n", 0, end)
    return _Cut(end, lines, begun == ended == lines and data.find(b"\r", 0, end) < 0)


def _json_columns(block: bytes, names: list[str], lines: int) -> pa.RecordBatch | None:
    try:
        sample = [json.loads(text) for text in islice(io.BytesIO(block), _SAMPLED)]
        table = pa_json.read_json(
            pa.BufferReader(block),
            pa_json.ReadOptions(use_threads=False, block_size=len(block) + 1),
            pa_json.ParseOptions(explicit_schema=_schema(sample, names), unexpected_field_behavior="ignore"),
        )
    except (pa.ArrowInvalid, ValueError, RecursionError):
        return None
    return _batch(table) if table.num_rows == lines else None


def _schema(sample: list[Record], names: list[str]) -> pa.Schema:
    """The types that the first values show. A dotted key is sought as it stands and as a path into an object.

    Raises ValueError for values that are no plain ones, and for longer paths.
    """
    nested: dict[str, list[pa.Field]] = {}
    fields = []
    for name in names:
        fields.append(pa.field(name, _type(record.get(name) for record in sample)))
        parent, dot, child = name.partition(".")
        if "." in child:
            raise ValueError(name)
        if dot:
            inner = (record[parent].get(child) for record in sample if isinstance(record.get(parent), dict))
            nested.setdefault(parent, []).append(pa.field(child, _type(inner)))
    return pa.schema(fields + [pa.field(name, pa.struct(inner)) for name, inner in nested.items() if name not in names])


def _type(values: Iterable[Any]) -> pa.DataType:
    """Raises ValueError for a list or an object."""
    first = next((value for value in values if value is not None), "")
    if type(first) not in _TYPES:
        raise ValueError(first)
    return _TYPES[type(first)]


def _parquet_pieces(file: File, names: list[str]) -> Iterator[Piece]:
    row = 0
    parents = [name.partition(".")[0] for name in names]
    for batch in tables.parquet_batches(file, sorted({*names, *parents})):
        yield Piece(batch, partial(tables.parquet_rows, batch, row))
        row += batch.num_rows


def _batch(table: pa.Table) -> pa.RecordBatch | None:
    batches = table.combine_chunks().to_batches()
    return batches[0] if len(batches) == 1 else None
