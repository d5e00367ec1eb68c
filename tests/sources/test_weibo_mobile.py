"""What the mobile site answers: golden files and what they hold."""

import datetime as dt
import json
from pathlib import Path

import pytest

from pipeline.fields import Moment
from pipeline.files import File
from pipeline.formats import Source
from pipeline.schema import SHANGHAI
from pipeline.sources.weibo_mobile import read as read_blogs
from tests.sources.golden import POSTS, source


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
