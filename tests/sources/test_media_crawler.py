"""Files of the crawler of seven platforms: golden files and what they hold."""

import json
from pathlib import Path

import pytest

from pipeline import datasets, sources
from pipeline.files import File
from pipeline.formats import Source
from pipeline.schema import POST, Reject, chunked
from pipeline.shapes import look
from pipeline.sources.media_crawler import FORMATS

CASES = Path(__file__).parents[1] / "cases" / "sources"
EXPECTED = json.loads((CASES / "media_crawler" / "expected.json").read_text(encoding="utf-8"))
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
    assert EXPECTED[name] == read(CASES / "media_crawler" / name)


@pytest.mark.parametrize("name", EXPECTED)
def test_the_rows_fit_the_schema(name: str):
    (found, *_) = sources.recognise(look(File(CASES / "media_crawler" / name, name)))
    for chunk in chunked(found.rows(source(CASES / "media_crawler" / name)), POST):
        chunk.entries.validate(full=True)


def test_every_golden_file_has_its_expectation():
    assert set(EXPECTED) == {path.name for path in (CASES / "media_crawler").iterdir()} - {"expected.json"}


def test_every_format_has_a_golden_file():
    assert {found.name for found in FORMATS} == {expected["format"] for expected in EXPECTED.values()}


def test_the_golden_files_of_other_formats_are_not_taken():
    own = {found.name for found in FORMATS}
    for path in (path for path in CASES.glob("*/*") if path.parent.name != "media_crawler" and path.is_file()):
        first = [found.name for found in sources.recognise(look(File(path, path.name)))][:1]
        assert not own.intersection(first), path


@pytest.mark.parametrize("stem", sorted({name.rpartition(".")[0] for name in EXPECTED if name.endswith(".jsonl")}))
def test_the_three_endings_of_a_table_hold_the_same_posts(stem: str):
    csv, listed, lines = (EXPECTED[f"{stem}.{ending}"] for ending in ("csv", "json", "jsonl"))
    assert csv["rows"] == listed["rows"] == lines["rows"]
    reasons = [[reason for _, reason in expected["rejects"]] for expected in (csv, listed, lines)]
    assert reasons[0] == reasons[1] == reasons[2]


def test_a_text_as_long_as_the_crawler_keeps_is_marked_as_cut():
    assert [row.get("truncated") for row in EXPECTED["bilibili_contents.json"]["rows"]] == [True, None]


@pytest.mark.parametrize("name", EXPECTED)
def test_neither_nicknames_nor_places_are_in_the_rows(name: str):
    assert "样例用户" not in json.dumps(EXPECTED[name]["rows"], ensure_ascii=False)
    assert "样***1" not in json.dumps(EXPECTED[name]["rows"], ensure_ascii=False)
