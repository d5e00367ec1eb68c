"""The lake: immutable Parquet, one file per (batch, day), and the only place where texts lie.

    <lake>/<kind>/dataset=<slug>/day=<YYYY-MM-DD>/<batch>.parquet

A file is written in a folder of its own, synced, and renamed inside the transaction that lists it, so that it is
whole or absent. Whether it counts is for the ledger to say: a file that it does not list does not exist, and `sweep`
removes it.
"""

import datetime as dt
import os
import shutil
import time
import uuid
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from pipeline.arrays import column
from pipeline.schema import SCHEMAS

_HELD = 200_000
"""Rows that are held in memory before they are appended to the files of their days."""

_COMPRESSION = "lz4"
"""Texts of Weibo take a quarter more room than with zstd, and are read in little more than half the time."""

_DISTINCT = ("post_id", "text", "quoted")
"""Columns whose values hardly repeat: Parquet would begin a dictionary of them and give it up after a megabyte."""

_GROUP = 65_536
"""Rows of a file that are compressed together, at most."""

_PIECE = 16_384
"""Rows of a file that are read at once, at most: a day of any length can be read in little memory."""

_GRACE = 3600
"""Seconds for which an unlisted file may still belong to an ingest that has not reached its commit."""


def path_of(root: Path, kind: str, dataset: str, day: dt.date, batch: str) -> Path:
    """Where the posts of one batch and day lie."""
    return root / kind / f"dataset={dataset}" / f"day={day}" / f"{batch}.parquet"


class Staged:
    """The files of one batch, written and synced in a folder of their own, not yet where readers look.

    days: the number of rows of each day. `publish` moves every file to its place; without it nothing is left.
    """

    def __init__(self, folder: Path, targets: Mapping[dt.date, Path], days: Mapping[dt.date, int]):
        self._folder, self._targets, self.days = folder, targets, dict(days)

    def publish(self) -> None:
        """Rename each file to its place. The same batch has the same files, so a second time changes nothing."""
        for day, target in self._targets.items():
            target.parent.mkdir(parents=True, exist_ok=True)
            (self._folder / f"{day}.parquet").replace(target)

    def sightings(self) -> Iterator[tuple[str, dt.date]]:
        """(post_id, day) of every row, read back a piece at a time."""
        for day in self.days:
            with pq.ParquetFile(self._folder / f"{day}.parquet") as file:
                for batch in file.iter_batches(columns=["post_id"]):
                    yield from ((post, day) for post in batch["post_id"].to_pylist())


@contextmanager
def staged(root: Path, kind: str, dataset: str, batch: str, entries: Iterable[pa.RecordBatch]) -> Iterator[Staged]:
    """Write the entries of one batch, a file per day. Whatever happens then, what was not published is removed."""
    folder = root / ".staging" / uuid.uuid4().hex
    try:
        folder.mkdir(parents=True)
        days = _by_day(entries, SCHEMAS[kind], folder)
        yield Staged(folder, {day: path_of(root, kind, dataset, day, batch) for day in days}, days)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def read(
    root: Path, kind: str, dataset: str, day: dt.date, batches: Iterable[str], columns: Sequence[str] = ()
) -> pa.Table:
    """All rows that the named batches hold of one day, with a column `batch`, in order of batch and file.

    columns: those that are wanted; all if none is named.
    """
    return pa.concat_tables([nothing(kind, columns), *pieces(root, kind, dataset, day, batches, columns)])


def nothing(kind: str, columns: Sequence[str] = ()) -> pa.Table:
    """No rows, with the columns of `read`."""
    return pa.Table.from_batches([], _schema(kind, columns).append(pa.field("batch", column.CODED)))


def pieces(
    root: Path, kind: str, dataset: str, day: dt.date, batches: Iterable[str], columns: Sequence[str] = ()
) -> Iterator[pa.Table]:
    """The rows of `read`, some at a time."""
    schema = _schema(kind, columns)
    for batch in sorted(batches):
        with pq.ParquetFile(path_of(root, kind, dataset, day, batch), memory_map=True) as file:
            for rows in file.iter_batches(_PIECE, columns=schema.names, use_threads=False):
                table = pa.Table.from_batches([rows]).cast(schema)
                yield table.append_column("batch", column.coded(batch, table.num_rows))


def _schema(kind: str, columns: Sequence[str]) -> pa.Schema:
    whole = SCHEMAS[kind]
    return pa.schema([whole.field(name) for name in columns]) if columns else whole


def remove(paths: Iterable[Path]) -> None:
    """Delete files and the folders that this leaves empty."""
    for path in paths:
        path.unlink(missing_ok=True)
        for folder in path.parents[:3]:
            try:
                folder.rmdir()
            except OSError:
                break


def sweep(root: Path, listed: Collection[Path]) -> list[Path]:
    """Remove files that the ledger does not list and that are older than an hour; what was removed."""
    before = time.time() - _GRACE
    strays = [p for p in root.rglob("*") if p.is_file() and p not in listed and p.stat().st_mtime < before]
    remove(strays)
    return strays


def _by_day(entries: Iterable[pa.RecordBatch], schema: pa.Schema, folder: Path) -> dict[dt.date, int]:
    """Write a Parquet file per day into the folder; the rows of each day, sorted by day.

    Rows are held until there are many, then appended to a file per day, so that a file of any length fits.
    """
    held: dict[dt.date, list[pa.RecordBatch]] = defaultdict(list)
    rows = 0
    for batch in entries:
        for day in pc.unique(batch["day"]).to_pylist():
            held[day].append(batch.filter(pc.equal(batch["day"], pa.scalar(day, pa.date32()))))
        rows += batch.num_rows
        if rows >= _HELD:
            _spill(held, schema, folder)
            held, rows = defaultdict(list), 0
    _spill(held, schema, folder)
    days = sorted(dt.date.fromisoformat(path.stem) for path in folder.glob("*.arrows"))
    return {day: _write_synced(folder / f"{day}.arrows", schema, folder / f"{day}.parquet") for day in days}


def _spill(held: Mapping[dt.date, list[pa.RecordBatch]], schema: pa.Schema, folder: Path) -> None:
    for day, batches in held.items():
        with (folder / f"{day}.arrows").open("ab") as file, pa.ipc.new_stream(file, schema) as stream:
            for batch in batches:
                stream.write_batch(batch)


def _write_synced(spilled: Path, schema: pa.Schema, target: Path) -> int:
    with target.open("wb") as file:
        repeating = [name for name in schema.names if name not in _DISTINCT]
        writer = pq.ParquetWriter(file, schema, compression=_COMPRESSION, use_dictionary=repeating)
        with writer, spilled.open("rb") as source:
            while source.peek(1):
                writer.write_table(pa.ipc.open_stream(source).read_all(), _GROUP)
        file.flush()
        os.fsync(file.fileno())
    spilled.unlink()
    return int(pq.read_metadata(target).num_rows)
