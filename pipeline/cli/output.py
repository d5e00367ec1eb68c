"""What the commands print: sentences, tables and JSON; progress and faults go to standard error."""

import json
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.progress import (
    BarColumn,
    DownloadColumn,
    Progress,
    TextColumn,
    TimeRemainingColumn,
    TransferSpeedColumn,
    track,
)
from rich.table import Table

_STREAMS = ((False, sys.stdout), (True, sys.stderr))
out, err = (Console(stderr=stderr, width=None if stream.isatty() else 120) for stderr, stream in _STREAMS)


def say(message: str, console: Console = out) -> None:
    """One line, as it is."""
    console.print(message, soft_wrap=True, highlight=False, markup=False)


def complain(messages: Iterable[str], closing: str = "") -> None:
    """Sentences on standard error, and exit code 1."""
    for message in [*messages, *([closing] if closing else [])]:
        say(message, err)
    sys.exit(1)


def progress(items: Any, what: str, total: int | None = None) -> Any:
    """The items, with a bar that shows how far they are where a person looks."""
    return track(items, what, total=total, console=err, transient=True, disable=not err.is_terminal)


@contextmanager
def reading(what: str, size: int) -> Iterator[Callable[[int], None]]:
    """A bar over so many bytes, with the rate and the time that remains; is told how many were read."""
    columns = (TextColumn(what), BarColumn(), DownloadColumn(), TransferSpeedColumn(), TimeRemainingColumn())
    with Progress(*columns, console=err, transient=True, disable=not err.is_terminal) as bar:
        task = bar.add_task(what, total=size)
        yield lambda number: bar.update(task, completed=min(size, bar.tasks[task].completed + number))


def print_json(value: Any) -> None:
    """A value for machines."""
    sys.stdout.write(json.dumps(value, ensure_ascii=False, default=str, indent=1) + "\n")


def print_rows(rows: Sequence[dict[str, Any]], columns: Iterable[str]) -> None:
    """A table of these columns."""
    table = Table(*columns)
    for row in rows:
        table.add_row(*(escape(_cell(row[column])) for column in columns))
    out.print(table)


def some(number: int, noun: str) -> str:
    """A number with its noun: 1 day, 2 days."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def _cell(value: Any) -> str:
    if value is None or value != value:
        return "–"
    return f"{value:.4f}" if isinstance(value, float) else str(value)
