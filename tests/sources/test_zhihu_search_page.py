"""Zhihu's hot searches as a page."""

from pathlib import Path

import pytest

from pipeline.errors import InputError
from pipeline.files import found
from tests.sources.hot_list_cases import expected, file, mistaken, uncovered, understood

MODULE, SLUG = "zhihu_search_page", "zhihu-hot-hub-searches"
EXPECTED = expected(MODULE)


@pytest.mark.parametrize("name", EXPECTED)
def test_a_golden_file_is_recognised_and_read_as_expected(name: str):
    assert EXPECTED[name] == understood(file(MODULE, name), SLUG)


def test_every_golden_file_has_an_expectation():
    assert set() == uncovered(MODULE)


def test_no_golden_file_of_another_format_is_taken_for_it():
    assert mistaken(MODULE, {MODULE}) == []


def test_a_page_without_a_list_is_an_input_error(tmp_path: Path):
    path = tmp_path / "hot-search-2021-03-02.html"
    path.write_text("<html><title>知乎热搜 - 知乎</title><p>x</p></html>", encoding="utf-8")
    with pytest.raises(InputError, match=r"2021-03-02\.html: there is no list of searches in this page; fetch"):
        understood(next(found(path)), SLUG)
