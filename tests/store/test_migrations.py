"""What a database of an earlier version keeps when it is brought to today's schema."""

import pytest
from alembic import command
from sqlalchemy import text

from pipeline.store import connection as store
from pipeline.store import counts

COLUMNS = "method_id, lexicon_version, lexicon, dictionary, rules, normaliser"


@pytest.fixture
def engine(database_url: str):
    engine = store.connect(database_url)
    yield engine
    engine.dispose()


def to(engine, revision: str) -> None:
    with store.writing(engine) as connection:
        config = store._config()
        config.attributes["connection"] = connection
        command.upgrade(config, revision)


def test_a_method_that_was_listed_before_lexicons_were_kept_stays_and_says_so(engine):
    to(engine, "0002")
    with store.writing(engine) as connection:
        connection.execute(text(f"insert into method ({COLUMNS}) values ('m', '1', 'l', 'd', 'r', 'n')"))

    store.upgrade(engine)
    with store.reading(engine) as connection:
        assert counts.snapshot(connection)["method"] == [("m", "1", "l", "d", "r", "n", None)]
