"""The registry: one TOML file per dataset, those of the package and those in the data home's `datasets` folder.

Nothing is read from a dataset that has no entry: an entry states the licence, the basis on which the data may be
used, how to cite it, how it was sampled and which days it is known to lack.
"""

import datetime as dt
import json
import tomllib
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from pipeline.errors import InputError, unknown

FOLDER = Path(__file__).parent

_FIELDS = {
    "posts": {
        "post_id", "created_at", "observed_at", "author", "text", "quoted",
        "is_repost", "deleted", "reposts", "comments", "likes",
    },
    "board": {"title", "observed_at", "rank", "hotness", "is_ad"},
}  # fmt: skip
_NEEDED = {"posts": {"text", "created_at"}, "board": {"title", "observed_at"}}


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, str_min_length=1, str_strip_whitespace=True)


class Gap(_Strict):
    """A span of days, both ends included, that a dataset is known to lack."""

    first: dt.date
    last: dt.date
    why: str

    @model_validator(mode="after")
    def _in_order(self) -> "Gap":
        if self.first > self.last:
            raise ValueError(f"the gap begins on {self.first}, after its last day {self.last}")
        return self


class Fetch(_Strict):
    """Where the publisher keeps a file of JSON for each day.

    url: the address, in which {day} is the day as 2021-08-08 and {day:%Y%m} a part of it; its last part is the name
    that the file gets and states the day. holds: what a file must be, so that an answer of another kind is told apart.
    """

    url: str
    holds: Literal["list", "object"] = "list"

    def address(self, day: dt.date) -> str:
        """The URL of one day's file."""
        return self.url.format(day=day)

    @model_validator(mode="after")
    def _names_the_day(self) -> "Fetch":
        try:
            parts = urlsplit(self.address(dt.date(2021, 8, 8)))
        except (ValueError, LookupError, AttributeError) as error:
            raise ValueError(f"url: {error} is none of its fields; write {{day}} or {{day:%Y%m}}") from None
        name = parts.path.rpartition("/")[2]
        if parts.scheme not in ("http", "https") or not parts.netloc:
            raise ValueError("url must begin with https:// and a host")
        if "2021-08-08" not in name or not name.endswith(".json") or name.startswith("."):
            raise ValueError("url must end with the name of a JSON file that holds {day}, such as {day}.json")
        return self


class Dataset(_Strict):
    """What is known of a public collection.

    kind: "posts" (public messages: discussion) or "board" (lines of a trending list: exposure on an edited list).
    reader: the format of its files; None where each file is recognised by its content.
    daily: it publishes one file a day with the day in the name, so that an empty file is a gap and not a zero.
    ended: the last day of a collection that is finished: nothing new is waited for, nor fetched by schedule.
    max_reject_share: share of a file's rows that may be refused before the file is refused whole.
    mapping: for the reader `mapped`, our field -> column or dotted key of the file.
    fetch: where its daily files can be fetched from; None where they cannot.
    """

    slug: str = Field(pattern=r"^[a-z0-9][a-z0-9-]*$")
    title: str
    platform: str
    kind: Literal["posts", "board"]
    reader: str | None = None
    source: str
    licence: str
    basis: str
    citation: str
    sampling: str
    synthetic: bool = False
    daily: bool = False
    ended: dt.date | None = None
    max_reject_share: float = Field(default=0.05, ge=0, le=1)
    gaps: tuple[Gap, ...] = ()
    mapping: dict[str, str] = {}
    fetch: Fetch | None = None
    origin: Path = Path()  # the TOML file itself, for messages

    @property
    def known_gaps(self) -> dict[dt.date, str]:
        """Every day that the entry says is missing, and why."""
        return {
            gap.first + dt.timedelta(days=offset): gap.why
            for gap in self.gaps
            for offset in range((gap.last - gap.first).days + 1)
        }

    @property
    def reading(self) -> str:
        """What decides how the files are read: while it stays, so do the rows that they give."""
        return json.dumps([self.kind, self.platform, self.reader, self.mapping], sort_keys=True, ensure_ascii=False)

    @model_validator(mode="after")
    def _fetched_by_day(self) -> "Dataset":
        if self.fetch and not self.daily:
            raise ValueError("[fetch] is for a dataset with one file a day; state daily = true")
        return self

    @model_validator(mode="after")
    def _mapping_fits_reader(self) -> "Dataset":
        if self.reader != "mapped":
            if self.mapping:
                raise ValueError(f"[mapping] is for the reader 'mapped', not for {self.reader!r}")
            return self
        if missing := _NEEDED[self.kind] - self.mapping.keys():
            raise ValueError(f"[mapping] must name a column for {', '.join(sorted(missing))}")
        if strange := self.mapping.keys() - _FIELDS[self.kind]:
            raise ValueError(
                f"[mapping] has no field {', '.join(sorted(strange))}; fields of {self.kind} are: "
                + ", ".join(sorted(_FIELDS[self.kind]))
            )
        return self


def load(extra: Path | None = None) -> dict[str, Dataset]:
    """Every registered dataset by slug: the package's, then those of the folder `extra`, which may not redefine one.

    Raises InputError for a file that is not valid TOML or lacks an entry.
    """
    found: dict[str, Dataset] = {}
    for path in [*sorted(FOLDER.glob("*.toml")), *(sorted(extra.glob("*.toml")) if extra else [])]:
        dataset = _read(path)
        if dataset.slug in found:
            raise InputError(f"{path}: the dataset {dataset.slug!r} is registered twice; choose another slug.")
        found[dataset.slug] = dataset
    return found


def find(slug: str, extra: Path | None = None) -> Dataset:
    """The dataset of that slug. Raises InputError with the nearest slugs when there is none."""
    known = load(extra)
    if slug not in known:
        raise unknown("dataset", slug, known)
    return known[slug]


def _read(path: Path) -> Dataset:
    try:
        return Dataset.model_validate({**tomllib.loads(path.read_text(encoding="utf-8")), "origin": path})
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise InputError(f"{path}: not valid TOML, {error}.") from error
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(map(str, first["loc"]))
        raise InputError(
            f"{path}: {place + ': ' if place else ''}{first['msg'].removeprefix('Value error, ')}."
        ) from error
