"""Zhihu's hot searches as a page."""

from pathlib import Path

import pytest

from pipeline.errors import InputError
from pipeline.files import found
from tests.sources.hot_list_cases import understood

SLUG = "zhihu-hot-hub-searches"


def test_a_page_without_a_list_is_an_input_error(tmp_path: Path):
    path = tmp_path / "hot-search-2021-03-02.html"
    path.write_text("<html><title>知乎热搜 - 知乎</title><p>x</p></html>", encoding="utf-8")
    with pytest.raises(InputError, match=r"2021-03-02\.html: there is no list of searches in this page; fetch"):
        understood(next(found(path)), SLUG)
