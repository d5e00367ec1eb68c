"""A column at a time gives the same rows and rejects, on the same lines, as a record at a time."""

import csv
import datetime as dt
import io
import json
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from pipeline import cells, datasets, pieces, sources
from pipeline.datasets import Dataset
from pipeline.errors import InputError
from pipeline.fields import Moment
from pipeline.files import locate
from pipeline.formats import Format, Source
from pipeline.schema import POST, SHANGHAI, Chunk, chunked

SEEN = Moment(dt.date(2021, 8, 10), dt.datetime(2021, 8, 10, 9, tzinfo=SHANGHAI))
MAPPING = {
    "post_id": "id", "created_at": "time", "observed_at": "seen", "author": "user.id", "text": "content",
    "quoted": "original", "is_repost": "repost", "deleted": "gone", "reposts": "r", "comments": "c", "likes": "l",
}  # fmt: skip
FORMATS = [known for known in sources.formats() if known.chunks]

MOMENTS = [
    "2021-08-08 09:05:01", "2021-08-08T09:05", "2021-08-08", "2021-08-08 09", "2021-08-08T01:05:00Z", "2021/8/8 9:05",
    "2021-02-30", "1991-08-08 12:00", "1989-01-01", "2100-01-01", "0999-01-01", " 2021-08-08", "昨天 08:10", "42分钟前",
    "1628352000", "1628352000123", "1628352000123456", "162835200", "0000000000000001", "16283520", "20210808", "",
    "9999999999", "Sun Aug 08 09:05:00 +0800 2021", "2021-08-08 24:00", "२०२१-08-08", "2021-08-08\t09:05",
]  # fmt: skip
WORDS = [
    "拒绝陪酒", " 前后有空格 ", "　全角空格　", "转发微博", "Repost", "很长的一条...全文", "展开全文c", "收起全文d", "全文",
    "", "  ", "\ufeff开头", "中\ufeff间", "a,b", 'say "no"', '"', "两\n行", "\n", "\x1c", "\x85x", "\u200b", "𠮷", "3", "=1+1",
]  # fmt: skip
IDS = ["4667605042462017", "K1", "", " 5 ", "9007199254740993", "KrCUZatGM", "a_b", "１２", "4667605042462017 "]
NUMBERS = ["12", "0", "", "1.2万", "100万+", "-1", "007", "9" * 18, "9" * 19, "1,024", " 3", "３", "1e3", "0x1F", "赞"]
YES = ["1", "0", "true", "TRUE", "是", "否", "", " yes", "None", "2", "t"]
CELLS = {
    "id": IDS, "time": MOMENTS, "seen": ["", *MOMENTS], "user.id": IDS, "content": WORDS, "original": WORDS,
    "repost": YES, "gone": YES, "r": NUMBERS, "c": NUMBERS, "l": NUMBERS,
}  # fmt: skip
PLAIN = dict(zip(CELLS, ["1", "2021-08-08", "", "7", "酒局", "", "0", "", "1", "2", "3"], strict=True))
ROW = st.fixed_dictionaries({name: st.sampled_from([PLAIN[name]] * 8 + values) for name, values in CELLS.items()})
TABLES = st.lists(ROW, max_size=12)


def dataset() -> Dataset:
    sample = datasets.find("sample-posts")
    return sample.model_copy(update={"reader": "mapped", "mapping": MAPPING, "origin": Path("mine.toml")})


def told(chunks: list[Chunk]) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    entries = [row for chunk in chunks for row in chunk.entries.to_pylist()]
    return entries, [row for chunk in chunks for row in chunk.rejects.to_pylist()]


def outcome(read) -> Any:
    try:
        return told(list(read()))
    except InputError as error:
        return str(error)


def both(path: Path, of: Dataset, known: Format | None = None) -> tuple[Any, Any]:
    source = Source(locate(str(path)), of, SEEN)
    known = known or next(f for f in FORMATS if f.name == "mapped")
    return outcome(lambda: known.chunks(source)), outcome(lambda: chunked(known.rows(source), POST))


def as_csv(table: list[dict[str, str]], **style: Any) -> str:
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, list(CELLS), **style)
    writer.writeheader()
    writer.writerows(table)
    return out.getvalue()


@given(table=TABLES, ends=st.sampled_from(["\n", "\r\n"]), quoting=st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]))
@settings(max_examples=80, deadline=None)
def test_csv(tmp_path_factory: pytest.TempPathFactory, table, ends: str, quoting: int):
    path = tmp_path_factory.mktemp("columns") / "a.csv"
    path.write_text(as_csv(table, lineterminator=ends, quoting=quoting), newline="")

    fast, slow = both(path, dataset())

    assert fast == slow


DAMAGE = ["", '"', '"x"y,', "\n\n", "a,b\n", "\0", "\r", ",", "\ufeff", "x" * 30]


@given(table=TABLES, damage=st.sampled_from(DAMAGE), at=st.integers(0, 2000), block=st.sampled_from([90, 400, 1 << 20]))
@settings(max_examples=80, deadline=None)
@example(table=[PLAIN] * 3, damage='"', at=90, block=90)
@example(table=[], damage="", at=0, block=90)
def test_damaged_csv_in_blocks_of_any_length(tmp_path_factory: pytest.TempPathFactory, table, damage, at, block):
    content = as_csv(table)
    path = tmp_path_factory.mktemp("columns") / "a.csv"
    path.write_text(content[:at] + damage + content[at:], newline="")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pieces, "BLOCK", block)
        fast, slow = both(path, dataset())

    assert fast == slow


JSON_CELLS = {
    name: [*values, None, 5, 1628352000, 1628352000123, True, False, 2.5, 10**18, -3, [1], {"a": 1}]
    for name, values in CELLS.items()
}
JSON_ROW = st.fixed_dictionaries(
    {},
    optional={n: st.sampled_from([PLAIN[n]] * 8 + v) for n, v in JSON_CELLS.items() if n != "user.id"}
    | {"user": st.sampled_from([{"id": "7"}, {"id": 7}, {"id": None}, {}, None, "x", {"id": "7", "x": [1]}])},
)
LINES = st.one_of(
    JSON_ROW.map(lambda row: json.dumps(row, ensure_ascii=False)),
    JSON_ROW.map(json.dumps),
    JSON_ROW.map(lambda row: json.dumps(row).replace("{", "{\r", 1)),
    st.sampled_from(
        [
            "",
            "[]",
            "null",
            '{"a":',
            '{"id": 1}{"id": 2}',
            '{\r"id": 1}',
            '{"id": 1}\r',
            '{"content": "\\ud83d"}',
            '{"content": NaN}',
            "{}",
        ]
    ),
)
REGULAR = st.lists(
    st.fixed_dictionaries({n: st.just(PLAIN[n]) for n in CELLS if n != "user.id"} | {"user": st.just({"id": 7})}).map(
        lambda row: json.dumps(row, ensure_ascii=False)
    ),
    min_size=1,
    max_size=4,
)


@given(
    first=REGULAR,
    lines=st.lists(LINES, max_size=8),
    block=st.sampled_from([30, 400, 1 << 20]),
    end=st.sampled_from(["", "\n"]),
)
@settings(max_examples=100, deadline=None)
def test_json_lines(tmp_path_factory: pytest.TempPathFactory, first, lines, block: int, end: str):
    path = tmp_path_factory.mktemp("columns") / "a.jsonl"
    path.write_text("\n".join(first + lines) + end, newline="")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pieces, "BLOCK", block)
        fast, slow = both(path, dataset())

    assert fast == slow


ARROW = {
    "text": (pa.string(), lambda cell: cell),
    "large": (pa.large_string(), lambda cell: cell),
    "dictionary": (pa.dictionary(pa.int32(), pa.string()), lambda cell: cell),
}
TIMES = {
    "naive": pa.timestamp("us"), "utc": pa.timestamp("ms", "UTC"), "zoned": pa.timestamp("s", "Asia/Shanghai"),
    "date": pa.date32(),
}  # fmt: skip


@given(table=TABLES, kind=st.sampled_from(sorted(ARROW)))
@settings(max_examples=60, deadline=None)
def test_parquet_of_texts(tmp_path_factory: pytest.TempPathFactory, table, kind: str):
    path = tmp_path_factory.mktemp("columns") / "a.parquet"
    typed = {name: pa.array([row[name] or None for row in table], ARROW[kind][0]) for name in CELLS}
    pq.write_table(pa.table(typed), path)

    fast, slow = both(path, dataset())

    assert fast == slow


MOMENTS_OF_ARROW = st.datetimes(dt.datetime(1985, 1, 1), dt.datetime(2101, 1, 1)).map(
    lambda t: t.replace(microsecond=0)
)


@given(
    times=st.lists(st.none() | MOMENTS_OF_ARROW, min_size=1, max_size=6),
    kind=st.sampled_from(sorted(TIMES)),
    number=st.sampled_from([pa.int64(), pa.int8(), pa.uint8(), pa.float64(), pa.bool_(), pa.null()]),
)
@settings(max_examples=100, deadline=None)
def test_parquet_of_times_and_numbers(tmp_path_factory: pytest.TempPathFactory, times, kind: str, number: pa.DataType):
    path = tmp_path_factory.mktemp("columns") / "a.parquet"
    stated = [t.date() if t and kind == "date" else t for t in times]
    some = [None if i % 3 == 2 else i % 2 for i, _ in enumerate(times)]
    columns = {
        "time": pa.array(stated, TIMES[kind]),
        "content": pa.array(["酒"] * len(times)),
        "user": pa.array([{"id": i} if i % 2 else None for i, _ in enumerate(times)]),
    }
    numbers = {
        name: pa.array(
            [
                None if v is None or pa.types.is_null(number) else bool(v) if pa.types.is_boolean(number) else v
                for v in some
            ],
            number,
        )
        for name in ("id", "seen", "original", "repost", "gone", "r", "c", "l")
    }
    pq.write_table(pa.table(columns | numbers), path)

    fast, slow = both(path, dataset())

    assert fast == slow


def test_what_python_strips_is_what_arrow_is_told_to_strip():
    assert sorted(cells.BLANKS) == sorted(filter(str.isspace, map(chr, range(0x110000))))


def test_plain_pieces_are_read_as_columns_and_not_by_record(tmp_path: Path):
    path = tmp_path / "a.csv"
    path.write_text(as_csv([PLAIN | {"content": 'ein "Wort",\nzwei'}] * 50), newline="")

    (piece,) = pieces.pieces(locate(str(path)), "csv", MAPPING.values())

    assert piece.columns is not None
    assert piece.columns.num_rows == 50


@pytest.mark.parametrize(
    "content", [b"", b"\n", b"\r\n\r\n", b"\n\nid,content\n", b"\n\n\nid,content,time\n1,a,2021-08-08\n"]
)
@pytest.mark.parametrize("block", [1, 2, 1 << 20])
def test_blank_lines_before_a_header_or_instead_of_one(tmp_path: Path, monkeypatch, content: bytes, block: int):
    monkeypatch.setattr(pieces, "BLOCK", block)
    path = tmp_path / "posts.csv"
    path.write_bytes(content)

    by_column, by_record = both(path, dataset())

    assert by_column == by_record
