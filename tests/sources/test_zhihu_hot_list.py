"""Zhihu's hot list as its interface answers it."""

from pathlib import Path

import pytest

from pipeline.errors import InputError
from pipeline.files import found
from tests.sources.hot_list_cases import understood

SLUG = "zhihu-hot-hub"


def test_an_answer_without_a_list_is_an_input_error(tmp_path: Path):
    path = tmp_path / "hot-question-2021-01-09.json"
    path.write_text('{"error": {"code": 100}, "data": {"target": {"title_area": {"text": "a"}}}}', encoding="utf-8")
    with pytest.raises(InputError, match=r"2021-01-09\.json: expected a JSON object with a list 'data'; fetch"):
        understood(next(found(path)), SLUG)
