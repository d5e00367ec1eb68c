"""`make airflow` as an operator has it: healthy on the loopback address, patient with slow readings, gone after Ctrl-C."""

import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from dags import services
from tests.dags import scheduler

ROOT = Path(__file__).parents[2]
STOPS_WITHIN = 240  # seconds; one on a quiet machine for each service, and twenty for a task in the middle

MAKE = ["make", "--old-file=.venv/.ready", f"BIN={Path(sys.executable).parent}", "airflow"]
"""As it is installed: the tests may run in an environment that make did not build."""


def family(leader: subprocess.Popen) -> list[psutil.Process]:
    """The processes of a command, and all in the sessions that they opened."""
    sessions = {os.getsid(p.pid) for p in (psutil.Process(leader.pid), *psutil.Process(leader.pid).children(True))}
    return [process for process in psutil.process_iter() if os.getsid(process.pid) in sessions]


def alive(processes: list[psutil.Process]) -> list[str]:
    """What is left of them. A zombie is gone: in a container nobody may be there to collect it."""
    left = []
    for process in processes:
        with contextlib.suppress(psutil.NoSuchProcess):
            if process.status() != psutil.STATUS_ZOMBIE:
                left.append(" ".join(process.cmdline()))
    return left


@pytest.fixture
def make(tmp_path: Path) -> Iterator[tuple[subprocess.Popen, int]]:
    """`make airflow` in a home of its own, with its port; nothing of it outlives the test."""
    port = scheduler.free_port()
    variables = {name: os.environ[name] for name in ("PATH", "LANG") if name in os.environ}
    variables |= {"HOME": str(tmp_path), "GUANCHAO_HOME": str(tmp_path / "home"), "GUANCHAO_AIRFLOW_PORT": str(port)}
    with subprocess.Popen(MAKE, cwd=ROOT, env=variables, start_new_session=True) as started:
        try:
            yield started, port
        finally:
            for process in family(started) if started.poll() is None else []:
                with contextlib.suppress(psutil.NoSuchProcess):
                    process.kill()


@pytest.mark.timeout(1500)
def test_make_airflow_is_healthy_on_the_loopback_address_and_leaves_no_process_behind_on_ctrl_c(make):
    command, port = make
    scheduler.await_health(port)
    started = family(command)
    listening = {c.laddr.ip for p in started for c in p.net_connections("tcp") if c.status == psutil.CONN_LISTEN}
    os.killpg(command.pid, signal.SIGINT)
    command.wait(STOPS_WITHIN)

    assert listening == {"127.0.0.1"}
    assert len(started) > len(services.AT_ONCE + services.AFTER_API)
    assert alive(started) == []


def test_two_readings_in_a_row_may_be_cut_off_before_a_dag_is_taken_for_removed(tmp_path):
    seconds = {name.split("__")[-1]: value for name, value in services.environment(tmp_path, 1, {}).items()}
    each = int(seconds["MIN_FILE_PROCESS_INTERVAL"]) + int(seconds["DAG_FILE_PROCESSOR_TIMEOUT"])

    assert int(seconds["DAGBAG_IMPORT_TIMEOUT"]) < int(seconds["DAG_FILE_PROCESSOR_TIMEOUT"])
    assert 2 * each < int(seconds["STALE_DAG_THRESHOLD"])
