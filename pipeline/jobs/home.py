"""The data home: making it, opening its database, and saying how it stands."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Engine

from pipeline import lake, lexicon, pseudonyms
from pipeline.errors import unknown
from pipeline.settings import Settings
from pipeline.store import counts, ledger
from pipeline.store.connection import connect, reading, shown, upgrade, writing

Json = dict[str, Any]


def initialise(settings: Settings) -> Json:
    """Make the data home, the pseudonym key and the database, or bring the database to today's schema.

    Also removes what a killed run left in the lake.
    """
    settings.home.mkdir(mode=0o700, parents=True, exist_ok=True)  # texts and pseudonyms lie below it
    for folder in (settings.registry, settings.landing, settings.lake):
        folder.mkdir(parents=True, exist_ok=True)
    created = pseudonyms.create_key(settings.key_file)
    with database(settings) as engine, writing(engine) as connection:
        counts.replace_events(connection, lexicon.events())
    return {
        "home": str(settings.home),
        "database": shown(settings.database_url),
        "key_created": created,
        "swept": sweep(settings),
    }


@contextmanager
def database(settings: Settings) -> Iterator[Engine]:
    """The project's database at today's schema; made when it is not there, let go of at the end."""
    engine = connect(settings.database_url)
    try:
        upgrade(engine)
        yield engine
    finally:
        engine.dispose()


def status(settings: Settings) -> Json:
    """Datasets in use, their gaps, and the lines that were refused, by reason."""
    with database(settings) as engine, reading(engine) as connection:
        used = ledger.overview(connection)
        return {
            "datasets": used,
            "gaps": {row["dataset"]: ledger.gaps(connection, row["dataset"]) for row in used},
            "rejects": ledger.rejects_by_reason(connection),
        }


def forget(settings: Settings, dataset: str) -> Json:
    """Remove everything of a dataset: its counts, its place in the ledger, its files in the lake."""
    with database(settings) as engine, writing(engine) as connection:
        if ledger.dataset(connection, dataset) is None:
            raise unknown("ingested dataset", dataset, [row["dataset"] for row in ledger.overview(connection)])
        files = [lake.path_of(settings.lake, *place) for place in ledger.lake_files(connection) if place[1] == dataset]
        ledger.forget(connection, dataset)
    lake.remove(files)
    return {"dataset": dataset, "files": len(files)}


def sweep(settings: Settings) -> list[str]:
    """Remove lake files that the ledger does not list, such as those of a run that was killed; their paths."""
    with database(settings) as engine, reading(engine) as connection:
        listed = {lake.path_of(settings.lake, *place) for place in ledger.lake_files(connection)}
    return [str(path) for path in lake.sweep(settings.lake, listed)]
