"""The archive of Toutiao's hot board, with capitals in its keys."""

from pathlib import Path

import pytest

from pipeline import datasets, sources
from pipeline.errors import InputError
from pipeline.files import found
from pipeline.formats import Source
from tests.sources.hot_list_cases import counted, understood

SLUG = "toutiao-hot-search"


def read(path: Path, content: str) -> list[object]:
    path.write_text(content, encoding="utf-8")
    return list(sources.read(Source(next(found(path)), datasets.find(SLUG))))


def test_an_empty_list_gives_no_chunk(tmp_path: Path):
    assert read(tmp_path / "2022-05-18.json", "[]") == []


def test_a_name_without_a_day_is_an_input_error(tmp_path: Path):
    with pytest.raises(InputError, match=r"^latest\.json: this dataset has one file a day"):
        read(tmp_path / "latest.json", "[]")


def test_the_real_archive_is_read_whole_and_four_live_rooms_have_no_rank(shared_data: Path):
    folder = shared_data / "toutiao-hot-search" / "raw"
    assert counted(folder, SLUG) == (247, [])
    rows = [row for of in found(folder) for row in understood(of, SLUG)["rows"]]
    assert sum("rank" not in row for row in rows) == 4
    assert set(range(1, 51)) == {row["rank"] for row in rows if "rank" in row}
