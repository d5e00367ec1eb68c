"""What the mobile site answers: golden files and what they hold."""

import datetime as dt
import json
from pathlib import Path

import pytest

from pipeline import datasets, sources
from pipeline.fields import Moment
from pipeline.files import File
from pipeline.formats import Source
from pipeline.schema import POST, SHANGHAI, Reject, chunked
from pipeline.shapes import look
from pipeline.sources.weibo_mobile import FORMATS
from pipeline.sources.weibo_mobile import read as read_blogs

CASES = Path(__file__).parents[1] / "cases" / "sources"
EXPECTED = json.loads((CASES / "weibo_mobile" / "expected.json").read_text(encoding="utf-8"))
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
    assert EXPECTED[name] == read(CASES / "weibo_mobile" / name)


@pytest.mark.parametrize("name", EXPECTED)
def test_the_rows_fit_the_schema(name: str):
    (found, *_) = sources.recognise(look(File(CASES / "weibo_mobile" / name, name)))
    for chunk in chunked(found.rows(source(CASES / "weibo_mobile" / name)), POST):
        chunk.entries.validate(full=True)


def test_every_golden_file_has_its_expectation():
    assert set(EXPECTED) == {path.name for path in (CASES / "weibo_mobile").iterdir()} - {"expected.json"}


def test_every_format_has_a_golden_file():
    assert {found.name for found in FORMATS} == {expected["format"] for expected in EXPECTED.values()}


def test_the_golden_files_of_other_formats_are_not_taken():
    own = {found.name for found in FORMATS}
    for path in (path for path in CASES.glob("*/*") if path.parent.name != "weibo_mobile" and path.is_file()):
        first = [found.name for found in sources.recognise(look(File(path, path.name)))][:1]
        assert not own.intersection(first), path


@pytest.mark.parametrize(
    ("mid", "stated", "expected"),
    [
        ("hashed", "08-08", dt.date(2021, 8, 8)),
        ("hashed", "08-10", dt.date(2020, 8, 10)),
        ("hashed", "昨天 08:10", dt.date(2021, 8, 8)),
        ("4199439784429650", "01-23", dt.date(2018, 1, 23)),
        ("4199439784429650", "昨天 08:10", dt.date(2018, 1, 23)),
    ],
)
def test_a_vague_date_comes_from_the_id_and_else_from_the_observation(
    tmp_path: Path, mid: str, stated: str, expected: dt.date
):
    path = tmp_path / "blogs.json"
    path.write_text(json.dumps([{"id": mid, "text": "破冰", "created_at": stated}]), encoding="utf-8")
    seen = Moment(dt.date(2021, 8, 9), dt.datetime(2021, 8, 9, 12, tzinfo=SHANGHAI))
    assert [expected] == [row["day"] for row in read_blogs(Source(File(path, path.name), POSTS, seen))]


def test_a_card_without_a_post_is_no_row_and_no_reject(tmp_path: Path):
    path = tmp_path / "page.json"
    path.write_text('{"ok": 1, "data": {"cards": [{"card_type": 11}, {"card_group": []}]}}', encoding="utf-8")
    assert list(read_blogs(source(path))) == []
