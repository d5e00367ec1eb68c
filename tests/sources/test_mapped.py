"""Any table whose columns are mapped in the dataset's TOML."""

import csv
import datetime as dt
import io
import json
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline import datasets, sources
from pipeline.datasets import Dataset
from pipeline.errors import InputError
from pipeline.files import locate
from pipeline.formats import Source
from pipeline.schema import SHANGHAI, Chunk

MIDNIGHT = dt.datetime(2021, 8, 8, tzinfo=SHANGHAI)
FLAT = {
    "post_id": "id",
    "created_at": "time",
    "observed_at": "seen",
    "author": "user",
    "text": "content",
    "quoted": "original",
    "is_repost": "repost",
    "deleted": "gone",
    "reposts": "r",
    "comments": "c",
    "likes": "l",
}
RECORD = {
    "id": "K1",
    "time": "2021-08-07T16:00:00Z",
    "seen": "2021-08-09",
    "user": "9900030886",
    "content": "拒绝陪酒",
    "original": "破冰",
    "repost": "是",
    "gone": "0",
    "r": "1.2万",
    "c": "2",
    "l": "",
}
UNDERSTOOD = {
    "post_id": "K1",
    "day": MIDNIGHT.date(),
    "created_at": MIDNIGHT,
    "observed_at": None,
    "author": "9900030886",
    "text": "拒绝陪酒",
    "quoted": "破冰",
    "is_repost": True,
    "truncated": False,
    "status": "visible",
    "reposts": 12_000,
    "comments": 2,
    "likes": None,
}


def dataset(kind: str = "posts", **mapping: str) -> Dataset:
    sample = datasets.find("sample-posts")
    return sample.model_copy(update={"kind": kind, "mapping": mapping, "origin": Path("mine.toml")})


SMALL = dataset(text="content", created_at="time")


def read(path: Path, content: str | bytes | pa.Table, of: Dataset) -> list[Chunk]:
    if isinstance(content, pa.Table):
        pq.write_table(content, path)
    else:
        path.write_bytes(content.encode() if isinstance(content, str) else content)
    return list(sources.read(Source(locate(str(path)), of)))


def rows(chunks: list[Chunk]) -> list[dict[str, Any]]:
    return [row for chunk in chunks for row in chunk.entries.to_pylist()]


def refused(chunks: list[Chunk]) -> list[tuple[int, str]]:
    return [(row["line"], row["reason"]) for chunk in chunks for row in chunk.rejects.to_pylist()]


def size(chunks: list[Chunk]) -> int:
    return sum(chunk.entries.num_rows + chunk.rejects.num_rows for chunk in chunks)


def table(header: list[str], *cells: list[str]) -> str:
    text = io.StringIO()
    csv.writer(text).writerows([header, *cells])
    return text.getvalue()


def lines(*records: Any) -> str:
    return "".join(json.dumps(record, ensure_ascii=False) + "\n" for record in records)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.csv", "\ufeff" + table([*RECORD], [*RECORD.values()])),
        ("a.CSV", table([*RECORD][::-1], [*RECORD.values()][::-1])),
        ("a.jsonl", lines(RECORD | {"repost": True, "c": 2, "l": None})),
        ("a.ndjson", "\ufeff\n" + lines(RECORD | {"time": 1628352000000})),
        ("a.parquet", pa.Table.from_pylist([RECORD])),
        ("b.parquet", pa.Table.from_pylist([RECORD | {"time": MIDNIGHT, "repost": True, "gone": None, "c": 2.0}])),
    ],
    ids=["csv", "order", "jsonl", "ndjson", "parquet", "types"],
)
def test_the_same_post_is_understood_in_every_format(tmp_path: Path, name: str, content: str | pa.Table):
    chunks = read(tmp_path / name, content, dataset(**FLAT))
    assert [row | {"observed_at": None} for row in rows(chunks)] == [UNDERSTOOD]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.txt", table([*RECORD], [*RECORD.values()])),
        ("a", "\t".join(RECORD) + "\n" + "\t".join(RECORD.values()) + "\n"),
        ("a.csv", lines(RECORD)),
        ("a.dat", json.dumps([RECORD], indent=1)),
        ("a.csv", pa.Table.from_pylist([RECORD])),
        ("a.jsonl", table([*RECORD], [*RECORD.values()]).encode("gb18030")),
    ],
    ids=["csv", "tsv", "jsonl", "list", "parquet", "gb18030"],
)
def test_a_table_is_known_by_its_content_whatever_it_is_called(tmp_path: Path, name: str, content: Any):
    chunks = read(tmp_path / name, content, dataset(**FLAT))
    assert [row | {"observed_at": None} for row in rows(chunks)] == [UNDERSTOOD]


def test_a_wrong_mapping_names_the_nearest_columns_but_not_the_others(tmp_path: Path):
    with pytest.raises(InputError, match=r"none of its 3 columns has that name \(nearest: contents\); mend") as caught:
        read(tmp_path / "a.csv", "contents,time,一条没有表头的微博\n破冰,2021-08-08,x\n", SMALL)
    assert "微博" not in str(caught.value)


def test_a_mapped_deletion_becomes_the_status(tmp_path: Path):
    chunks = read(tmp_path / "a.jsonl", lines(RECORD | {"gone": True}, RECORD), dataset(**FLAT))
    assert [row["status"] for row in rows(chunks)] == ["deleted", "visible"]


@pytest.mark.parametrize(
    ("unit", "zone", "wall"),
    [("s", "UTC", "2021-08-07T16:00"), ("ms", "Asia/Shanghai", "2021-08-07T16:00"), ("ns", None, "2021-08-08T00:00")],
)
def test_parquet_timestamps_are_moments_and_naive_ones_are_china_time(tmp_path: Path, unit: str, zone: str, wall: str):
    times = pa.array([np.datetime64(wall, unit), None], pa.timestamp(unit)).cast(pa.timestamp(unit, zone))
    chunks = read(tmp_path / "a.parquet", pa.table({"content": ["破冰", "破冰"], "time": times}), SMALL)
    assert [row["created_at"] for row in rows(chunks)] == [MIDNIGHT]
    assert refused(chunks) == [(2, "no_time")]


def test_dots_reach_into_nested_objects_and_a_missing_branch_is_empty(tmp_path: Path):
    nested = dataset(text="post.body", created_at="time", author="post.user.id")
    records = [
        {"time": "2021-08-08", "post": {"body": "破冰", "user": {"id": 7}}},
        {"time": "2021-08-08", "post": {"body": "团建", "user": "someone"}},
        {"time": "2021-08-08", "post": None},
        {"time": "2021-08-08", "post.body": "劝酒", "post.user.id": "8"},
    ]
    chunks = read(tmp_path / "a.jsonl", lines(*records), nested)
    assert [(row["text"], row["author"]) for row in rows(chunks)] == [("破冰", "7"), ("团建", None), ("劝酒", "8")]
    assert refused(chunks) == [(3, "no_text")]
    assert rows(read(tmp_path / "a.parquet", pa.Table.from_pylist(records[:1]), nested)) == rows(chunks)[:1]


def test_a_parquet_column_may_have_a_dot_in_its_name(tmp_path: Path):
    content = pa.table({"post.body": ["破冰"], "time": ["2021-08-08"]})
    assert rows(read(tmp_path / "a.parquet", content, dataset(text="post.body", created_at="time")))


def test_a_bad_line_is_a_counted_reject(tmp_path: Path):
    good = lines({"content": "破冰", "time": "2021-08-08"}).encode()
    bad = [b"{", "{'content': '破冰'}".encode(), "破冰".encode("gb18030"), b"[" * 100_000, b"[1]", b"null", b"1" * 5000]
    chunks = read(tmp_path / "a.jsonl", good + b"\n \n".join([*bad, good]), SMALL)
    assert len(rows(chunks)) == 2
    assert refused(chunks) == [
        *((line, "bad_json") for line in (2, 4, 6, 8)),
        *((line, "not_an_object") for line in (10, 12)),
        (14, "bad_json"),
    ]


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"content": None}, "no_text"),
        ({"content": 7}, "no_text"),
        ({"time": None}, "no_time"),
        ({"time": "昨天夜里"}, "bad_time"),
        ({"time": "08-08", "seen": None}, "no_observation"),
        ({"seen": "昨天"}, "no_observation"),
        ({"seen": "##########"}, "bad_time"),
        ({"id": 4.667708956213248e15}, "bad_id"),
        ({"user": 1.0}, "bad_id"),
    ],
    ids=str,
)
def test_a_record_without_what_a_post_needs_is_refused(tmp_path: Path, change: dict[str, Any], reason: str):
    assert refused(read(tmp_path / "a.jsonl", lines(RECORD, RECORD | change), dataset(**FLAT))) == [(2, reason)]


def test_a_ragged_row_is_refused_with_its_line(tmp_path: Path):
    chunks = read(tmp_path / "a.csv", 'content,time\n"破\n冰",2021-08-08\n破冰,2021-08-08,x\n\n破冰\n', SMALL)
    assert len(rows(chunks)) == 1
    assert refused(chunks) == [(4, "columns"), (6, "columns")]


def test_a_board_has_rank_hotness_and_a_time(tmp_path: Path):
    board = dataset("board", title="t", observed_at="at", rank="n", hotness="hot", is_ad="ad")
    content = 't,at,n,hot,ad\n阿里女员工,2021-08-08 00:00,3,"2,914万",\n广告,2021-08-08,•,,1\n,2021-08-08,1,1,0\n'
    chunks = read(tmp_path / "a.csv", content, board)
    day = MIDNIGHT.date()
    assert [tuple(row.values()) for row in rows(chunks)] == [
        ("阿里女员工", day, MIDNIGHT, 3, 29_140_000, False),
        ("广告", day, None, None, None, True),
    ]
    assert refused(chunks) == [(4, "no_text")]


@pytest.mark.parametrize(
    ("name", "content"),
    [("a.csv", "body,time\n破冰,2021-08-08\n"), ("a.parquet", pa.table({"body": ["破冰"], "time": ["2021-08-08"]}))],
    ids=["csv", "parquet"],
)
def test_a_wrong_mapping_names_the_column_and_the_toml(tmp_path: Path, name: str, content: Any):
    with pytest.raises(InputError) as caught:
        read(tmp_path / name, content, SMALL)
    assert str(caught.value) == (
        f"{tmp_path / name}:1: the mapping takes text from a column 'content', but none of its 2 columns has "
        "that name; mend [mapping] in mine.toml."
    )


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("a.csv", 'content,time,"\n"破冰', r"a\.csv:1: .*"),
        ("a.parquet", b"", r"a\.parquet: expected a table .*, but its shape is empty\."),
        ("a.html", "<!DOCTYPE html><p>破冰</p>", r"a\.html: expected a table .*, but its shape is html\."),
        ("a.json", '{\n"content": "破冰"\n}', r"a\.json: expected a table .*, but its shape is object\."),
        ("a.parquet", b"PAR1 but not really PAR1", r"a\.parquet: not readable as Parquet \("),
    ],
)
def test_a_file_that_is_no_table_is_an_input_error(tmp_path: Path, name: str, content: bytes | str, sentence: str):
    with pytest.raises(InputError, match=sentence):
        read(tmp_path / name, content, SMALL)


def test_a_damaged_parquet_file_is_an_input_error(tmp_path: Path):
    path = tmp_path / "a.parquet"
    read(path, pa.table({"content": ["破冰"], "time": ["2021-08-08"]}), SMALL)
    damaged = bytearray(path.read_bytes())
    damaged[8:40] = b"\xff" * 32
    with pytest.raises(InputError, match="not readable as Parquet"):
        read(path, bytes(damaged), SMALL)


@pytest.mark.parametrize(
    "cells",
    [r'"content": "\ud83d"', r'"user": "\ud83d"', '"l": Infinity', '"l": 1e400', '"l": ","', f'"l": {10**20}'],
)
def test_one_impossible_cell_costs_no_more_than_its_row(tmp_path: Path, cells: str):
    good = {"time": "2021-08-08", "content": "破冰"}
    content = lines(good) + json.dumps(good)[:-1] + f", {cells}}}\n"
    mapping = {field: FLAT[field] for field in ("text", "created_at", "author", "likes")}
    assert size(read(tmp_path / "a.jsonl", content, dataset(**mapping))) == 2


def test_files_without_rows_give_no_chunk(tmp_path: Path):
    assert read(tmp_path / "a.csv", "content,time\n", SMALL) == []
    assert read(tmp_path / "a.parquet", pa.table({"content": [], "time": []}), SMALL) == []


cell = (
    st.none() | st.booleans() | st.integers(0, 2**40) | st.sampled_from(["", "破冰", "2021-08-08", "K1", "a\nb", '"'])
)
record = st.fixed_dictionaries(dict.fromkeys(FLAT.values(), cell))


@given(st.lists(record | cell | st.lists(cell, max_size=2), max_size=8))
def test_no_line_of_json_is_lost_uncounted(tmp_path_factory: pytest.TempPathFactory, records: list[Any]):
    path = tmp_path_factory.mktemp("mapped") / "a.jsonl"
    assert size(read(path, lines(RECORD, *records), dataset(**FLAT))) == len(records) + 1


@given(st.lists(st.lists(st.sampled_from(["", "破冰", "2021-08-08", "a\nb", '"', ","]), min_size=1, max_size=3)))
def test_no_row_of_csv_is_lost_uncounted(tmp_path_factory: pytest.TempPathFactory, cells: list[list[str]]):
    path = tmp_path_factory.mktemp("mapped") / "a.csv"
    assert size(read(path, table(["content", "time"], *cells), SMALL)) == len(cells)


@given(st.lists(st.tuples(st.none() | st.text("破冰 ", max_size=3), st.none() | st.integers(0, 2**40))))
def test_no_row_of_parquet_is_lost_uncounted(tmp_path_factory: pytest.TempPathFactory, cells: list[tuple[Any, Any]]):
    path = tmp_path_factory.mktemp("mapped") / "a.parquet"
    texts, times = ([row[n] for row in cells] for n in (0, 1))
    content = pa.table({"content": pa.array(texts, pa.string()), "time": pa.array(times, pa.int64())})
    assert size(read(path, content, SMALL)) == len(cells)
