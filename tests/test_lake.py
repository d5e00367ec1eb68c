"""A file of the lake is whole or absent."""

import datetime as dt
import os
import time
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline import lake
from pipeline.schema import BOARD_ENTRY

DAYS = [dt.date(2021, 8, day) for day in (7, 8, 9)]


def entries(*titles: tuple[str, dt.date]) -> pa.RecordBatch:
    return pa.RecordBatch.from_pylist([{"title": t, "day": d, "is_ad": False} for t, d in titles], BOARD_ENTRY)


def write(root: Path, *parts: pa.RecordBatch, batch: str = "b1") -> dict[dt.date, int]:
    with lake.staged(root, "board", "demo", batch, parts) as staged:
        staged.publish()
    return staged.days


def titles(root: Path, day: dt.date, *batches: str) -> list[str]:
    return lake.read(root, "board", "demo", day, batches)["title"].to_pylist()


def files(root: Path) -> dict[str, bytes]:
    return {str(p.relative_to(root)): p.read_bytes() for p in sorted(root.rglob("*")) if p.is_file()}


def age(path: Path, seconds: float) -> None:
    then = time.time() - seconds
    os.utime(path, (then, then))


def test_each_day_of_a_batch_is_one_file(tmp_path: Path):
    rows = write(tmp_path, entries(("a", DAYS[1]), ("b", DAYS[0])), entries(("c", DAYS[1])))
    assert rows == {DAYS[0]: 1, DAYS[1]: 2}
    assert list(files(tmp_path)) == [
        "board/dataset=demo/day=2021-08-07/b1.parquet",
        "board/dataset=demo/day=2021-08-08/b1.parquet",
    ]


def test_the_same_batch_twice_is_the_same_bytes(tmp_path: Path):
    parts = [entries(("阿里女员工", DAYS[0]), ("破冰", DAYS[1])), entries(("b", DAYS[0]))]
    write(tmp_path, *parts)
    before = files(tmp_path)
    write(tmp_path, *parts)
    assert files(tmp_path) == before


@given(st.lists(st.lists(st.tuples(st.text("阿里ab", max_size=3), st.sampled_from(DAYS)), max_size=6), max_size=4))
def test_reading_gives_what_was_written_in_the_order_of_the_file(
    tmp_path_factory: pytest.TempPathFactory, parts: list[list[tuple[str, dt.date]]]
):
    root = tmp_path_factory.mktemp("lake")
    rows = write(root, *(entries(*part) for part in parts))
    everything = [row for part in parts for row in part]
    assert sum(rows.values()) == len(everything)
    for day in rows:
        assert titles(root, day, "b1") == [title for title, its_day in everything if its_day == day]


def test_rows_come_by_batch_with_the_batch_in_a_column(tmp_path: Path):
    write(tmp_path, entries(("c", DAYS[0]), ("a", DAYS[0])), batch="b2")
    write(tmp_path, entries(("b", DAYS[0])), batch="b1")
    table = lake.read(tmp_path, "board", "demo", DAYS[0], ["b2", "b1"])
    assert table.select(["title", "batch"]).to_pylist() == [
        {"title": "b", "batch": "b1"},
        {"title": "c", "batch": "b2"},
        {"title": "a", "batch": "b2"},
    ]


def test_no_batch_is_an_empty_table_of_the_same_columns(tmp_path: Path):
    write(tmp_path, entries(("a", DAYS[0])))
    nothing = lake.read(tmp_path, "board", "demo", DAYS[0], [])
    assert nothing.num_rows == 0
    assert nothing.schema.equals(lake.read(tmp_path, "board", "demo", DAYS[0], ["b1"]).schema)


def test_a_reader_that_fails_midway_leaves_nothing(tmp_path: Path):
    def broken() -> Iterator[pa.RecordBatch]:
        yield entries(("a", DAYS[0]))
        raise RuntimeError("the disk was pulled out")

    with pytest.raises(RuntimeError, match="pulled out"):
        list(staged_days(tmp_path, broken()))
    assert files(tmp_path) == {}


def staged_days(root: Path, parts: Iterator[pa.RecordBatch]) -> Iterator[dt.date]:
    with lake.staged(root, "board", "demo", "b1", parts) as staged:
        yield from staged.days


def test_what_is_staged_and_not_published_is_nowhere(tmp_path: Path):
    with lake.staged(tmp_path, "board", "demo", "b1", [entries(("a", DAYS[0]))]) as staged:
        assert staged.days == {DAYS[0]: 1}
        assert not lake.path_of(tmp_path, "board", "demo", DAYS[0], "b1").exists()
    assert files(tmp_path) == {}


def test_a_second_writer_of_a_batch_that_fails_leaves_the_files_of_the_first(tmp_path: Path):
    write(tmp_path, entries(*(("a", day) for day in DAYS)))
    before = files(tmp_path)
    with (
        pytest.raises(RuntimeError, match="refused"),
        lake.staged(tmp_path, "board", "demo", "b1", [entries(("a", DAYS[0]))]),
    ):
        raise RuntimeError("refused")
    assert files(tmp_path) == before


def test_removing_the_last_file_removes_its_folders(tmp_path: Path):
    write(tmp_path, entries(("a", DAYS[0]), ("a", DAYS[1])))
    day = lake.path_of(tmp_path, "board", "demo", DAYS[0], "b1")
    lake.remove([day])
    assert not day.parent.exists()
    assert titles(tmp_path, DAYS[1], "b1") == ["a"]


def test_a_sweep_takes_only_unlisted_files_older_than_an_hour(tmp_path: Path):
    write(tmp_path, entries(*(("a", day) for day in DAYS)))
    listed, old, young = (lake.path_of(tmp_path, "board", "demo", day, "b1") for day in DAYS)
    draft = old.with_suffix(".4711.tmp")
    draft.touch()
    for path, seconds in [(listed, 9999), (old, 3700), (draft, 3700), (young, 3500)]:
        age(path, seconds)
    assert sorted(lake.sweep(tmp_path, {listed})) == sorted([old, draft])
    assert {path for path in tmp_path.rglob("*") if path.is_file()} == {listed, young}
    assert not old.parent.exists()


def test_a_sweep_of_a_lake_that_does_not_exist_takes_nothing(tmp_path: Path):
    assert lake.sweep(tmp_path / "lake", set()) == []


def test_a_file_too_long_for_memory_gives_the_same_rows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    parts = [entries((f"a{n}", DAYS[n % 3]), (f"b{n}", DAYS[(n + 1) % 3])) for n in range(7)]
    write(tmp_path / "whole", *parts)
    monkeypatch.setattr(lake, "_HELD", 3)
    write(tmp_path / "spilled", *parts)

    for day in DAYS:
        assert titles(tmp_path / "spilled", day, "b1") == titles(tmp_path / "whole", day, "b1")
    assert {Path(name).suffix for name in files(tmp_path)} == {".parquet"}
