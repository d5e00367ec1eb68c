"""Corpora that hold little but labels and texts."""

from pathlib import Path
from typing import Any

import pytest

from pipeline.sources import label_text
from tests.sources import corpora

GOLDEN = corpora.expected("label_text")


@pytest.mark.parametrize("case", GOLDEN, ids=lambda case: f"{case['file']}-{case['observed']}")
def test_a_golden_file_becomes_these_rows_and_rejects(case: dict[str, Any]):
    found = corpora.understood("label_text", case["file"], case["observed"])
    assert found == {"rows": case["rows"], "rejects": case["rejects"]}


@pytest.mark.parametrize("case", GOLDEN, ids=lambda case: case["file"])
def test_a_golden_file_is_recognised(case: dict[str, Any]):
    assert corpora.formats_of(corpora.CASES / "label_text" / case["file"])[0] == case["format"]


def test_no_other_formats_golden_file_is_taken_for_it():
    ours = {case["format"] for case in GOLDEN}
    taken = [path for path in corpora.others("label_text") if ours & set(corpora.formats_of(path)[:1])]
    assert taken == []


@pytest.mark.parametrize("file", ["senti.csv", "stance-gbk.txt", "1.19.csv", "4.1.csv"])
def test_without_an_observation_every_undated_row_is_refused(file: str):
    found = corpora.understood("label_text", file)
    assert found["rows"] == []
    assert {reason for _, reason in found["rejects"]} <= {"no_observation", "columns"}


def test_the_same_table_in_gbk_and_in_utf_8_gives_the_same_rows():
    found = [corpora.understood("label_text", file, "2020-12-31") for file in ("stance-gbk.txt", "stance-utf8.txt")]
    assert found[0] == found[1]


def test_a_day_file_under_a_full_date_stands_on_that_day(tmp_path: Path):
    path = tmp_path / "2020-01-19.csv"
    path.write_bytes((corpora.CASES / "label_text" / "1.19.csv").read_bytes())
    rows = [row for row in label_text.read_day(corpora.source(path, "2020-01-19")) if isinstance(row, dict)]
    assert [str(row["day"]) for row in rows] == ["2020-01-19"] * 4


def test_an_impossible_day_in_the_name_refuses_every_row(tmp_path: Path):
    path = tmp_path / "13.40.csv"
    path.write_bytes((corpora.CASES / "label_text" / "4.1.csv").read_bytes())
    assert [row.reason for row in label_text.read_day(corpora.source(path, "2020-12-31"))] == ["bad_time"] * 2
