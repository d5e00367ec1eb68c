"""Record by record, and never more of a file than a record in memory."""

import tracemalloc
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline import tables
from pipeline.errors import InputError
from pipeline.files import File, locate
from pipeline.schema import Refused


def file(folder: Path, content: bytes | str, name: str = "a.csv") -> File:
    (folder / name).write_bytes(content.encode() if isinstance(content, str) else content)
    return locate(str(folder / name))


def told(records: Any) -> list[tuple[int, Any]]:
    return [(line, r.reason if isinstance(r, Refused) else r) for line, r in records]


def test_records_come_with_the_line_on_which_each_ends(tmp_path: Path):
    records = tables.csv_records(file(tmp_path, 'id,text\r\n1,"破\n冰"\r\n\r\n2,酒\r\n'))
    assert told(records) == [(3, {"id": "1", "text": "破\n冰"}), (5, {"id": "2", "text": "酒"})]


def test_a_header_that_stands_again_is_passed_over(tmp_path: Path):
    records = tables.csv_records(file(tmp_path, "id,text\n1,a\nid,text\n2,b\n"))
    assert told(records) == [(2, {"id": "1", "text": "a"}), (4, {"id": "2", "text": "b"})]


def test_rows_of_another_length_are_refused_with_their_line(tmp_path: Path):
    assert told(tables.csv_records(file(tmp_path, "id,text\n1\n1,2,3\n"))) == [(2, "columns"), (3, "columns")]


def test_nul_bytes_are_dropped(tmp_path: Path):
    assert told(tables.csv_records(file(tmp_path, "id,text\n\0001,a\0b\n"))) == [(2, {"id": "1", "text": "ab"})]


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ('1,"open\n', [(2, "quotes")]),
        ('1,"a"b\n2,c\n', [(2, "quotes"), (3, {"id": "2", "text": "c"})]),
        (
            '1,"open\n2,"b"\n3,"c\nd"\n',
            [(2, "quotes"), (3, {"id": "2", "text": "b"}), (5, {"id": "3", "text": "c\nd"})],
        ),
        ('1,"' + "x\n" * 3, [(2, "quotes"), (3, "columns"), (4, "columns")]),
        (f"1,{'a' * (tables.CELL + 1)}\n2,b\n", [(2, "long_cell"), (3, {"id": "2", "text": "b"})]),
    ],
    ids=["open", "stray", "lost and found", "open over lines", "huge cell"],
)
def test_a_row_whose_quotes_are_out_of_order_is_refused_and_the_next_line_begins_a_row(tmp_path: Path, rows, expected):
    assert told(tables.csv_records(file(tmp_path, "id,text\n" + rows))) == expected


def test_a_header_whose_quotes_are_out_of_order_is_an_input_error(tmp_path: Path):
    with pytest.raises(
        InputError, match=r"a\.csv:1: the quotation marks of its header are out of order; mend that line\.$"
    ):
        list(tables.csv_records(file(tmp_path, '"id,text\n1,a\n')))


def test_a_quote_that_swallows_the_file_costs_one_line(tmp_path: Path):
    content = 'id,text\n1,"' + "lost,in a cell without end\n" * 60_000

    records = told(tables.csv_records(file(tmp_path, content)))

    assert records[0] == (2, "quotes")
    assert len(records) == 60_000


def test_objects_one_after_another_are_records_and_what_is_broken_ends_them(tmp_path: Path):
    content = '{"a":\n1}\n{"a": 2},\n3 {"a": 4} {"a":'

    assert told(tables.adjacent(file(tmp_path, content))) == [
        (1, {"a": 1}),
        (2, {"a": 2}),
        (3, "not_an_object"),
        (4, {"a": 4}),
        (5, "bad_json"),
    ]


@pytest.mark.parametrize("read", [tables.csv_rows, tables.json_lines, lambda of: tables.unquoted(of, "text")])
def test_a_line_without_end_is_refused_without_being_held(tmp_path: Path, read: Any):
    endless = file(tmp_path, b"text,id\n" + b"a" * (16 << 20))
    tracemalloc.start()
    try:
        with pytest.raises(InputError, match=r"a\.csv:2: (a line of over 4,194,304 characters|not readable as CSV)"):
            list(read(endless))
        assert tracemalloc.get_traced_memory()[1] < 15 << 20
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("content", ["", "\n", "\r\n\r\n"])
@pytest.mark.parametrize("read", [tables.csv_rows, tables.csv_records])
def test_a_file_without_a_row_is_no_csv(tmp_path: Path, read: Any, content: str):
    with pytest.raises(InputError, match=r"a\.csv: the file is empty; it has not even a header\.$"):
        list(read(file(tmp_path, content)))


def test_a_bad_line_of_json_is_refused_and_the_others_go_on(tmp_path: Path):
    bad = ["{", "[1]", "1" * 5000, "[" * 100_000, "\ufeff" + '{"id": 2}', '{"id": NaN}']
    records = told(tables.json_lines(file(tmp_path, "\n".join(['{"id": 1}', "", *bad]))))
    assert [(line, r) for line, r in records if isinstance(r, str)] == [
        (3, "bad_json"),
        (4, "not_an_object"),
        (5, "bad_json"),
        (6, "bad_json"),
    ]
    assert [line for line, r in records if isinstance(r, dict)] == [1, 7, 8]


@pytest.mark.parametrize("content", ["[" * 100_000, '{"a":' * 100_000, "[" * 100_000 + "]" * 100_000])
def test_deeply_nested_json_is_an_input_error(tmp_path: Path, content: str):
    with pytest.raises(InputError, match="nested too deeply"):
        tables.document(file(tmp_path, content))


@pytest.mark.parametrize("content", ["", "{", "[1,]", "{}{}", f"[{'1' * 5000}]"])
def test_a_document_that_is_not_json_is_an_input_error(tmp_path: Path, content: str):
    with pytest.raises(InputError, match="fetch the file again"):
        tables.document(file(tmp_path, content))


def test_a_document_too_large_to_hold_is_an_input_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(tables, "DOCUMENT", 1 << 20)
    with pytest.raises(InputError, match="in one document; split it or use JSON lines"):
        tables.document(file(tmp_path, "[" + " " * (2 << 20) + "]"))


def test_a_list_gives_objects_with_their_places(tmp_path: Path):
    assert told(tables.listed(file(tmp_path, '[{"a": 1}, 2, null, {}]'))) == [
        (1, {"a": 1}),
        (2, "not_an_object"),
        (3, "not_an_object"),
        (4, {}),
    ]
    with pytest.raises(InputError, match="expected a JSON list, but found a dict"):
        list(tables.listed(file(tmp_path, "{}")))


def test_the_wide_column_of_an_unquoted_table_keeps_delimiters_and_quotes(tmp_path: Path):
    content = 'id,text,at\n1,a,b,"c,2\n2,"q ""x"", y",3\n\n3,4\nid,text,at\n5,,6\n'
    assert told(tables.unquoted(file(tmp_path, content), "text")) == [
        (2, {"id": "1", "text": 'a,b,"c', "at": "2"}),
        (3, {"id": "2", "text": 'q "x", y', "at": "3"}),
        (5, "columns"),
        (7, {"id": "5", "text": "", "at": "6"}),
    ]


def test_an_unquoted_table_may_lack_a_header(tmp_path: Path):
    records = tables.unquoted(file(tmp_path, "1\ta\tb\n2\tc\n"), "text", "\t", ["id", "text"])
    assert told(records) == [(1, {"id": "1", "text": "a\tb"}), (2, {"id": "2", "text": "c"})]


def test_a_header_without_the_wide_column_is_an_input_error_that_repeats_nothing_of_it(tmp_path: Path):
    with pytest.raises(InputError, match=r"a\.csv:1: its header lacks text; this is another format\.$"):
        list(tables.unquoted(file(tmp_path, "一条没有表头的微博,1\n"), "text"))


@given(st.lists(st.text('a,"破 ', max_size=6), min_size=1), st.sampled_from(["utf-8", "gb18030"]))
def test_no_line_of_an_unquoted_table_is_lost(
    tmp_path_factory: pytest.TempPathFactory, texts: list[str], encoding: str
):
    content = "id,text,at\n" + "".join(f"x,{text},y\n" for text in texts)
    records = tables.unquoted(file(tmp_path_factory.mktemp("t"), content.encode(encoding)), "text")
    assert len(list(records)) == len(texts)
