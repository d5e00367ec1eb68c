"""How well the lexicon finds what people labelled, beside three common ways of matching the same terms.

    python -m benchmarks.matching --split held        # the tables of docs/matching.md
    python -m benchmarks.matching --windows           # what the reach of partners costs, on the dev split

A row that two coders read counts for the topics on which they agree. The other ways take every term of a topic as a
keyword.
"""

import argparse
import re
import sys
import tempfile
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import jieba

from benchmarks.labelled import Labelled, real, written
from pipeline import lexicon, match
from pipeline.match import Matcher, matcher
from pipeline.schema import Lexicon, Rule
from pipeline.segment import Segmenter
from pipeline.stats.intervals import wilson
from pipeline.text import normalise, split_quoted

_REACHES = (5, 10, 15, 20, 30, 45, 60, 0)
_CLOSE = (4, 8, 12, 20, 30)


class Tally(NamedTuple):
    """Texts of one topic: rightly found, wrongly found, missed; numbers of texts, or sums of their weights."""

    right: float
    wrong: float
    missed: float

    @property
    def precision(self) -> float:
        """Share of what was found that is right; NaN where nothing was found."""
        return self.right / (self.right + self.wrong) if self.right + self.wrong else float("nan")

    @property
    def recall(self) -> float:
        """Share of what there is that was found; NaN where there is nothing."""
        return self.right / (self.right + self.missed) if self.right + self.missed else float("nan")

    @property
    def f1(self) -> float:
        """Harmonic mean of precision and recall."""
        both = 2 * self.right + self.wrong + self.missed
        return 2 * self.right / both if both else float("nan")


Way = Callable[[str, Labelled], frozenset[str]]


def main() -> None:
    """Print the tables that are asked for."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--split", choices=["dev", "held", "exam", "unseen", "fresh", "third", "plain"], default="dev")
    options.add_argument("--windows", action="store_true")
    chosen = options.parse_args()
    texts = [*written(chosen.split), *real(chosen.split)]
    words = lexicon.load()
    with tempfile.TemporaryDirectory() as cache:
        cut = Segmenter(lexicon.USERDICT, Path(cache)).cut
        sys.stdout.write((windows if chosen.windows else tables)(texts, words, cut) + "\n")


def tables(texts: list[Labelled], words: Lexicon, cut: match.Cut) -> str:
    """Precision, recall and F1 per topic for each source and kind, as Markdown."""
    ways = {"lexicon": _by_lexicon(words, cut), **_by_keyword(words)}
    parts = []
    for source in ("real", "written"):
        for kind in ("title", "post"):
            chosen = [t for t in texts if (t.source, t.kind) == (source, kind)]
            if chosen:
                parts.append(f"**{source}, {kind}s** (n = {len(chosen)})\n\n{_table(chosen, words, ways)}")
    return "\n\n".join(parts)


def windows(texts: list[Labelled], words: Lexicon, cut: match.Cut) -> str:
    """What precision and recall over all topics are on posts, when every rule has the same reach, as Markdown."""
    posts = [t for t in texts if t.kind == "post"]
    lines = ["| reach of partners | real: precision | recall | written: precision | recall |", "|---|---|---|---|---|"]
    lines.append(_line("as in the lexicon", posts, words, cut))
    for reach in _REACHES:
        name = f"{reach} characters" if reach else "sentence, or 25 characters"
        lines.append(_line(name, posts, _everywhere(words, reach=reach, general=frozenset()), cut))
    kept = matcher.CLOSE
    for matcher.CLOSE in _CLOSE:
        lines.append(_line(f"general partners: {matcher.CLOSE}", posts, words, cut))
    matcher.CLOSE = kept
    lines.append(_line("general partners like others", posts, _everywhere(words, general=frozenset()), cut))
    lines.append(_line("no blockers", posts, _everywhere(words, blockers=frozenset(), nowhere=frozenset()), cut))
    return "\n".join(lines)


def _line(name: str, posts: list[Labelled], words: Lexicon, cut: match.Cut) -> str:
    way, topics = _by_lexicon(words, cut), [topic.id for topic in words.topics]
    cells = []
    for source in ("real", "written"):
        chosen = [t for t in posts if t.source == source]
        sums = map(sum, zip(*(_tally(topic, chosen, way) for topic in topics), strict=True))
        tally = Tally(*sums)
        cells += [f"{tally.precision:.3f}", f"{tally.recall:.3f}"]
    return f"| {name} | {' | '.join(cells)} |"


def _everywhere(words: Lexicon, **changes: Any) -> Lexicon:
    def changed(rule: Rule) -> Rule:
        return rule if rule.least else replace(rule, **changes)  # a score looks at the whole post

    topics = [replace(t, rules=tuple(map(changed, t.rules))) for t in words.topics]
    return Lexicon(words.version, tuple(topics), words.digest)


def _by_lexicon(words: Lexicon, cut: match.Cut) -> Way:
    matcher = Matcher(words, cut)

    @cache  # asked once for each topic
    def found(normal: str, text: Labelled) -> frozenset[str]:
        findings = matcher.find(normal, text.day, title=text.kind == "title")
        return findings.topics | findings.evasions

    return found


def _by_keyword(words: Lexicon) -> dict[str, Way]:
    terms = {topic.id: sorted({rule.term for rule in topic.rules if not rule.least}) for topic in words.topics}
    bounded = {t: re.compile(rf"\b(?:{'|'.join(map(re.escape, terms[t]))})\b") for t in terms}
    default = jieba.Tokenizer()
    ways: dict[str, Way] = {
        "substring": lambda normal, _: frozenset(t for t in terms if any(term in normal for term in terms[t])),
        r"`\b`": lambda normal, _: frozenset(t for t in terms if bounded[t].search(normal)),
        "whole token": lambda normal, _: frozenset(
            t for t in terms if not set(terms[t]).isdisjoint(default.cut(normal, HMM=True))
        ),
    }
    return {name: cache(way) for name, way in ways.items()}


def _table(texts: list[Labelled], words: Lexicon, ways: dict[str, Way]) -> str:
    weighted = any(text.weight != 1 for text in texts)
    head = ["topic", "texts of it", "precision (95 %)", "recall (95 %)", *(["recall, weighted"] if weighted else [])]
    head += [f"F1 {way}" for way in ways]
    others = [way for way in ways if way != "lexicon"]
    head += [f"{way}: precision, recall" for way in others]
    lines = [f"| {' | '.join(head)} |", f"|{'---|' * len(head)}"]
    for topic in (topic.id for topic in words.topics):
        tallies = {name: _tally(topic, texts, way) for name, way in ways.items()}
        ours = tallies["lexicon"]
        cells = [
            topic,
            f"{ours.right + ours.missed:.0f}",
            _share(ours.right, ours.wrong),
            _share(ours.right, ours.missed),
        ]
        cells += [_number(_tally(topic, texts, ways["lexicon"], weighted=True).recall)] if weighted else []
        cells += [_number(t.f1) for t in tallies.values()]
        cells += [f"{_number(tallies[way].precision)}, {_number(tallies[way].recall)}" for way in others]
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def _tally(topic: str, texts: Iterable[Labelled], way: Way, weighted: bool = False) -> Tally:
    counts: dict[tuple[bool, bool], float] = defaultdict(int)
    for text in texts:
        if topic not in text.unsure:
            counts[topic in way(_own(text), text), topic in text.topics] += text.weight if weighted else 1
    return Tally(counts[True, True], counts[True, False], counts[False, True])


@cache
def _own(text: Labelled) -> str:
    """The author's words, in normal form."""
    return normalise(text.text if text.kind == "title" else split_quoted(text.text).own)


def _share(k: float, rest: float) -> str:
    if not k + rest:
        return "–"
    lo, hi = wilson(k, k + rest)
    return f"{_number(k / (k + rest))} ({float(lo):.2f}–{float(hi):.2f})"


def _number(value: float) -> str:
    return "–" if value != value else f"{value:.2f}"


if __name__ == "__main__":
    main()
