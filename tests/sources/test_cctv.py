"""Posts of an account's page."""

import datetime as dt
from pathlib import Path
from typing import Any

import pytest

from pipeline import sources
from pipeline.schema import Reject
from tests.sources import corpora

GOLDEN = corpora.expected("cctv")


@pytest.mark.parametrize("case", GOLDEN, ids=lambda case: f"{case['file']}-{case['observed']}")
def test_a_golden_file_becomes_these_rows_and_rejects(case: dict[str, Any]):
    found = corpora.understood("cctv", case["file"], case["observed"])
    assert found == {"rows": case["rows"], "rejects": case["rejects"]}


@pytest.mark.parametrize("case", GOLDEN, ids=lambda case: case["file"])
def test_a_golden_file_is_recognised(case: dict[str, Any]):
    assert corpora.formats_of(corpora.CASES / "cctv" / case["file"])[0] == case["format"]


def test_no_other_formats_golden_file_is_taken_for_it():
    ours = {case["format"] for case in GOLDEN}
    taken = [path for path in corpora.others("cctv") if ours & set(corpora.formats_of(path)[:1])]
    assert taken == []


def test_the_real_file_has_350_posts_and_42_blank_rows(shared_data: Path):
    path = shared_data / "cctv-weibo-2020" / "sina_cctv_list_9.csv"
    found = list(sources.chosen(corpora.source(path)).rows(corpora.source(path)))
    rows = [row for row in found if not isinstance(row, Reject)]
    assert corpora.formats_of(path) == ["cctv"]
    assert len(rows) == 350
    assert [reject.reason for reject in found if isinstance(reject, Reject)] == ["blank"] * 42
    assert sum(row["truncated"] for row in rows) == 248
    assert {row["day"] for row in rows} == {dt.date(2020, 1, day) for day in (25, 26, 27, 28)}


def test_the_id_gives_the_year_whenever_the_page_was_seen():
    found = [corpora.understood("cctv", "list_1.csv", seen)["rows"][0]["day"] for seen in (None, "2021-06-01")]
    assert found == ["2020-05-31", "2020-05-31"]
