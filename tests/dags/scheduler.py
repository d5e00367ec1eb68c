"""A real Airflow for tests: its services, what its metadata says, and ways to kill it."""

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import create_engine, text
from sqlalchemy.exc import OperationalError

from dags import services
from pipeline.settings import Settings

WITHIN = 480.0
"""Seconds for what takes 40 on a quiet machine: others may be at work on it."""

DAGS = 4
_PREPARE = "import os; from dags import services; services.prepare(dict(os.environ))"
_HASTY = {
    "AIRFLOW__CORE__DEFAULT_TASK_RETRY_DELAY": "1",
    "AIRFLOW__SCHEDULER__SCHEDULER_IDLE_SLEEP_TIME": "0.5",
    "AIRFLOW__SCHEDULER__SCHEDULER_HEARTBEAT_SEC": "1",
    "AIRFLOW__SCHEDULER__SCHEDULER_HEALTH_CHECK_THRESHOLD": "12",
    "AIRFLOW__SCHEDULER__ORPHANED_TASKS_CHECK_INTERVAL": "4",
}


@dataclass
class Airflow:
    """Its variables, and its services by name while they run."""

    variables: dict[str, str]
    running: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    def start(self, name: str) -> None:
        self.running[name] = services.start(name, self.variables)

    def kill(self, name: str) -> None:
        """End a service and all that it started at once, as a machine does that loses its power."""
        service = self.running.pop(name)
        os.killpg(service.pid, signal.SIGKILL)
        service.wait()

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """What a query of the metadata gives; nothing while a writer is in the way."""
        engine = create_engine(self.variables["AIRFLOW__DATABASE__SQL_ALCHEMY_CONN"])
        try:
            with contextlib.closing(engine.connect()) as connection:
                return [tuple(row) for row in connection.execute(text(query))]
        except OperationalError:
            return []
        finally:
            engine.dispose()

    def until(self, query: str, wanted: Callable[[list[tuple[Any, ...]]], Any], pause: float = 1.0) -> Any:
        """What is wanted of the rows of a query, as soon as it is true. Raises TimeoutError with the last rows."""
        until, rows = time.monotonic() + WITHIN, []
        while time.monotonic() < until:
            if found := wanted(rows := self.rows(query)):
                return found
            time.sleep(pause)
        raise TimeoutError(f"after {WITHIN:.0f} seconds: {rows}")

    def trigger(self, dag_id: str, conf: dict[str, Any] | None = None) -> str:
        """Start a run by hand, as the web page does; its id."""
        token = self._asked("auth/token")["access_token"]
        return self._asked(f"api/v2/dags/{dag_id}/dagRuns", {"logical_date": None, "conf": conf or {}}, token)[
            "dag_run_id"
        ]

    def _asked(self, path: str, body: dict[str, Any] | None = None, token: str = "") -> dict[str, Any]:
        headers = {"Content-Type": "application/json"} | ({"Authorization": f"Bearer {token}"} if token else {})
        url = f"http://127.0.0.1:{self.variables['AIRFLOW__API__PORT']}/{path}"
        request = urllib.request.Request(url, json.dumps(body).encode() if body else None, headers)
        with urllib.request.urlopen(request, timeout=60) as answer:
            return json.load(answer)


def environment(home: Path, project: Settings, metadata: str | None) -> dict[str, str]:
    """The variables of a throw-away Airflow for a project; metadata: the URL of a PostgreSQL, None for SQLite."""
    variables = {
        "PATH": os.environ["PATH"],
        "HOME": str(home),
        **services.environment(home, free_port(), {}),
        **_HASTY,
    }
    variables |= {
        "GUANCHAO_HOME": str(project.home),
        "GUANCHAO_DATABASE_URL": project.database_url,
        "GUANCHAO_LANDING": str(project.landing),
    }
    if metadata:
        variables["AIRFLOW__DATABASE__SQL_ALCHEMY_CONN"] = metadata
        variables["AIRFLOW__DATABASE__SQL_ALCHEMY_CONN_ASYNC"] = metadata.replace("+psycopg:", "+psycopg_async:")
    return variables


@contextlib.contextmanager
def running(variables: dict[str, str]) -> Iterator[Airflow]:
    """An Airflow with all its services that has read every DAG, on fresh metadata; in the end nothing of it is left."""
    subprocess.run([sys.executable, "-c", _PREPARE], env=variables, cwd=services.FOLDER.parent, check=True)
    airflow = Airflow(variables)
    try:
        for name in services.AT_ONCE:
            airflow.start(name)
        services.await_answer(int(variables["AIRFLOW__API__PORT"]), within=WITHIN)
        for name in services.AFTER_API:
            airflow.start(name)
        airflow.until("select dag_id from dag where not is_stale", lambda rows: len(rows) == DAGS)
        yield airflow
    finally:
        for name in list(airflow.running):  # homes are thrown away: there is nothing to bring to an end
            airflow.kill(name)


def await_health(port: int) -> None:
    """Return once database, scheduler and dag-processor are healthy. Raises TimeoutError."""
    until = time.monotonic() + WITHIN
    while time.monotonic() < until:
        with (
            contextlib.suppress(OSError),
            urllib.request.urlopen(f"http://127.0.0.1:{port}/api/v2/monitor/health", timeout=10) as answer,
        ):
            said = json.load(answer)
            if all(said[name]["status"] == "healthy" for name in ("metadatabase", "scheduler", "dag_processor")):
                return
        time.sleep(0.5)
    raise TimeoutError(f"Airflow on port {port} is not healthy after {WITHIN:.0f} seconds.")


def free_port() -> int:
    """A port of the loopback address on which nobody listens now."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])
