"""What one lexicon says otherwise than another, and which texts that can concern.

A mention rests on a rule whose term stands in the text, on the masks of its topic, and on partners and blockers that
belong to the rule. So a text in which neither the term of a changed rule nor a changed mask stands, as written or
after dropping inserted marks, has the same mentions by both lexicons: `Change.strings` and `Screen` find the others.
"""

import dataclasses
import datetime as dt
import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from daachorse import CharwiseDoubleArrayAhoCorasick
from pydantic import TypeAdapter

from pipeline.schema import Lexicon, Rule, Topic
from pipeline.text import drop_separators

Term = tuple[str, str]
"""A topic's id, and a term as tables print it."""

_TOPICS = TypeAdapter(tuple[Topic, ...])


@dataclass(frozen=True, slots=True)
class TopicChange:
    """The rules and masks of a topic that only one of two lexicons has, sorted. Rules that decide alike are equal.

    old_points, new_points: those of each word. Where they differ, the rules that look at them are listed on both sides.
    """

    topic: str
    removed: tuple[Rule, ...]
    added: tuple[Rule, ...]
    removed_masks: tuple[str, ...]
    added_masks: tuple[str, ...]
    old_points: Mapping[str, int]
    new_points: Mapping[str, int]

    @property
    def terms(self) -> frozenset[str]:
        """The terms, as tables print them, of the rules that differ."""
        return frozenset(rule.shown for rule in (*self.removed, *self.added))

    @property
    def masks(self) -> frozenset[str]:
        """The masks that differ."""
        return frozenset((*self.removed_masks, *self.added_masks))


@dataclass(frozen=True, slots=True)
class Change:
    """From one lexicon to another: topics that come and go, and what changes within each topic, by its id."""

    removed_topics: frozenset[str]
    added_topics: frozenset[str]
    topics: Mapping[str, TopicChange]

    @property
    def strings(self) -> frozenset[str]:
        """What must stand in a text for the change to concern it: terms of changed rules, and changed masks."""
        changes = self.topics.values()
        terms = {rule.term for change in changes for rule in (*change.removed, *change.added)}
        return frozenset(terms.union(*(change.masks for change in changes)))


class Screen:
    """Finds strings in texts in one pass, whatever stands around them."""

    def __init__(self, strings: Iterable[str]):
        self._strings = sorted(set(strings))
        self._automaton = CharwiseDoubleArrayAhoCorasick(self._strings) if self._strings else None

    def found(self, normal: str) -> frozenset[str]:
        """The strings that stand in a text in normal form, as written or after dropping inserted marks."""
        if self._automaton is None or not normal:
            return frozenset()
        forms = {normal, drop_separators(normal)}
        return frozenset(self._strings[at] for form in forms for _, _, at in self._automaton.find_overlapping(form))


def between(old: Lexicon, new: Lexicon) -> Change:
    """What must be taken away from one lexicon, and what added, to decide as another does."""
    before, after = ({topic.id: topic for topic in lexicon.topics} for lexicon in (old, new))
    names = sorted(before.keys() | after.keys())
    changes = {name: _topic_change(name, before.get(name, _NO_TOPIC), after.get(name, _NO_TOPIC)) for name in names}
    return Change(
        frozenset(before.keys() - after.keys()),
        frozenset(after.keys() - before.keys()),
        {name: change for name, change in changes.items() if change.terms or change.masks},
    )


def listed(change: Change, *lexicons: Lexicon) -> list[dict[str, Any]]:
    """The change as an editor would tell it: topic, what (term, mask or points), change, items, and how each differs.

    change: "added", "removed" or "changed". items: terms or masks that share the rest. how: by field of `Rule`, what
    an added or removed term demands, or the two lists `added` and `removed`. lexicons: those whose private names
    must not be shown.
    """
    rules = (rule for lexicon in lexicons for topic in lexicon.topics for rule in topic.rules)
    names = {rule.term: rule.shown for rule in rules if rule.shown != rule.term}
    rows: dict[str, dict[str, Any]] = {}
    for topic, within in change.topics.items():
        told = [("term", *edit) for edit in _edits(within)]
        told += [("mask", "removed", mask, {}) for mask in within.removed_masks]
        told += [("mask", "added", mask, {}) for mask in within.added_masks]
        told += [("points", *edit) for edit in _point_edits(within.old_points, within.new_points)]
        for what, kind, item, how in told:
            row = {"topic": topic, "what": what, "change": kind, "items": [], "how": _shown(how, names)}
            rows.setdefault(_text(row), row)["items"].append(names.get(item, item))
    return list(rows.values())


def _shown(how: dict[str, Any], names: Mapping[str, str]) -> Any:
    return json.loads(_replaced(_text(how), names))


def _edits(change: TopicChange) -> list[tuple[str, str, dict[str, Any]]]:
    """(kind, term, how) of each rule that differs; a term with one rule on either side is changed, not replaced."""
    edits: list[tuple[str, str, dict[str, Any]]] = []
    for term in sorted(change.terms):
        removed, added = ([rule for rule in rules if rule.shown == term] for rules in (change.removed, change.added))
        if removed == added:
            continue  # it looks at points that differ
        if len(removed) == len(added) == 1:
            old, new = plain(removed[0]), plain(added[0])
            edits.append(
                ("changed", term, {name: _step(old[name], new[name]) for name in old if old[name] != new[name]})
            )
        else:
            edits += [("removed", term, _demands(rule)) for rule in removed]
            edits += [("added", term, _demands(rule)) for rule in added]
    return edits


def _point_edits(old: Mapping[str, int], new: Mapping[str, int]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for word in sorted(old.keys() | new.keys()):
        before, after = old.get(word, 0), new.get(word, 0)
        if before != after:
            kind = "changed" if before and after else "added" if after else "removed"
            yield kind, word, {"points": {"removed": [before] * bool(before), "added": [after] * bool(after)}}


def _step(old: Any, new: Any) -> dict[str, list[Any]]:
    if isinstance(old, list):
        return {
            "removed": [item for item in old if item not in new],
            "added": [item for item in new if item not in old],
        }
    return {"removed": [old], "added": [new]}


def _demands(rule: Rule) -> dict[str, Any]:
    """What a rule states beyond its term."""
    bare = plain(Rule(rule.term, rule.shown))
    return {name: value for name, value in plain(rule).items() if value != bare[name]}


def recorded(lexicon: Lexicon) -> str:
    """The topics as text, after a line with its digest: the same for lexicons that decide alike. `restored` reads it.

    In the place of a private person's name stands what tables print for it; the digest is that of the names.
    """
    topics = _as_text(lexicon)
    return _digest(topics) + "\n" + _replaced(topics, {name: token for token, name in _private(lexicon).items()})


def restored(record: str, today: Lexicon) -> Lexicon | None:
    """The lexicon that was recorded. None where today's has other private names, or the record is of another form."""
    digest, _, hidden = record.partition("\n")
    topics = _replaced(hidden, _private(today))
    if _digest(topics) != digest:
        return None
    try:
        told = json.loads(topics)
        sets = [frozenset(words) for words in told["sets"]]
        labelled = [{"label_en": "", "label_zh": ""} | _with_sets(topic, sets) for topic in told["topics"]]
        made = dataclasses.replace(today, topics=_TOPICS.validate_python(labelled), digest=digest)
    except (ValueError, TypeError, LookupError):  # the latter two where it is JSON, but of another form
        return None
    return made if _as_text(made) == topics else None


_NO_TOPIC = Topic("", "", "", (), frozenset())


def _topic_change(name: str, old: Topic, new: Topic) -> TopicChange:
    alike = {rule for rule in set(old.rules) & set(new.rules) if not rule.least or old.points == new.points}
    rules = _sorted(set(old.rules) - alike), _sorted(set(new.rules) - alike)
    masks = tuple(sorted(old.masks - new.masks)), tuple(sorted(new.masks - old.masks))
    return TopicChange(name, *rules, *masks, dict(old.points), dict(new.points))


def _sorted(rules: Iterable[Rule]) -> tuple[Rule, ...]:
    return tuple(sorted(rules, key=lambda rule: _text(plain(rule))))


def plain(value: Any, words: Callable[[frozenset[str]], Any] = sorted) -> Any:
    """A rule, or any value in it, as JSON; of a dataclass only what decides. words: what stands for a set of them."""
    if dataclasses.is_dataclass(value):
        return {name: plain(getattr(value, name), words) for name in _deciding(value.__class__)}
    if isinstance(value, frozenset):
        return words(value)
    if isinstance(value, tuple):
        return [plain(item, words) for item in value]
    return value.isoformat() if isinstance(value, dt.date) else value


@cache
def _deciding(kind: Any) -> list[str]:
    return [f.name for f in dataclasses.fields(kind) if f.compare and not f.name.startswith("label_")]


def _as_text(lexicon: Lexicon) -> str:
    """The topics as JSON. Each set of words stands there once, and its number in the rules: thousands share some."""
    shared = {getattr(rule, name) for topic in lexicon.topics for rule in topic.rules for name in _SETS}
    shared |= {topic.masks for topic in lexicon.topics}
    sets = sorted(map(sorted, shared))
    numbers = {frozenset(words): number for number, words in enumerate(sets)}
    topics = [plain(topic, numbers.__getitem__) for topic in lexicon.topics]
    rules = [{"rules": sorted(topic["rules"], key=_text)} for topic in topics]
    return _text({"sets": sets, "topics": [topic | own for topic, own in zip(topics, rules, strict=True)]})


_SETS = {field.name for field in dataclasses.fields(Rule) if field.type == frozenset[str]}


def _with_sets(told: Mapping[str, Any], sets: Sequence[frozenset[str]]) -> dict[str, Any]:
    """A topic, or a rule, with its sets of words in the place of their numbers."""
    made = {name: sets[value] if name in _SETS | {"masks"} else value for name, value in told.items()}
    return made | ({"rules": [_with_sets(rule, sets) for rule in told["rules"]]} if "rules" in told else {})


def _private(lexicon: Lexicon) -> dict[str, str]:
    """The strings that no table prints, by a token that may stand for them anywhere."""
    named = {(rule.shown, rule.term) for topic in lexicon.topics for rule in topic.rules if rule.shown != rule.term}
    return {f"{{{shown} {number}}}": term for number, (shown, term) in enumerate(sorted(named))}


def _replaced(text: str, names: Mapping[str, str]) -> str:
    """JSON text with other strings in the place of some: a quoted string stands in it for nothing but itself."""
    for name, other in names.items():
        text = text.replace(_text(name), _text(other))
    return text


def _text(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True)


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
