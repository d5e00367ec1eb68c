"""Ingesting files: what is refused, what is a gap, what is left behind."""

import json
import shutil
from pathlib import Path

import pytest

from pipeline import jobs
from pipeline.errors import InputError
from pipeline.settings import Settings

ROOT = Path(__file__).parents[2]
SAMPLES = ROOT / "sample_data"


def board(folder: Path, day: str, *titles: str) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{day}.json"
    path.write_text(json.dumps([{"url": "/", "title": title} for title in titles], ensure_ascii=False))
    return path


def used(settings: Settings) -> list[dict]:
    return jobs.status(settings)["datasets"]


def test_two_empty_files_of_different_days_are_two_gaps_although_their_bytes_are_equal(settings, tmp_path):
    for day in ("2022-01-01", "2022-01-02"):
        jobs.ingest(settings, str(board(tmp_path, day)), "weibo-hot-search")

    gaps = [str(row["day"]) for row in jobs.status(settings)["gaps"]["weibo-hot-search"]]
    assert {"2022-01-01", "2022-01-02"} <= set(gaps)
    assert used(settings)[0]["batches"] == 2


def test_the_same_bytes_under_another_name_are_not_ingested_twice(settings, tmp_path):
    copy = tmp_path / "copy.csv"
    original = SAMPLES / "sample-weibo-search" / "2021-07-20.csv"
    shutil.copy(original, copy)

    assert jobs.ingest(settings, str(original), "sample-weibo-search")["new"] is True
    assert jobs.ingest(settings, str(copy), "sample-weibo-search")["new"] is False


BAD = {
    "a missing file": ("nothing.json", None, r"nothing\.json: no such file"),
    "malformed JSON": ("2021-08-08.json", '[{"title": "甲"},\n{"title"', r"2021-08-08\.json:2: not valid JSON"),
    "a name without a day": ("board.json", "[]", r"board\.json: this dataset has one file a day"),
    "an object instead of a list": ("2021-08-08.json", "{}", "expected a JSON list"),
    "only rows without text": (
        "2021-08-08.json",
        '[{"url": "/"}]',
        r"2021-08-08\.json:1: none of its 1 rows .*no_text",
    ),
}


@pytest.mark.parametrize(("name", "content", "message"), BAD.values(), ids=BAD)
def test_bad_input_is_one_sentence_and_leaves_no_trace(settings, tmp_path, name, content, message):
    path = tmp_path / name
    if content is not None:
        path.write_text(content)

    with pytest.raises(InputError, match=message) as refusal:
        jobs.ingest(settings, str(path), "weibo-hot-search")

    assert "\n" not in str(refusal.value)
    assert used(settings) == []
    assert list(settings.lake.rglob("*")) == []


def test_an_unknown_dataset_is_answered_with_the_nearest_names(settings, tmp_path):
    with pytest.raises(InputError, match="There is no dataset 'weibo-hotsearch'; did you mean weibo-hot-search"):
        jobs.ingest(settings, str(board(tmp_path, "2021-08-08", "甲")), "weibo-hotsearch")


def test_a_row_without_a_title_is_a_counted_reject_beside_good_ones(settings, tmp_path):
    path = tmp_path / "2021-08-08.json"
    path.write_text('[{"title": "甲"}, {"url": "/"}, {"title": " "}]')

    assert jobs.ingest(settings, str(path), "weibo-hot-search") | {"path": ""} == {
        "path": "",
        "dataset": "weibo-hot-search",
        "new": True,
        "posts": 1,
        "rejected": 2,
        "days": ["2021-08-08"],
        "gaps": [],
    }
    assert jobs.status(settings)["rejects"] == [{"dataset": "weibo-hot-search", "reason": "no_text", "lines": 2}]


def test_posts_with_authors_need_the_key(settings):
    settings.key_file.unlink()

    with pytest.raises(InputError, match="no pseudonym key yet; run `guanchao init`"):
        jobs.ingest(settings, str(SAMPLES / "sample-weibo-search" / "2021-07-20.csv"), "sample-weibo-search")
    assert list(settings.lake.rglob("*")) == []


def test_discover_finds_each_new_file_of_the_landing_folders_once(settings, tmp_path):
    board(settings.landing / "weibo-hot-search", "2021-08-08", "甲")
    board(settings.landing / "weibo-hot-search", "2021-08-09", "乙")
    (settings.landing / "zhihu-hot-questions").mkdir()
    board(settings.landing / "not-registered", "2021-08-09", "乙")

    first, second = jobs.discover(settings)
    jobs.ingest(settings, **first)
    assert jobs.discover(settings) == [second]
