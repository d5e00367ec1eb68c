"""Hourly states of Weibo's hot-search board as CSV."""

from pathlib import Path

from pipeline.files import found
from tests.sources.hot_list_cases import understood

SLUG = "weibo-board-hourly"


def test_the_real_table_is_read_whole_with_its_scrapes_and_what_is_pinned_or_sold(shared_data: Path):
    folder = shared_data / "weibo-board-hourly"
    (of,) = (of for of in found(folder) if of.suffix == ".csv")
    told = understood(of, SLUG)
    assert (told["format"], len(told["rows"]), told["rejects"]) == ("weibo_board_csv", 24_018, [])
    assert len({row["observed_at"] for row in told["rows"]}) == 462
    assert sum("is_ad" in row for row in told["rows"]) == 462 + 456 + 4
    assert all(("rank" in row) == ("hotness" in row) == ("is_ad" not in row) for row in told["rows"])
    assert {f"2021-08-{day:02}" for day in range(1, 21)} == {row["day"] for row in told["rows"]}
