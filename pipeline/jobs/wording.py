"""Which words the posts of a topic use: read from the lake, released only where enough people use them."""

import datetime as dt
import itertools
from collections import Counter, defaultdict
from collections.abc import Collection, Iterator
from typing import NamedTuple

import pandas as pd

from pipeline.jobs.days import ingested
from pipeline.jobs.method import Method, normal_parts
from pipeline.settings import Settings
from pipeline.stats import cooccurrence, logodds

_QUANTILE = 1.959963984540054
_LEAST_G2 = 10.83
_SIDES = ("first", "second")


class Text(NamedTuple):
    """The distinct words of one post or title; author is None on boards and where none is known."""

    day: dt.date
    author: str | None
    words: frozenset[str]


def texts(
    settings: Settings, method: Method, dataset: str, topic: str | None, first: dt.date, last: dt.date
) -> Iterator[Text]:
    """The posts or titles of a span whose own words mention a topic, or all; stop words and numbers left out.

    A name that tables redact is no word here, nor is a part of it of two characters or more.
    """
    hidden = [rule.term for t in method.lexicon.topics for rule in t.rules if rule.role and rule.shown != rule.term]
    for day in ingested(settings, dataset):
        if not first <= day.day <= last:
            continue
        for number, item in enumerate(day.items(settings)):
            if topic is None or topic in method.find(normal_parts(item, day.titles), day.day, day.titles)[0].topics:
                words = method.words(item, day.titles)
                kept = frozenset(word for word in words if _released(word, method.stopwords, hidden))
                # where authors are not known each text stands for one
                author = item.author or (f"title {item.text}" if day.titles else f"{day.day} {number}")
                yield Text(day.day, author, kept)


def _released(word: str, stop: Collection[str], hidden: Collection[str]) -> bool:
    if word in stop or word.isdigit() or len(word) < 2:
        return False
    return not any(name in word or word in name for name in hidden)


def _common(found: Collection[Text], least: int) -> dict[str, int]:
    """Words by number of texts, of those that at least `least` authors use."""
    authors: dict[str, set[str | None]] = defaultdict(set)
    number: Counter[str] = Counter()
    for text in found:
        number.update(text.words)
        for word in text.words:
            authors[word].add(text.author)
    return {word: n for word, n in number.items() if len(authors[word]) >= least}


def keyness(found: Collection[Text], event: dt.date, least: int, top: int) -> tuple[pd.DataFrame, int]:
    """The words most typical of after and of before the event, by log-odds with a prior; and how many texts there are.

    word, first (texts after), n_first (all words of these), second, n_second, delta, lo, hi, z: up to `top` words of
    either side with |z| above 1.96, most typical of after first.
    """
    common = _common(found, max(least, 1))
    sides = [Counter[str](), Counter[str]()]
    for text in found:
        sides[text.day < event].update(word for word in text.words if word in common)
    columns = {name: [side[word] for word in sorted(common)] for name, side in zip(_SIDES, sides, strict=True)}
    counted = pd.DataFrame({"word": sorted(common), **columns}).astype(
        {"first": "int64", "second": "int64", "word": str}
    )
    scored = logodds.log_odds(counted)
    scored = scored[scored["z"].abs() > _QUANTILE]
    chosen = pd.concat([scored[scored["z"] > 0].head(top), scored[scored["z"] < 0].tail(top)])
    error = (chosen["delta"] / chosen["z"]).abs() * _QUANTILE
    chosen = chosen.assign(lo=chosen["delta"] - error, hi=chosen["delta"] + error)
    chosen = chosen.assign(n_first=sides[0].total(), n_second=sides[1].total())
    order = ["word", "first", "n_first", "second", "n_second", "delta", "lo", "hi", "z"]
    return chosen[order].reset_index(drop=True), len(found)


def network(found: Collection[Text], least: int, top: int) -> tuple[pd.DataFrame, int]:
    """The pairs of the `top` commonest words that share texts more often than by chance; and how many texts.

    first, second, joint, n_first, n_second, texts, npmi, g2. A pair needs 10 joint texts, `least` authors, and a G2 of
    at least 10.83.
    """
    common = _common(found, max(least, 1))
    chosen = set(sorted(common, key=lambda word: (-common[word], word))[:top])
    counted = cooccurrence.counted([text.words & chosen for text in found])
    scored = cooccurrence.pairs(counted)
    kept = scored[(scored["note"] == "") & (scored["g2"] >= _LEAST_G2) & (scored["npmi"] > 0)]
    authors = _joint_authors(found, chosen)
    enough = [len(authors[a, b]) >= least for a, b in zip(kept["first"], kept["second"], strict=True)]
    order = ["first", "second", "joint", "n_first", "n_second", "texts", "npmi", "g2"]
    return kept.loc[enough, order].reset_index(drop=True), len(found)


def _joint_authors(found: Collection[Text], chosen: set[str]) -> dict[tuple[str, str], set[str | None]]:
    authors: dict[tuple[str, str], set[str | None]] = defaultdict(set)
    for text in found:
        for pair in itertools.combinations(sorted(text.words & chosen), 2):
            authors[pair].add(text.author)
    return authors
