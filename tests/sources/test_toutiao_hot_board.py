"""Toutiao's hot board as its interface answers it."""

from pathlib import Path

import pytest

from pipeline.errors import InputError
from pipeline.files import found
from tests.sources.hot_list_cases import understood

SLUG = "toutiao-hot-hub"


def test_an_answer_without_a_list_is_an_input_error(tmp_path: Path):
    path = tmp_path / "2021-05-11.json"
    path.write_text('{"message": "hot_board", "data": {"content": "x"}}', encoding="utf-8")
    with pytest.raises(InputError, match=r"2021-05-11\.json: expected a JSON object with a list 'data'; fetch"):
        understood(next(found(path)), SLUG)
