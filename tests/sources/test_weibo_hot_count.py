"""The daily hot-search archive with weighted hotness."""

from pathlib import Path

import pytest

from pipeline.errors import InputError
from pipeline.files import found
from tests.sources.hot_list_cases import expected, file, mistaken, uncovered, understood

MODULE, SLUG = "weibo_hot_count", "weibo-daily-hot-search"
EXPECTED = expected(MODULE)


@pytest.mark.parametrize("name", EXPECTED)
def test_a_golden_file_is_recognised_and_read_as_expected(name: str):
    assert EXPECTED[name] == understood(file(MODULE, name), SLUG)


def test_every_golden_file_has_an_expectation():
    assert set() == uncovered(MODULE)


def test_no_golden_file_of_another_format_is_taken_for_it():
    assert mistaken(MODULE, {MODULE}) == []


def test_a_name_without_a_day_is_an_input_error(tmp_path: Path):
    path = tmp_path / "latest.json"
    path.write_text('[{"url": "/", "text": "a", "count": 1}]', encoding="utf-8")
    with pytest.raises(InputError, match=r"^latest\.json: this dataset has one file a day"):
        understood(next(found(path)), SLUG)
