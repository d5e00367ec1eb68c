"""Toutiao's hot board as its interface answers it."""

from pathlib import Path

import pytest

from pipeline.errors import InputError
from pipeline.files import found
from tests.sources.hot_list_cases import expected, file, mistaken, uncovered, understood

MODULE, SLUG = "toutiao_hot_board", "toutiao-hot-hub"
EXPECTED = expected(MODULE)


@pytest.mark.parametrize("name", EXPECTED)
def test_a_golden_file_is_recognised_and_read_as_expected(name: str):
    assert EXPECTED[name] == understood(file(MODULE, name), SLUG)


def test_every_golden_file_has_an_expectation():
    assert set() == uncovered(MODULE)


def test_no_golden_file_of_another_format_is_taken_for_it():
    assert mistaken(MODULE, {MODULE}) == []


def test_an_answer_without_a_list_is_an_input_error(tmp_path: Path):
    path = tmp_path / "2021-05-11.json"
    path.write_text('{"message": "hot_board", "data": {"content": "x"}}', encoding="utf-8")
    with pytest.raises(InputError, match=r"2021-05-11\.json: expected a JSON object with a list 'data'; fetch"):
        understood(next(found(path)), SLUG)
