"""Files of crawlers: each is recognised, read as its golden file says, and never taken for another."""

import importlib

import pytest

from pipeline import sources
from pipeline.files import File
from pipeline.schema import POST, chunked
from pipeline.shapes import look
from tests.sources.golden import CASES, expected, read, source

MODULES = ["media_crawler", "wechat", "weibo_crawler", "weibo_mobile", "weibo_spider"]
GOLDEN = [(module, name) for module in MODULES for name in expected(module)]


def formats_of(module: str) -> set[str]:
    return {known.name for known in importlib.import_module(f"pipeline.sources.{module}").FORMATS}


@pytest.mark.parametrize(("module", "name"), GOLDEN)
def test_a_golden_file_is_recognised_and_gives_its_rows_and_rejects(module: str, name: str):
    assert expected(module)[name] == read(CASES / module / name)


@pytest.mark.parametrize(("module", "name"), GOLDEN)
def test_the_rows_fit_the_schema(module: str, name: str):
    (found, *_) = sources.recognise(look(File(CASES / module / name, name)))
    chunks = list(chunked(found.rows(source(CASES / module / name)), POST))
    for chunk in chunks:
        chunk.entries.validate(full=True)
    assert all(chunk.entries.schema.equals(POST) for chunk in chunks)


@pytest.mark.parametrize("module", MODULES)
def test_every_golden_file_has_its_expectation(module: str):
    assert set(expected(module)) == {path.name for path in (CASES / module).iterdir()} - {"expected.json"}


@pytest.mark.parametrize("module", MODULES)
def test_every_format_has_a_golden_file(module: str):
    assert formats_of(module) == {case["format"] for case in expected(module).values()}


@pytest.mark.parametrize("module", MODULES)
def test_the_golden_files_of_other_formats_are_not_taken(module: str):
    others = (path for path in CASES.glob("*/*") if path.parent.name != module and path.is_file())
    taken = [path for path in others if recognised(path) in formats_of(module)]

    assert taken == []


def recognised(path) -> str:
    return next((known.name for known in sources.recognise(look(File(path, path.name)))), "")
