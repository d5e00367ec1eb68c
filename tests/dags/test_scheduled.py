"""The whole chain by a real scheduler: a schedule starts the first DAG, asset events the others."""

import contextlib
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from dags import services
from pipeline import jobs, series
from pipeline.settings import Settings
from tests.conftest import new_postgres_database

pytestmark = [
    pytest.mark.xdist_group("airflow"),
    pytest.mark.timeout(400),
    pytest.mark.skipif("GUANCHAO_SCHEDULER" not in os.environ, reason="a real scheduler: set GUANCHAO_SCHEDULER=1"),
]

DATASET = "sample-hot-search"
SAMPLES = Path(__file__).parents[2] / "sample_data" / DATASET
CHAIN = {
    ("ingest_posts", "scheduled", "success"),
    ("aggregate_days", "asset_triggered", "success"),
    ("publish_charts", "asset_triggered", "success"),
}
PREPARE = "import os; from dags import services; services.prepare(dict(os.environ))"


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


@pytest.fixture(params=["sqlite", "postgresql"])
def project(request: pytest.FixtureRequest, tmp_path: Path) -> Settings:
    """A project with three daily files in its landing folder, on a database of each kind."""
    home = tmp_path / "home"
    url = f"sqlite:///{home / 'guanchao.db'}"
    if request.param == "postgresql":
        url = new_postgres_database(request.getfixturevalue("postgres_server"), f"p_{tmp_path.name}")
    settings = Settings(home, url, home / "landing")
    jobs.initialise(settings)
    (settings.landing / DATASET).mkdir(parents=True)
    for day in range(7, 10):
        shutil.copy(SAMPLES / f"2021-08-{day:02}.json", settings.landing / DATASET)
    return settings


@pytest.fixture
def airflow(project: Settings, tmp_path: Path, request: pytest.FixtureRequest) -> dict[str, str]:
    """The variables of a throw-away Airflow with metadata in the same kind of database as the project's."""
    home = tmp_path / "airflow"
    home.mkdir()
    variables = {"PATH": os.environ["PATH"], "HOME": str(home), **services.environment(home, free_port())}
    variables |= {
        "GUANCHAO_HOME": str(project.home),
        "GUANCHAO_DATABASE_URL": project.database_url,
        "GUANCHAO_LANDING": str(project.landing),
        "AIRFLOW__SCHEDULER__SCHEDULER_HEARTBEAT_SEC": "1",
    }
    if project.database_url.startswith("postgresql"):
        url = new_postgres_database(request.getfixturevalue("postgres_server"), f"m_{tmp_path.name}")
        variables["AIRFLOW__DATABASE__SQL_ALCHEMY_CONN"] = url
        variables["AIRFLOW__DATABASE__SQL_ALCHEMY_CONN_ASYNC"] = url.replace("+psycopg:", "+psycopg_async:")
    subprocess.run([sys.executable, "-c", PREPARE], env=variables, cwd=services.FOLDER.parent, check=True)
    return variables


def runs(variables: dict[str, str]) -> set[tuple[str, str, str]]:
    """What the metadata says of the runs: DAG, kind and state."""
    default = f"sqlite:///{variables['AIRFLOW_HOME']}/airflow.db"
    engine = create_engine(variables.get("AIRFLOW__DATABASE__SQL_ALCHEMY_CONN", default))
    with contextlib.closing(engine.connect()) as connection:
        found = {tuple(row) for row in connection.execute(text("SELECT dag_id, run_type, state FROM dag_run"))}
    engine.dispose()
    return found


def states(variables: dict[str, str], wanted: set[tuple[str, str, str]], within: float = 240) -> Iterator[set]:
    until = time.monotonic() + within
    while time.monotonic() < until:
        yield (found := runs(variables))
        if wanted <= found:
            return
        time.sleep(1)


def test_the_whole_chain_succeeds_by_schedule_and_by_asset_events(airflow: dict[str, str], project: Settings):
    with services.running(airflow):
        *_, ended = states(airflow, CHAIN)

    assert ended >= CHAIN
    assert {state for _, _, state in ended} == {"success"}
    assert series.volume(project.database_url, DATASET, "alibaba_case")["status"].tolist() == ["counted"] * 3
    assert list(project.figures.glob("*.png"))
