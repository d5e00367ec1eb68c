"""The daily files of a public archive, from its publisher into the landing folder.

Beside the files lies, hidden from `discover`, `.fetched.json`: for each file its address, ETag, SHA-256, bytes and when
it was fetched. Nothing rests on it but what need not be sent again: without it every file is fetched and compared.
"""

import datetime as dt
import fcntl
import hashlib
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from pydantic import BaseModel, TypeAdapter, ValidationError

from pipeline import datasets
from pipeline.datasets import Fetch
from pipeline.errors import InputError
from pipeline.fetch import Fetcher, Manners, Outcome, sync
from pipeline.schema import SHANGHAI
from pipeline.settings import Settings

Json = dict[str, Any]

BASE = "GUANCHAO_FETCH_BASE"
"""The environment variable that names a mirror: an address in place of the scheme and host of every dataset's."""

_IN_VAIN = 3
"""Files in a row that fail in passing, after which the others are not asked for."""

_RECENT = dt.timedelta(days=2)
"""How long after a day its file may still come; later, its absence is a gap of the archive."""


def fetchable(settings: Settings) -> list[str]:
    """The datasets whose entries say where their files can be fetched."""
    return [slug for slug, dataset in datasets.load(settings.registry).items() if dataset.fetch]


def fetch(
    settings: Settings,
    dataset: str,
    first: dt.date,
    last: dt.date,
    *,
    base: str | None = None,
    manners: Manners | None = None,
    today: dt.date | None = None,
    along: Callable[[Sequence[dt.date]], Iterable[dt.date]] = iter,
) -> list[Json]:
    """Bring the files of the days `first` to `last` into `landing/<dataset>`, one by one; repeating it is harmless.

    base: a mirror, in place of scheme and host; by default GUANCHAO_FETCH_BASE. today: in Asia/Shanghai; no later day
    is asked for. `along` passes the days on, as a bar that shows progress does.

    Returns for each day: day; status, "fetched", "unchanged", "absent" (the archive has no such file, or not yet) or
    "refused" (no data came; landing is as it was); bytes of the file in landing, 0 when absent or refused; why; later,
    whether a refusal may not stand another time. Raises InputError for a dataset without [fetch], an empty span, a base
    that is no address, and while another fetch of the dataset runs.
    """
    source = _source(settings, dataset)
    base = _required(os.environ.get(BASE, "") if base is None else base)
    if first > last:
        raise InputError(f"The span is empty: its first day {first} lies after its last day {last}.")
    days = [first + dt.timedelta(days=number) for number in range((last - first).days + 1)]
    settings.home.mkdir(mode=0o700, parents=True, exist_ok=True)  # as `initialise` makes it
    with _alone(settings.landing / dataset) as folder, Fetcher(manners or Manners()) as fetcher:
        run = _Run(fetcher, folder, source, base, today or dt.datetime.now(SHANGHAI).date())
        return [run.day(day) for day in along(days)]


class _Run:
    """The days of one dataset in one go."""

    def __init__(self, fetcher: Fetcher, folder: Path, source: Fetch, base: str, today: dt.date):
        self._fetcher, self._source, self._base, self._today = fetcher, source, base, today
        self._folder, self._known = folder, _Known(folder)
        self._failed, self._stopped = 0, ""

    def day(self, day: dt.date) -> Json:
        """What became of one day, as `fetch` returns it."""
        if day > self._today:
            outcome = Outcome("absent", "the day has not come yet")
        elif self._stopped:
            outcome = Outcome("refused", f"{day} {self._stopped}", later=True)
        else:
            outcome = self._asked(day)
        size = outcome.bytes if outcome.status in ("fetched", "unchanged") else 0
        return {
            "day": str(day),
            "status": outcome.status,
            "bytes": size,
            "why": outcome.why,
            "later": outcome.later,
        }

    def _asked(self, day: dt.date) -> Outcome:
        url = _address(self._source.address(day), self._base)
        target = self._folder / urlsplit(url).path.rpartition("/")[2]
        outcome = self._fetcher.fetch(url, target, self._source.holds, self._known.etag(target, url))
        self._consider(outcome)
        if outcome.status == "refused":
            return Outcome("refused", f"{url}: {outcome.why}", later=outcome.later)
        if outcome.status == "absent":
            recent = day + _RECENT >= self._today
            return Outcome("absent", "not there yet" if recent else "the archive has no file of this day")
        self._known.keep(target, url, outcome)
        return outcome

    def _consider(self, outcome: Outcome) -> None:
        """Stop asking a source that does not answer, or that wants to be left alone."""
        self._failed = self._failed + 1 if outcome.later else 0
        if outcome.stop:
            self._stopped = "was not asked for: the server wants to be left alone for now"
        elif self._failed == _IN_VAIN:
            self._stopped = f"was not asked for: {_IN_VAIN} files in a row could not be had"


class _Record(BaseModel):
    url: str
    etag: str
    sha256: str
    bytes: int
    fetched_at: dt.datetime


_RECORDS = TypeAdapter(dict[str, _Record])


class _Known:
    """What was fetched into a folder before, by name of file."""

    def __init__(self, folder: Path):
        self._path = folder / ".fetched.json"
        try:
            self._records = _RECORDS.validate_json(self._path.read_bytes())
        except (FileNotFoundError, ValidationError):
            self._records = {}

    def etag(self, target: Path, url: str) -> str:
        """The ETag of the content that lies there; "" where it came from elsewhere or was changed since."""
        record = self._records.get(target.name)
        if record is None or record.url != url or not target.is_file():
            return ""
        return record.etag if hashlib.sha256(target.read_bytes()).hexdigest() == record.sha256 else ""

    def keep(self, target: Path, url: str, outcome: Outcome) -> None:
        """Record what lies there now, unless that is known."""
        before = self._records.get(target.name)
        if before and (before.url, before.etag, before.sha256) == (url, outcome.etag, outcome.sha256):
            return
        now = dt.datetime.now(SHANGHAI).replace(microsecond=0)
        record = _Record(url=url, etag=outcome.etag, sha256=outcome.sha256, bytes=outcome.bytes, fetched_at=now)
        self._records[target.name] = record
        draft = self._path.with_name(".fetched.json.draft")
        with draft.open("wb") as file:
            file.write(_RECORDS.dump_json(self._records, indent=1))
            file.flush()
            os.fsync(file.fileno())
        draft.replace(self._path)
        sync(self._path.parent)


def _source(settings: Settings, dataset: str) -> Fetch:
    if source := datasets.find(dataset, settings.registry).fetch:
        return source
    known = ", ".join(fetchable(settings))
    raise InputError(f"{dataset} cannot be fetched, as its entry has no table [fetch]; those that can are: {known}.")


def _required(base: str) -> str:
    """A base that is an address, or none."""
    parts = urlsplit(base)
    if base and (parts.scheme not in ("http", "https") or not parts.netloc or parts.query or parts.fragment):
        raise InputError(f"{base!r} is no base of addresses; write https://host or https://host/folder.")
    return base.rstrip("/")


def _address(url: str, base: str) -> str:
    return base + urlsplit(url)._replace(scheme="", netloc="").geturl() if base else url


@contextmanager
def _alone(folder: Path) -> Iterator[Path]:
    """The folder, with no other process that fetches into it; the system ends the lock of one that was killed."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / ".fetch.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise InputError(f"{folder}: another fetch is under way here; wait until it is done.") from None
        yield folder
