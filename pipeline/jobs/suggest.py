"""Terms that an editor might add to a topic: words that mark its posts, and likely disguises of its terms."""

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

import numpy as np

from pipeline import aggregate
from pipeline.errors import unknown
from pipeline.jobs.days import Day, ingested
from pipeline.jobs.method import Method, normal_parts
from pipeline.schema import Rule, Topic
from pipeline.settings import Settings
from pipeline.stats import keyness
from pipeline.variants import HOW, Guess, Variants

Json = dict[str, Any]

FLOOR = 5
"""Posts, and authors where authors are known, below which nothing is proposed: as for `day_word`."""

LEAST_BIC = 10
"""Evidence below which a word does not count as typical: "very strong" in the words of Kass and Raftery (1995)."""

_EXAMPLES = 3


def suggest(
    settings: Settings,
    topic: str,
    dataset: str | None = None,
    floor: int = FLOOR,
    follow: Callable[[Sequence[Day]], Iterable[Day]] = iter,
    method: Method | None = None,
) -> Json:
    """Proposals for a topic from the ingested days of a dataset, or of all; nothing is written, no text is returned.

    words: those more than twice as frequent in posts that match the topic as in the rest (log ratio over 1, BIC over
    `LEAST_BIC`, a post counted once), without stop words and what the topic's rules hold already; each with posts, the
    posts of the rest that hold it (which adding it alone would add), authors, g2, bic, log_ratio, days.
    variants: guesses of `pipeline.variants`; each with the posts that hold it, those of them that do not match yet,
    those with company near, authors, days. example_days: the days with most posts.
    Raises InputError for an unknown topic or dataset.
    """
    method = method or Method(settings.cache)
    topics = {found.id: found for found in method.lexicon.topics}
    if topic not in topics:
        raise unknown("topic", topic, topics)
    tally = _Tally(method, topics[topic])
    for day in follow(ingested(settings, dataset)):
        for item in day.items(settings):
            tally.add(item, day)
    return {
        "topic": topic,
        "posts": tally.matching,
        "rest": tally.rest,
        "words": list(tally.words(floor)),
        "variants": list(tally.variants(floor)),
    }


class _Use:
    """Who uses a string and when: days with their posts, authors, and posts that match the topic or have company."""

    def __init__(self) -> None:
        self.days: Counter[dt.date] = Counter()
        self.authors: set[str] = set()
        self.unmatched = self.close = self.unsigned = 0

    def add(self, item: aggregate.Item, day: dt.date, matches: bool, close: bool = False) -> None:
        """Note a post that holds the string."""
        self.days[day] += 1
        self.unmatched += not matches
        self.close += close
        self.unsigned += item.author is None
        self.authors |= {item.author} if item.author else set()

    def reaches(self, floor: int) -> bool:
        """Whether so many posts of so many authors hold it; what has no author, such as a title, has one of its own."""
        return self.days.total() >= floor and len(self.authors) + self.unsigned >= floor

    @property
    def told(self) -> Json:
        """posts, authors, days, and the days with most posts."""
        examples = sorted(self.days, key=lambda day: (-self.days[day], day))[:_EXAMPLES]
        counts = {"posts": self.days.total(), "authors": len(self.authors), "days": len(self.days)}
        return {**counts, "example_days": sorted(map(str, examples))}


class _Tally:
    """What the posts of the lake say of a topic's words."""

    def __init__(self, method: Method, topic: Topic):
        self._method, self._topic = method, topic.id
        self._terms = {rule.term for rule in topic.rules}
        self._known = self._terms.union(*map(_partners, topic.rules))
        self._lone = {rule.term for rule in topic.rules if not (_partners(rule) or rule.least)}
        self._masks = topic.masks
        self._private = {r.term for t in method.lexicon.topics for r in t.rules if r.shown != r.term}
        # Nobody disguises an everyday phrase that says something beside others alone; 某 hides a name.
        telling = self._lone | {term for term in self._terms if len(method.cut(term)) == 1}
        open_terms = {term for term in telling - self._private if "某" not in term}
        names = {rule.term for rule in topic.rules if rule.role}
        fillers = {word for word in method.stopwords if len(word) == 1}
        self._variants = Variants(open_terms, names, self._known, method.cut, fillers)
        self.matching = self.rest = 0
        self._words: dict[str, _Use] = defaultdict(_Use)
        self._rest: Counter[str] = Counter()
        self._guesses: dict[Guess, _Use] = defaultdict(_Use)

    def add(self, item: aggregate.Item, day: Day) -> None:
        """Note what a post says in its own words."""
        normal = normal_parts(item, day.titles)
        own, _ = self._method.find(normal, day.day, day.titles)
        matches, words = self._topic in own.topics, set(self._method.words(item, day.titles))
        self.matching += matches
        self.rest += not matches
        if matches:
            for word in words:
                self._words[word].add(item, day.day, matches)
        else:
            self._rest.update(words)
        for guess in _strongest(self._variants.find(normal.own)):
            key = guess._replace(close=False)
            self._guesses[key].add(item, day.day, self._topic in own.topics | own.evasions, guess.close)

    def words(self, floor: int) -> Iterator[Json]:
        """The words that mark the topic's posts, those with the strongest evidence first."""
        words = sorted(word for word, use in self._words.items() if use.reaches(floor) and self._is_new(word))
        a = np.array([self._words[word].days.total() for word in words], dtype=float)
        b = np.array([self._rest[word] for word in words], dtype=float)
        likelihood = keyness.signed_g2(a, b, self.matching - a, self.rest - b)
        evidence = keyness.bic(likelihood, max(self.matching + self.rest, 1))
        ratio = keyness.log_ratio(a, b, max(self.matching, 1), max(self.rest, 1))
        for at in sorted(range(len(words)), key=lambda at: (-likelihood[at], words[at])):
            if evidence[at] > LEAST_BIC and ratio[at] > 1:
                measures = {"g2": likelihood[at], "bic": evidence[at], "log_ratio": ratio[at]}
                told = {"word": words[at], "rest": self._rest[words[at]]} | self._words[words[at]].told
                yield told | {name: round(float(value), 4) for name, value in measures.items()}

    def _is_new(self, word: str) -> bool:
        """Whether it could be a term: no stop word or number, nothing that the topic's rules hold, no private name."""
        if len(word) < 2 or word.isdigit() or word in self._method.stopwords or word in self._known:
            return False
        held = any(word in term for term in self._terms) or any(term in word for term in self._lone)
        return not held and not any(name in word for name in self._private)

    def variants(self, floor: int) -> Iterator[Json]:
        """The guesses, those that most posts hold beside company first."""
        open_to_doubt = ((guess, use) for guess, use in self._guesses.items() if guess.written not in self._masks)
        found = [(guess, use) for guess, use in open_to_doubt if use.reaches(floor)]
        for guess, use in sorted(found, key=lambda pair: (-pair[1].close, -pair[1].days.total(), pair[0])):
            if not any(name in guess.written for name in self._private):
                counts = {"unmatched": use.unmatched, "close": use.close}
                yield {"variant": guess.written, "term": guess.term, "how": guess.how} | use.told | counts


def _partners(rule: Rule) -> frozenset[str]:
    return rule.needs | rule.also


def _strongest(guesses: Iterable[Guess]) -> Iterator[Guess]:
    """Of the guesses about one string the one with the strongest likeness, and company if any has it."""
    by_string: dict[str, list[Guess]] = defaultdict(list)
    for guess in guesses:
        by_string[guess.written].append(guess)
    for found in by_string.values():
        best = min(found, key=lambda guess: (HOW.index(guess.how), guess.term))
        yield best._replace(close=any(guess.close for guess in found))
