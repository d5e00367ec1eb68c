"""From files to the lake and the ledger."""

import datetime as dt
import hashlib
from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import pyarrow as pa
from sqlalchemy import Connection, Engine

from pipeline import datasets, files, lake, pseudonyms, sources
from pipeline.datasets import Dataset
from pipeline.errors import InputError, Unobserved
from pipeline.fields import Moment, day_in_name, moment
from pipeline.files import File, locate
from pipeline.formats import Source
from pipeline.jobs.home import database
from pipeline.schema import SHANGHAI, Chunk, Refused, with_column, with_ids
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
        listed = files.listing(settings.landing / slug)
        new = (file for file in listed if not _known(file, dataset, known))
        found += [{"path": str(file), "dataset": slug} for file in new]
    return found


def ingest(
    settings: Settings,
    path: str | File,
    dataset: str,
    observed_at: str | None = None,
    max_reject_share: float | None = None,
) -> Json:
    """Read one file into the lake and list it in the ledger. Nothing is left of it when that fails.

    path: a file, or `archive!member`. observed_at: when its rows were seen, where neither they nor its name say so.
    max_reject_share: the share of refused rows beyond which the file is refused whole; the dataset's entry by default.
    Returns path, dataset, new (false for content that was ingested before, which is left alone), the format that it was
    recognised as, posts, rejected, the days it touches, and as gaps the day of a file that holds no data although the
    dataset promises daily data, with the reason.
    """
    registered = datasets.find(dataset, settings.registry)
    file = locate(path) if isinstance(path, str) else path
    identity = _identity(file, registered)
    with database(settings) as engine:
        with reading(engine) as connection:
            known = ledger.has_batch(connection, dataset, identity.batch_id)
        if known:
            nothing = {"format": "", "posts": 0, "rejected": 0, "days": [], "gaps": {}}
            return {"path": str(file), "dataset": dataset, "new": False, **nothing}
        source = Source(file, registered, observation(file, observed_at))
        limit = registered.max_reject_share if max_reject_share is None else max_reject_share
        return _Ingest(settings, source, identity, limit).run(engine)


def _known(file: File, dataset: Dataset, known: Collection[tuple[str, str]]) -> bool:
    """Whether the content was ingested; not for a file that `ingest` will refuse, which then says why."""
    try:
        return (dataset.slug, _identity(file, dataset).batch_id) in known
    except InputError:
        return False


@dataclass(frozen=True, slots=True)
class _Identity:
    batch_id: str
    sha256: str


def _identity(file: File, dataset: Dataset) -> _Identity:
    """What makes a content the same: its bytes; and the day in its name, where only the name states it."""
    with file.open() as content:
        sha256 = hashlib.file_digest(content, "sha256").hexdigest()
    if not dataset.daily:
        return _Identity(sha256, sha256)
    return _Identity(hashlib.sha256(f"{day_in_name(file.name)} {sha256}".encode()).hexdigest(), sha256)


def observation(file: File, observed_at: str | None) -> Moment | None:
    """When the rows of a file were seen: as somebody says, else on the day in its name, else unknown."""
    if observed_at is not None:
        try:
            return moment(observed_at)
        except Refused:
            raise InputError(
                f"--observed-at {observed_at!r} is no date or time; write 2021-08-08 or 2021-08-08 09:30."
            ) from None
    try:
        return Moment(day_in_name(file.name), None)
    except InputError:
        return None


class _Ingest:
    """One file on its way into the lake and the ledger."""

    def __init__(self, settings: Settings, source: Source, identity: _Identity, limit: float):
        self._settings, self._source, self._identity, self._limit = settings, source, identity, limit
        self._dataset, self._file = source.dataset, source.file
        self._rejects: list[pa.RecordBatch] = []  # a column takes a tenth of the memory of rows
        self._reasons: Counter[str] = Counter()
        self._format = ""
        self._gap = "the file of the day is valid and empty"

    def run(self, engine: Engine) -> Json:
        dataset, batch_id = self._dataset, self._identity.batch_id
        with lake.staged(self._settings.lake, dataset.kind, dataset.slug, batch_id, self._entries()) as staged:
            self._check(sum(staged.days.values()))
            if _identity(self._file, dataset) != self._identity:
                raise InputError(f"{self._file}: the file changed while it was read; ingest it again.")
            with writing(engine) as connection:
                self._record(connection, staged)
        return {
            "path": str(self._file),
            "dataset": dataset.slug,
            "new": True,
            "format": self._format,
            "posts": sum(staged.days.values()),
            "rejected": self._reasons.total(),
            "days": [str(day) for day in staged.days],
            "gaps": {str(day): why for day, why in self._gaps(staged.days).items()},
        }

    def _entries(self) -> Iterator[pa.RecordBatch]:
        try:
            chosen = sources.chosen(self._source)
            self._format = chosen.name
            for chunk in sources.read(self._source, chosen):
                self._refuse(chunk.rejects)
                yield self._private(chunk) if self._dataset.kind == "posts" else chunk.entries
        except Unobserved as defect:
            if not self._dataset.daily:
                raise
            self._gap = defect.reason

    def _refuse(self, rejects: pa.RecordBatch) -> None:
        """Keep rejects with a keyed digest: a plain one of a row without text could be guessed back into its author."""
        if not rejects.num_rows:
            return
        if self._dataset.kind == "posts":
            sealed = [pseudonyms.seal(self._key, digest) for digest in rejects["digest"].to_pylist()]
            rejects = with_column(rejects, "digest", pa.array(sealed, pa.string()))
        self._rejects.append(rejects)
        self._reasons.update(rejects["reason"].to_pylist())

    def _private(self, chunk: Chunk) -> pa.RecordBatch:
        posts = chunk.entries
        if posts["author"].null_count < posts.num_rows:
            posts = pseudonyms.mask_authors(posts, self._key, self._dataset.platform)
        return with_ids(posts)

    @cached_property
    def _key(self) -> bytes:
        return pseudonyms.read_key(self._settings.key_file)

    def _check(self, kept: int) -> None:
        """Refuse the file whole when too many of its rows were refused."""
        refused = self._reasons.total()
        rows = kept + refused
        if not rows or (kept and refused <= rows * self._limit):
            return
        told = ", ".join(f"{reason} {number}" for reason, number in self._reasons.most_common())
        raise InputError(
            f"{self._file}:{self._rejects[0]['line'][0]}: {refused / rows:.1%} of its {rows} rows were refused "
            f"({told}), over the limit of {self._limit:.1%}; mend the file, its entry {self._dataset.origin.name}, "
            "or the limit (--max-reject-share)."
        )

    def _record(self, connection: Connection, staged: lake.Staged) -> None:
        dataset, days = self._dataset, staged.days
        ledger.register(connection, dataset.model_dump() | {"reading": dataset.reading})
        if ledger.has_batch(connection, dataset.slug, self._identity.batch_id):
            return  # another process was faster with the same content
        batch = {
            "dataset": dataset.slug,
            "batch_id": self._identity.batch_id,
            "sha256": self._identity.sha256,
            "name": self._file.name,
            "rows": sum(days.values()) + self._reasons.total(),
            "posts": sum(days.values()),
            "rejected": self._reasons.total(),
            "repaired": self._file.notes.get("repaired", 0),
            "format": self._format,
            "first_day": min(days, default=None),
            "last_day": max(days, default=None),
            "ingested_at": dt.datetime.now(SHANGHAI).replace(tzinfo=None, microsecond=0),
        }
        sightings = staged.sightings() if dataset.kind == "posts" else ()
        rejects = (row for part in self._rejects for row in part.to_pylist())
        ledger.record(connection, batch, days, rejects, sightings)
        complete = days if dataset.daily else ()
        ledger.cover(connection, dataset.slug, complete, self._gaps(days), dataset.known_gaps)
        staged.publish()  # last, so that what fails before it leaves no file

    def _gaps(self, days: Collection[dt.date]) -> dict[dt.date, str]:
        return {day_in_name(self._file.name): self._gap} if self._dataset.daily and not days else {}
