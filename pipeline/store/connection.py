"""Opening the database: SQLite by default, PostgreSQL by URL, at today's schema or not at all."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, OperationalError

from pipeline.errors import InputError

_WAIT = 30
"""Seconds to wait for another writer of the same SQLite file."""


def connect(url: str) -> Engine:
    """An engine whose transactions are real ones. Raises InputError when the URL or its driver is of no use.

    Python's sqlite3 begins transactions late and not at all around DDL; so BEGIN is sent explicitly, IMMEDIATE for
    writers, which then queue instead of failing half-way.
    """
    try:
        address = make_url(url)
    except ArgumentError:
        raise InputError(
            f"GUANCHAO_DATABASE_URL is not a database URL: {url!r}; an example is sqlite:///counts.db."
        ) from None
    if address.get_backend_name() == "sqlite":
        engine = create_engine(address, connect_args={"timeout": _WAIT})
        event.listen(engine, "connect", _configure_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
        return engine
    if address.drivername == "postgresql":
        address = address.set(drivername="postgresql+psycopg")
    return create_engine(address)


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """A connection in one read transaction."""
    with engine.connect() as connection, connection.begin():
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
                config = _config()
                config.attributes["connection"] = connection
                command.upgrade(config, "head")
    except OperationalError as error:
        raise InputError(f"The database {engine.url!r} cannot be opened: {str(error.orig).strip()}.") from error


def _require_head(engine: Engine) -> None:
    try:
        with reading(engine) as connection:
            revision = _revision(connection)
    except OperationalError:
        revision = None
    if revision != _head():
        shown = engine.url.render_as_string(hide_password=True)
        raise InputError(f"The database {shown} is not there or not of this version; run `guanchao init` first.")


def _configure_sqlite(driver: Any, _record: Any) -> None:
    driver.isolation_level = None
    for pragma in ("foreign_keys=ON", "journal_mode=WAL", "synchronous=NORMAL"):
        driver.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    immediate = connection.get_execution_options().get("writes")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if immediate else "BEGIN")


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    return config


@cache
def _head() -> str | None:
    return ScriptDirectory.from_config(_config()).get_current_head()


def _revision(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()
