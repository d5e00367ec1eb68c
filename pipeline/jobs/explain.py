"""Why a text counts for a topic, or does not: the rules at work, for people who choose terms and label posts."""

import datetime as dt
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple

from pipeline import aggregate, lexicon, match
from pipeline.jobs.method import normal_parts
from pipeline.schema import Candidate, Findings, Lexicon
from pipeline.segment import Segmenter
from pipeline.settings import Settings
from pipeline.text import split_quoted, traced

Json = dict[str, Any]


class Judgement(NamedTuple):
    """The topics of a text as counting has them: in its own words, in disguise only, in what it passes on only."""

    written: frozenset[str]
    disguised: frozenset[str]
    quoted: frozenset[str]


class Judge:
    """Judges texts as counting does, and says why. A text without a day is judged as if every rule held on it.

    cache: a folder for jieba's prepared dictionary.
    """

    def __init__(self, cache: Path):
        self.lexicon = lexicon.load()
        self._cut = Segmenter(lexicon.USERDICT, cache).cut

    def judge(self, text: str, day: dt.date | None, title: bool) -> Judgement:
        """The topics of a text. `title`: it is a line of a board, which is one window and quotes nobody."""
        normal = normal_parts(aggregate.Item(text), title)
        own = self._find(normal.own, day, title)
        quoted = self._find(normal.quoted, day, False) if normal.quoted else match.NOTHING
        return Judgement(own.topics, own.evasions, quoted.topics - own.topics - own.evasions)

    def own(self, text: str, day: dt.date | None, title: bool) -> list[Candidate]:
        """Every occurrence of a term in the text's own words; places are those of the normal form."""
        normal = normal_parts(aggregate.Item(text), title).own
        return self._matcher(day).explain(normal, day or _ANY, title=title)

    def candidates(self, text: str, day: dt.date | None, title: bool) -> list[Json]:
        """Every occurrence of a term in a text, in order, with its verdict and the words that decided it.

        part: "own" or "quoted". start, end, piece: the place in the text as it was given. because: in words of the
        lexicon. evasion: the term is a disguised form; uncovered: it was found by dropping inserted marks.
        """
        found = []
        for part, words, places in _parts(text, title):
            trace = traced(words)
            for candidate in self._matcher(day).explain(trace.text, day or _ANY, title=title):
                first, last = trace.origin(candidate.start, candidate.end)
                found.append(_row(candidate, part, text, places[first], places[last - 1] + 1))
        return sorted(found, key=lambda row: (row["start"], row["end"], row["topic"]))

    def _find(self, normal: str, day: dt.date | None, title: bool) -> Findings:
        return self._matcher(day).find(normal, day or _ANY, title=title)

    def _matcher(self, day: dt.date | None) -> match.Matcher:
        return self._dated if day else self._undated

    @cached_property
    def _dated(self) -> match.Matcher:
        return match.Matcher(self.lexicon, self._cut)

    @cached_property
    def _undated(self) -> match.Matcher:
        return match.Matcher(_without_days(self.lexicon), self._cut)


_ANY = dt.date(2000, 1, 1)  # where no rule has a day, any day does


def explain(settings: Settings, text: str, day: dt.date | None = None, title: bool = False) -> Json:
    """The text, its topics (written, disguised, quoted), and every candidate with the rule that decided it."""
    with judging(settings) as judge:
        return {
            "text": text,
            "day": day and str(day),
            "kind": "title" if title else "post",
            "topics": {name: sorted(topics) for name, topics in judge.judge(text, day, title)._asdict().items()},
            "candidates": judge.candidates(text, day, title),
        }


@contextmanager
def judging(settings: Settings, judge: Judge | None = None) -> Iterator[Judge]:
    """A judge by today's lexicon, or the one that is given."""
    if judge:
        yield judge
        return
    with cache(settings) as prepared:
        yield Judge(prepared)


@contextmanager
def cache(settings: Settings) -> Iterator[Path]:
    """A folder for jieba's prepared dictionary. Without a data home it is gone afterwards."""
    if settings.home.is_dir():
        yield settings.cache
        return
    with tempfile.TemporaryDirectory(prefix="guanchao-") as folder:
        yield Path(folder)


def _row(candidate: Candidate, part: str, text: str, start: int, end: int) -> Json:
    return {
        "topic": candidate.topic,
        "term": candidate.term,
        "part": part,
        "start": start,
        "end": end,
        "piece": text[start:end],
        "verdict": candidate.verdict,
        "because": candidate.because,
        "evasion": candidate.evasion,
        "uncovered": candidate.uncovered,
    }


def _parts(text: str, title: bool) -> list[tuple[str, str, Sequence[int]]]:
    """The own and the quoted words, and for each of their characters its place in the text."""
    if title:
        return [("own", text, range(len(text)))]
    own, quoted = split_quoted(text)
    places = [at for at, character in enumerate(text) if split_quoted(character).own]  # invisible ones are dropped
    parts = [("own", own, places[: len(own)]), ("quoted", quoted, places[len(places) - len(quoted) :])]
    return [(name, words, at) for name, words, at in parts if words or name == "own"]


def _without_days(dated: Lexicon) -> Lexicon:
    topics = (
        replace(topic, rules=tuple(replace(rule, valid_from=None, valid_to=None) for rule in topic.rules))
        for topic in dated.topics
    )
    return replace(dated, topics=tuple(topics))
