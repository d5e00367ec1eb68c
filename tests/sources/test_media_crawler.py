"""Files of the crawler of seven platforms: golden files and what they hold."""

import json

import pytest

from tests.sources.golden import expected

EXPECTED = expected("media_crawler")


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
