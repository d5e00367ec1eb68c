"""The lexicon as data, and its loader: ten topics, shared lists, jieba's user dictionary, stop words, events.

    sets.toml       the version, and named lists that context rules refer to as "$NAME"
    topics/*.toml   one topic each: core terms, context rules, disguised forms (evasion), masks
    userdict.txt    words that jieba must know, `word tag` a line; jieba computes their frequencies
    stopwords.txt   words left out of day_word
    events.toml     dated annotations for charts

Everything is brought into normal form here, so that a term written in capitals or in traditional script can match.
"""

import datetime as dt
import hashlib
import json
import re
import tomllib
from dataclasses import asdict
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from pipeline.errors import InputError
from pipeline.schema import Lexicon, Rule, Topic
from pipeline.text import normalise

FOLDER = Path(__file__).parent
USERDICT = FOLDER / "userdict.txt"
_SHORT_LATIN = re.compile(r"[a-z]{1,4}")
_File = TypeVar("_File", bound=BaseModel)


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", str_min_length=1)


class _TermEntry(_Strict):
    term: str
    shown: str | None = None
    any: list[str] = []
    none: list[str] = []
    boundary: bool = False
    evasion: bool = False
    valid_from: dt.date | None = None
    valid_to: dt.date | None = None


class _TopicFile(_Strict):
    id: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    label_en: str
    label_zh: str
    core: list[str | _TermEntry]
    evasion: list[str] = []
    mask: list[str] = []
    context: list[_TermEntry] = []


class _SetsFile(_Strict):
    version: str
    sets: dict[str, list[str]]


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


class _EventsFile(_Strict):
    event: list[_EventEntry]


def load(folder: Path = FOLDER) -> Lexicon:
    """The lexicon of a folder, in normal form, sets expanded, topics and rules sorted.

    Raises InputError for a file that is not valid, an unknown set, a rule that could never match and a disguised
    form of at most four Latin letters without a partner (`qj` is also 切记, "be sure to remember").
    """
    sets = _read(folder / "sets.toml", _SetsFile)
    topics = tuple(_topic(path, sets.sets) for path in sorted((folder / "topics").glob("*.toml")))
    if not topics:
        raise InputError(f"{folder / 'topics'}: the lexicon has no topic; a topic is one .toml file there.")
    deciding = [(t.id, [asdict(rule) for rule in t.rules], t.masks) for t in topics]
    canonical = json.dumps(deciding, default=_canonical, ensure_ascii=False, sort_keys=True)
    return Lexicon(sets.version, topics, hashlib.sha256(canonical.encode()).hexdigest())


def events(folder: Path = FOLDER) -> list[dict[str, Any]]:
    """The annotations of events.toml: slug, day or period, time, kind, labels, source, confidence, note."""
    return [entry.model_dump() for entry in _read(folder / "events.toml", _EventsFile).event]


def stopwords(folder: Path = FOLDER) -> frozenset[str]:
    """The words that day_word leaves out, in normal form."""
    lines = (folder / "stopwords.txt").read_text(encoding="utf-8").splitlines()
    return frozenset(normalise(line) for line in lines if line and not line.startswith("#"))


def _topic(path: Path, sets: dict[str, list[str]]) -> Topic:
    file = _read(path, _TopicFile)
    if file.id != path.stem:
        raise InputError(f"{path}: the id {file.id!r} must be the file's name; rename one of them.")
    entries = [e if isinstance(e, _TermEntry) else _TermEntry(term=e) for e in file.core]
    entries += [_TermEntry(term=e, evasion=True) for e in file.evasion] + file.context
    rules, masks = {_rule(path, entry, sets) for entry in entries}, _normal(file.mask)
    for rule in rules:
        _check(path, rule, masks)
    return Topic(file.id, file.label_en, file.label_zh, tuple(sorted(rules, key=_order)), masks)


def _rule(path: Path, entry: _TermEntry, sets: dict[str, list[str]]) -> Rule:
    term = normalise(entry.term)
    needs, blockers = (_normal(_expanded(path, items, sets)) for items in (entry.any, entry.none))
    if not term or (entry.any and not needs - {term}):
        raise InputError(f"{path}: the rule for {entry.term!r} could never match; give it another partner.")
    limits = entry.valid_from, entry.valid_to
    return Rule(term, entry.shown or term, needs - {term}, blockers, entry.boundary, entry.evasion, *limits)


def _check(path: Path, rule: Rule, masks: frozenset[str]) -> None:
    """Refuse a rule that could never match, and initials that would match too much."""
    covered = sorted(word for word in masks | rule.blockers if word in rule.term)
    if covered:
        raise InputError(f"{path}: {rule.term!r} could never match, because it contains {covered[0]!r}; remove one.")
    if rule.valid_from and rule.valid_to and rule.valid_from > rule.valid_to:
        raise InputError(f"{path}: {rule.term!r} ends to be valid before it begins; mend the dates.")
    if rule.evasion and _SHORT_LATIN.fullmatch(rule.term) and not rule.needs:
        raise InputError(f"{path}: {rule.term!r} has at most four Latin letters and needs a partner; add `any` to it.")


def _expanded(path: Path, items: list[str], sets: dict[str, list[str]]) -> list[str]:
    missing = [item for item in items if item.startswith("$") and item[1:] not in sets]
    if missing:
        raise InputError(f"{path}: there is no set {missing[0]!r} in sets.toml; known are: {', '.join(sorted(sets))}.")
    return [word for item in items for word in (sets[item[1:]] if item.startswith("$") else [item])]


def _normal(words: list[str]) -> frozenset[str]:
    return frozenset(filter(None, map(normalise, words)))


def _order(rule: Rule) -> tuple[str, ...]:
    return rule.term, *(json.dumps(value, default=_canonical) for value in asdict(rule).values())


def _canonical(value: Any) -> Any:
    return sorted(value) if isinstance(value, frozenset) else str(value)


def _read(path: Path, model: type[_File]) -> _File:
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
