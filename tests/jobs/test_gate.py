"""The quality gate on real databases: a sound project passes, and every damage is found by the check that is meant."""

import datetime as dt
import json

import pytest
from sqlalchemy import text
from typer.testing import CliRunner

from pipeline import cli, jobs
from pipeline import gate as rules
from pipeline.jobs.gate import gate
from pipeline.store import checks
from pipeline.store.connection import connect
from pipeline.store.contradictions import contradictions
from tests.conftest import new_postgres_database
from tests.jobs import projects
from tests.jobs.projects import damaged

TODAY = dt.date(2021, 8, 10)
DATABASES = ["sqlite", "postgresql"]


@pytest.fixture(scope="module", params=DATABASES)
def project(request, tmp_path_factory, method):
    folder = tmp_path_factory.mktemp("gate")
    postgres = request.param == "postgresql"
    url = new_postgres_database(request.getfixturevalue("postgres_server"), folder.name) if postgres else None
    settings = projects.made(folder, url)
    projects.add_everything(settings, folder)
    projects.counted(settings, method)
    return settings


@pytest.fixture(scope="module")
def engine(project):
    engine = connect(project.database_url)
    yield engine
    engine.dispose()


def found(project, days=None, today=TODAY) -> list[tuple[str, str, str, str | None]]:
    return [(f["check"], f["level"], f["dataset"], f["day"]) for f in gate(project, days, today=today)]


def test_a_sound_project_has_no_finding(project):
    assert gate(project, today=TODAY) == []


AUGUST_8 = "where dataset = 'mine' and day = '2021-08-08'"
CASE = f"{AUGUST_8} and topic = 'alibaba_case'"
HOUR = "where dataset = 'mine' and topic = 'alibaba_case' and hour = '2021-08-08 09:00:00.000000'"
BOARD = "where dataset = 'weibo-board-hourly' and topic = 'kris_wu'"
DAMAGE = {
    "more originals than posts": ("total", f"update day_total set originals = posts + 1 {AUGUST_8}"),
    "fewer than none": ("total", f"update day_total set tokens = -1 {AUGUST_8}"),
    "more posts than rows of its files": ("total", f"update day_total set posts = 13 {AUGUST_8}"),
    "a count without its files": ("total", f"delete from batch_day {AUGUST_8}"),
    "a topic over its total": ("over", f"update day_topic set posts = 13 {CASE}"),
    "quoted beyond the day": ("topic", f"update day_topic set quoted_only = 7 {CASE}"),
    "more authors than posts": ("topic", f"update day_topic set authors = 7 {CASE}"),
    "more deleted than posts": ("topic", f"update day_topic set deleted = 7 {CASE}"),
    "a topic without its row": ("rows", f"delete from day_topic {CASE}"),
    "a topic without the rows of its terms": ("term", f"delete from day_term {CASE}"),
    "rows without a total": ("rows", f"delete from day_total {AUGUST_8}"),
    "a term over its topic": ("term", f"update day_term set posts = 7, mentions = 7 {CASE}"),
    "more posts than mentions": ("term", f"update day_term set mentions = 1 {CASE} and posts > 1"),
    "terms that do not make up the topic": ("term", f"update day_term set posts = 0, mentions = 0 {CASE}"),
    "a pair over its topics": ("pair", f"update day_pair set posts = 7 {AUGUST_8}"),
    "a pair of no topic": (
        "pair",
        f"update day_pair set topic_a = topic_b, topic_b = 'zzz' {AUGUST_8} and topic_a = 'alibaba_case'",
    ),
    "a word over the day": ("word", f"update day_word set posts = 13, mentions = 13 {AUGUST_8}"),
    "words over the tokens": ("word", f"update day_total set tokens = 1 {AUGUST_8}"),
    "hours over the day": ("hour", f"update hour_topic set posts = posts + 6, total = total + 6 {HOUR}"),
    "hours that lack posts": ("hour", f"update hour_topic set posts = 0 {HOUR}"),
    "an hour over its total": ("hour", f"update hour_topic set posts = 3 {HOUR}"),
    "an hour without its row": ("hour", f"delete from hour_topic {HOUR}"),
    "titles that are no posts": ("board", f"update day_board set titles = titles + 1 {BOARD}"),
    "hours of the clock beyond 24": ("board", f"update day_board set hours = 25 {BOARD}"),
    "hours that were not observed": ("board", f"update day_board set hours = hours + 1 {BOARD} and hours > 0"),
    "a better rank in an observation": ("board", f"update hour_board set best_rank = 0 {BOARD} and titles > 0"),
    "more hotness in an observation": ("board", f"update hour_board set max_hotness = 99999999999 {BOARD}"),
    "rows of a batch that do not add up": ("batch", "update batch set rows = rows + 1 where dataset = 'mine'"),
    "a refused row that is not on record": ("batch", "delete from reject where dataset = 'mine'"),
}


@pytest.mark.parametrize(("check", "statement"), DAMAGE.values(), ids=DAMAGE)
def test_a_damaged_table_is_found(project, engine, check, statement):
    with engine.connect() as connection, connection.begin() as transaction:
        assert connection.execute(text(statement)).rowcount > 0
        findings = [*rules.contradictions(contradictions(connection, None))]
        findings += rules.batches(checks.batches(connection), {})
        transaction.rollback()

    assert check in {finding.check for finding in findings if finding.level == "fail" and finding.rows}


def test_a_failure_names_topic_day_and_the_offending_row(project):
    with damaged(project, f"update day_topic set posts = 13 {CASE}"):
        findings = gate(project, today=TODAY)

    assert json.loads(json.dumps(findings)) == findings
    (over,) = [finding for finding in findings if finding["check"] == "over"]
    assert (over["dataset"], over["day"], over["topic"]) == ("mine", "2021-08-08", "alibaba_case")
    assert over["rows"] == [
        {"topic": "alibaba_case", "posts": 13, "quoted_only": 0, "evasion_only": 0, "originals": 6, "authors": 6}
        | {"deleted": 0, "total": 12}
    ]
    assert "a topic has more than all items of the day (topic alibaba_case, posts 13" in over["sentence"]


def test_days_that_were_not_asked_for_are_not_judged(project):
    with damaged(project, f"update day_topic set posts = 13 {CASE}"):
        assert (
            found(project, [{"dataset": "mine", "day": "2021-08-09"}, {"dataset": "other", "day": "2021-08-08"}]) == []
        )
        assert ("over", "fail", "mine", "2021-08-08") in found(project, [{"dataset": "mine", "day": "2021-08-08"}])
        assert found(project, []) == []


def test_a_day_in_the_future_is_a_failure_whatever_was_asked_for(project):
    assert ("future", "fail", "mine", "2021-08-09") in found(project, [], today=dt.date(2021, 8, 8))


def test_a_batch_with_more_refused_rows_than_its_entry_allows_is_a_warning(project):
    entry = project.registry / "mine.toml"
    try:
        entry.write_text(projects.MINE.replace("0.3", "0.01"))
        (reject,) = gate(project, today=TODAY)
    finally:
        entry.write_text(projects.MINE)

    assert (reject["check"], reject["level"]) == ("reject", "warn")
    assert reject["sentence"] == "posts.csv of mine: 5.9% of its 17 rows were refused, over the limit of 1.0%."


def test_a_daily_dataset_without_data_for_three_days_is_silent(project):
    assert found(project, today=dt.date(2021, 8, 12)) == []
    assert found(project, [], today=dt.date(2021, 8, 13)) == [("silent", "warn", "weibo-hot-search", "2021-08-09")]


def test_an_archive_that_has_ended_is_never_silent(settings, method, tmp_path):
    projects.add_boards(settings, tmp_path, {"2021-03-01": ["a"]}, "zhihu-hot-videos")
    projects.counted(settings, method)

    assert [f for f in gate(settings, today=TODAY) if f["check"] == "silent"] == []


def test_an_old_part_of_a_live_archive_is_not_silent(settings, method):
    for day in range(1, 4):
        path = settings.landing / "weibo-hot-search" / f"2021-08-{day:02}.json"
        path.parent.mkdir(exist_ok=True)
        path.write_text('[{"url": "/", "title": "天气"}]')
    for file in jobs.discover(settings):
        jobs.ingest(settings, **file)
    projects.counted(settings, method)

    assert gate(settings) == []


def test_empty_files_tell_of_silence_earlier(settings, method, tmp_path):
    boards = {"2021-08-07": ["天气"], "2021-08-08": ["天气"], "2021-08-09": [], "2021-08-10": []}
    projects.add_boards(settings, tmp_path, boards)
    projects.counted(settings, method)

    (silent,) = gate(settings, today=dt.date(2021, 8, 11))
    assert silent["day"] == "2021-08-08"
    assert [row["day"] for row in silent["rows"]] == ["2021-08-09", "2021-08-10"]


def test_a_volume_far_from_the_usual_is_a_warning(settings, method, tmp_path):
    boards = {f"2021-08-{day:02}": [f"天气{n}" for n in range(20)] for day in range(1, 16)}
    projects.add_boards(settings, tmp_path, boards | {"2021-08-16": [f"天气{n}" for n in range(60)]})
    projects.counted(settings, method)

    (volume,) = gate(settings, today=dt.date(2021, 8, 17))
    assert (volume["check"], volume["level"], volume["day"]) == ("volume", "warn", "2021-08-16")
    assert volume["rows"] == [{"posts": 60, "median": 20.0, "z": 8.94}]


def test_the_command_exits_with_1_when_a_check_fails_and_with_0_when_something_is_odd(project):
    env = {"GUANCHAO_HOME": str(project.home), "GUANCHAO_DATABASE_URL": project.database_url}
    odd = CliRunner().invoke(cli.app, ["gate"], env=env)
    with damaged(project, f"update day_topic set posts = 13 {CASE}"):
        wrong = CliRunner().invoke(cli.app, ["gate", "--json"], env=env)

    assert (odd.exit_code, wrong.exit_code) == (0, 1)
    assert odd.output.startswith("warn silent: weibo-hot-search has gone silent")
    assert odd.output.endswith("0 failures, 1 warning.\n")
    assert {"over", "silent"} <= {finding["check"] for finding in json.loads(wrong.output)}
