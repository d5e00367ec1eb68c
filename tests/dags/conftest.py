"""A throw-away Airflow: `dag.test()` writes runs and asset events into the metadata database."""

import os
from pathlib import Path

import pytest

from dags import services

FOLDER = Path(__file__).parents[2] / "dags"


@pytest.fixture(scope="session")
def airflow_environment(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The environment of an Airflow with a home of its own."""
    home = tmp_path_factory.mktemp("airflow")
    return {
        "PATH": os.environ["PATH"],
        "HOME": str(home),
        "AIRFLOW_HOME": str(home),
        "AIRFLOW__CORE__DAGS_FOLDER": str(FOLDER),
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
        "AIRFLOW__LOGGING__LOGGING_LEVEL": "ERROR",
    }


@pytest.fixture(scope="session")
def dags(airflow_environment: dict[str, str]) -> dict:
    """The DAGs by id, from the folder that Airflow reads, on fresh metadata."""
    os.environ.update({name: value for name, value in airflow_environment.items() if name.startswith("AIRFLOW")})
    import warnings

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Airflow's own deprecations, at import
        from airflow.dag_processing.dagbag import BundleDagBag
        from airflow.serialization.serialized_objects import DagSerialization

        services.prepare({})
    with warnings.catch_warnings():
        warnings.simplefilter("error")  # ours, which an upgrade would turn into failures
        warnings.filterwarnings("ignore", "GitWildMatchPattern")  # Airflow's, for .airflowignore
        bag = BundleDagBag(str(FOLDER), bundle_path=FOLDER)
        assert (bag.import_errors, bag.captured_warnings) == ({}, {})
        for dag in bag.dags.values():
            DagSerialization.to_dict(dag)
    return bag.dags
