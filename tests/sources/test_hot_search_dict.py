"""The hot-search archive in one object, keyed by title."""

from pathlib import Path

import pytest

from pipeline import datasets, sources
from pipeline.errors import InputError
from pipeline.files import found
from pipeline.formats import Source
from pipeline.shapes import look

SLUG = "weibo-hot-search-v5tech"


def read(path: Path, content: str) -> list[object]:
    path.write_text(content, encoding="utf-8")
    return list(sources.read(Source(next(found(path)), datasets.find(SLUG))))


def test_an_empty_object_gives_no_chunk(tmp_path: Path):
    assert read(tmp_path / "2022-05-18.json", "{}") == []


def test_a_name_without_a_day_is_an_input_error(tmp_path: Path):
    with pytest.raises(InputError, match=r"^latest\.json: this dataset has one file a day"):
        read(tmp_path / "latest.json", "{}")


@pytest.mark.parametrize("content", ["[]", '"x"', "7", '[{"url": "a", "title": "b"}]'])
def test_what_is_no_object_is_an_input_error_that_says_so(tmp_path: Path, content: str):
    with pytest.raises(InputError, match=r"2022-05-18\.json: expected one JSON object .* but found a (list|str|int);"):
        read(tmp_path / "2022-05-18.json", content)


@pytest.mark.parametrize(
    "content",
    [
        '{"a": {"url": "b"}}',
        '{"a": {"hot": 1}}',
        '{"a": {"url": {"hot": 1}}}',
        '{"a": {"name": "b", "url": "c", "hot": 1}}',
        '{"a": 1, "b": {"url": "c", "hot": 1}}',
    ],
)
def test_another_object_is_not_taken_for_it(tmp_path: Path, content: str):
    (tmp_path / "a.json").write_text(content, encoding="utf-8")
    recognised = sources.recognise(look(next(found(tmp_path / "a.json"))))
    assert "hot_search_dict" not in [format_.name for format_ in recognised]
