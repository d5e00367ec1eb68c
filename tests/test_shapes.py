"""What the beginning of a file shows."""

import json
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.errors import InputError
from pipeline.files import locate
from pipeline.shapes import HEAD, Look, look

POST = {"id": "K1", "text": "拒绝陪酒", "user": {"id": 7, "tags": [{"name": "x"}]}, "list": []}


def seen(folder: Path, content: str | bytes, name: str = "a") -> Look:
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return look(locate(str(path)))


@pytest.mark.parametrize(
    ("content", "shape", "names"),
    [
        ("id,text\n1,破冰\n", "csv", {"id", "text"}),
        ('"id","te,xt"\r\n1,破冰\r\n', "csv", {"id", "te,xt"}),
        ("\ufeffid,text\n", "csv", {"id", "text"}),
        (",text\n", "csv", {"", "text"}),
        ("id\ttext\n1\t破冰,酒\n", "tsv", {"id", "text"}),
        ('{"id": 1, "text": "破冰"}\n{"id": 2}\n', "jsonl", {"id", "text"}),
        ('\n\n{"id": 1}\n', "jsonl", {"id"}),
        ('[{"id": 1}, {"text": 2}]', "list", {"id", "text"}),
        ('[null, 1, [], {"id": 1}]', "list", {"id"}),
        ("[]", "list", set()),
        ("[1]", "list", set()),
        ('{\n"id": 1\n}', "object", {"id"}),
        ('\ufeff\r\n \n{"id": 1}\r\n\r\n{"text": 2}', "jsonl", {"id", "text"}),
        ('{"id": 1, "te\n{"id": 2}\n', "jsonl", {"id"}),
        ('xt": 1}\n{"id": 2}\n{"id": 3}\n', "jsonl", {"id"}),
        ('garbage, more\n[1]\n{"id": 2}\n{"id": 3}', "jsonl", {"id"}),
        ('{"ok": 1, "data": {"cards": [{"id": 1}]}}', "object", {"ok", "data", "data.cards", "data.cards.id"}),
        ('{"ok": 1, "data": {"cards": [{"id": 1}]}}\n' * 2, "jsonl", {"ok", "data", "data.cards", "data.cards.id"}),
        ('{"id": 1, "pics": [{"url": "u"}]}', "jsonl", {"id", "pics", "pics.url"}),
        ('{"data": [{"ad": 1}, {"id": 2}]}', "object", {"data", "data.ad", "data.id"}),
        ('{"id": 1}{"id": 2}', "objects", {"id"}),
        ('{\n"id": 1\n}\n{\n"id": 2\n}', "objects", {"id"}),
        ('{"id": 1},\n{"id": 2},\n', "objects", {"id"}),
        ('{"id": 1} and words', "text", {"id"}),
        ("\tid\ttext\n0\t1\t破冰\n", "tsv", {"", "id", "text"}),
        ("<!-- a -->\n<html>", "html", set()),
        ("<!DOCTYPE html>\n<p>", "html", set()),
        ("<html><head>", "html", set()),
        ("text\n破冰\n", "text", {"text"}),
        ("{id: 1}", "text", set()),
        ('[{"id": 1}', "text", set()),
        ("[" * 100_000, "text", set()),
        ("", "empty", set()),
        (" \n\ufeff\0", "empty", set()),
    ],
)
def test_a_file_shows_its_shape_and_names(tmp_path: Path, content: str, shape: str, names: set[str]):
    found = seen(tmp_path, content)
    assert (found.shape, found.names) == (shape, names)


def test_nested_keys_are_joined_by_dots_through_lists_three_deep(tmp_path: Path):
    assert seen(tmp_path, json.dumps(POST)).names == {
        "id",
        "text",
        "user",
        "user.id",
        "user.tags",
        "user.tags.name",
        "list",
    }


@pytest.mark.parametrize("name", ["a.csv", "a.json", "a.html", "a.parquet", "a"])
def test_the_name_of_a_file_says_nothing(tmp_path: Path, name: str):
    assert seen(tmp_path, json.dumps([POST]), name).shape == "list"


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "gb18030"])
def test_the_encoding_does_not_change_what_is_seen(tmp_path: Path, encoding: str):
    content = "编号,正文\n" + "1,阿里女员工被灌酒一事的调查结果今天公布\n" * 20
    found = seen(tmp_path, content.encode(encoding))
    assert (found.shape, found.names) == ("csv", {"编号", "正文"})


def test_parquet_is_known_by_its_mark_and_a_damaged_one_is_an_input_error(tmp_path: Path):
    pq.write_table(pa.table({"id": ["1"], "text": ["破冰"]}), tmp_path / "a.csv")
    found = look(locate(str(tmp_path / "a.csv")))
    assert (found.shape, found.names) == ("parquet", {"id", "text"})
    with pytest.raises(InputError, match="not readable as Parquet"):
        seen(tmp_path, b"PAR1 but not really PAR1")


LONG = {"id": 1, "text": "长" * 70_000}
LONGER = {"id": 1, "text": '说了"好" {[,' * 40_000, "user": {"id": 7}}


@pytest.mark.parametrize("first", [LONG, LONGER], ids=["longer than the head", "longer than what is read"])
def test_json_lines_are_known_however_long_the_first_line_is(tmp_path: Path, first: dict[str, object]):
    line = json.dumps({"id": 2}) + "\n"
    found = seen(tmp_path, json.dumps(first, ensure_ascii=False) + "\n" + line * 3)
    assert (found.shape, "id" in found.names) == ("jsonl", True)


@pytest.mark.parametrize("indent", [None, 2])
@pytest.mark.parametrize(
    ("around", "shape", "names"),
    [
        (lambda posts: posts, "list", {"id", "text", "user", "user.id"}),
        (lambda posts: {"user": {"id": 7}, "weibo": posts}, "object", {"user", "user.id", "weibo", "weibo.text"}),
        (lambda posts: {"weibo": posts, "user": {"id": 7}}, "object", {"weibo", "weibo.id", "weibo.user.id"}),
    ],
    ids=["list", "object", "object whose end is not seen"],
)
def test_of_a_long_document_only_the_beginning_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, indent: int | None, around, shape: str, names: set[str]
):
    posts = [{"id": number, "text": '破冰 \\ "," ' * 20, "user": {"id": 7}} for number in range(3000)]
    monkeypatch.setattr("pipeline.tables.document", None)
    found = seen(tmp_path, json.dumps(around(posts), ensure_ascii=False, indent=indent))
    assert (found.shape, names - found.names) == (shape, set())


@pytest.mark.parametrize("content", ["[" * 400_000, '{"a":' * 100_000, '{"a": 1, b' * 40_000, '["' + "a" * 400_000])
def test_a_long_document_that_is_not_valid_is_text(tmp_path: Path, content: str):
    assert seen(tmp_path, content).shape in {"text", "list"}


@pytest.mark.parametrize(
    ("content", "shape"),
    [(b"PK\x03\x04rest", "zip or Excel"), (b"SQLite format 3\0rest", "SQLite"), (b"\0" * 300_000, "text")],
)
def test_what_is_no_text_at_all_says_what_it_is(tmp_path: Path, content: bytes, shape: str):
    assert seen(tmp_path, content).shape == shape


def test_the_head_is_bounded(tmp_path: Path):
    assert len(seen(tmp_path, "长" * (HEAD * 3)).head) == HEAD


@pytest.mark.parametrize("content", ["a,b\rc,d", 'a,"b\n', '"\n', 'a\t"b', "," * 9000, "\0,\0\n", '{"a": 1}\r{"b": 2}'])
def test_a_strange_first_line_is_only_looked_at(tmp_path: Path, content: str):
    assert seen(tmp_path, content).shape in {"csv", "tsv", "text", "jsonl", "objects"}


@given(content=st.binary(max_size=300) | st.text(',\t"\r\n{}[]:1a酒', max_size=60).map(str.encode))
def test_a_look_at_anything_ends_in_a_shape_or_an_input_error(tmp_path_factory: pytest.TempPathFactory, content: bytes):
    try:
        seen(tmp_path_factory.mktemp("shapes"), content)
    except InputError as error:
        assert "\n" not in str(error)
