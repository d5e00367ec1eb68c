"""`python -m dags`: run the DAGs that need no network once, in this process, over sample_data, and show what came out.

Airflow's own metadata is thrown away afterwards; the data home stays. GUANCHAO_HOME, GUANCHAO_DATABASE_URL and
GUANCHAO_LANDING are respected when they are set.
"""

import os
import sys
import tempfile
from pathlib import Path

FOLDER = Path(__file__).parent
ORDER = ("ingest_posts", "aggregate_days", "publish_charts")


def main() -> int:
    """Run the DAGs; 0 when all succeed, 1 with the name of the first that does not."""
    os.environ.setdefault("GUANCHAO_LANDING", str(FOLDER.parent / "sample_data"))
    with tempfile.TemporaryDirectory(prefix="guanchao-airflow-") as airflow_home:
        prepare(Path(airflow_home))
        from pipeline import jobs

        settings = jobs.Settings.from_env()
        jobs.initialise(settings)
        for dag_id in ORDER:
            state = run(dag_id)
            print(f"{dag_id}: {state}", flush=True)
            if state != "success":
                print(f"The DAG {dag_id} ended as {state}; the lines above say why.", file=sys.stderr)
                return 1
    from pipeline.cli.results import print_outcome

    print_outcome(settings)
    return 0


def prepare(airflow_home: Path) -> None:
    """A throw-away Airflow: its settings must be in the environment before the first import of airflow."""
    os.environ |= {
        "AIRFLOW_HOME": str(airflow_home),
        "IPYTHONDIR": str(airflow_home / "ipython"),
        "MPLCONFIGDIR": str(airflow_home / "matplotlib"),
        "AIRFLOW__CORE__DAGS_FOLDER": str(FOLDER),
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
        "AIRFLOW__CORE__UNIT_TEST_MODE": "False",
        "AIRFLOW__LOGGING__LOGGING_LEVEL": "ERROR",
    }
    from dags import services

    services.prepare({})


def run(dag_id: str) -> str:
    """The end state of one run of a DAG."""
    from airflow.dag_processing.dagbag import BundleDagBag

    bag = BundleDagBag(str(FOLDER), bundle_path=FOLDER)
    if bag.import_errors:
        raise RuntimeError(f"DAG files with errors: {bag.import_errors}")
    return str(bag.dags[dag_id].test().state)


if __name__ == "__main__":
    sys.exit(main())
