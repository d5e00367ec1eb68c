"""What is in a file, record by record, with the line on which each ends: CSV, JSON lines, JSON and Parquet.

Everything that is text is brought to UTF-8 here, whatever the file was written in.
"""

import csv
import io
import json
from collections.abc import Iterator
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from pipeline import encodings
from pipeline.errors import InputError
from pipeline.files import File
from pipeline.schema import Refused

CELL = 1 << 20
"""Characters in one cell: what is longer is a fault of the file, such as a lost quote."""

DOCUMENT = 256 << 20
"""Bytes of a JSON document or a page, which must be held in memory whole."""

Record = dict[str, Any]


def text(file: File) -> tuple[io.TextIOWrapper, encodings.Utf8]:
    """The file as lines of text, and the stream that counts what had to be repaired."""
    with file.open() as head:
        encoding = encodings.detect(head.read(encodings.SAMPLE))
    stream = encodings.Utf8(file.open(), encoding)
    return io.TextIOWrapper(io.BufferedReader(stream), encoding="utf-8", newline=""), stream


def csv_rows(file: File, delimiter: str = ",") -> Iterator[tuple[int, list[str]]]:
    """(line, cells) of every row that is not blank, the header first.

    Raises InputError with the line when the file is empty or cannot be read as CSV.
    """
    csv.field_size_limit(CELL)
    lines, stream = text(file)
    with lines:
        table = csv.reader((line.replace("\0", "") for line in _bounded(lines, file)), strict=True, delimiter=delimiter)
        rows = 0
        try:
            for cells in table:
                if cells:
                    rows += 1
                    yield table.line_num, cells
        except csv.Error as error:
            raise InputError(f"{file}:{table.line_num}: not readable as CSV ({error}); mend that line.") from error
        _require_readable(file, stream)
    if not rows:
        raise InputError(f"{file}: the file is empty; it has not even a header.")


def csv_records(file: File, delimiter: str = ",") -> Iterator[tuple[int, Record | Refused]]:
    """(line, record) of every row below the header; Refused("columns") for a row of another length.

    A header that stands again in the middle, as appending leaves it, is passed over.
    """
    table = csv_rows(file, delimiter)
    _, header = next(table)
    for line, cells in table:
        if [cells[0].lstrip("\ufeff"), *cells[1:]] != header:
            fits = len(cells) == len(header)
            yield line, dict(zip(header, cells, strict=True)) if fits else Refused("columns", "\x1f".join(cells))


def json_lines(file: File) -> Iterator[tuple[int, Record | Refused]]:
    """(line, object) of every line that is not blank; Refused("bad_json") or ("not_an_object") for others."""
    lines, stream = text(file)
    with lines:
        for number, line in enumerate(_bounded(lines, file), start=1):
            if line.strip():
                yield number, _object(line)
        _require_readable(file, stream)


def document(file: File) -> Any:
    """The value of a JSON document. Raises InputError with the line when it is not valid."""
    content = whole_text(file)
    try:
        return json.loads(content)
    except json.JSONDecodeError as error:
        raise InputError(
            f"{file}:{error.lineno}: not valid JSON ({error.msg.lower()}); fetch the file again."
        ) from error
    except RecursionError:
        raise InputError(f"{file}: JSON nested too deeply for a list of posts; fetch the file again.") from None
    except ValueError:
        raise InputError(f"{file}: holds a number of thousands of digits; fetch the file again.") from None


def whole_text(file: File) -> str:
    """The whole file as text, for pages and documents. Raises InputError when it is too large to hold."""
    lines, stream = text(file)
    with lines:
        content = lines.read(DOCUMENT + 1)
        _require_readable(file, stream)
    if len(content) > DOCUMENT:
        raise InputError(
            f"{file}: over {DOCUMENT >> 20} million characters in one document; split it or use JSON lines."
        )
    return content


def parquet_records(file: File, columns: list[str] | None = None) -> Iterator[tuple[int, Record]]:
    """(row number, record) of a Parquet file. Raises InputError when it is damaged."""
    try:
        with file.open() as plain, pq.ParquetFile(_seekable(plain)) as table:
            records = (record for batch in table.iter_batches(columns=columns) for record in batch.to_pylist())
            yield from enumerate(records, start=1)
    except (pa.ArrowException, OSError) as error:
        raise InputError(f"{file}: not readable as Parquet ({error}).") from error


def parquet_columns(file: File) -> list[str]:
    """The names of a Parquet file's columns. Raises InputError when it is damaged."""
    try:
        with file.open() as plain:
            return list(pq.read_schema(_seekable(plain)).names)
    except (pa.ArrowException, OSError) as error:
        raise InputError(f"{file}: not readable as Parquet ({error}).") from error


def _seekable(plain: Any) -> Any:
    return plain if plain.seekable() else io.BytesIO(plain.read())


def _bounded(lines: io.TextIOWrapper, file: File) -> Iterator[str]:
    number = 0
    while line := lines.readline(4 * CELL + 1):
        number += 1
        if len(line) > 4 * CELL:
            raise InputError(f"{file}:{number}: a line of over {4 * CELL:,} characters; that is no row of posts.")
        yield line


def _object(line: str) -> Record | Refused:
    try:
        record = json.loads(line.lstrip("\ufeff"))
    except (ValueError, RecursionError):
        return Refused("bad_json", line)
    return record if isinstance(record, dict) else Refused("not_an_object", line)


def _require_readable(file: File, stream: encodings.Utf8) -> None:
    file.notes["repaired"] = stream.repaired
    if stream.repaired > max(5, stream.characters * encodings.MOST_REPAIRED):
        raise InputError(
            f"{file}: {stream.repaired} places are not valid in its encoding, {stream.encoding}; convert it to UTF-8."
        )


def listed(file: File) -> Iterator[tuple[int, Record | Refused]]:
    """(place, object) of every item of a JSON list. Raises InputError when the document is no list."""
    content = document(file)
    if not isinstance(content, list):
        raise InputError(f"{file}: expected a JSON list, but found a {type(content).__name__}.")
    for place, item in enumerate(content, start=1):
        yield place, item if isinstance(item, dict) else Refused("not_an_object")


def unquoted(
    file: File, wide: str, delimiter: str = ",", header: list[str] | None = None
) -> Iterator[tuple[int, Record | Refused]]:
    """(line, record) of a table that quotes nothing: the column `wide` may hold the delimiter and quotation marks.

    The other columns are counted off from both ends of the line. A cell that is quoted as a whole loses its quotes.
    Without `header` the first line is one; where it stands again it is passed over. Refused("columns") for a line
    with too few cells. Raises InputError when the header lacks `wide`.
    """
    names = header
    lines, stream = text(file)
    with lines:
        for number, line in enumerate(_bounded(lines, file), start=1):
            cells = line.rstrip("\r\n").replace("\0", "").replace("\ufeff", "").split(delimiter)
            if cells == [""]:
                continue
            if names is None:
                names = [_unquoted_cell(cell) for cell in cells]
                if wide not in names:
                    raise InputError(f"{file}:{number}: its header lacks {wide}; this is another format.")
            elif [_unquoted_cell(cell) for cell in cells] != names:
                yield number, _widened(cells, names, wide, delimiter)
        _require_readable(file, stream)


def _widened(cells: list[str], names: list[str], wide: str, delimiter: str) -> Record | Refused:
    surplus = len(cells) - len(names)
    if surplus < 0:
        return Refused("columns", delimiter.join(cells))
    place = names.index(wide)
    middle = delimiter.join(cells[place : place + surplus + 1])
    whole = [*cells[:place], middle, *cells[place + surplus + 1 :]]
    return dict(zip(names, map(_unquoted_cell, whole), strict=True))


def _unquoted_cell(cell: str) -> str:
    whole = len(cell) > 1 and cell[0] == cell[-1] == '"' and '"' not in cell[1:-1].replace('""', "")
    return cell[1:-1].replace('""', '"') if whole else cell


SHAPES = ("csv", "tsv", "jsonl", "list")
"""The shapes of `pipeline.shapes` of which `records` reads every record as text or JSON."""


def records(file: File, shape: str) -> Iterator[tuple[int, Record | Refused]]:
    """(line, record) of a table of one of the SHAPES. Raises InputError for another shape."""
    if shape not in SHAPES:
        raise InputError(f"{file}: expected a table (CSV, TSV, JSON list or JSON lines), but its shape is {shape}.")
    if shape in ("csv", "tsv"):
        return csv_records(file, "\t" if shape == "tsv" else ",")
    return json_lines(file) if shape == "jsonl" else listed(file)
