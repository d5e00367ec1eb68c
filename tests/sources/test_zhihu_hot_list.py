"""Zhihu's hot list as its interface answers it."""

from pathlib import Path

import pytest

from pipeline.errors import InputError
from pipeline.files import found
from tests.sources.hot_list_cases import expected, file, mistaken, uncovered, understood

MODULE, SLUG = "zhihu_hot_list", "zhihu-hot-hub"
EXPECTED = expected(MODULE)


@pytest.mark.parametrize("name", EXPECTED)
def test_a_golden_file_is_recognised_and_read_as_expected(name: str):
    assert EXPECTED[name] == understood(file(MODULE, name), SLUG)


def test_every_golden_file_has_an_expectation():
    assert set() == uncovered(MODULE)


def test_no_golden_file_of_another_format_is_taken_for_it():
    assert mistaken(MODULE, {"zhihu_hot_list"}) == []


def test_an_answer_without_a_list_is_an_input_error(tmp_path: Path):
    path = tmp_path / "hot-question-2021-01-09.json"
    path.write_text('{"error": {"code": 100}, "data": {"target": {"title_area": {"text": "a"}}}}', encoding="utf-8")
    with pytest.raises(InputError, match=r"2021-01-09\.json: expected a JSON object with a list 'data'; fetch"):
        understood(next(found(path)), SLUG)
