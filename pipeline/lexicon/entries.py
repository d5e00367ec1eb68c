"""What the files of a lexicon may hold, and reading one."""

import datetime as dt
import re
import tomllib
from collections.abc import Iterable
from functools import cache, cached_property
from pathlib import Path
from typing import Annotated, Literal, TypeVar

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from pipeline.errors import InputError
from pipeline.text import normalise, spelled_out

_File = TypeVar("_File", bound=BaseModel)
_POINTS = re.compile(r"([^\t]+)\t(-?[1-9][0-9]{0,3})")

normal_form = cache(normalise)  # a set is expanded in dozens of rules
"""`normalise`, of each word once."""


def read(path: Path, model: type[_File]) -> _File:
    """A file of TOML as one of the models below. Raises InputError for one that is missing or does not fit."""
    try:
        return model.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
    except FileNotFoundError:
        raise InputError(f"{path}: the lexicon lacks this file.") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise InputError(f"{path}: not valid TOML, {error}.") from error
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(map(str, first["loc"]))
        raise InputError(f"{path}: {place}: {first['msg'].lower()}.") from error


def read_points(path: Path) -> tuple[tuple[str, int], ...]:
    """The words of a file of points/ with what each says, sorted. Raises InputError for a line that is none."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (FileNotFoundError, UnicodeDecodeError):
        raise InputError(f"{path}: the topic has a score and needs this file of words and points, in UTF-8.") from None
    found: dict[str, int] = {}
    for number, line in enumerate(lines, 1):
        told = _POINTS.fullmatch(line)
        if not told or told[1] in found or normalise(told[1]) != told[1]:
            raise InputError(
                f"{path}:{number}: {line!r} is not a word in normal form, listed once, a tab and its points."
            )
        found[told[1]] = int(told[2])
    return tuple(sorted(found.items()))


def normal_forms(words: Iterable[str]) -> frozenset[str]:
    """The words in normal form, without empty ones."""
    return frozenset(filter(None, map(normal_form, words)))


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", str_min_length=1)


class _Recorded(_Strict):
    """What rules of every kind ask, and the record of the decision."""

    any: list[str] = []
    also: list[str] = []
    nowhere: list[str] = []
    valid_from: dt.date | None = None
    valid_to: dt.date | None = None
    since: str = ""
    note: str = ""
    source: str = ""


class TermEntry(_Recorded):
    """One rule for one term or several: see docs/matching.md."""

    term: str = ""
    terms: list[str] = []
    shown: str | None = None
    none: list[str] = []
    mask: list[str] = []
    reach: int = Field(default=0, ge=0, le=200)
    boundary: bool = False
    tag: bool = True
    alone: bool = False
    only: Literal["", "title", "post"] = ""
    evasion: bool = False


class PersonEntry(TermEntry):
    """A rule for the names of a person of a role."""

    role: str


class ScoreEntry(_Recorded):
    """One rule for all words of the points file that have `strong` points and two characters."""

    any: list[str]
    least: int = Field(gt=0)
    strong: int = Field(gt=0)


class TopicFile(_Strict):
    """A file of topics/."""

    id: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    label_en: str
    label_zh: str
    since: str = ""
    source: str = ""
    core: list[str | TermEntry]
    evasion: list[str] = []
    mask: list[str] = []
    nowhere: list[str] = []
    score: ScoreEntry | None = None
    context: list[TermEntry] = []
    persons: list[PersonEntry] = []


def _spelled(words: list[str]) -> list[str]:
    return [form for word in words for form in spelled_out(word)]


class SetsFile(_Strict):
    """sets.toml."""

    version: str
    general: list[str] = []
    sets: dict[str, Annotated[list[str], AfterValidator(_spelled)]]

    @cached_property
    def normal(self) -> dict[str, frozenset[str]]:
        """The sets in normal form."""
        return {name: normal_forms(words) for name, words in self.sets.items()}

    @cached_property
    def little(self) -> frozenset[str]:
        """The general words in normal form."""
        return normal_forms(self.general)


class _EventEntry(_Strict):
    slug: str
    day: dt.date | None = None
    period: str | None = None
    time: dt.time | None = None
    kind: str
    label_en: str
    label_zh: str
    source: str
    confidence: str
    note: str | None = None


class EventsFile(_Strict):
    """events.toml."""

    event: list[_EventEntry]
