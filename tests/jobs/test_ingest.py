"""Ingesting files: what is refused, what is a gap, what is left behind."""

import gzip
import json
import shutil
import zipfile
from pathlib import Path

import pytest

from pipeline import jobs
from pipeline.errors import InputError
from pipeline.files import found
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
        r"2021-08-08\.json:1: 100\.0% of its 1 rows were refused \(no_text 1\), over the limit",
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
    assert [path for path in settings.lake.rglob("*") if path.is_file()] == []


def test_an_unknown_dataset_is_answered_with_the_nearest_names(settings, tmp_path):
    with pytest.raises(InputError, match="There is no dataset 'weibo-hotsearch'; did you mean weibo-hot-search"):
        jobs.ingest(settings, str(board(tmp_path, "2021-08-08", "甲")), "weibo-hotsearch")


def test_a_row_without_a_title_is_a_counted_reject_beside_good_ones(settings, tmp_path):
    path = tmp_path / "2021-08-08.json"
    path.write_text('[{"title": "甲"}, {"url": "/"}, {"title": " "}]')

    assert jobs.ingest(settings, str(path), "weibo-hot-search", max_reject_share=0.7) == {
        "path": str(path),
        "dataset": "weibo-hot-search",
        "format": "hot_search_json",
        "new": True,
        "posts": 1,
        "rejected": 2,
        "days": ["2021-08-08"],
        "gaps": {},
    }
    assert jobs.status(settings)["rejects"] == [{"dataset": "weibo-hot-search", "reason": "no_text", "lines": 2}]


def test_posts_with_authors_need_the_key(settings):
    settings.key_file.unlink()

    with pytest.raises(InputError, match="no pseudonym key yet; run `guanchao init`"):
        jobs.ingest(settings, str(SAMPLES / "sample-weibo-search" / "2021-07-20.csv"), "sample-weibo-search")
    assert [path for path in settings.lake.rglob("*") if path.is_file()] == []


def test_discover_finds_each_new_file_of_the_landing_folders_once(settings, tmp_path):
    board(settings.landing / "weibo-hot-search", "2021-08-08", "甲")
    board(settings.landing / "weibo-hot-search", "2021-08-09", "乙")
    (settings.landing / "zhihu-hot-questions").mkdir()
    board(settings.landing / "not-registered", "2021-08-09", "乙")

    first, second = jobs.discover(settings)
    jobs.ingest(settings, **first)
    assert jobs.discover(settings) == [second]


def test_too_many_rejects_refuse_the_file_whole_and_say_why_and_how_to_go_on(settings, tmp_path):
    path = tmp_path / "2021-08-08.json"
    path.write_text('[{"title": "甲"}, {"url": "/"}, {"title": " "}, "x"]')

    with pytest.raises(InputError, match=r"2021-08-08\.json:2: 75\.0% of its 4 rows were refused") as refusal:
        jobs.ingest(settings, str(path), "weibo-hot-search")

    assert "(no_text 2, not_an_object 1), over the limit of 5.0%" in str(refusal.value)
    assert "--max-reject-share" in str(refusal.value)
    assert used(settings) == []
    assert [path for path in settings.lake.rglob("*") if path.is_file()] == []


def test_a_few_rejects_are_within_the_limit(settings, tmp_path):
    path = tmp_path / "2021-08-08.json"
    path.write_text(json.dumps([{"title": f"题{n}"} for n in range(19)] + [{"url": "/"}]))
    assert jobs.ingest(settings, str(path), "weibo-hot-search")["rejected"] == 1


def test_a_member_of_an_archive_is_ingested_under_the_name_that_is_shown(settings, tmp_path):
    archive = tmp_path / "boards.zip"
    with zipfile.ZipFile(archive, "w") as packed:
        packed.writestr("raw/2021-08-08.json", '[{"title": "甲"}]')
        packed.writestr("raw/2021-08-09.json", '[{"title": "乙"}, {"title": "丙"}]')

    done = jobs.ingest(settings, f"{archive}!raw/2021-08-09.json", "weibo-hot-search")

    assert (done["posts"], done["days"]) == (2, ["2021-08-09"])


def test_the_same_content_packed_is_not_ingested_twice(settings, tmp_path):
    path = board(tmp_path, "2021-08-08", "甲")
    packed = tmp_path / "2021-08-08.json.gz"
    packed.write_bytes(gzip.compress(path.read_bytes()))

    assert jobs.ingest(settings, str(path), "weibo-hot-search")["new"] is True
    assert jobs.ingest(settings, str(packed), "weibo-hot-search")["new"] is False


UNDATED = """\
slug = "senti"
title = "Labels"
platform = "weibo"
kind = "posts"
source = "here"
licence = "MIT"
basis = "Synthetic."
citation = "Me."
sampling = "All of it."
"""


def test_rows_without_a_date_stand_on_the_day_that_is_given_or_named(settings, tmp_path):
    settings.registry.mkdir(parents=True, exist_ok=True)
    (settings.registry / "senti.toml").write_text(UNDATED, encoding="utf-8")
    plain, named = tmp_path / "senti.csv", tmp_path / "senti_2021-08-09.csv"
    plain.write_text("label,review\n1,甲\n", encoding="utf-8")
    named.write_text("label,review\n1,乙\n", encoding="utf-8")

    with pytest.raises(InputError, match="no_observation 1"):
        jobs.ingest(settings, str(plain), "senti")
    assert jobs.ingest(settings, str(plain), "senti", observed_at="2021-08-08")["days"] == ["2021-08-08"]
    assert jobs.ingest(settings, str(named), "senti")["days"] == ["2021-08-09"]


def test_an_observation_that_is_no_date_is_one_sentence(settings, tmp_path):
    with pytest.raises(InputError, match=r"^--observed-at 'soon' is no date or time; write 2021-08-08"):
        jobs.ingest(settings, str(board(tmp_path, "2021-08-08", "甲")), "weibo-hot-search", observed_at="soon")


UNFETCHED = {
    "a link to nowhere": (None, "the file is listed but absent"),
    "a login page": (
        "<!DOCTYPE html>\n<html><head><title>Sina Visitor System</title></head></html>",
        "the archive stored a login page (Sina Visitor System) instead of data",
    ),
    "a Git LFS pointer": (
        "version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n",
        "a pointer stands in the place of the file, which was not fetched",
    ),
}


@pytest.mark.parametrize(("content", "why"), UNFETCHED.values(), ids=UNFETCHED)
def test_a_daily_file_that_was_never_fetched_is_a_gap_with_its_reason(settings, tmp_path, content, why):
    path = tmp_path / "files" / "2021-08-08.json"
    path.parent.mkdir()
    if content is None:
        path.symlink_to(tmp_path / "objects" / "gone")
    else:
        path.write_text(content)
    (file,) = found(path.parent)

    assert jobs.ingest(settings, file, "weibo-hot-search")["gaps"] == {"2021-08-08": why}
