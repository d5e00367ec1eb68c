"""The DAG files: light, thin and without errors."""

import ast
import json
import subprocess
import sys
from pathlib import Path

import pytest

from pipeline.schema import SHANGHAI

FOLDER = Path(__file__).parents[2] / "dags"
FILES = sorted(path for path in FOLDER.glob("*.py") if not path.name.startswith("__"))
HEAVY = ["pandas", "numpy", "jieba", "matplotlib", "pyarrow", "sqlalchemy.orm", "pipeline"]

LOOK = """
import json, sys
before = set(sys.modules)
import airflow.sdk, airflow.timetables.interval, airflow.timetables.trigger, airflow.timetables.assets
airflow_alone = set(sys.modules)
sys.path.insert(0, sys.argv[1])
import ingest_posts, aggregate_days, publish_charts
print(json.dumps(sorted(set(sys.modules) - airflow_alone)))
"""

TASKS = {
    "ingest_posts": {
        "discover": {"ingest"},
        "ingest": {"announce", "all_accepted"},
        "announce": set(),
        "all_accepted": set(),
    },
    "aggregate_days": {"plan": {"count"}, "count": {"announce"}, "announce": set()},
    "publish_charts": {"charts": set(), "notebooks": set()},
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

    assert {name for name in own if not name.startswith(("airflow.", "pendulum"))} == {"pipeline.jobs"}


def test_parsing_the_dag_files_loads_nothing_heavy(tmp_path: Path, airflow_environment: dict[str, str]):
    done = subprocess.run(
        [sys.executable, "-c", LOOK, str(FOLDER)], env=airflow_environment, capture_output=True, text=True, check=True
    )
    loaded = json.loads(done.stdout.splitlines()[-1])

    assert [name for name in loaded if name in HEAVY] == []


@pytest.mark.xdist_group("airflow")
@pytest.mark.filterwarnings("ignore")
def test_every_dag_loads_without_error_and_has_exactly_these_tasks(dags: dict):
    assert {dag_id: {t.task_id: t.downstream_task_ids for t in dag.tasks} for dag_id, dag in dags.items()} == TASKS


@pytest.mark.xdist_group("airflow")
@pytest.mark.filterwarnings("ignore")
def test_every_dag_says_what_it_does_and_starts_at_a_local_midnight(dags: dict):
    for dag in dags.values():
        assert dag.doc_md.strip()
        assert dag.tags == {"guanchao"}
        assert dag.start_date.astimezone(SHANGHAI).hour == 0
        assert dag.catchup is False
