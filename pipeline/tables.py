"""Rows of CSV files with the line on which each ends."""

import csv
from collections.abc import Iterator
from pathlib import Path

from pipeline.errors import InputError

_CELL_LIMIT = 1 << 20
"""Characters in one cell; an unbalanced quote would otherwise swallow the rest of a file."""


def csv_rows(path: Path) -> Iterator[tuple[int, list[str]]]:
    """(line, cells) of every row that is not blank, the header first; UTF-8 with or without a byte-order mark.

    Raises InputError with the line when the file is empty, is not UTF-8 or is not CSV.
    """
    csv.field_size_limit(_CELL_LIMIT)
    with path.open(encoding="utf-8-sig", newline="") as file:
        table = csv.reader(file, strict=True)
        try:
            yield from ((table.line_num, cells) for cells in table if cells)
        except csv.Error as error:
            raise InputError(f"{path}:{table.line_num}: not readable as CSV ({error}); mend that line.") from error
        except UnicodeDecodeError as error:
            raise InputError(f"{path}: not UTF-8 after line {table.line_num}; convert the file to UTF-8.") from error
    if table.line_num == 0:
        raise InputError(f"{path}: the file is empty; it has not even a header.")
