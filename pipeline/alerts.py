"""What people are told when something moved, and when a topic has moved.

A message holds counts, never a text of a post. It is neutral, says what is missing, and calls alleged or reported what
an annotation quotes.
"""

import dataclasses
import datetime as dt
import itertools
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from pipeline.stats.bursts import daily
from pipeline.stats.guards import LEAST_AUTHORS, LEAST_POSTS_OF_A_BURST, few
from pipeline.stats.intervals import wilson

WINDOW_DAYS = 90
"""Calendar days up to the last counted one whose share tells what is usual; a burst is told from them."""

LEAST_DAYS = 28
"""Counted days in that window without which nothing is called a burst."""

BEFORE_DAYS = 28
"""Counted days before a burst whose median is called the usual level, and at least half of them."""

_LISTED = 5
_PER = 10_000
_NOTE = (
    "A count of words on the days given, in Asia/Shanghai: not of opinions, and not why. "
    "What topic names and annotations refer to is alleged or reported."
)
_RULE = (
    "Kleinberg (2002), batched, two states (s = 2, gamma = 1) over these days; "
    f"no day of fewer than {LEAST_POSTS_OF_A_BURST} is told of"
)
Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Peak:
    """A day of a topic: posts of total, as a share in 0..1 with its 95 % Wilson interval."""

    day: dt.date
    posts: int
    total: int
    share: float
    lo: float
    hi: float


@dataclass(frozen=True, slots=True)
class Burst:
    """Days on which a topic was in its upper state.

    days: those of at least 5 posts and, where authors are known, 5 authors; only they are told of. peak: that of the
    highest share. usual: the median share of `usual_days` counted days before; None, and why in `note`, where they are
    too few. first, last: the calendar days that were looked at; gaps: how many of them have no counts.
    """

    dataset: str
    topic: str
    days: tuple[dt.date, ...]
    peak: Peak
    usual: float | None
    usual_days: int
    note: str
    first: dt.date
    last: dt.date
    gaps: int

    @property
    def facts(self) -> tuple[str, ...]:
        """The identity of every day: a burst that goes on, or is found to begin earlier, is still the same one."""
        return tuple(f"burst/{self.dataset}/{self.topic}/{day}" for day in self.days)


def bursts(dataset: str, rows: Sequence[Row], since: dt.date) -> Iterator[Burst]:
    """The bursts of every topic of a dataset that reach into the days from `since` on.

    rows: topic, day, posts, authors, total, known_authors of the counted days to look at, sorted by topic and day.
    """
    for topic, group in itertools.groupby(rows, key=lambda row: str(row["topic"])):
        days = [row for row in group if row["total"] > 0]
        if len(days) < LEAST_DAYS or not any(map(_may_be_told, days)):
            continue
        states = daily(pd.DataFrame(days, columns=["day", "posts", "total"]))["state"].tolist()
        for state, places in itertools.groupby(range(len(days)), key=states.__getitem__):
            run = list(places)
            told = [days[place] for place in run if _may_be_told(days[place])]
            if state == 1 and told and told[-1]["day"] >= since:
                yield _burst(dataset, topic, days, run[0], told)


def _may_be_told(row: Row) -> bool:
    """Whether a day is no small cell: of few posts, or of few authors where the source names any."""
    known = row["known_authors"] > 0
    return row["posts"] >= LEAST_POSTS_OF_A_BURST and (not known or row["authors"] >= LEAST_AUTHORS)


def _burst(dataset: str, topic: str, days: Sequence[Row], start: int, told: Sequence[Row]) -> Burst:
    top = max(told, key=lambda row: (row["posts"] / row["total"], row["day"]))
    lo, hi = wilson([top["posts"]], [top["total"]])
    share = top["posts"] / top["total"]
    peak = Peak(top["day"], top["posts"], top["total"], share, float(lo[0]), float(hi[0]))
    before = [row["posts"] / row["total"] for row in days[max(0, start - BEFORE_DAYS) : start]]
    note = few(len(before), BEFORE_DAYS // 2, "counted days before the burst")
    first, last = days[0]["day"], days[-1]["day"]
    gaps = (last - first).days + 1 - len(days)
    usual = None if note else float(np.median(before))
    named = tuple(row["day"] for row in told)
    return Burst(dataset, topic, named, peak, usual, len(before), note, first, last, gaps)


@dataclass(frozen=True, slots=True)
class Message:
    """What people get. kind: "burst", "silent" or "gate"; day: YYYY-MM-DD; figure: the path of a chart."""

    kind: str
    dataset: str
    topic: str | None
    day: str | None
    title: str
    body: str
    figure: str | None = None

    def record(self) -> dict[str, Any]:
        """The message as JSON has it."""
        return dataclasses.asdict(self)


def burst(found: Burst, labels: tuple[str, str], source: str, unit: str, events: Sequence[Row], figure: str) -> Message:
    """The message of a burst.

    labels: the topic in English and Chinese; source: the dataset as a caption names it; unit: "posts" or "titles";
    events: annotations of its peak day (label_en, source, confidence); figure: a path, or why there is none.
    """
    peak, first, last = found.peak, found.days[0], found.days[-1]
    names = f"{labels[0]} ({labels[1]}; {found.topic})"
    when = f"{first}" if first == last else f"{first} to {last}"
    lines = [
        f"{names}: more {unit} than usual in “{source}”.",
        f"Day: {peak.day}, the highest of the burst so far ({when}).",
        f"Share: {_rate(peak.share)} per 10,000 {unit} ({peak.posts} of {peak.total}), "
        f"95 % Wilson interval {_rate(peak.lo)} to {_rate(peak.hi)}; too narrow, as items are not independent.",
        f"Usual level: {_usual(found)}.",
        f"Days without data: {found.gaps} of the {(found.last - found.first).days + 1} "
        f"from {found.first} to {found.last}.",
        *_quoted(events),
        f"Rule: {_RULE}.",
        _NOTE,
        f"Figure: {figure}",
    ]
    title = f"Guanchao: burst of {found.topic} in {found.dataset}, {peak.day}"
    return Message("burst", found.dataset, found.topic, str(peak.day), title, "\n".join(lines), figure)


def silence(finding: Row) -> Message:
    """The message of a dataset that went silent, from the gate's finding."""
    dataset, day = finding["dataset"], finding["day"]
    lines = [
        finding["sentence"],
        "Its days since are gaps, not zeros. Look whether the publisher still delivers, and what its files hold.",
    ]
    return Message("silent", dataset, None, day, f"Guanchao: {dataset} has gone silent", "\n".join(lines))


def failure(findings: Sequence[Row]) -> Message:
    """One message of failures of the gate that have the check and the dataset in common (at least one)."""
    check, dataset = findings[0]["check"], findings[0]["dataset"]
    listed = [finding["sentence"] for finding in findings[:_LISTED]]
    if len(findings) > _LISTED:
        listed.append(f"And {len(findings) - _LISTED} more: `guanchao gate` lists them.")
    lines = [*listed, "Do not publish these numbers before this is settled."]
    days = {finding["day"] for finding in findings}
    topics = {finding["topic"] for finding in findings}
    title = f"Guanchao: the check “{check}” fails for {dataset}"
    return Message("gate", dataset, _only(topics), _only(days), title, "\n".join(lines))


def _usual(found: Burst) -> str:
    if found.usual is None:
        return found.note
    return f"{_rate(found.usual)} per 10,000, the median of the {found.usual_days} counted days before the burst"


def _quoted(events: Sequence[Row]) -> list[str]:
    quoted = [f"“{event['label_en']}” (source: {event['source']}; date: {event['confidence']})" for event in events]
    if not quoted:
        return []
    more = [f"and {len(quoted) - _LISTED} more"] if len(quoted) > _LISTED else []
    return ["Annotated on that day, as alleged or reported, not as its cause:", *quoted[:_LISTED], *more]


def _rate(share: float) -> str:
    return f"{share * _PER:,.1f}"


def _only(values: Collection[Any]) -> Any:
    return next(iter(values)) if len(values) == 1 else None
