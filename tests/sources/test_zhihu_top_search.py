"""The archive of Zhihu's top searches, whose keys drifted."""

from pathlib import Path

import pytest

from pipeline import datasets, sources
from pipeline.errors import InputError
from pipeline.files import found
from pipeline.formats import Source
from tests.sources.hot_list_cases import counted

SLUG = "zhihu-top-search"


def read(path: Path, content: str) -> list[object]:
    path.write_text(content, encoding="utf-8")
    return list(sources.read(Source(next(found(path)), datasets.find(SLUG))))


def test_an_empty_list_gives_no_chunk(tmp_path: Path):
    assert read(tmp_path / "2022-05-18.json", "[]") == []


def test_a_name_without_a_day_is_an_input_error(tmp_path: Path):
    with pytest.raises(InputError, match=r"^latest\.json: this dataset has one file a day"):
        read(tmp_path / "latest.json", "[]")


@pytest.mark.parametrize(
    ("record", "title"),
    [
        ('{"query": "a", "display_query": "b"}', "b"),
        ('{"query": "a", "displayQuery": "b"}', "b"),
        ('{"real_query": "a", "query_display": "b"}', "b"),
        ('{"real_query": "a", "query_display": "undefined"}', "a"),
        ('{"query": "undefined", "display_query": "b"}', "b"),
        ('{"query": "a", "display_query": 7}', "a"),
    ],
)
def test_what_is_shown_is_the_title_in_every_generation_of_keys(tmp_path: Path, record: str, title: str):
    (chunk,) = read(tmp_path / "2022-05-18.json", f"[{record}]")
    assert [title] == chunk.entries["title"].to_pylist()


def test_the_real_archive_is_read_whole_but_for_the_row_that_says_undefined(shared_data: Path):
    assert counted(shared_data / "zhihu-top-search" / "raw", SLUG) == (156, ["undefined"])
