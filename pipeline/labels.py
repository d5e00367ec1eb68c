"""Label files: what people say of texts, a row per text, topic and coder, in a form that a spreadsheet can open.

A cell that a spreadsheet would take for a formula is written with an apostrophe before it, and read without.
"""

import csv
import datetime as dt
import io
import math
import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from pipeline import tables
from pipeline.errors import InputError, unknown
from pipeline.fields import moment
from pipeline.files import File
from pipeline.schema import Refused

COLUMNS = ("topic", "text", "label", "stratum", "weight", "day", "kind", "item")
"""The columns of a sheet to be labelled; a coder's name may stand in a further one, `coder`."""

_REQUIRED = ("topic", "text", "label")
_LABELS = ("relevant", "not", "unsure")
_KINDS = {"": None, "post": False, "title": True}
_FORMULA = re.compile("'*[=+\\-@\t\r\n＝＋－＠]")


class Label(NamedTuple):
    """One row: the text, what a coder says of it, and what the sample says of its place.

    label: "relevant", "not", "unsure", or "" for a row that nobody has labelled yet. weight: the number of texts that
    the row stands for. day: in Asia/Shanghai. title: whether it is a line of a trending list. None = not stated.
    """

    line: int
    topic: str
    text: str
    label: str
    coder: str = ""
    weight: float | None = None
    stratum: str = ""
    day: dt.date | None = None
    title: bool | None = None
    item: str = ""


def read(file: File, topics: Collection[str]) -> list[Label]:
    """The rows of a CSV or TSV file, in order.

    Raises InputError with file and line for a cell that cannot be used: an unknown topic or label, no text, a weight
    that is no number above 0 or missing in some rows only, a day that is none; and for a file without labels.
    """
    rows = [_label(file, line, cells, topics) for line, cells in _records(file)]
    weighed = [row for row in rows if row.weight is not None]
    for row in rows if weighed else ():
        if row.weight is None:
            raise InputError(f"{file}:{row.line}: the weight is empty, but other rows have one; fill the column.")
    if not any(row.label for row in rows):
        raise InputError(
            f"{file}: no row is labelled; write relevant, not or unsure into the column `label` of each row."
        )
    return rows


def sheet(rows: Iterable[Mapping[str, Any]]) -> str:
    """Rows with the COLUMNS as the text of a CSV file, with a byte-order mark, without which Excel misreads Chinese."""
    written = io.StringIO()
    table = csv.writer(written, lineterminator="\r\n")
    table.writerow(COLUMNS)
    for row in rows:
        table.writerow([defuse(str(row[name])) for name in COLUMNS])
    return "\ufeff" + written.getvalue()


def defuse(cell: str) -> str:
    """The cell with an apostrophe where a spreadsheet would run it as a formula.

    The marks are those that OWASP lists under "CSV injection", full-width ones included.

    >>> defuse("=1+1"), defuse("性骚扰")
    ("'=1+1", '性骚扰')
    """
    return f"'{cell}" if _FORMULA.match(cell) else cell


def undefuse(cell: str) -> str:
    """The cell as it was before `defuse`."""
    return cell[1:] if cell.startswith("'") and _FORMULA.match(cell) else cell


def _records(file: File) -> Iterator[tuple[int, dict[str, str]]]:
    delimiter, header = _header(file)
    try:
        rows = _rows(file, delimiter)
        _check_width(file, header, rows)
    except InputError:
        if delimiter != "\t":
            raise
        rows = _unquoted(file)  # a TSV whose quotation marks are part of the texts
        _check_width(file, header, rows)
    for line, cells in rows:
        if any(cell.strip() for cell in cells):
            yield line, dict(zip(header, cells, strict=True))


def _header(file: File) -> tuple[str, list[str]]:
    with tables.lines(file) as content:
        first = next(content, "").lstrip("\ufeff")
    for delimiter in ("\t", ",", ";"):  # ; is what Excel writes where the comma is a decimal point
        names = [name.strip().lower() for name in next(csv.reader([first], delimiter=delimiter), [])]
        if all(names.count(name) == 1 for name in _REQUIRED):
            return delimiter, names
    if not first:
        raise InputError(f"{file}: the file is empty; a label file has the columns topic, text and label.")
    raise InputError(f"{file}:1: a label file needs the columns topic, text and label, each once, named in line 1.")


def _rows(file: File, delimiter: str) -> list[tuple[int, list[str]]]:
    with tables.lines(file) as content:
        table = csv.reader((line.replace("\0", "") for line in content), strict=True, delimiter=delimiter)
        try:
            return [(table.line_num, cells) for cells in table if cells][1:]
        except csv.Error as error:
            raise InputError(
                f"{file}:{table.line_num}: not readable as CSV ({error}); mend the quotation marks of that line."
            ) from error


def _unquoted(file: File) -> list[tuple[int, list[str]]]:
    with tables.lines(file) as content:
        rows = [(number, line.rstrip("\r\n").split("\t")) for number, line in enumerate(content, start=1)]
    return [(number, cells) for number, cells in rows[1:] if cells != [""]]


def _check_width(file: File, header: list[str], rows: Iterable[tuple[int, list[str]]]) -> None:
    for line, cells in rows:
        if len(cells) != len(header):
            raise InputError(
                f"{file}:{line}: has {len(cells)} cells where the header has {len(header)}; "
                "put quotation marks around texts that hold the separator."
            )


def _label(file: File, line: int, cells: Mapping[str, str], topics: Collection[str]) -> Label:
    try:
        return Label(
            line,
            _topic(cells["topic"].strip(), topics),
            _text(cells["text"]),
            _one_of(cells["label"], ("", *_LABELS), "label", "relevant, not or unsure"),
            cells.get("coder", "").strip(),
            _weight(cells.get("weight", "").strip()),
            cells.get("stratum", "").strip(),
            _day(cells.get("day", "").strip()),
            _KINDS[_one_of(cells.get("kind", ""), _KINDS, "kind", "title or post")],
            undefuse(cells.get("item", "").strip()),
        )
    except InputError as error:
        raise InputError(f"{file}:{line}: {error}") from None


def _topic(name: str, topics: Collection[str]) -> str:
    if name not in topics:
        raise unknown("topic", name, topics)
    return name


def _text(cell: str) -> str:
    text = undefuse(cell)
    if not text.strip():
        raise InputError("the text is empty; remove the row.")
    return text


def _one_of(cell: str, allowed: Iterable[str], what: str, named: str) -> str:
    value = cell.strip().lower()
    if value not in allowed:
        raise InputError(f"the {what} {cell.strip()!r} is unknown; write {named}.")
    return value


def _weight(cell: str) -> float | None:
    if not cell:
        return None
    try:
        weight = float(cell)
    except ValueError:
        weight = math.nan
    if not 0 < weight < math.inf:
        raise InputError(f"the weight {cell!r} is no number above 0; write how many texts the row stands for.")
    return weight


def _day(cell: str) -> dt.date | None:
    if not cell:
        return None
    try:
        return moment(cell).day
    except Refused:
        raise InputError(f"the day {cell!r} is no date; write it as 2021-08-09.") from None
