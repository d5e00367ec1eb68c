"""Archives are kept up to date: which, since when, and what fails a run."""

import datetime as dt
from collections.abc import Iterator

import pytest

from pipeline.errors import InputError
from pipeline.fetch import Manners
from pipeline.jobs.arrivals import bring, wanted
from tests.archives import Archive, archive, file, login, status, titles

HASTY = Manners(pause=0, timeout=0.5, attempts=1, backoff=0, longest_wait=1)
SLUG = "weibo-hot-search"
RAW = "/justjavac/weibo-trending-hot-search/HEAD/raw/"
TODAY = dt.date(2021, 8, 20)


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Archive]:
    with archive() as running:
        monkeypatch.setenv("GUANCHAO_FETCH_BASE", running.url)
        yield running


def test_a_landing_folder_asks_for_its_dataset_unless_the_archive_has_ended(settings):
    for slug in (SLUG, "zhihu-hot-videos", "sample-posts"):
        (settings.landing / slug).mkdir()

    assert wanted(settings) == [SLUG]
    assert wanted(settings, ["zhihu-hot-videos"]) == ["zhihu-hot-videos"]
    with pytest.raises(InputError, match="There is no dataset with"):
        wanted(settings, ["sample-posts"])


def days(server: Archive) -> list[str]:
    return [request.path.removeprefix(RAW).removesuffix(".json") for request in server.requests]


def test_the_last_seven_days_are_asked_for_and_one_that_is_not_there_yet_is_no_failure(settings, server):
    server.answers = {f"{RAW}2021-08-{day}.json": file(titles(f"2021-08-{day}"), f'"{day}"') for day in (16, 17, 18)}

    assert bring(settings, SLUG, manners=HASTY, today=TODAY) == {"fetched": 3, "unchanged": 0, "absent": 4}
    assert days(server) == [f"2021-08-{day}" for day in range(13, 20)]
    assert bring(settings, SLUG, manners=HASTY, today=TODAY) == {"fetched": 0, "unchanged": 3, "absent": 4}


def test_after_a_long_pause_all_days_since_the_newest_file_are_asked_for(settings, server):
    (settings.landing / SLUG).mkdir()
    for name in ("2021-08-08.json", "2021-08-09.json", "notes.json"):
        (settings.landing / SLUG / name).write_text("[]")

    bring(settings, SLUG, manners=HASTY, today=TODAY)
    assert days(server)[0] == "2021-08-10"


def test_a_span_that_is_asked_for_is_taken_as_it_is(settings, server):
    bring(settings, SLUG, "2021-08-01", "2021-08-02", manners=HASTY, today=TODAY)
    assert days(server) == ["2021-08-01", "2021-08-02"]


def test_a_login_page_fails_for_good_and_a_server_that_is_down_for_now(settings, server):
    server.answers = {f"{RAW}2021-08-01.json": login, f"{RAW}2021-08-02.json": status(503)}

    with pytest.raises(InputError, match=r"Refused \(1\):\n.*2021-08-01\.json: is a web page"):
        bring(settings, SLUG, "2021-08-01", "2021-08-01", manners=HASTY, today=TODAY)
    with pytest.raises(
        ConnectionError, match=r"Refused \(2\):\n.*2021-08-01.*\n.*2021-08-02\.json: the server is busy"
    ):
        bring(settings, SLUG, "2021-08-01", "2021-08-02", manners=HASTY, today=TODAY)
