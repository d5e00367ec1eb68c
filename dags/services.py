"""`python -m dags.services`: Airflow with its web page on 127.0.0.1, until Ctrl-C.

Metadata, logs and the secret lie in `$GUANCHAO_HOME/airflow`; the DAGs are those beside this file and start unpaused.
AIRFLOW__* variables that are set already are respected, so that a server can bring its own database and executor.
"""

import contextlib
import os
import secrets
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

FOLDER = Path(__file__).parent
BIN = Path(sys.executable).parent
AT_ONCE = ("api-server", "dag-processor")
AFTER_API = ("scheduler --skip-serve-logs",)
"""Tasks that start before the interface answers fail."""
_LOCKED = 60  # seconds: Airflow's 5 are too few for one SQLite file on a machine that is busy counting
_SLOTS = 16  # tasks that write to a PostgreSQL at a time
_READING = {
    "AIRFLOW__CORE__DAGBAG_IMPORT_TIMEOUT": "120",
    "AIRFLOW__DAG_PROCESSOR__DAG_FILE_PROCESSOR_TIMEOUT": "180",
    "AIRFLOW__DAG_PROCESSOR__MIN_FILE_PROCESS_INTERVAL": "300",
    "AIRFLOW__DAG_PROCESSOR__STALE_DAG_THRESHOLD": "1200",
}
"""Seconds of waiting for a DAG file, which takes two to read. By Airflow's 30, 50, 30 and 50 a machine that is busy
counting loses a DAG after one slow reading: it is not found until the next. A changed file is read at once all the
same."""
_PATIENCE = 20.0  # seconds that a service has to stop before it is killed


def environment(home: Path, port: int, given: Mapping[str, str] = os.environ) -> dict[str, str]:
    """The variables of an Airflow that listens on a port of the loopback address; those that are given win."""
    chosen = {
        "AIRFLOW_HOME": str(home),
        "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": f"sqlite:///{home / 'airflow.db'}?timeout={_LOCKED}",
        "AIRFLOW__CORE__DAGS_FOLDER": str(FOLDER),
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
        "AIRFLOW__CORE__DAGS_ARE_PAUSED_AT_CREATION": "False",
        "AIRFLOW__CORE__PARALLELISM": "2",
        "AIRFLOW__CORE__DEFAULT_TASK_RETRY_DELAY": "60",
        **_READING,
        "AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_ALL_ADMINS": "True",
        "AIRFLOW__CORE__EXECUTION_API_SERVER_URL": f"http://127.0.0.1:{port}/execution/",
        "AIRFLOW__API__HOST": "127.0.0.1",
        "AIRFLOW__API__PORT": str(port),
        "AIRFLOW__API__WORKERS": "1",
        "AIRFLOW__WORKERS__EXECUTION_API_TIMEOUT": str(_LOCKED),
        "AIRFLOW__WORKERS__MIN_HEARTBEAT_INTERVAL": "1",  # for so long a worker may overlook that its task has ended
        "AIRFLOW__WORKERS__MAX_FAILED_HEARTBEATS": "60",
        "AIRFLOW__API_AUTH__JWT_SECRET": _secret(home / "jwt.secret"),
        "AIRFLOW__LOGGING__LOGGING_LEVEL": "WARNING",
        "IPYTHONDIR": str(home / "ipython"),
        "MPLCONFIGDIR": str(home / "matplotlib"),
    }
    return {**chosen, **{name: given[name] for name in chosen if name in given}}


def prepare(variables: Mapping[str, str]) -> None:
    """Bring the metadata database up to date, with the pool that the tasks wait for.

    In this process, which then belongs to that Airflow: its variables must be there before airflow is imported.
    """
    os.environ.update(variables)
    from airflow.models.pool import Pool
    from airflow.utils.db import initdb

    from dags.guanchao_tasks import WRITERS

    initdb()
    if Pool.get_pool(WRITERS) is None:  # afterwards an operator's number stands
        sqlite = os.environ.get("GUANCHAO_DATABASE_URL", "sqlite:").startswith("sqlite:")
        description = "Tasks that write to Guanchao's database: one at a time on SQLite"
        Pool.create_or_update_pool(WRITERS, 1 if sqlite else _SLOTS, description, include_deferred=False)


@contextlib.contextmanager
def running(variables: Mapping[str, str]) -> Iterator[list[subprocess.Popen[bytes]]]:
    """The services of Airflow, each in a session of its own; the scheduler once the interface answers.

    All are stopped in the end, whatever happens. Raises TimeoutError when the interface does not answer.
    """
    started = [start(name, variables) for name in AT_ONCE]
    try:
        await_answer(int(variables["AIRFLOW__API__PORT"]))
        started += [start(name, variables) for name in AFTER_API]
        yield started
    finally:
        stop(started)


def start(name: str, variables: Mapping[str, str]) -> subprocess.Popen[bytes]:
    """One service of Airflow by its command, in a session of its own."""
    return subprocess.Popen([BIN / "airflow", *name.split()], env={**os.environ, **variables}, start_new_session=True)


def stop(services: Iterable[subprocess.Popen[bytes]]) -> None:
    """Ask every service to end; kill those that do not, with all their children."""
    asked = [service for service in services if service.poll() is None]
    for service in asked:
        service.terminate()
    until = time.monotonic() + _PATIENCE
    for service in asked:
        with contextlib.suppress(subprocess.TimeoutExpired):
            service.wait(max(0.1, until - time.monotonic()))
        with contextlib.suppress(ProcessLookupError):
            os.killpg(service.pid, signal.SIGKILL)
        service.wait()


def await_answer(port: int, within: float = 120.0) -> None:
    """Return once something listens on the port of the loopback address. Raises TimeoutError after so many seconds."""
    until = time.monotonic() + within
    while time.monotonic() < until:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        time.sleep(0.2)
    raise TimeoutError(f"Airflow's interface does not answer on port {port} after {within:.0f} seconds.")


def main() -> int:
    """Start everything, say where, and wait for Ctrl-C; 1 when a service ends by itself."""
    from pipeline import jobs

    settings = jobs.Settings.from_env()
    jobs.initialise(settings)
    port = int(os.environ.get("GUANCHAO_AIRFLOW_PORT", "8080"))
    home = settings.home / "airflow"
    home.mkdir(exist_ok=True)
    os.environ.setdefault("GUANCHAO_HOME", str(settings.home))  # the same for every task, wherever it runs
    prepare(variables := environment(home, port))
    asked_to_stop = threading.Event()
    for each in (signal.SIGINT, signal.SIGTERM):
        signal.signal(each, lambda *_: asked_to_stop.set())
    with running(variables) as services:
        print(f"Airflow: http://127.0.0.1:{port}; new files go to {settings.landing}/<dataset>/; Ctrl-C stops it.")
        while not asked_to_stop.wait(1) and all(service.poll() is None for service in services):
            pass
    return 0 if asked_to_stop.is_set() else 1


def _secret(path: Path) -> str:
    if not path.exists():
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(secrets.token_hex(64))
    return path.read_text()


if __name__ == "__main__":
    sys.exit(main())
