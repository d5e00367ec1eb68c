"""Guanchao's side of `benchmarks.bench`: a project in a folder, and a stopwatch on its stages."""

import datetime as dt
import json
import shutil
import tempfile
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial, wraps
from inspect import isgenerator
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pa_csv

from pipeline import aggregate, forms, jobs, lake, lexicon
from pipeline.arrays import column
from pipeline.engines import engine
from pipeline.jobs import days, method, tabulate
from pipeline.jobs.count import Work
from pipeline.jobs.home import database
from pipeline.schema import POST
from pipeline.settings import Settings
from pipeline.store import counts
from pipeline.store.connection import writing

_ENTRY = """slug = "bench"
title = "Posts of the benchmark"
platform = "weibo"
kind = "posts"
reader = "mapped"
source = "benchmarks"
licence = "none stated"
basis = "a measurement"
citation = "none"
sampling = "unknown"
max_reject_share = 1.0

[mapping]
created_at = "day"
text = "text"
"""
_PER_TOPIC = 10
_HELD = 16_384
_BLOCK = 1 << 22  # Arrow reads many blocks ahead
_NEWLINES = pa_csv.ParseOptions(newlines_in_values=True)
Stages = dict[str, float]


class Project:
    """A data home, and a CSV. terms: those of the lexicon, which asks boundaries of all; today's lexicon if none."""

    def __init__(self, path: Path, home: Path, terms: list[str]):
        self._path, self._home = path, home
        self.settings = _settings(home)
        self.method = jobs.Method(self.settings.cache, _lexicon(home / "terms", terms) if terms else lexicon.FOLDER)
        self._runs = 0

    def ingest(self) -> Stages:
        """Read the CSV into the lake, of which there is one for each call."""
        self._runs += 1
        home = self._home if self._runs == 1 else self._home.with_name(f"home{self._runs}")
        settings = _settings(home)
        before = time.process_time()
        jobs.ingest(settings, str(self._path), "bench")
        if self._runs > 1:
            shutil.rmtree(home)
        return {"ingest": time.process_time() - before}

    def all_tables(self, cores: int, stored: bool) -> Stages:
        """Every table of every day, into the database. stored: from the lake, and not from the CSV."""
        with _watched() as seconds, database(self.settings) as store, tempfile.TemporaryDirectory() as folder:
            work = Work(self.settings, self.method)
            tasks: list[Any] = (
                days.ingested(self.settings, "bench") if stored else self._spilled(Path(folder), cores, seconds)
            )
            each = work.tables if stored else self._tables
            for made in engine(cores=cores)(each, tasks):
                total = made["day_total"][0] | {"method_id": "bench", "inputs": ""}
                with writing(store) as connection:
                    counts.replace_day(connection, "bench", total["day"], made | {"day_total": [total]})
        return dict(seconds)

    def topics(self, stored: bool) -> Stages:
        """The posts of each day and topic. stored: from the lake, and not from the CSV."""
        with _watched() as seconds:
            for day, units in self._lake() if stored else self._standing(seconds):
                tabulate.spoken(self.method, units, day).posts()
        return dict(seconds)

    def _lake(self) -> Iterator[tuple[dt.date, aggregate.Units]]:
        for day in days.ingested(self.settings, "bench"):
            yield day.day, day.standing(self.settings, self.method.screen)

    def _standing(self, seconds: Stages) -> Iterator[tuple[dt.date, aggregate.Units]]:
        """The posts of the CSV in which a term may stand, by day, some at a time: days need not be whole."""
        held: list[pa.RecordBatch] = []
        for block in _blocks(self._path, seconds):
            found = self.method.screen.found(block["text"], valid=True)  # the reader has checked it
            held.append(block.filter(column.of(found)))
            if sum(part.num_rows for part in held) >= _HELD:
                yield from self._days(held)
                held = []
        yield from self._days(held)

    def _days(self, parts: list[pa.RecordBatch]) -> Iterator[tuple[dt.date, aggregate.Units]]:
        for day, rows in _by_day(pa.concat_batches(parts)) if parts else ():
            yield day, aggregate.Posts(_plain(rows.num_rows), partial(iter, [_said(rows)]))

    def _spilled(self, folder: Path, cores: int, seconds: Stages) -> list[tuple[Path, int]]:
        """The posts of the CSV in a file per day, and how many each has: however long the CSV is, it fits in memory."""
        number: Counter[Path] = Counter()
        blocks = _blocks(self._path, seconds)
        for days_of_block in engine(cores=cores)(_by_day, _ahead(blocks) if cores > 1 else blocks):
            for day, rows in days_of_block:
                path = folder / f"{day}"
                number[path] += rows.num_rows
                with path.open("ab") as file, pa.ipc.new_stream(file, rows.schema) as stream:
                    stream.write(rows)
        return sorted(number.items())

    def _tables(self, spilled: tuple[Path, int]) -> aggregate.Tables:
        path, number = spilled
        units = aggregate.Posts(_plain(number), lambda: map(_said, _streams(path)))
        return tabulate.tables(self.method, "bench", dt.date.fromisoformat(path.name), units)


def _streams(path: Path) -> Iterator[pa.Table]:
    with path.open("rb") as file:
        while file.peek(1):
            yield pa.ipc.open_stream(file).read_all()


def _ahead(items: Iterator[Any]) -> Iterator[Any]:
    """The items, of which the next one is made meanwhile."""
    with ThreadPoolExecutor(1) as pool:
        coming = pool.submit(next, items, None)
        while (item := coming.result()) is not None:
            coming = pool.submit(next, items, None)
            yield item


def _blocks(path: Path, seconds: Stages) -> Iterator[pa.RecordBatch]:
    """The CSV a block at a time."""
    reader = pa_csv.open_csv(path, pa_csv.ReadOptions(block_size=_BLOCK), _NEWLINES)
    while True:
        before = time.thread_time()
        try:
            block = reader.read_next_batch()
        except StopIteration:
            return
        seconds["read"] = seconds.get("read", 0.0) + time.thread_time() - before
        yield block


def _by_day(rows: pa.RecordBatch) -> list[tuple[dt.date, pa.RecordBatch]]:
    rows = rows.take(pc.sort_indices(rows["day"]))
    runs = pc.run_end_encode(rows["day"])
    ends = runs.run_ends.to_pylist()
    spans = zip([0, *ends], ends, runs.values.to_pylist(), strict=False)
    return [(day, rows.slice(first, end - first)) for first, end, day in spans]


def _plain(number: int) -> pa.Table:
    """So many posts of which nothing but the words is known."""
    unknown = {name: pa.nulls(number, POST.field(name).type) for name in aggregate.TOLD}
    known = {"is_repost": column.of(np.zeros(number, np.bool_)), "status": column.repeated("visible", number)}
    return pa.table(unknown | known)


def _said(rows: pa.RecordBatch | pa.Table) -> pa.Table:
    return pa.table({"text": rows["text"], "quoted": pa.nulls(rows.num_rows, pa.string())})


def _settings(home: Path) -> Settings:
    made = Settings(home, f"sqlite:///{home / 'guanchao.db'}", home / "landing")
    if not made.registry.exists():
        jobs.initialise(made)
        (made.registry / "bench.toml").write_text(_ENTRY, encoding="utf-8")
    return made


def _lexicon(folder: Path, terms: list[str]) -> Path:
    """A folder with a lexicon of the terms, ten to a topic."""
    shutil.rmtree(folder, ignore_errors=True)
    (folder / "topics").mkdir(parents=True)
    for name in ("stopwords.txt", "userdict.txt"):
        shutil.copy(lexicon.FOLDER / name, folder)
    (folder / "sets.toml").write_text('version = "bench"\n[sets]\n', encoding="utf-8")
    for first in range(0, len(terms), _PER_TOPIC):
        name, some = f"t{first:04}", json.dumps(terms[first : first + _PER_TOPIC], ensure_ascii=False)
        text = f'id = "{name}"\nlabel_en = "{name}"\nlabel_zh = "{name}"\ncore = []\n'
        rule = f"[[context]]\nterms = {some}\nboundary = true\n"
        (folder / "topics" / f"{name}.toml").write_text(text + rule, encoding="utf-8")
    return folder


_STAGES: list[tuple[Any, str, str]] = [
    (lake, "pieces", "read"), (forms, "parts", "normalise"), (forms, "normalised", "normalise"),
    (forms, "without_addresses", "normalise"), (method.Method, "tokens", "segment"), (forms.Screen, "found", "match"),
    (method.Method, "mentions", "match"), (aggregate, "winners", "count"), (aggregate, "speaking", "count"),
    (aggregate.Posts, "crowd", "count"),
    (aggregate, "tables", "count"), (counts, "replace_day", "write"),
]  # fmt: skip


@contextmanager
def _watched() -> Iterator[Stages]:
    """CPU seconds of each stage while this lasts, a stage within another not counted to it."""
    seconds: Stages = defaultdict(float)
    inner, lock = threading.local(), threading.Lock()

    def timed(stage: str, work: Callable[[], Any]) -> Any:
        outer, inner.seconds = getattr(inner, "seconds", 0.0), 0.0
        before = time.thread_time()
        try:
            return work()
        finally:
            spent = time.thread_time() - before
            with lock:
                seconds[stage] += spent - inner.seconds
            inner.seconds = outer + spent

    def watched(function: Callable[..., Any], stage: str) -> Callable[..., Any]:
        @wraps(function)
        def call(*given: Any, **named: Any) -> Any:
            made = timed(stage, partial(function, *given, **named))
            return iter(partial(timed, stage, partial(next, made, None)), None) if isgenerator(made) else made

        return call

    kept = [(owner, name, getattr(owner, name)) for owner, name, _ in _STAGES]
    for owner, name, stage in _STAGES:
        setattr(owner, name, watched(getattr(owner, name), stage))
    before = time.process_time()
    try:
        yield seconds
    finally:
        for owner, name, function in kept:
            setattr(owner, name, function)
        seconds["rest"] = max(time.process_time() - before - sum(seconds.values()), 0.0)
