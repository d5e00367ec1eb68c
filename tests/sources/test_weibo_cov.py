"""Posts of Weibo-COV."""

from pathlib import Path
from typing import Any

import pytest

from pipeline.errors import InputError
from pipeline.sources import weibo_cov
from tests.sources import corpora

GOLDEN = corpora.expected("weibo_cov")


@pytest.mark.parametrize("case", GOLDEN, ids=lambda case: f"{case['file']}-{case['observed']}")
def test_a_golden_file_becomes_these_rows_and_rejects(case: dict[str, Any]):
    found = corpora.understood("weibo_cov", case["file"], case["observed"])
    assert found == {"rows": case["rows"], "rejects": case["rejects"]}


@pytest.mark.parametrize("case", GOLDEN, ids=lambda case: case["file"])
def test_a_golden_file_is_recognised(case: dict[str, Any]):
    assert corpora.formats_of(corpora.CASES / "weibo_cov" / case["file"])[0] == case["format"]


def test_no_other_formats_golden_file_is_taken_for_it():
    ours = {case["format"] for case in GOLDEN}
    taken = [path for path in corpora.others("weibo_cov") if ours & set(corpora.formats_of(path)[:1])]
    assert taken == []


def test_a_file_without_the_content_column_is_an_input_error(tmp_path: Path):
    path = tmp_path / "posts.csv"
    path.write_text("_id,created_at\nK1,2020-04-01 00:00\n", encoding="utf-8")
    with pytest.raises(InputError, match=r"posts\.csv:1: its header lacks content; this is another format\.$"):
        list(weibo_cov.read(corpora.source(path)))
