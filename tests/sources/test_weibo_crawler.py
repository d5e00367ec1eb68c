"""Files of the crawler that follows single accounts: golden files and what they hold."""

import json
from pathlib import Path

import pytest

from pipeline import datasets, sources
from pipeline.errors import InputError
from pipeline.files import File
from pipeline.formats import Source
from pipeline.schema import POST, Reject, chunked
from pipeline.shapes import look
from pipeline.sources.weibo_crawler import FORMATS, read_csv, read_json

CASES = Path(__file__).parents[1] / "cases" / "sources"
EXPECTED = json.loads((CASES / "weibo_crawler" / "expected.json").read_text(encoding="utf-8"))
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
    assert EXPECTED[name] == read(CASES / "weibo_crawler" / name)


@pytest.mark.parametrize("name", EXPECTED)
def test_the_rows_fit_the_schema(name: str):
    (found, *_) = sources.recognise(look(File(CASES / "weibo_crawler" / name, name)))
    for chunk in chunked(found.rows(source(CASES / "weibo_crawler" / name)), POST):
        chunk.entries.validate(full=True)


def test_every_golden_file_has_its_expectation():
    assert set(EXPECTED) == {path.name for path in (CASES / "weibo_crawler").iterdir()} - {"expected.json"}


def test_every_format_has_a_golden_file():
    assert {found.name for found in FORMATS} == {expected["format"] for expected in EXPECTED.values()}


def test_the_golden_files_of_other_formats_are_not_taken():
    own = {found.name for found in FORMATS}
    for path in (path for path in CASES.glob("*/*") if path.parent.name != "weibo_crawler" and path.is_file()):
        first = [found.name for found in sources.recognise(look(File(path, path.name)))][:1]
        assert not own.intersection(first), path


@pytest.mark.parametrize("content", ['{"user": {}, "weibo": {}}', '{"user": {}, "weibo": null}', "[]"])
def test_a_document_without_a_list_of_posts_is_an_input_error(tmp_path: Path, content: str):
    path = tmp_path / "account.json"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(InputError, match=r'account\.json: expected \{"user": …, "weibo": \[posts\]\}'):
        list(read_json(source(path)))


def test_the_account_comes_from_a_name_that_is_its_number_and_from_no_other(tmp_path: Path):
    content = (CASES / "weibo_crawler" / "9900000001.csv").read_bytes()
    for name, account in (("9900000009.csv", "9900000009"), ("users.csv", None), ("2021.csv", None)):
        (tmp_path / name).write_bytes(content)
        assert {account} == {row["author"] for row in read_csv(source(tmp_path / name)) if not isinstance(row, Reject)}
