"""Posts on 米兔 from 2018."""

from typing import Any

import pytest

from tests.sources import corpora

GOLDEN = corpora.expected("mitu_2018")


@pytest.mark.parametrize("case", GOLDEN, ids=lambda case: f"{case['file']}-{case['observed']}")
def test_a_golden_file_becomes_these_rows_and_rejects(case: dict[str, Any]):
    found = corpora.understood("mitu_2018", case["file"], case["observed"])
    assert found == {"rows": case["rows"], "rejects": case["rejects"]}


@pytest.mark.parametrize("case", GOLDEN, ids=lambda case: case["file"])
def test_a_golden_file_is_recognised(case: dict[str, Any]):
    assert corpora.formats_of(corpora.CASES / "mitu_2018" / case["file"])[0] == case["format"]


def test_no_other_formats_golden_file_is_taken_for_it():
    ours = {case["format"] for case in GOLDEN}
    taken = [path for path in corpora.others("mitu_2018") if ours & set(corpora.formats_of(path)[:1])]
    assert taken == []


def test_no_nickname_is_read():
    rows = corpora.understood("mitu_2018", "mitu.csv", "2018-11-20 09:30")["rows"]
    assert rows
    assert not any("author" in row or "样例用户" in str(row) for row in rows)
