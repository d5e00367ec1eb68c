"""The daily hot-search archive with weighted hotness."""

from pathlib import Path

import pytest

from pipeline.errors import InputError
from pipeline.files import found
from tests.sources.hot_list_cases import understood

SLUG = "weibo-daily-hot-search"


def test_a_name_without_a_day_is_an_input_error(tmp_path: Path):
    path = tmp_path / "latest.json"
    path.write_text('[{"url": "/", "text": "a", "count": 1}]', encoding="utf-8")
    with pytest.raises(InputError, match=r"^latest\.json: this dataset has one file a day"):
        understood(next(found(path)), SLUG)
