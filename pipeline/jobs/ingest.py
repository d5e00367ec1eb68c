"""From files to the lake and the ledger."""

import datetime as dt
import hashlib
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import pyarrow as pa
from sqlalchemy import Connection, Engine

from pipeline import datasets, lake, pseudonyms, sources
from pipeline.datasets import Dataset
from pipeline.errors import InputError
from pipeline.fields import day_in_name
from pipeline.jobs.home import database
from pipeline.schema import SHANGHAI, Chunk, with_ids
from pipeline.settings import Settings
from pipeline.store import ledger
from pipeline.store.connection import reading, writing

Json = dict[str, Any]


def discover(settings: Settings) -> list[Json]:
    """The files in the landing folders, one folder per dataset, that were not ingested yet, sorted."""
    with database(settings) as engine, reading(engine) as connection:
        known = ledger.batches(connection)
    found = []
    for slug, dataset in datasets.load(settings.registry).items():
        paths = sources.listing(settings.landing / slug, dataset)
        found += [
            {"path": str(p), "dataset": slug} for p in paths if (slug, _identity(p, dataset).batch_id) not in known
        ]
    return found


def ingest(settings: Settings, path: str, dataset: str) -> Json:
    """Read one file into the lake and list it in the ledger. Nothing is left of it when that fails.

    Returns path, dataset, new (false for content that was ingested before, which is left alone), posts, rejected, the
    days it touches, and as gaps the day of a file that is valid and empty where the dataset promises daily data.
    """
    registered = datasets.find(dataset, settings.registry)
    source = Path(path)
    identity = _identity(source, registered)
    with database(settings) as engine:
        with reading(engine) as connection:
            known = ledger.has_batch(connection, dataset, identity.batch_id)
        if known:
            return {"path": path, "dataset": dataset, "new": False, "posts": 0, "rejected": 0, "days": [], "gaps": []}
        return _Ingest(settings, registered, source, identity).run(engine)


@dataclass(frozen=True, slots=True)
class _Identity:
    batch_id: str
    sha256: str


def _identity(path: Path, dataset: Dataset) -> _Identity:
    """What makes a content the same: its bytes; and the day in its name, where only the name states it."""
    if not path.is_file():
        raise InputError(f"{path}: no such file.")
    with path.open("rb") as file:
        sha256 = hashlib.file_digest(file, "sha256").hexdigest()
    if not dataset.daily:
        return _Identity(sha256, sha256)
    return _Identity(hashlib.sha256(f"{day_in_name(path.name)} {sha256}".encode()).hexdigest(), sha256)


class _Ingest:
    """One file on its way into the lake and the ledger."""

    def __init__(self, settings: Settings, dataset: Dataset, path: Path, identity: _Identity):
        self._settings, self._dataset, self._path, self._identity = settings, dataset, path, identity
        self._rejects: list[Json] = []
        self._sightings: set[tuple[str, dt.date]] = set()

    def run(self, engine: Engine) -> Json:
        dataset, batch_id = self._dataset, self._identity.batch_id
        days = lake.write(self._settings.lake, dataset.kind, dataset.slug, batch_id, self._entries())
        try:
            self._check(days)
            with writing(engine) as connection:
                self._record(connection, days)
        except BaseException:
            self._forget(engine, days)
            raise
        return {
            "path": str(self._path),
            "dataset": dataset.slug,
            "new": True,
            "posts": sum(days.values()),
            "rejected": len(self._rejects),
            "days": [str(day) for day in days],
            "gaps": [str(day) for day in self._gaps(days)],
        }

    def _entries(self) -> Iterator[pa.RecordBatch]:
        for chunk in sources.read(self._path, self._dataset):
            self._rejects += chunk.rejects.to_pylist()
            yield self._private(chunk) if self._dataset.kind == "posts" else chunk.entries

    def _private(self, chunk: Chunk) -> pa.RecordBatch:
        posts = chunk.entries
        if posts["author"].null_count < posts.num_rows:
            posts = pseudonyms.mask_authors(posts, self._key, self._dataset.platform)
        posts = with_ids(posts)
        self._sightings.update(zip(posts["post_id"].to_pylist(), posts["day"].to_pylist(), strict=True))
        return posts

    @cached_property
    def _key(self) -> bytes:
        return pseudonyms.read_key(self._settings.key_file)

    def _forget(self, engine: Engine, days: Iterable[dt.date]) -> None:
        """Remove the lake files of this batch, unless another process listed the same content in the meantime."""
        place = self._settings.lake, self._dataset.kind, self._dataset.slug
        with writing(engine) as connection:
            if not ledger.has_batch(connection, self._dataset.slug, self._identity.batch_id):
                lake.remove(lake.path_of(*place, day, self._identity.batch_id) for day in days)

    def _check(self, days: dict[dt.date, int]) -> None:
        if self._rejects and not days:
            reasons = ", ".join(sorted({reject["reason"] for reject in self._rejects}))
            raise InputError(
                f"{self._path}:{self._rejects[0]['line']}: none of its {len(self._rejects)} rows can be used "
                f"({reasons}); "
                f"does the file belong to {self._dataset.slug}, and is its entry {self._dataset.origin.name} right?"
            )

    def _record(self, connection: Connection, days: dict[dt.date, int]) -> None:
        dataset = self._dataset
        ledger.register(connection, dataset.model_dump())
        if ledger.has_batch(connection, dataset.slug, self._identity.batch_id):
            return  # another process was faster with the same content
        batch = {
            "dataset": dataset.slug,
            "batch_id": self._identity.batch_id,
            "sha256": self._identity.sha256,
            "name": self._path.name,
            "rows": sum(days.values()) + len(self._rejects),
            "posts": sum(days.values()),
            "rejected": len(self._rejects),
            "first_day": min(days, default=None),
            "last_day": max(days, default=None),
            "ingested_at": dt.datetime.now(SHANGHAI).replace(tzinfo=None, microsecond=0),
        }
        ledger.record(connection, batch, days, self._rejects, self._sightings)
        complete = days if dataset.daily else ()
        ledger.cover(connection, dataset.slug, complete, self._gaps(days), _known_gaps(dataset))

    def _gaps(self, days: Collection[dt.date]) -> list[dt.date]:
        return [day_in_name(self._path.name)] if self._dataset.daily and not days else []


def _known_gaps(dataset: Dataset) -> dict[dt.date, str]:
    return {
        gap.first + dt.timedelta(days=offset): gap.why
        for gap in dataset.gaps
        for offset in range((gap.last - gap.first).days + 1)
    }
