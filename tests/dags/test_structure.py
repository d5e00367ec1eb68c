"""The DAG files: light, thin and without errors."""

import ast
import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy.exc import OperationalError

from pipeline.addresses import Undelivered
from pipeline.errors import InputError
from pipeline.schema import SHANGHAI

FOLDER = Path(__file__).parents[2] / "dags"
FILES = sorted(path for path in FOLDER.glob("*.py") if not path.name.startswith("__"))
OURS = ("guanchao_tasks.", "dags.guanchao_tasks.")
HEAVY = ["pandas", "numpy", "jieba", "matplotlib", "pyarrow", "sqlalchemy.orm", "pipeline"]

LOOK = """
import json, sys
before = set(sys.modules)
import airflow.sdk, airflow.timetables.interval, airflow.timetables.trigger, airflow.timetables.assets
airflow_alone = set(sys.modules)
sys.path.insert(0, sys.argv[1])
import fetch_archives, ingest_posts, aggregate_days, publish_charts
print(json.dumps(sorted(set(sys.modules) - airflow_alone)))
"""

TASKS = {
    "fetch_archives": {
        "choose": {"fetch", "announce"},
        "fetch": {"announce", "all_fetched"},
        "announce": set(),
        "all_fetched": set(),
    },
    "ingest_posts": {
        "discover": {"ingest", "all_accepted"},
        "ingest": {"announce", "all_accepted"},
        "announce": set(),
        "all_accepted": set(),
    },
    "aggregate_days": {
        "plan": {"count", "gate", "alert"},
        "count": {"gate", "all_counted"},
        "gate": {"announce", "alert"},
        "alert": set(),
        "announce": set(),
        "all_counted": set(),
    },
    "publish_charts": {"charts": {"edition"}, "notebooks": {"edition"}, "tables": {"edition"}, "edition": set()},
}
WRITERS = {
    ("ingest_posts", "ingest"),
    ("aggregate_days", "plan"),
    ("aggregate_days", "count"),
    ("aggregate_days", "alert"),
}


def imported(path: Path) -> set[str]:
    names = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            names |= {f"{node.module}.{alias.name}" for alias in node.names}
    return names


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_dag_file_imports_the_standard_library_airflow_and_the_jobs_only(path: Path):
    own = {name for name in imported(path) if name.split(".")[0] not in sys.stdlib_module_names}

    assert [name for name in own if not name.startswith(("airflow.", "pendulum", "pipeline.jobs", *OURS))] == []


def test_parsing_the_dag_files_loads_nothing_heavy(tmp_path: Path, airflow_environment: dict[str, str]):
    done = subprocess.run(
        [sys.executable, "-c", LOOK, str(FOLDER)], env=airflow_environment, capture_output=True, text=True, check=True
    )
    loaded = json.loads(done.stdout.splitlines()[-1])

    assert [name for name in loaded if name in HEAVY] == []


@pytest.mark.filterwarnings("ignore")
def test_every_dag_loads_without_error_and_has_exactly_these_tasks(dags: dict):
    assert {dag_id: {t.task_id: t.downstream_task_ids for t in dag.tasks} for dag_id, dag in dags.items()} == TASKS


@pytest.mark.filterwarnings("ignore")
def test_every_dag_and_every_task_says_what_it_does_and_has_limits(dags: dict):
    for dag in dags.values():
        assert len(dag.doc_md) > 400
        assert {"**When.**", "**What.**", "**When it fails.**"} <= set(re.findall(r"\*\*.*?\*\*", dag.doc_md))
        assert "guanchao" in dag.tags
        assert dag.start_date.astimezone(SHANGHAI).hour == 0
        assert (dag.catchup, dag.max_active_runs) == (False, 1)
        assert dag.dagrun_timeout
        for task in dag.tasks:
            assert len(task.doc_md) > 40
            assert task.owner == "guanchao"
            assert task.execution_timeout < dag.dagrun_timeout


@pytest.mark.filterwarnings("ignore")
def test_whatever_writes_to_the_database_waits_for_its_turn(dags: dict):
    pooled = {(dag.dag_id, task.task_id) for dag in dags.values() for task in dag.tasks if task.pool != "default_pool"}
    assert pooled == WRITERS
    assert {dags[dag].task_dict[task].pool for dag, task in WRITERS} == {"guanchao_writers"}


LOCKED = OperationalError("BEGIN IMMEDIATE", {}, Exception("database is locked"))
FAILURES = {
    "bad data": (InputError("x.json: no data"), "fail"),
    "a locked database": (LOCKED, "retry"),
    "a locked database, told as a sentence": (InputError("The database cannot be opened"), "retry"),
    "an address that did not take a message": (Undelivered("address 1"), "retry"),
    "a network that is down": (ConnectionResetError(), "retry"),
    "a defect of the program": (KeyError("day"), "fail"),
    "a defect that is a RuntimeError": (RecursionError(), "fail"),
    "a kernel that died": (RuntimeError("Kernel died"), "retry"),
}
FAILURES["a locked database, told as a sentence"][0].__cause__ = LOCKED


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize(("failure", "action"), FAILURES.values(), ids=FAILURES)
def test_only_what_may_be_over_in_a_moment_is_tried_again(dags: dict, failure: Exception, action: str):
    for dag in dags.values():
        for task in dag.tasks:
            assert task.retry_policy.evaluate(failure, 1, 3).action.value == action
            assert task.retries == 3
