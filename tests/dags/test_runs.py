"""One real run of each DAG, in process, on throw-away metadata."""

import json
import shutil
from pathlib import Path

import nbformat
import pytest

from pipeline import jobs, series
from pipeline.settings import Settings

pytestmark = [pytest.mark.xdist_group("airflow"), pytest.mark.filterwarnings("ignore")]

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


def run(dags: dict, dag_id: str) -> dict[str, list[str]]:
    """The states of the task instances of one run."""
    ended = dags[dag_id].test()
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

    assert run(dags, "ingest_posts")["ingest"] == ["skipped"]


def test_a_refused_file_fails_the_run_and_does_not_hold_back_the_others(dags, project):
    (project.landing / DATASET / "2021-08-11.json").write_text("<html>")

    states = run(dags, "ingest_posts")
    assert (states["run"], states["announce"]) == (["failed"], ["success"])
    assert sorted(states["ingest"]) == ["failed", *["success"] * 5]
    assert jobs.status(project)["datasets"][0]["batches"] == 5


def test_aggregate_days_counts_what_is_stale_and_equals_the_command_line(dags, project):
    for found in jobs.discover(project):
        jobs.ingest(project, **found)

    assert run(dags, "aggregate_days")["run"] == ["success"]
    assert jobs.plan(project) == []
    assert series.volume(project.database_url, DATASET, "alibaba_case")["total"].notna().all()


def test_publish_charts_draws_the_lead_topics_and_executes_the_notebook(dags, project):
    count(project)

    assert run(dags, "publish_charts")["run"] == ["success"]
    drawn = {path.name for path in project.figures.iterdir()}
    wanted = {f"{DATASET}_{topic}.{suffix}" for topic in jobs.LEAD_TOPICS for suffix in ("png", "pdf", "csv")}
    assert wanted <= drawn

    notebook = nbformat.read(project.notebooks / f"alibaba_case-{DATASET}.ipynb", as_version=4)
    assert [o for cell in notebook.cells for o in cell.get("outputs", []) if "image/png" in o.get("data", {})]
    assert "mention the Alibaba case" in json.dumps(notebook.cells[-1].outputs)
    assert not [o for cell in notebook.cells for o in cell.get("outputs", []) if o.output_type == "error"]
