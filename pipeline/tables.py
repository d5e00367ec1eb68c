"""What is in a file, record by record, with the line on which each ends: CSV, JSON lines, JSON and Parquet.

Everything that is text is brought to UTF-8 here, whatever the file was written in.
"""

import csv
import io
import json
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from itertools import islice
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from pipeline import encodings
from pipeline.errors import InputError
from pipeline.files import File
from pipeline.schema import Refused

CELL = 1 << 20
"""Characters in one cell: what is longer is a fault of the file, such as a lost quote."""

csv.field_size_limit(CELL)

DOCUMENT = 256 << 20
"""Bytes of a JSON document or a page, which must be held in memory whole."""

Record = dict[str, Any]
Fit = Callable[[list[str]], Callable[[list[str]], Record | Refused | None]]
"""Takes a header, and then the cells of a row; None for a row to pass over, such as a header that stands again."""


@contextmanager
def utf8(file: File) -> Iterator[encodings.Utf8]:
    """The file as UTF-8 without a byte-order mark. Raises InputError at the end when too much had to be repaired."""
    with file.open() as head:
        encoding = encodings.detect(head.read(encodings.SAMPLE))
    with encodings.Utf8(file.open(watched=True), encoding) as stream:
        yield stream
        _require_readable(file, stream)


@contextmanager
def decoded(file: File) -> Iterator[io.TextIOWrapper]:
    """The file as text, its line ends as they are. Raises InputError as `utf8` does."""
    with utf8(file) as stream:
        yield io.TextIOWrapper(io.BufferedReader(stream, encodings.SAMPLE), encoding="utf-8", newline="")


@contextmanager
def lines(file: File, skip: int = 0) -> Iterator[Iterator[str]]:
    """The lines of the file as text, each with its end, after `skip` of them. Raises InputError for an endless one."""
    with decoded(file) as content:
        yield islice(_bounded(content, file), skip, None)


def csv_rows(file: File, delimiter: str = ",", skip: int = 0) -> Iterator[tuple[int, list[str] | Refused]]:
    """(line, cells) of every row that is not blank, the header first, after `skip` lines.

    Where the quotation marks of a row are out of order, Refused("quotes") stands for its first line, and the next line
    begins a row again; Refused("long_cell") for a cell that is too long. Raises InputError when the file is empty, and
    for a line without end.
    """
    empty = True
    with lines(file, skip) as content:
        for line, cells in _rows((line.replace("\0", "") for line in content), delimiter):
            empty = False
            yield skip + line, cells
    if empty and not skip:
        raise InputError(f"{file}: the file is empty; it has not even a header.")


class _Lines:
    """Lines that can be given back: those that a row took are kept until the next row."""

    def __init__(self, lines: Iterator[str]):
        self._lines, self._back = lines, deque[str]()
        self.taken: list[str] = []
        self.number = 0

    def __iter__(self) -> "_Lines":
        return self

    def __next__(self) -> str:
        self.taken.append(self._back.popleft() if self._back else next(self._lines))
        self.number += 1
        return self.taken[-1]

    def give_back(self) -> None:
        """All but the first of the taken lines."""
        self._back.extendleft(reversed(self.taken[1:]))
        self.number -= len(self.taken) - 1


def _rows(content: Iterator[str], delimiter: str) -> Iterator[tuple[int, list[str] | Refused]]:
    csv.field_size_limit(CELL)  # again: the limit is the process's, and another library may have moved it
    source = _Lines(content)
    table = csv.reader(source, strict=True, delimiter=delimiter)
    while True:
        source.taken.clear()
        try:
            if cells := next(table):
                yield source.number, cells
        except StopIteration:
            return
        except csv.Error:
            source.give_back()
            reason = "long_cell" if len(source.taken[0]) > CELL else "quotes"
            yield source.number, Refused(reason, source.taken[0])
            table = csv.reader(source, strict=True, delimiter=delimiter)


def csv_records(
    file: File, delimiter: str = ",", fit: Fit | None = None, header: list[str] | None = None, skip: int = 0
) -> Iterator[tuple[int, Record | Refused]]:
    """(line, record) of every row below the header; Refused("columns") for a row of another length.

    A header that stands again in the middle, as appending leaves it, is passed over. `header` and `skip`, the lines
    that were read before: go on in the middle. Raises InputError for a header that cannot be read.
    """
    table = csv_rows(file, delimiter, skip)
    names = header or next(table)[1]
    if isinstance(names, Refused):
        raise InputError(f"{file}:1: the quotation marks of its header are out of order; mend that line.")
    fitted = (fit or exactly)(names)
    for line, cells in table:
        record = cells if isinstance(cells, Refused) else fitted(cells)
        if record is not None:
            yield line, record


def csv_block(
    block: bytes, delimiter: str, fitted: Callable[[list[str]], Record | Refused | None], skip: int
) -> Iterator[tuple[int, Record | Refused | None]]:
    """(line, record) of every row of a well-formed piece of a file that begins after `skip` lines."""
    table = csv.reader(io.StringIO(block.decode(), newline=""), strict=True, delimiter=delimiter)
    for cells in filter(None, table):
        yield skip + table.line_num, fitted(cells)


def exactly(header: list[str]) -> Callable[[list[str]], Record | Refused | None]:
    """Rows must be as long as the header."""

    def fitted(cells: list[str]) -> Record | Refused | None:
        if [cells[0].lstrip("\ufeff"), *cells[1:]] == header:
            return None
        fits = len(cells) == len(header)
        return dict(zip(header, cells, strict=True)) if fits else Refused("columns", "\x1f".join(cells))

    return fitted


def json_lines(file: File, skip: int = 0) -> Iterator[tuple[int, Record | Refused]]:
    """(line, object) of every line that is not blank, after `skip` lines.

    Refused("bad_json") or ("not_an_object") for a line that is no object.
    """
    with lines(file, skip) as content:
        yield from _objects(content, skip)


def json_block(block: bytes, skip: int) -> Iterator[tuple[int, Record | Refused]]:
    """(line, object) of a piece of such a file that begins after `skip` lines."""
    return _objects(io.StringIO(block.decode(), newline=""), skip)


def _objects(content: Iterable[str], skip: int) -> Iterator[tuple[int, Record | Refused]]:
    return ((number, _object(line)) for number, line in enumerate(content, start=skip + 1) if line.strip())


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
    with decoded(file) as text:
        content = text.read(DOCUMENT + 1)
    if len(content) > DOCUMENT:
        raise InputError(
            f"{file}: over {DOCUMENT >> 20} million characters in one document; split it or use JSON lines."
        )
    return content


def parquet_batches(file: File, columns: list[str]) -> Iterator[pa.RecordBatch]:
    """The rows of a Parquet file with those of the columns that it has. Raises InputError when it is damaged."""
    try:
        with file.open(watched=True) as plain, pq.ParquetFile(_seekable(plain)) as table:
            present = [name for name in columns if name in table.schema_arrow.names]
            yield from table.iter_batches(columns=present, use_threads=False)
    except (pa.ArrowException, OSError) as error:
        raise InputError(f"{file}: not readable as Parquet ({error}).") from error


def parquet_rows(batch: pa.RecordBatch, skip: int) -> Iterator[tuple[int, Record]]:
    """(row number, record) of a batch that begins after `skip` rows."""
    return enumerate(batch.to_pylist(), start=skip + 1)


def parquet_columns(file: File) -> list[str]:
    """The names of a Parquet file's columns. Raises InputError when it is damaged."""
    try:
        with file.open() as plain:
            return list(pq.read_schema(_seekable(plain)).names)
    except (pa.ArrowException, OSError) as error:
        raise InputError(f"{file}: not readable as Parquet ({error}).") from error


def _seekable(plain: Any) -> Any:
    return plain if plain.seekable() else io.BytesIO(plain.read())


def _bounded(content: io.TextIOWrapper, file: File) -> Iterator[str]:
    number = 0
    while line := content.readline(4 * CELL + 1):
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
    with lines(file) as content:
        for number, line in enumerate(content, start=1):
            cells = line.rstrip("\r\n").replace("\0", "").replace("\ufeff", "").split(delimiter)
            if cells == [""]:
                continue
            if names is None:
                names = [_unquoted_cell(cell) for cell in cells]
                if wide not in names:
                    raise InputError(f"{file}:{number}: its header lacks {wide}; this is another format.")
            elif [_unquoted_cell(cell) for cell in cells] != names:
                yield number, _widened(cells, names, wide, delimiter)


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


SHAPES = ("csv", "tsv", "jsonl", "list", "objects")
"""The shapes of `pipeline.shapes` of which `records` reads every record as text or JSON."""


def records(file: File, shape: str) -> Iterator[tuple[int, Record | Refused]]:
    """(line, record) of a table of one of the SHAPES. Raises InputError for another shape."""
    if shape not in SHAPES:
        raise InputError(f"{file}: expected a table (CSV, TSV, JSON list or JSON lines), but its shape is {shape}.")
    if shape in ("csv", "tsv"):
        return csv_records(file, "\t" if shape == "tsv" else ",")
    return {"jsonl": json_lines, "list": listed, "objects": adjacent}[shape](file)


def adjacent(file: File) -> Iterator[tuple[int, Record | Refused]]:
    """(place, object) of JSON objects that stand one after another, over lines or with commas between them.

    What is left after the last whole object is Refused("bad_json").
    """
    content, place, at = whole_text(file), 0, 0
    while (at := _between(content, at)) < len(content):
        place += 1
        try:
            value, at = json.JSONDecoder().raw_decode(content, at)
        except (ValueError, RecursionError):
            yield place, Refused("bad_json", content[at:])
            return
        yield place, value if isinstance(value, dict) else Refused("not_an_object", str(value))


def _between(content: str, at: int) -> int:
    while at < len(content) and content[at] in ", \t\r\n\ufeff":
        at += 1
    return at
