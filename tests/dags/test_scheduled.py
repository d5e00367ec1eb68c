"""The whole chain by a real scheduler, on both kinds of database; and what is left of it when processes are killed."""

import os
import shutil
import signal
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from pipeline import jobs
from pipeline.settings import Settings
from pipeline.store import counts
from pipeline.store.connection import reading_from
from tests.conftest import new_postgres_database
from tests.dags import scheduler
from tests.dags.scheduler import Airflow

pytestmark = pytest.mark.timeout(1500)

DATASET = "sample-hot-search"
SAMPLES = Path(__file__).parents[2] / "sample_data" / DATASET
SCHEDULER = "scheduler --skip-serve-logs"
DATABASES = ["sqlite", "postgresql"]

RUNS = "select dag_id, run_type, state from dag_run"
CHAIN = {
    ("ingest_posts", "scheduled", "success"),
    ("aggregate_days", "asset_triggered", "success"),
    ("publish_charts", "asset_triggered", "success"),
}


def land(settings: Settings, days: Iterable[int]) -> None:
    folder = settings.landing / DATASET
    folder.mkdir(parents=True, exist_ok=True)
    for day in days:
        shutil.copy(SAMPLES / f"2021-08-{day:02}.json", folder)


def tables(settings: Settings) -> dict:
    with reading_from(settings.database_url) as connection:
        found = counts.snapshot(connection)
    return {name: [[str(cell) for cell in row] for row in rows] for name, rows in found.items()}


def undisturbed(folder: Path, days: Iterable[int], method: jobs.Method) -> dict:
    """The tables of these days in a project that nobody disturbs."""
    settings = Settings(folder, f"sqlite:///{folder / 'guanchao.db'}", folder / "landing")
    jobs.initialise(settings)
    land(settings, days)
    for found in jobs.discover(settings):
        jobs.ingest(settings, **found)
    for chunk in jobs.plan(settings, method=method):
        list(jobs.count(settings, chunk, method))
    return tables(settings)


@pytest.fixture(scope="module", params=DATABASES)
def project(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, cache: Path) -> Settings:
    """A project with three daily files in its landing folder."""
    home = tmp_path_factory.mktemp("project")
    url = f"sqlite:///{home / 'guanchao.db'}"
    if request.param == "postgresql":
        url = new_postgres_database(request.getfixturevalue("postgres_server"), home.name)
    settings = Settings(home, url, home / "landing")
    jobs.initialise(settings)
    settings.cache.symlink_to(cache)
    land(settings, range(7, 10))
    return settings


@pytest.fixture(scope="module")
def airflow(project: Settings, tmp_path_factory: pytest.TempPathFactory, request) -> Iterator[Airflow]:
    """An Airflow for it, with metadata in the same kind of database."""
    home = tmp_path_factory.mktemp("airflow")
    metadata = None
    if project.database_url.startswith("postgresql"):
        metadata = new_postgres_database(request.getfixturevalue("postgres_server"), f"m_{home.name}")
    with scheduler.running(scheduler.environment(home, project, metadata)) as started:
        yield started


def chain(airflow: Airflow) -> set[tuple]:
    """The runs, once all that a fresh Airflow starts by itself has succeeded."""
    return airflow.until(RUNS, lambda rows: set(rows) if set(rows) >= CHAIN else None)


def test_the_whole_chain_succeeds_by_schedule_and_by_asset_events(airflow, project, method, tmp_path):
    ended = chain(airflow)

    assert {state for *_, state in ended} <= {"success", "running"}
    assert tables(project) == undisturbed(tmp_path, range(7, 10), method)
    latest = project.home / "published" / "latest"
    assert len(list(latest.glob("figures/*.png"))) == 2
    assert [path.stem for path in latest.glob("notebooks/*.ipynb")] == [f"alibaba_case-{DATASET}"]


def running(task: str) -> str:
    """The processes that run a task now."""
    return f"select pid from task_instance where task_id = '{task}' and state = 'running' and pid is not null"


def first(rows: list[tuple]) -> int | None:
    return rows[0][0] if rows else None


def test_what_kills_a_task_or_the_scheduler_in_the_middle_changes_no_table(airflow, project, method, tmp_path):
    chain(airflow)
    land(project, range(10, 13))
    run = airflow.trigger("ingest_posts")
    os.kill(airflow.until(running("ingest"), first, pause=0.05), signal.SIGKILL)
    airflow.until(running("count"), first, pause=0.05)
    airflow.kill(SCHEDULER)
    airflow.start(SCHEDULER)

    mine = f"select state from dag_run where run_id = '{run}'"
    assert airflow.until(mine, lambda rows: rows if rows[0][0] in ("success", "failed") else None) == [("success",)]
    tried = "select max(try_number) from task_instance where task_id = '{}'"
    assert airflow.rows(tried.format("ingest")) == [(2,)]
    wanted = undisturbed(tmp_path, range(7, 13), method)
    counted = "select count(*) from task_instance where task_id = 'announce' and dag_id = 'aggregate_days'"
    airflow.until(f"{counted} and state = 'success'", lambda rows: rows[0][0] >= 2)
    with suppress(TimeoutError):  # on a busy machine these may be counts of the first files in two runs
        airflow.until("select 1", lambda _: tables(project) == wanted)
    assert tables(project) == wanted
