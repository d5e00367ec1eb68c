"""One real run of each DAG, in process, on throw-away metadata."""

import datetime as dt
import json
import re
import shutil
from pathlib import Path

import nbformat
import pytest
from sqlalchemy import text

from pipeline import jobs, series
from pipeline.fetch import Manners
from pipeline.schema import SHANGHAI
from pipeline.settings import Settings
from pipeline.store.connection import connect, writing
from tests.archives import archive, file, login, titles

pytestmark = pytest.mark.filterwarnings("ignore")

DATASET = "sample-hot-search"
SAMPLES = Path(__file__).parents[2] / "sample_data" / DATASET


@pytest.fixture
def project(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """A project with five daily files in its landing folder, known to the tasks by its environment."""
    landing = settings.landing / DATASET
    landing.mkdir()
    for day in range(6, 11):
        shutil.copy(SAMPLES / f"2021-08-{day:02}.json", landing)
    monkeypatch.setenv("GUANCHAO_HOME", str(settings.home))
    monkeypatch.setenv("GUANCHAO_DATABASE_URL", settings.database_url)
    monkeypatch.setenv("GUANCHAO_LANDING", str(settings.landing))
    return settings


def run(dags: dict, dag_id: str, conf: dict | None = None) -> dict[str, list[str]]:
    """The states of the task instances of one run."""
    ended = dags[dag_id].test(run_conf=conf)
    states: dict[str, list[str]] = {}
    for task in ended.get_task_instances():
        states.setdefault(task.task_id, []).append(str(task.state))
    return {"run": [str(ended.state)], **states}


def count(project: Settings) -> None:
    for found in jobs.discover(project):
        jobs.ingest(project, **found)
    for chunk in jobs.plan(project):
        list(jobs.count(project, chunk))


def test_ingest_posts_ingests_a_file_a_task_and_finds_nothing_new_the_second_time(dags, project):
    assert run(dags, "ingest_posts") == {
        "run": ["success"],
        "discover": ["success"],
        "ingest": ["success"] * 5,
        "announce": ["success"],
        "all_accepted": ["success"],
    }
    assert jobs.status(project)["datasets"][0]["batches"] == 5

    again = run(dags, "ingest_posts")
    assert (again["run"], again["ingest"]) == (["success"], ["skipped"])


def test_a_refused_file_fails_the_run_with_its_name_and_does_not_hold_back_the_others(dags, project, capsys):
    (project.landing / DATASET / "2021-08-11.json").write_text("<html>")

    states = run(dags, "ingest_posts")
    assert (states["run"], states["announce"], states["all_accepted"]) == (["failed"], ["success"], ["failed"])
    assert sorted(states["ingest"]) == ["failed", *["success"] * 5]
    assert jobs.status(project)["datasets"][0]["batches"] == 5
    (told,) = re.findall(r"Not ingested \(1\):\n(.*)", capsys.readouterr().out)
    assert told.endswith("2021-08-11.json:1: not valid JSON (expecting value); fetch the file again.")


def test_ingest_posts_takes_paths_on_demand(dags, project):
    conf = {"paths": [str(SAMPLES / "2021-08-2*.json")], "dataset": DATASET}

    assert run(dags, "ingest_posts", conf)["ingest"] == ["success"] * 10
    (used,) = jobs.status(project)["datasets"]
    assert (used["batches"], str(used["first_day"])) == (10, "2021-08-20")


def test_aggregate_days_counts_what_is_stale_and_equals_the_command_line(dags, project):
    for found in jobs.discover(project):
        jobs.ingest(project, **found)

    assert run(dags, "aggregate_days") == {
        "run": ["success"],
        **{task: ["success"] for task in ("plan", "count", "gate", "alert", "announce", "all_counted")},
    }
    assert jobs.plan(project) == []
    assert series.volume(project.database_url, DATASET, "alibaba_case")["total"].notna().all()


def test_wrong_numbers_fail_the_gate_are_told_and_not_announced(dags, project):
    count(project)
    engine = connect(project.database_url)
    with writing(engine) as connection:
        connection.execute(text("update day_topic set posts = 99999 where day = '2021-08-08'"))
    engine.dispose()

    states = run(dags, "aggregate_days")
    assert {task: state for task, (state,) in states.items()} == {
        "run": "failed",
        "plan": "success",
        "count": "skipped",
        "gate": "failed",
        "alert": "success",
        "announce": "upstream_failed",
        "all_counted": "success",
    }


def test_publish_charts_publishes_an_edition_of_charts_chosen_notebooks_tables_and_a_report(dags, project, monkeypatch):
    monkeypatch.setenv("GUANCHAO_NOTEBOOKS", "topic_volume")
    count(project)

    assert run(dags, "publish_charts")["run"] == ["success"]
    latest = project.home / "published" / "latest"
    drawn = {path.name for path in (latest / "figures").iterdir()}
    assert drawn == {f"{DATASET}_{topic}.{suffix}" for topic in jobs.LEAD_TOPICS for suffix in ("png", "pdf", "csv")}
    assert "2021-08-06 to 2021-08-10" in (latest / "report.md").read_text(encoding="utf-8")
    assert {"datapackage.json", "data", "tables"} <= {path.name for path in (latest / "exports").iterdir()}

    (executed,) = (latest / "notebooks").iterdir()
    assert executed.name == f"topic_volume-{DATASET}.ipynb"
    notebook = nbformat.read(executed, as_version=4)
    assert [o for cell in notebook.cells for o in cell.get("outputs", []) if "image/png" in o.get("data", {})]
    assert "items from 2021-08-06 to 2021-08-10 mention" in json.dumps(notebook.cells[-1].outputs)
    assert not [o for cell in notebook.cells for o in cell.get("outputs", []) if o.output_type == "error"]


def test_fetch_archives_brings_what_is_there_and_a_login_page_fails_its_dataset_alone(dags, project, monkeypatch):
    yesterday = f"{dt.datetime.now(SHANGHAI) - dt.timedelta(days=1):%Y-%m-%d}"
    with archive() as server:
        server.answers = {
            f"/justjavac/weibo-trending-hot-search/HEAD/raw/{yesterday}.json": file(titles(yesterday), '"1"'),
            f"/justjavac/zhihu-trending-hot-questions/HEAD/raw/{yesterday}.json": login,
        }
        monkeypatch.setenv("GUANCHAO_FETCH_BASE", server.url)
        monkeypatch.setattr(Manners.__init__, "__defaults__", (0.0, *Manners.__init__.__defaults__[1:]))
        for slug in ("weibo-hot-search", "zhihu-hot-questions"):
            (project.landing / slug).mkdir()
        states = run(dags, "fetch_archives")

    assert sorted(states["fetch"]) == ["failed", "success"]
    assert (states["run"], states["announce"], states["all_fetched"]) == (["failed"], ["success"], ["upstream_failed"])
    assert (project.landing / "weibo-hot-search" / f"{yesterday}.json").exists()
    assert not (project.landing / "zhihu-hot-questions" / f"{yesterday}.json").exists()
