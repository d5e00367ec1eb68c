"""Which counts of an earlier lexicon still hold under today's, and the rows of zeros in which they differ.

The tables of a day are made of its items and of what the matcher says of each; the words of `day_word` do not depend
on topics. So if both lexicons say the same of every item, the tables differ in nothing but rows of topics that only
one of them has, and no item speaks of those. Only items in which a changed string stands are judged twice.
"""

from dataclasses import replace
from typing import Any

from pipeline import aggregate, changes, forms
from pipeline.jobs.days import Day
from pipeline.jobs.method import Method
from pipeline.jobs.tabulate import standing
from pipeline.schema import Findings

Json = dict[str, Any]
_BESIDES_TOPICS = ("dictionary", "rules", "normaliser")


class Recount:
    """Compares today's method with those by which days were counted before."""

    def __init__(self, method: Method):
        self._method = method
        self._known: dict[str, Step | None] = {}

    def since(self, earlier: Json) -> "Step | None":
        """The step from the method of a day to today's. None where they differ in more than topics, or may do so.

        earlier: its row in the table `method`.
        """
        name = earlier["method_id"]
        if name not in self._known:
            self._known[name] = self._step(earlier)
        return self._known[name]

    def _step(self, earlier: Json) -> "Step | None":
        today = self._method.record
        if not earlier["topics"] or any(earlier[part] != today[part] for part in _BESIDES_TOPICS):
            return None
        old = changes.restored(earlier["topics"], self._method.lexicon)
        return Step(earlier["method_id"], self._method.deciding_by(old), self._method) if old else None


class Step:
    """From one method to another whose topics differ and nothing else."""

    def __init__(self, name: str, old: Method, new: Method):
        self._name, self._old, self._new = name, old, new
        self.change = changes.between(old.lexicon, new.lexicon)
        self._screen = forms.Screen(self.change.strings)

    @property
    def methods(self) -> tuple[str, str]:
        """The ids of the method before and after."""
        return self._name, str(self._new.record["method_id"])

    def concerns(self, day: Day, units: aggregate.Units) -> bool:
        """Whether the two methods say different things of any unit of a day."""
        return bool(self.change.strings) and any(
            told(self._old.find(normal, day.day, day.titles)) != told(self._new.find(normal, day.day, day.titles))
            for normal in standing(self._screen, units)
        )

    @property
    def removed(self) -> list[dict[str, str]]:
        """What names the rows that go: a topic."""
        return [{"topic": topic} for topic in sorted(self.change.removed_topics)]

    def added(self, day: Day, units: aggregate.Units) -> aggregate.Tables:
        """The rows of zeros that come, by table: those of new topics."""
        come = self.change.added_topics
        if not come:
            return {}
        news = replace(self._new.lexicon, topics=tuple(t for t in self._new.lexicon.topics if t.id in come))
        tables = aggregate.tables(day.dataset, day.day, units, units.crowd(), aggregate.Spoken(news, ()), news)
        return {name: [row for row in rows if row.get("topic") in come] for name, rows in tables.items()}


def told(found: tuple[Findings, Findings]) -> list[Any]:
    """The same for two pairs of findings if and only if they say the same, in whatever order."""
    return [(sorted(findings.mentions), findings[1:]) for findings in found]
