"""Posts of Weiboscope."""

from typing import Any

import pytest

from tests.sources import corpora

GOLDEN = corpora.expected("weiboscope")


@pytest.mark.parametrize("case", GOLDEN, ids=lambda case: f"{case['file']}-{case['observed']}")
def test_a_golden_file_becomes_these_rows_and_rejects(case: dict[str, Any]):
    found = corpora.understood("weiboscope", case["file"], case["observed"])
    assert found == {"rows": case["rows"], "rejects": case["rejects"]}


@pytest.mark.parametrize("case", GOLDEN, ids=lambda case: case["file"])
def test_a_golden_file_is_recognised(case: dict[str, Any]):
    assert corpora.formats_of(corpora.CASES / "weiboscope" / case["file"])[0] == case["format"]


def test_no_other_formats_golden_file_is_taken_for_it():
    ours = {case["format"] for case in GOLDEN}
    taken = [path for path in corpora.others("weiboscope") if ours & set(corpora.formats_of(path)[:1])]
    assert taken == []
