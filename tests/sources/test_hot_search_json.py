"""The daily hot-search archive."""

import csv
import datetime as dt
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline import datasets, sources
from pipeline.errors import InputError
from pipeline.files import found, locate
from pipeline.formats import Source
from pipeline.schema import Chunk

WEIBO = datasets.find("weibo-hot-search")
DAY = dt.date(2021, 8, 8)

item = st.one_of(
    st.fixed_dictionaries({"title": st.text("阿里 \ufeff", max_size=4)}, optional={"url": st.text(max_size=3)}),
    st.none() | st.integers() | st.text(max_size=3),
    st.dictionaries(st.sampled_from(["url", "title"]), st.none() | st.integers() | st.lists(st.booleans())),
)


def read(folder: Path, content: bytes | str, name: str = "2021-08-08.json") -> list[Chunk]:
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return list(sources.read(Source(locate(str(path)), WEIBO)))


def test_titles_come_with_the_day_of_the_name_and_without_rank_or_time(tmp_path: Path):
    board = [
        {"url": "/weibo?q=%23a%23&Refer=top", "title": "阿里女员工"},
        {"url": "/weibo?q=%23a%23&Refer=new_time", "title": " 阿里女员工\ufeff"},
        {"url": "/weibo?q=b&topic_ad=1", "title": "广告"},
        {"title": "807"},
    ]
    (chunk,) = read(tmp_path, "\ufeff" + json.dumps(board, ensure_ascii=False))
    rows = chunk.entries.to_pylist()
    assert [(row["title"], row["is_ad"]) for row in rows] == [
        ("阿里女员工", False),
        ("阿里女员工", True),
        ("广告", True),
        ("807", False),
    ]
    assert {(row["day"], row["observed_at"], row["rank"], row["hotness"]) for row in rows} == {(DAY, None, None, None)}
    assert chunk.rejects.num_rows == 0


def test_hotness_is_read_where_a_copy_of_the_archive_has_it(tmp_path: Path):
    board = [
        {"url": "/weibo?q=a&t=152&Refer=top", "title": "破冰", "hot": 1818006},
        {"url": "/weibo?q=b&Refer=new_time", "title": "建设新港口", "hot": 7},
    ]
    (chunk,) = read(tmp_path, json.dumps(board))
    assert chunk.entries["hotness"].to_pylist() == [1818006, None]


def test_what_is_not_an_entry_is_refused_with_its_place_in_the_list(tmp_path: Path):
    (chunk,) = read(tmp_path, json.dumps(["阿里", {"title": "破冰"}, {"title": " "}, {"url": "x"}, None, {"title": 7}]))
    assert chunk.entries["title"].to_pylist() == ["破冰"]
    assert [(row["line"], row["reason"]) for row in chunk.rejects.to_pylist()] == [
        (1, "not_an_object"),
        (3, "no_text"),
        (4, "no_text"),
        (5, "not_an_object"),
        (6, "no_text"),
    ]


@given(st.lists(item, max_size=12))
def test_no_entry_is_lost_uncounted(tmp_path_factory: pytest.TempPathFactory, board: list[object]):
    chunks = read(tmp_path_factory.mktemp("board"), json.dumps(board))
    assert sum(chunk.entries.num_rows + chunk.rejects.num_rows for chunk in chunks) == len(board)


def test_an_empty_list_gives_no_chunk(tmp_path: Path):
    assert read(tmp_path, "[]") == []


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ('[\n{"title": }\n]', ":2: not valid JSON (expecting value); fetch the file again."),
        ("<!DOCTYPE html>", ":1: not valid JSON (expecting value); fetch the file again."),
        ("", ":1: not valid JSON (expecting value); fetch the file again."),
        ('{"title": "阿里"}', ": expected a JSON list, but found a dict."),
        ('"阿里"', ": expected a JSON list, but found a str."),
        ("[" * 100_000, ": JSON nested too deeply for a list of posts; fetch the file again."),
    ],
    ids=["json", "html", "empty", "object", "string", "depth"],
)
def test_a_file_that_is_no_list_is_an_input_error_with_its_place(tmp_path: Path, content: bytes | str, sentence: str):
    with pytest.raises(InputError) as caught:
        read(tmp_path, content)
    assert str(caught.value) == f"{tmp_path / '2021-08-08.json'}{sentence}"


def test_a_list_in_gb18030_is_read_like_one_in_utf_8(tmp_path: Path):
    content = json.dumps([{"title": "阿里女员工被灌酒一事的调查结果"}, {"title": "破冰游戏"}], ensure_ascii=False)
    (chunk,) = read(tmp_path, content.encode("gb18030"))
    assert chunk.entries["title"].to_pylist() == ["阿里女员工被灌酒一事的调查结果", "破冰游戏"]


def test_a_name_without_a_day_is_an_input_error(tmp_path: Path):
    with pytest.raises(InputError, match=r"latest\.json: this dataset has one file a day"):
        read(tmp_path, "[]", "latest.json")


def test_half_an_emoji_costs_no_more_than_its_row(tmp_path: Path):
    (chunk,) = read(tmp_path, r'[{"title": "\ud83d"}, {"title": "破冰"}]')
    assert "破冰" in chunk.entries["title"].to_pylist()


def test_a_number_of_5000_digits_is_an_input_error(tmp_path: Path):
    with pytest.raises(InputError):
        read(tmp_path, f"[{'1' * 5000}]")


def test_the_real_archive_holds_as_many_titles_a_day_as_were_counted_by_hand(shared_data: Path):
    rows, refused, titles = 0, 0, {}
    for file in found(shared_data / "weibo-hot-search" / "raw"):
        for entries, rejects in sources.read(Source(file, WEIBO)):
            rows += entries.num_rows
            refused += rejects.num_rows
            titles.setdefault(Path(file.name).stem, set()).update(entries["title"].to_pylist())
    with (shared_data / "truth" / "weibo_hot_search_keywords.csv").open(encoding="utf-8", newline="") as file:
        truth = {row["day"]: int(row["distinct_titles"]) for row in csv.DictReader(file)}
    assert (rows, refused) == (16_777, 0)
    assert {day: len(distinct) for day, distinct in titles.items()} == truth
