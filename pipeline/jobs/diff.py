"""What a change of the lexicon moves: which terms differ, and what that does to the days in the lake."""

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from pipeline import changes, forms, lexicon
from pipeline.errors import InputError
from pipeline.jobs import tabulate
from pipeline.jobs.days import Day, ingested
from pipeline.jobs.method import Method
from pipeline.jobs.recount import told
from pipeline.jobs.tabulate import standing
from pipeline.schema import Findings, Mention
from pipeline.settings import Settings
from pipeline.text import Parts

Json = dict[str, Any]
Found = tuple[Findings, Findings]
Cause = tuple[str, str]
COLUMNS = ("posts", "evasion_only", "quoted_only")


def diff(
    settings: Settings,
    old: Path,
    new: Path = lexicon.FOLDER,
    dataset: str | None = None,
    follow: Callable[[Sequence[Day]], Iterable[Day]] = iter,
) -> Json:
    """The difference of two lexicon folders, and over the ingested days what moves from one to the other.

    changes: as `pipeline.changes.listed` tells them. user_dictionary, stop_words: lines that come and go.
    terms: of each changed term, in how many posts of how many days it counts by either. moves: a row per (dataset,
    day, topic) with posts, evasion_only and quoted_only by either, the posts gained and lost, and `through`: what
    moved how many. side_effects: what moved a topic other than its own terms. days: read, and to be counted again.
    Only texts in which a changed string stands are judged. Nothing is written. Raises InputError for a folder that
    is no lexicon and for an unknown dataset. follow: shows how far the days are.
    """
    days = ingested(settings, dataset)
    comparison = _Comparison(*(Method(settings.cache, _lexicon_folder(folder)) for folder in (old, new)))
    words = [_lines(folder / lexicon.USERDICT.name) for folder in (old, new)]
    comparison.words = {line.split()[0].lower() for line in words[0] ^ words[1]}
    methods = comparison.old, comparison.new
    moves = [row for day in follow(days) for row in comparison.moves(settings, day)]
    return {
        **{name: _named(folder, m) for name, folder, m in zip(("old", "new"), (old, new), methods, strict=True)},
        "changes": changes.listed(comparison.change, *(m.lexicon for m in methods)),
        "user_dictionary": _come_and_gone(*words),
        "stop_words": _come_and_gone(*(m.stopwords for m in methods)),
        "terms": comparison.terms(),
        "moves": moves,
        "side_effects": _side_effects(moves),
        "days": {"read": len(days), "recounted": len(days) if comparison.recounts_all else len(comparison.differing)},
    }


class _Comparison:
    """Two methods at work on the same days. `words`: those of the user dictionary that only one of them knows."""

    def __init__(self, old: Method, new: Method):
        self.old, self.new = old, new
        self.change = changes.between(old.lexicon, new.lexicon)
        self.words: set[str] = set()
        self.differing: set[tuple[str, dt.date]] = set()
        self._other_words = old.record["dictionary"] != new.record["dictionary"]
        self._between = old.deciding_by(new.lexicon) if self._other_words else new
        strings = self.change.strings | (self._cut_terms() if self._other_words else frozenset())
        self._screen, self._sieve = changes.Screen(strings), forms.Screen(strings)
        self._term_posts: dict[changes.Term, list[Counter[tuple[str, dt.date]]]] = defaultdict(
            lambda: [Counter(), Counter()]
        )

    @property
    def recounts_all(self) -> bool:
        """Whether the methods differ in what every count rests on: the dictionary or the stop words."""
        return self._other_words or self.old.stopwords != self.new.stopwords

    def _cut_terms(self) -> frozenset[str]:
        """The terms whose rules look at the words into which jieba cuts."""
        topics = (*self.old.lexicon.topics, *self.new.lexicon.topics)
        return frozenset(rule.term for topic in topics for rule in topic.rules if rule.boundary)

    def moves(self, settings: Settings, day: Day) -> Iterator[Json]:
        """A row for each topic of which some post of the day has another standing by the two methods."""
        moved: dict[str, list[tuple[str, str, set[Cause]]]] = defaultdict(list)
        for normal in standing(self._sieve, day.standing(settings, self._sieve)):
            for topic, before, after, causes in self._moved(normal, day):
                moved[topic].append((before, after, causes))
        counted = self._counts(settings, day) if moved else {}
        for topic, steps in sorted(moved.items()):
            yield {"dataset": day.dataset, "day": str(day.day), "topic": topic} | _move(counted[topic], steps)

    def _moved(self, normal: Parts, day: Day) -> Iterator[tuple[str, str, str, set[Cause]]]:
        if not any(map(self._screen.found, normal)):
            return
        old, new = (method.find(normal, day.day, day.titles) for method in (self.old, self.new))
        self._note_terms(day, old, new)
        if told(old) == told(new):
            return
        self.differing.add((day.dataset, day.day))
        before, after = _standings(old), _standings(new)
        for topic in sorted(before.keys() | after.keys()):
            if before.get(topic) != after.get(topic):
                between = self._between.find(normal, day.day, day.titles) if self._other_words else new
                causes = self._causes(topic, normal, old, between) | self._cuts(topic, normal, between, new)
                yield topic, before.get(topic, ""), after.get(topic, ""), causes

    def _causes(self, topic: str, normal: Parts, old: Found, new: Found) -> set[Cause]:
        """What in the lexicon made the difference: a changed term itself, or a changed mask that stands in the text."""
        own = self.change.topics.get(topic)
        causes: set[Cause] = set()
        for _, mention in _accepted(topic, old) ^ _accepted(topic, new):
            if own and mention.term in own.terms:
                causes.add(("term", mention.term))
            else:
                present = frozenset[str]().union(*map(self._screen.found, normal))
                masks = {mask for change in self.change.topics.values() for mask in change.masks & present}
                causes |= {("mask", mask) for mask in masks}
        return causes

    def _cuts(self, topic: str, normal: Parts, old: Found, new: Found) -> set[Cause]:
        """The words of the user dictionary that made the difference at the edge of a term."""
        differing = _accepted(topic, old) ^ _accepted(topic, new)
        near = {word for quoted, mention in differing for word in self.words if _touches(word, normal[quoted], mention)}
        return {("user dictionary", word) for word in near or ({"cuts elsewhere"} if differing else ())}

    def _counts(self, settings: Settings, day: Day) -> dict[str, Counter[str]]:
        spoken = tabulate.spoken(self.old, day.standing(settings, self.old.screen), day.day)
        numbers = [np.bincount(pairs[:, 1], minlength=len(self.old.lexicon.topics)) for pairs in spoken.standings]
        return defaultdict(Counter) | {
            topic.id: Counter(dict(zip(COLUMNS, map(int, counts), strict=True)))
            for topic, *counts in zip(self.old.lexicon.topics, *numbers, strict=True)
        }

    def _note_terms(self, day: Day, *found: Found) -> None:
        for which, (own, _) in enumerate(found):
            seen = {(m.topic, m.term) for m in own.mentions if m.verdict == "accepted" and not m.uncovered}
            for topic, term in seen:
                if topic in self.change.topics and term in self.change.topics[topic].terms:
                    self._term_posts[topic, term][which][day.dataset, day.day] += 1

    def terms(self) -> list[Json]:
        """Of each changed term, the posts and days in which it counts by either method."""
        changed = [(topic, term) for topic, change in self.change.topics.items() for term in sorted(change.terms)]
        return [
            {
                "topic": topic,
                "term": term,
                "posts": [counter.total() for counter in self._term_posts[topic, term]],
                "days": [len(counter) for counter in self._term_posts[topic, term]],
            }
            for topic, term in changed
        ]


def _standings(found: Found) -> dict[str, str]:
    """The column of `day_topic` in which a post is counted, by topic."""
    own, quoted = found
    columns = dict.fromkeys(quoted.topics, "quoted_only")
    return columns | dict.fromkeys(own.evasions, "evasion_only") | dict.fromkeys(own.topics, "posts")


def _accepted(topic: str, found: Found) -> set[tuple[int, Mention]]:
    return {
        (part, mention)
        for part, findings in enumerate(found)
        for mention in findings.mentions
        if mention.topic == topic and mention.verdict == "accepted"
    }


def _touches(word: str, text: str, mention: Mention) -> bool:
    at = text.find(word)
    while at >= 0 and at < mention.end:
        if at + len(word) > mention.start:
            return True
        at = text.find(word, at + 1)
    return False


def _move(before: Counter[str], steps: Iterable[tuple[str, str, set[Cause]]]) -> Json:
    after, through = before.copy(), Counter[Cause]()
    gained = lost = 0
    for old, new, causes in steps:
        after[old] -= 1
        after[new] += 1
        gained += new == "posts"
        lost += old == "posts"
        through.update(causes)
    columns = {column: [before[column], after[column]] for column in COLUMNS}
    parts = [{"by": by, "what": what, "posts": posts} for (by, what), posts in sorted(through.items())]
    return {**columns, "gained": gained, "lost": lost, "through": parts}


def _side_effects(moves: Iterable[Json]) -> list[Json]:
    posts: Counter[tuple[str, str, str]] = Counter()
    for row in moves:
        for cause in row["through"]:
            if cause["by"] != "term":
                posts[row["topic"], cause["by"], cause["what"]] += cause["posts"]
    return [{"topic": t, "by": by, "what": what, "posts": n} for (t, by, what), n in sorted(posts.items())]


def _lexicon_folder(folder: Path) -> Path:
    for name in ("sets.toml", lexicon.USERDICT.name, "stopwords.txt"):
        if not (folder / name).is_file():
            raise InputError(f"{folder / name}: the lexicon lacks this file; give a whole copy of pipeline/lexicon.")
    return folder


def _lines(path: Path) -> frozenset[str]:
    return frozenset(line.strip() for line in path.read_text(encoding="utf-8").splitlines() if line.strip())


def _come_and_gone(old: frozenset[str], new: frozenset[str]) -> Json:
    return {"removed": sorted(old - new), "added": sorted(new - old)}


def _named(folder: Path, method: Method) -> Json:
    return {"folder": str(folder), "version": method.lexicon.version, "digest": method.lexicon.digest}
