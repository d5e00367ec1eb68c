"""Hot-list archives: each is recognised, read as its golden files say, and never taken for another."""

import importlib

import pytest

from tests.sources.hot_list_cases import expected, file, mistaken, uncovered, understood

SLUGS = {
    "hot_search_dict": "weibo-hot-search-v5tech",
    "toutiao_hot_board": "toutiao-hot-hub",
    "toutiao_hot_search": "toutiao-hot-search",
    "weibo_board_csv": "weibo-board-hourly",
    "weibo_hot_count": "weibo-daily-hot-search",
    "weibo_hot_history": "weibo-hot-history",
    "weibo_hot_page": "weibo-hot-hub",
    "zhihu_hot_list": "zhihu-hot-hub",
    "zhihu_search_page": "zhihu-hot-hub-searches",
    "zhihu_top_search": "zhihu-top-search",
}
GOLDEN = [(module, name) for module in SLUGS for name in expected(module)]


@pytest.mark.parametrize(("module", "name"), GOLDEN)
def test_a_golden_file_is_recognised_and_read_as_expected(module: str, name: str):
    assert expected(module)[name] == understood(file(module, name), SLUGS[module])


@pytest.mark.parametrize("module", SLUGS)
def test_every_golden_file_has_an_expectation(module: str):
    assert set() == uncovered(module)


@pytest.mark.parametrize("module", SLUGS)
def test_no_golden_file_of_another_format_is_taken_for_it(module: str):
    formats = {known.name for known in importlib.import_module(f"pipeline.sources.{module}").FORMATS}

    assert mistaken(module, formats) == []
