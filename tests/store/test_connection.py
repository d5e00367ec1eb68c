"""Opening, migrating and locking, on both databases."""

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import inspect, text

from pipeline.errors import InputError
from pipeline.store import connection as store
from pipeline.store.models import Base


@pytest.fixture
def engine(database_url: str):
    engine = store.connect(database_url)
    yield engine
    engine.dispose()


def test_migrations_give_exactly_the_tables_of_the_models(engine):
    store.upgrade(engine)

    with store.reading(engine) as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Base.metadata) == []


def test_an_upgrade_may_be_repeated(engine):
    store.upgrade(engine)
    store.upgrade(engine)

    assert set(inspect(engine).get_table_names()) == {*Base.metadata.tables, "alembic_version"}


def test_a_downgrade_leaves_nothing(engine):
    store.upgrade(engine)
    with store.writing(engine) as connection:
        config = store._config()
        config.attributes["connection"] = connection
        command.downgrade(config, "base")

    assert inspect(engine).get_table_names() == ["alembic_version"]


def test_a_failed_transaction_leaves_nothing_not_even_tables(engine):
    with pytest.raises(RuntimeError), store.writing(engine) as connection:
        connection.execute(text("create table half (n integer)"))
        connection.execute(text("insert into half values (1)"))
        raise RuntimeError("stop")

    assert inspect(engine).get_table_names() == []


def test_a_database_that_is_not_there_is_named_with_the_way_out(tmp_path):
    with pytest.raises(InputError, match=r"nothing\.db is not there or not of this version; run `guanchao init`"):
        store.reading_from(f"sqlite:///{tmp_path / 'nothing.db'}").__enter__()


def test_something_that_is_no_url_is_refused_in_one_sentence():
    with pytest.raises(InputError, match="GUANCHAO_DATABASE_URL is not the URL of a SQLite or PostgreSQL database"):
        store.connect("counts.db")


@pytest.mark.parametrize("url", ["mysql://u:secret@h/d", "u:secret@h", "nonsense://"])
def test_a_database_of_another_kind_is_refused_without_its_password(url: str):
    with pytest.raises(InputError, match="not the URL of a SQLite or PostgreSQL database") as failure:
        store.connect(url)

    assert "secret" not in str(failure.value)


def test_all_queries_of_a_read_see_the_same_state(engine):
    store.upgrade(engine)
    with store.writing(engine) as connection:
        connection.execute(text("create table n (n integer)"))
    with store.reading(engine) as reader:
        assert reader.execute(text("select count(*) from n")).scalar_one() == 0
        with store.writing(engine) as writer:
            writer.execute(text("insert into n values (1)"))
        assert reader.execute(text("select count(*) from n")).scalar_one() == 0


def test_a_database_that_cannot_be_reached_is_named_without_its_password():
    engine = store.connect("postgresql://reader:secret@127.0.0.1:1/counts")
    with pytest.raises(InputError, match="cannot be opened") as failure:
        store.upgrade(engine)

    assert "secret" not in str(failure.value)
