"""Posts and comments of the sexism corpus."""

from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from pipeline import sources
from pipeline.schema import Reject
from tests.sources import corpora

GOLDEN = corpora.expected("swsr")


@pytest.mark.parametrize("case", GOLDEN, ids=lambda case: f"{case['file']}-{case['observed']}")
def test_a_golden_file_becomes_these_rows_and_rejects(case: dict[str, Any]):
    found = corpora.understood("swsr", case["file"], case["observed"])
    assert found == {"rows": case["rows"], "rejects": case["rejects"]}


@pytest.mark.parametrize("case", GOLDEN, ids=lambda case: case["file"])
def test_a_golden_file_is_recognised(case: dict[str, Any]):
    assert corpora.formats_of(corpora.CASES / "swsr" / case["file"])[0] == case["format"]


def test_no_other_formats_golden_file_is_taken_for_it():
    ours = {case["format"] for case in GOLDEN}
    taken = [path for path in corpora.others("swsr") if ours & set(corpora.formats_of(path)[:1])]
    assert taken == []


def test_a_comment_takes_neither_its_parents_time_nor_its_id():
    (case,) = [case for case in GOLDEN if case["file"] == "comments.csv"]
    assert [row["post_id"] for row in case["rows"]] == ["0", "2"]
    assert [row["day"][:4] for row in case["rows"]] == ["2020", "2020"]


@pytest.mark.parametrize(
    ("name", "format_", "kept", "refused"),
    [
        ("SexWeibo.csv", "swsr_posts", 1_524, {"time_conflict": 3}),
        ("SexComment.csv", "swsr_comments", 8_769, {"bad_time": 200}),
    ],
)
def test_the_real_files_are_read_whole(shared_data: Path, name: str, format_: str, kept: int, refused: dict[str, int]):
    path = shared_data / "swsr-sexism" / name
    read = list(sources.chosen(corpora.source(path)).rows(corpora.source(path)))
    rejects = Counter(row.reason for row in read if isinstance(row, Reject))
    assert corpora.formats_of(path) == [format_]
    assert (len(read) - rejects.total(), rejects) == (kept, refused)
