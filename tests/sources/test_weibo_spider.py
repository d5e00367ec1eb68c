"""JSON lines of the crawler of weibo.com: golden files and what they hold."""

import json
from pathlib import Path

import pytest

from pipeline import datasets, sources
from pipeline.files import File
from pipeline.formats import Source
from pipeline.schema import POST, Reject, chunked
from pipeline.shapes import look
from pipeline.sources.weibo_spider import FORMATS

CASES = Path(__file__).parents[1] / "cases" / "sources"
EXPECTED = json.loads((CASES / "weibo_spider" / "expected.json").read_text(encoding="utf-8"))
POSTS = datasets.find("sample-posts")


def source(path: Path) -> Source:
    return Source(File(path, path.name), POSTS)


def read(path: Path) -> dict[str, object]:
    """The format that a file is recognised as, its rows without what is empty, and its rejects."""
    (found, *_) = sources.recognise(look(File(path, path.name)))
    kept, refused = [], []
    for row in found.rows(source(path)):
        if isinstance(row, Reject):
            refused.append([row.line, row.reason])
        else:
            kept.append(
                {
                    name: value
                    for name, value in row.items()
                    if value is not None and value is not False and value != "visible"
                }
            )
    return json.loads(json.dumps({"format": found.name, "rows": kept, "rejects": refused}, default=str))


@pytest.mark.parametrize("name", EXPECTED)
def test_a_golden_file_is_recognised_and_gives_its_rows_and_rejects(name: str):
    assert EXPECTED[name] == read(CASES / "weibo_spider" / name)


@pytest.mark.parametrize("name", EXPECTED)
def test_the_rows_fit_the_schema(name: str):
    (found, *_) = sources.recognise(look(File(CASES / "weibo_spider" / name, name)))
    for chunk in chunked(found.rows(source(CASES / "weibo_spider" / name)), POST):
        chunk.entries.validate(full=True)


def test_every_golden_file_has_its_expectation():
    assert set(EXPECTED) == {path.name for path in (CASES / "weibo_spider").iterdir()} - {"expected.json"}


def test_every_format_has_a_golden_file():
    assert {found.name for found in FORMATS} == {expected["format"] for expected in EXPECTED.values()}


def test_the_golden_files_of_other_formats_are_not_taken():
    own = {found.name for found in FORMATS}
    for path in (path for path in CASES.glob("*/*") if path.parent.name != "weibo_spider" and path.is_file()):
        first = [found.name for found in sources.recognise(look(File(path, path.name)))][:1]
        assert not own.intersection(first), path


@pytest.mark.parametrize(
    "path", sorted((CASES.parents[2] / "sample_data/sample-posts").iterdir()), ids=lambda p: p.stem
)
def test_the_sample_posts_read_alike_with_and_without_their_mapping(path: Path):
    assert POSTS.reader == "mapped"
    mapped = [row for chunk in sources.read(source(path)) for row in chunk.entries.to_pylist()]
    assert mapped
    assert sources.recognise(look(File(path, path.name)))[0].name == "weibo_spider"
    recognised = [row for chunk in chunked(FORMATS[0].rows(source(path)), POST) for row in chunk.entries.to_pylist()]
    assert mapped == recognised
