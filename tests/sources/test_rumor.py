"""Originals and reposts of the rumour dataset."""

import json
from pathlib import Path
from typing import Any

import pytest

from pipeline.sources import rumor
from tests.sources import corpora

GOLDEN = corpora.expected("rumor")


@pytest.mark.parametrize("case", GOLDEN, ids=lambda case: f"{case['file']}-{case['observed']}")
def test_a_golden_file_becomes_these_rows_and_rejects(case: dict[str, Any]):
    found = corpora.understood("rumor", case["file"], case["observed"])
    assert found == {"rows": case["rows"], "rejects": case["rejects"]}


@pytest.mark.parametrize("case", GOLDEN, ids=lambda case: case["file"])
def test_a_golden_file_is_recognised(case: dict[str, Any]):
    assert corpora.formats_of(corpora.CASES / "rumor" / case["file"])[0] == case["format"]


def test_no_other_formats_golden_file_is_taken_for_it():
    ours = {case["format"] for case in GOLDEN}
    taken = [path for path in corpora.others("rumor") if ours & set(corpora.formats_of(path)[:1])]
    assert taken == []


def test_the_id_in_the_name_repairs_a_time_and_refuses_a_contradiction(tmp_path: Path):
    original = json.loads((corpora.CASES / "rumor" / "original.json").read_text(encoding="utf-8"))
    path = tmp_path / "0_zyDftm2BO_9900000001.json"
    path.write_text(json.dumps(original | {"time": None}), encoding="utf-8")
    (row,) = rumor.read_originals(corpora.source(path))
    assert (row["post_id"], str(row["created_at"])) == ("zyDftm2BO", "2013-05-27 12:07:05+08:00")

    path.write_text(json.dumps(original | {"time": 1400000000}), encoding="utf-8")
    assert [row.reason for row in rumor.read_originals(corpora.source(path))] == ["time_conflict"]


def test_nothing_of_the_user_is_read():
    assert "author" not in corpora.understood("rumor", "original.json")["rows"][0]
