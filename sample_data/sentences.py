"""Draws and templates: how a sentence of the sample comes about."""

from __future__ import annotations

import bisect
import itertools
import math
import random
import re
import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any, TypeVar

T = TypeVar("T")

FIRST, LAST = date(2021, 7, 20), date(2021, 9, 5)
DAYS = [FIRST + timedelta(days=n) for n in range((LAST - FIRST).days + 1)]
GAP = {date(2021, 8, 28), date(2021, 8, 29)}
MATERIAL = Path(__file__).resolve().parent / "material"


class Dice:
    """Draws made from `random()` alone, the one method whose sequence Python promises to keep."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed).random

    def below(self, n: int) -> int:
        """A whole number from 0 to n - 1."""
        return int(self.random() * n)

    def chance(self, p: float) -> bool:
        """True with probability p."""
        return self.random() < p

    def pick(self, items: Sequence[T]) -> T:
        """One of the items, all equally likely."""
        return items[self.below(len(items))]

    def weighted(self, items: Sequence[T], weights: Iterable[float]) -> T:
        """One of the items, in proportion to its weight."""
        cumulative = list(itertools.accumulate(weights))
        return items[bisect.bisect_right(cumulative, self.random() * cumulative[-1])]

    def normal(self) -> float:
        """A bell-shaped draw of variance 1.

        Twelve uniforms and `fsum`: the built-in `sum` of floats rounds otherwise since Python 3.12.
        """
        return math.fsum(self.random() for _ in range(12)) - 6.0

    def count(self, mean: float, spread: float = 0.25) -> int:
        """A count with more variance than Poisson's: the mean itself varies from day to day."""
        limit = math.exp(-mean * math.exp(spread * self.normal() - spread * spread / 2))
        n, product = 0, self.random()
        while product > limit:
            n, product = n + 1, product * self.random()
        return n

    def shuffled(self, items: Iterable[T]) -> list[T]:
        """The items in a new order."""
        return [item for _, item in sorted(((self.random(), item) for item in items), key=lambda pair: pair[0])]


def midnight(day: date) -> datetime:
    """The first moment of a day, in Asia/Shanghai as all times here."""
    return datetime.combine(day, time())


ALWAYS = (midnight(FIRST), midnight(LAST + timedelta(days=1)))


@dataclass(frozen=True)
class Line:
    """One template and the time in which its sentence was possible (Asia/Shanghai, end excluded)."""

    text: str
    since: datetime
    until: datetime

    def possible_on(self, day: date) -> bool:
        """True if a part of the day lies in the window."""
        return self.since < midnight(day + timedelta(days=1)) and midnight(day) < self.until


@dataclass(frozen=True)
class Theme:
    """Everyday templates that share a season: `weight` from `since` to `until`, `outside` at other times."""

    lines: list[str]
    weight: float
    outside: float
    since: datetime
    until: datetime

    def weight_on(self, day: date) -> float:
        """How much the theme was talked about that day."""
        return self.weight if self.since <= midnight(day) < self.until else self.outside


def _read(name: str) -> dict[str, Any]:
    return tomllib.loads((MATERIAL / f"{name}.toml").read_text(encoding="utf-8"))


def _window(entry: dict[str, Any]) -> tuple[datetime, datetime]:
    since, until = entry.get("since", ALWAYS[0]), entry.get("until", ALWAYS[1])
    return tuple(t if isinstance(t, datetime) else midnight(t) for t in (since, until))  # type: ignore[return-value]


def _themes(document: dict[str, Any]) -> list[Theme]:
    return [
        Theme(
            entry["lines"].split("\n")[:-1],
            entry["weight"],
            entry.get("outside", entry["weight"]),
            *_window(entry),
        )
        for entry in document["theme"]
    ]


def _lines(groups: Iterable[dict[str, Any]]) -> list[Line]:
    return [Line(text, *_window(group)) for group in groups for text in group["lines"].splitlines()]


class Material:
    """The templates, read once."""

    def __init__(self) -> None:
        everyday, topics, traps, titles = map(_read, ("background", "topics", "traps", "titles"))
        self.slots = {name: words.split("|") for name, words in (everyday["slots"] | topics["slots"]).items()}
        self.themes, self.title_themes = _themes(everyday), _themes(titles)
        self.topics = {name: _lines(g for g in topics["group"] if g["topic"] == name) for name in topics["daily"]}
        self.daily: dict[str, list[tuple[date, float]]] = topics["daily"]
        self.dated_titles = {date.fromisoformat(day): text.splitlines() for day, text in titles["dated"].items()}
        self.trap_posts = _lines(g for g in traps["group"] if g["where"] == "posts")
        self.trap_titles = _lines(g for g in traps["group"] if g["where"] == "titles")

    def fill(self, template: str, dice: Dice) -> str:
        """The template with each {slot} drawn anew; ⏎ stands for a line break inside a post."""
        return re.sub(r"\{(\w+)\}", lambda m: dice.pick(self.slots[m[1]]), template).replace("⏎", "\n")

    def everyday(self, themes: list[Theme], day: date, dice: Dice) -> str:
        """A sentence of everyday chatter that suits the day."""
        theme = dice.weighted(themes, [theme.weight_on(day) for theme in themes])
        return self.fill(dice.pick(theme.lines), dice)

    def mean(self, topic: str, day: date) -> float:
        """Mean posts on a topic that day, in a dataset of share 1."""
        steps = [value for since, value in self.daily[topic] if date.fromisoformat(str(since)) <= day]
        return steps[-1] if steps else 0.0
