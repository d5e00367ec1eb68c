"""Opening the database: SQLite by default, PostgreSQL by URL, at today's schema or not at all."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, inspect, make_url
from sqlalchemy.exc import ArgumentError, OperationalError

from pipeline.errors import InputError

if TYPE_CHECKING:
    from alembic.config import Config

_MIGRATIONS = Path(__file__).parent / "migrations"

_WAIT = 30
"""Seconds to wait for another writer of the same SQLite file."""


def connect(url: str) -> Engine:
    """An engine whose transactions are real ones. Raises InputError when the URL or its driver is of no use.

    Python's sqlite3 begins transactions late and not at all around DDL; so BEGIN is sent explicitly, IMMEDIATE for
    writers, which then queue instead of failing half-way.
    """
    try:
        address = make_url(url)
        if address.drivername in ("postgres", "postgresql"):
            address = address.set(drivername="postgresql+psycopg")
        if address.get_backend_name() not in ("sqlite", "postgresql"):
            raise ArgumentError
        sqlite = address.get_backend_name() == "sqlite"
        engine = create_engine(address, hide_parameters=True, connect_args={"timeout": _WAIT} if sqlite else {})
    except (ArgumentError, ImportError):  # not shown: it may hold a password
        raise InputError(
            "GUANCHAO_DATABASE_URL is not the URL of a SQLite or PostgreSQL database; an example is sqlite:///counts.db."
        ) from None
    if sqlite:
        event.listen(engine, "connect", _configure_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    return engine


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """A connection in one read transaction, all of whose queries see the same state."""
    with engine.connect() as connection:
        if connection.dialect.name == "postgresql":
            connection = connection.execution_options(isolation_level="REPEATABLE READ")
        with connection.begin():
            yield connection


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """A connection in one write transaction: all of it happens, or none."""
    with engine.connect() as connection:
        connection = connection.execution_options(writes=True)
        with connection.begin():
            yield connection


@contextmanager
def reading_from(url: str) -> Iterator[Connection]:
    """A read transaction on a database at today's schema. Raises InputError when it is not there or another version."""
    engine = connect(url)
    try:
        _require_head(engine)
        with reading(engine) as connection:
            yield connection
    finally:
        engine.dispose()


def upgrade(engine: Engine) -> None:
    """Bring the database to today's schema. Raises InputError when it cannot be reached."""
    if engine.dialect.name == "sqlite" and engine.url.database:
        Path(engine.url.database).parent.mkdir(parents=True, exist_ok=True)
    try:
        with writing(engine) as connection:
            if _revision(connection) != _head():
                _migrate(connection)
    except OperationalError as error:
        raise _closed(engine, error) from error


def _require_head(engine: Engine) -> None:
    try:
        with reading(engine) as connection:
            revision = _revision(connection)
    except OperationalError as error:
        if engine.dialect.name == "postgresql":
            raise _closed(engine, error) from error
        revision = None
    if revision != _head():
        raise InputError(f"The database {shown(engine.url)} is not there or not of this version; run `guanchao init`.")


def shown(url: URL | str) -> str:
    """A database as messages name it: the path of a SQLite file, or a URL without its password."""
    address = make_url(url)
    sqlite = address.get_backend_name() == "sqlite"
    return str(address.database) if sqlite else address.render_as_string(hide_password=True)


def _closed(engine: Engine, error: OperationalError) -> InputError:
    reason = str(error.orig).strip().splitlines()[0]
    return InputError(f"The database {shown(engine.url)} cannot be opened: {reason}.")


def _configure_sqlite(driver: Any, _record: Any) -> None:
    driver.isolation_level = None
    for pragma in ("foreign_keys=ON", "journal_mode=WAL", "synchronous=NORMAL"):
        driver.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    immediate = connection.get_execution_options().get("writes")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if immediate else "BEGIN")


def _migrate(connection: Connection) -> None:
    from alembic import command  # which takes a quarter of a second, and is rarely needed

    config = _config()
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def _config() -> "Config":
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    return config


@cache
def _head() -> str:
    """Today's revision: the number with which the file of the last migration begins."""
    return max(path.name.split("_")[0] for path in (_MIGRATIONS / "versions").glob("[0-9]*.py"))


def _revision(connection: Connection) -> str | None:
    """That of the database, as Alembic keeps it."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    return connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar()
