"""The hourly history of Weibo's hot search, whose time stands in folder and name."""

import gzip
import shutil
import zipfile
from pathlib import Path

import pytest

from pipeline.errors import InputError
from pipeline.files import found
from tests.sources.hot_list_cases import CASES, counted, expected, understood

MODULE, SLUG = "weibo_hot_history", "weibo-hot-history"
EXPECTED = expected(MODULE)


def test_inside_an_archive_folder_and_name_tell_the_time_too(tmp_path: Path):
    with zipfile.ZipFile(tmp_path / "2001-01-01.zip", "w") as archive:
        for name in ("2024-05-20/23.json", "2025-08-08/summary.json"):
            archive.writestr(f"repository-main/api/{name}", (CASES / MODULE / name).read_bytes())
    hour, summary = (understood(of, SLUG) for of in found(tmp_path / "2001-01-01.zip"))
    assert EXPECTED["2024-05-20/23.json"] == hour
    assert EXPECTED["2025-08-08/summary.json"] == summary


def test_a_compressed_file_is_named_like_the_plain_one(tmp_path: Path):
    path = tmp_path / "2024-05-20" / "23.json.gz"
    path.parent.mkdir()
    path.write_bytes(gzip.compress((CASES / MODULE / "2024-05-20/23.json").read_bytes()))
    assert EXPECTED["2024-05-20/23.json"] == understood(next(found(path)), SLUG)


@pytest.mark.parametrize("place", ["api/23.json", "2025-08-08/24.json", "2025-13-08/00.json", "2025-08-08/now.json"])
def test_a_file_in_another_place_is_an_input_error_that_says_where_it_belongs(tmp_path: Path, place: str):
    path = tmp_path / place
    path.parent.mkdir()
    shutil.copy(CASES / MODULE / "2024-05-20/23.json", path)
    with pytest.raises(InputError, match=r"\.json: day and hour .* under YYYY-MM-DD/HH\.json or"):
        understood(next(found(path)), SLUG)


def test_the_real_archive_is_read_whole(shared_data: Path):
    assert counted(shared_data / "weibo-hot-history-lxw" / "api", SLUG) == (1_542, [])


def test_a_real_day_has_twenty_hours_and_a_summary_of_436_titles(shared_data: Path):
    day = shared_data / "weibo-hot-history-lxw" / "api" / "2025-08-08"
    rows = [row for of in found(day) for row in understood(of, SLUG)["rows"]]
    assert len(rows) == 1_490
    assert len({row["observed_at"] for row in rows if "observed_at" in row}) == 20
    assert len({row["title"] for row in rows if "observed_at" not in row}) == 436
    assert all(("hotness" in row) != ("is_ad" in row) for row in rows)
