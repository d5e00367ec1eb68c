"""Every real file beside a checkout ingests, and its rows are those that its own description counts."""

from pathlib import Path

import pytest

from pipeline import jobs
from pipeline.files import found

DAYS_OF_LOGIN_PAGES = {
    "2021-09-24": "the archive stored a login page (Sina Visitor System) instead of data",
    "2025-09-15": "the archive stored a login page (Sina Visitor System) instead of data",
}

DESCRIBED = {
    "weibo-hot-search": ("weibo-hot-search/raw", None, 16_777, {}),
    "zhihu-hot-questions": ("zhihu-hot-questions/raw", None, 3_658, {}),
    "zhihu-top-search": ("zhihu-top-search/raw", None, 157, {"undefined": 1}),
    "toutiao-hot-search": ("toutiao-hot-search/raw", None, 247, {}),
    "weibo-hot-history": ("weibo-hot-history-lxw/api", None, 1_542, {}),
    "weibo-board-hourly": ("weibo-board-hourly/*.csv.gz", None, 24_018, {}),
    "weibo-hot-hub": ("weibo-board-hourly/raw/hot-search-*", None, 104, {}),
    "weibo-hot-topics": ("weibo-board-hourly/raw/hot-topic-*", None, 50, {}),
    "cctv-weibo-2020": ("cctv-weibo-2020", "2020-01-29", 392, {"blank": 42}),
    "swsr": ("swsr-sexism", None, 1_527 + 8_969, {"bad_time": 200, "time_conflict": 3}),
}


@pytest.mark.parametrize(
    ("dataset", "place", "observed_at", "rows", "refused"),
    [(dataset, *described) for dataset, described in DESCRIBED.items()],
    ids=DESCRIBED,
)
def test_a_real_collection_has_the_rows_that_its_description_counts(
    settings, shared_data: Path, dataset: str, place: str, observed_at: str | None, rows: int, refused: dict[str, int]
):
    done = [jobs.ingest(settings, file, dataset, observed_at) for file in found(shared_data / place)]

    reasons = {row["reason"]: row["lines"] for row in jobs.status(settings)["rejects"]}
    assert sum(row["posts"] + row["rejected"] for row in done) == rows
    assert reasons == refused


def test_a_login_page_stored_as_data_is_a_gap_with_its_reason(settings, shared_data: Path):
    gaps: dict[str, str] = {}
    for file in found(shared_data / "weibo-board-hourly" / "raw" / "hot-search-*"):
        gaps |= jobs.ingest(settings, file, "weibo-hot-hub")["gaps"]

    assert gaps == DAYS_OF_LOGIN_PAGES
