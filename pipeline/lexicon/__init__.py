"""The lexicon as data, and its loader: ten topics, shared lists, jieba's user dictionary, stop words, events.

    sets.toml       the version, general partners, and named lists that context rules refer to as "$NAME";
                    "(公司|我司)(说|称)" in a list stands for four words
    topics/*.toml   one topic each: core terms, context rules, persons, disguised forms (evasion), masks
    points/*.tsv    what words say for a topic, or against it: `word<TAB>points` lines, for the rule of its `score`
    userdict.txt    words that jieba must know, `word tag` a line; jieba computes their frequencies
    stopwords.txt   words left out of day_word
    events.toml     dated annotations for charts

Everything is brought into normal form here, so that a term written in capitals or in traditional script can match.
"""

import datetime as dt
import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import fields, replace
from functools import cache, lru_cache
from itertools import combinations, groupby
from operator import attrgetter
from pathlib import Path
from typing import Any

from pipeline.errors import InputError
from pipeline.lexicon.entries import (
    EventsFile,
    PersonEntry,
    SetsFile,
    TermEntry,
    TopicFile,
    normal_form,
    normal_forms,
    read,
    read_points,
)
from pipeline.schema import Lexicon, Rule, Topic
from pipeline.text import normalise

FOLDER = Path(__file__).parent
USERDICT = FOLDER / "userdict.txt"
_SHOWN = {"accused_private": "[accused, private]", "spoke_publicly": "[complainant]"}
_ROLES = ("executive", "public_figure", *_SHOWN)
_DECIDING = tuple(field.name for field in fields(Rule) if field.compare)
_WHOLE = 1_000_000
"""A reach that takes in any post."""

_SHORT_LATIN = re.compile(r"[a-z]{1,4}")


def load(folder: Path = FOLDER) -> Lexicon:
    """The lexicon of a folder, in normal form, sets expanded, topics and rules sorted.

    Raises InputError for a file that is not valid, an unknown set, a rule that could never match and a disguised
    form of at most four Latin letters without a partner (`qj` is also 切记, "be sure to remember").
    """
    files = [folder / "sets.toml", *sorted((folder / "topics").glob("*.toml")), *sorted(folder.glob("points/*.tsv"))]
    return _loaded(folder, tuple((path, path.read_bytes() if path.is_file() else b"") for path in files))


@lru_cache(maxsize=8)
def _loaded(folder: Path, contents: tuple[tuple[Path, bytes], ...]) -> Lexicon:
    """Read once for the same bytes: every figure and every task asks for the lexicon."""
    sets = read(contents[0][0], SetsFile)
    topics = _redacted([_topic(path, sets) for path, _ in contents[1:] if path.suffix == ".toml"])
    if not topics:
        raise InputError(f"{folder / 'topics'}: the lexicon has no topic; a topic is one .toml file there.")
    return Lexicon(sets.version, topics, _digest(topics))


def _redacted(topics: Sequence[Topic]) -> tuple[Topic, ...]:
    """The topics, where a name that one of them does not print is printed by none."""
    labels = {rule.term: rule.shown for topic in topics for rule in topic.rules if rule.role in _SHOWN}
    _check_points(topics, {name: shown for name, shown in labels.items() if shown != name})

    def hidden(rule: Rule) -> Rule:
        plain = rule.shown == rule.term and rule.term in labels
        return replace(rule, shown=labels[rule.term]) if plain else rule

    return tuple(replace(topic, rules=tuple(map(hidden, topic.rules))) for topic in topics)


def _check_points(topics: Iterable[Topic], private: Mapping[str, str]) -> None:
    """Refuse a word with points that holds a name which no table prints."""
    for topic in topics:
        for word, _ in topic.points:
            if name := next((name for name in private if name in word), None):
                raise InputError(f"points/{topic.id}.tsv: a word holds the name of {private[name]}; remove its line.")


def _digest(topics: Iterable[Topic]) -> str:
    """Of all that decides a count. What rules share is told once, and so is a set of words; then by their numbers."""
    shared: dict[Any, int] = {}
    sets: dict[frozenset[str], int] = {}
    told = [
        (
            t.id,
            [(r.term, r.shown, shared.setdefault(_sharing(r), len(shared))) for r in t.rules],
            sorted(t.masks),
            t.points,
        )
        for t in topics
    ]
    parts = [[_told(value, sets) for value in values] for values in shared]
    canonical = json.dumps([told, parts, list(map(sorted, sets))], ensure_ascii=False)
    return hashlib.sha256(canonical.encode()).hexdigest()


def _told(value: Any, sets: dict[frozenset[str], int]) -> Any:
    if isinstance(value, frozenset):
        return sets.setdefault(value, len(sets))
    return value.isoformat() if isinstance(value, dt.date) else value


def events(folder: Path = FOLDER) -> list[dict[str, Any]]:
    """The annotations of events.toml: slug, day or period, time, kind, labels, source, confidence, note."""
    return [entry.model_dump() for entry in read(folder / "events.toml", EventsFile).event]


def stopwords(folder: Path = FOLDER) -> frozenset[str]:
    """The words that day_word leaves out, in normal form."""
    lines = (folder / "stopwords.txt").read_text(encoding="utf-8").splitlines()
    return frozenset(normalise(line) for line in lines if line and not line.startswith("#"))


def _topic(path: Path, sets: SetsFile) -> Topic:
    file = read(path, TopicFile)
    if file.id != path.stem:
        raise InputError(f"{path}: the id {file.id!r} must be the file's name; rename one of them.")
    entries = [e if isinstance(e, TermEntry) else TermEntry(term=e) for e in file.core]
    entries += [*(TermEntry(term=e, evasion=True) for e in file.evasion), *file.context, *file.persons]
    points = read_points(path.parents[1] / "points" / f"{file.id}.tsv") if file.score else ()
    rules = {rule for entry in entries for rule in _rules(path, entry, sets, file)}
    rules.update(_scored(path, points, sets, file))
    masks = normal_forms([*file.mask, *(phrase for entry in entries for phrase in entry.mask)])
    for rule in rules:
        _check(path, rule, masks)
    ordered = tuple(_ordered(rules))
    _check_names(path, ordered)
    return Topic(file.id, file.label_en, file.label_zh, ordered, masks, points)


def _scored(path: Path, points: Iterable[tuple[str, int]], sets: SetsFile, file: TopicFile) -> Iterator[Rule]:
    """A rule for each telling word: it counts in a post whose words have enough points, beside a word of each list."""
    score = file.score
    if score is None:
        return
    *asked, nowhere = (
        _expanded(path, words, sets.normal) for words in (score.any, score.also, score.nowhere + file.nowhere)
    )
    names = (", ".join(score.any), ", ".join(score.also))
    alike = Rule(
        "", "", nowhere=nowhere, reach=_WHOLE, tag=False, only="post", least=score.least,
        valid_from=score.valid_from, valid_to=score.valid_to,
        since=score.since or file.since, note=score.note, source=score.source or file.source,
    )  # fmt: skip
    for term, value in points:
        if value >= score.strong and len(term) > 1:
            needs, also = (frozenset() if term in words else words for words in asked)  # itself is one of them
            named = names if needs else (names[1], "")
            yield replace(alike, term=term, shown=term, needs=needs, also=also, asked=named)


def _terms(path: Path, entry: TermEntry) -> list[str]:
    if bool(entry.term) == bool(entry.terms) or not all(entry.terms or [entry.term]):
        raise InputError(f"{path}: a rule needs either `term` or `terms`; give it one of them, and no empty string.")
    return entry.terms or [entry.term]


def _rules(path: Path, entry: TermEntry, sets: SetsFile, file: TopicFile) -> Iterator[Rule]:
    """A rule for each term of an entry; they share their words."""
    asked = {name: getattr(entry, name) for name in ("any", "also", "none")}
    asked["nowhere"] = entry.nowhere + ([] if entry.only == "title" else file.nowhere)
    words = {name: _expanded(path, items, sets.normal) for name, items in asked.items()}
    general = frozenset() if words["also"] else words["any"] & sets.little  # two sets vouch for one another
    shown, shared = entry.shown or _shown(path, entry), _shared(entry, words, file)
    for written in _terms(path, entry):
        term = normal_form(written)
        needs, also = (words[name] - {term} if term in words[name] else words[name] for name in ("any", "also"))
        if not term or (entry.any and not needs) or (entry.also and not also):
            raise InputError(f"{path}: the rule for {written!r} could never match; give it another partner.")
        near = general - {term} if term in general else general
        yield Rule(term=term, shown=shown or term, needs=needs, also=also, general=near, **shared)


def _shared(entry: TermEntry, words: Mapping[str, frozenset[str]], file: TopicFile) -> dict[str, Any]:
    """What the rules of all terms of an entry have in common."""
    return {
        "blockers": words["none"],
        "nowhere": words["nowhere"],
        "boundary": entry.boundary,
        "evasion": entry.evasion,
        "valid_from": entry.valid_from,
        "valid_to": entry.valid_to,
        "reach": entry.reach,
        "tag": entry.tag,
        "alone": entry.alone,
        "only": entry.only,
        "role": entry.role if isinstance(entry, PersonEntry) else "",
        "asked": (", ".join(entry.any or entry.also), ", ".join(entry.also if entry.any else [])),
        "since": entry.since or file.since,
        "note": entry.note,
        "source": entry.source or file.source,
    }


def _shown(path: Path, entry: TermEntry) -> str:
    """What tables print for a person, by role; nothing where they may print the term."""
    if not isinstance(entry, PersonEntry):
        return ""
    if entry.role == "complainant":
        raise InputError(f"{path}: a complainant is never listed; remove the person of that role.")
    if entry.role not in _ROLES:
        raise InputError(f"{path}: there is no role {entry.role!r}; known are: {', '.join(_ROLES)}.")
    return _SHOWN.get(entry.role, "")


def _check_names(path: Path, rules: Iterable[Rule]) -> None:
    """Refuse a term that one rule redacts and another would print."""
    labels: dict[str, str] = {}
    for rule in rules:
        shown = labels.setdefault(rule.term, rule.shown)
        if shown != rule.shown:
            raise InputError(f"{path}: the term shown as {shown!r} has another `shown` in a second rule; give one.")


def _check(path: Path, rule: Rule, masks: frozenset[str]) -> None:
    """Refuse a rule that could never match, and initials that would match too much."""
    parts = {rule.term[i:j] for i, j in combinations(range(len(rule.term) + 1), 2)}
    covered = parts & masks or parts & rule.blockers or parts & rule.nowhere
    if covered:
        raise InputError(f"{path}: {rule.shown!r} could never match, because it contains {min(covered)!r}; remove one.")
    if rule.valid_from and rule.valid_to and rule.valid_from > rule.valid_to:
        raise InputError(f"{path}: {rule.shown!r} ends to be valid before it begins; mend the dates.")
    if rule.evasion and _SHORT_LATIN.fullmatch(rule.term) and not (rule.needs or rule.also):
        raise InputError(f"{path}: {rule.shown!r} has at most four Latin letters and needs a partner; add `any` to it.")


def _expanded(path: Path, items: list[str], sets: Mapping[str, frozenset[str]]) -> frozenset[str]:
    named = [item for item in items if item.startswith("$")]
    missing = [item for item in named if item[1:] not in sets]
    if missing:
        raise InputError(f"{path}: there is no set {missing[0]!r} in sets.toml; known are: {', '.join(sorted(sets))}.")
    return normal_forms(item for item in items if not item.startswith("$")).union(*(sets[item[1:]] for item in named))


def _ordered(rules: Iterable[Rule]) -> Iterator[Rule]:
    """By term, then by all that decides."""
    for _, some in groupby(sorted(rules, key=attrgetter("term")), attrgetter("term")):
        same = list(some)
        yield from sorted(same, key=_order) if len(same) > 1 else same


def _order(rule: Rule) -> list[Any]:
    return [_sorted(value) if isinstance(value, frozenset) else str(value) for value in _deciding(rule)]


@cache
def _sorted(words: frozenset[str]) -> list[str]:
    return sorted(words)


_deciding, _sharing = attrgetter(*_DECIDING), attrgetter(*_DECIDING[2:])
"""What of a rule can decide a count or is printed: all but the record of how it came about; then, besides the term."""
