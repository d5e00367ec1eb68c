"""A sample of a dataset to be labelled: seeded, stratified by what the matcher says and by time."""

import hashlib
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

from pipeline import aggregate, labels
from pipeline.errors import InputError, unknown
from pipeline.jobs import days
from pipeline.jobs.days import Day
from pipeline.jobs.explain import Judge, judging
from pipeline.settings import Settings
from pipeline.stats.sampling import Drawer

Json = dict[str, Any]

_PARTS = 3
"""Parts of the dataset's days, equally long, so that no sample misses the beginning or the end."""


def sample(
    settings: Settings, dataset: str, topic: str, size: int, seed: int, judge: Judge | None = None
) -> tuple[str, list[Json]]:
    """A label sheet (CSV) of `size` texts, and its strata: stratum, texts in the dataset, drawn.

    A stratum is what the matcher says of a text (matched; disguised: counted apart; refused: a term stands there, but
    a rule refuses it; none), in one third of the days. Rare strata are drawn more densely, and the column `weight` says
    how many texts a row stands for. The same lake, lexicon and seed give the same bytes.
    """
    drawer: Drawer[Json] = Drawer(seed, size)
    with judging(settings, judge) as judge:
        _require_topic(judge, topic)
        ingested = days.ingested(settings, dataset)
        for place, day in enumerate(ingested):
            third = place * _PARTS // len(ingested) + 1
            for key, item in _items(settings, day):
                stratum = f"{_stratum(judge, item.text, day, topic)}, part {third} of {_PARTS}"
                row = {"text": item.text, "day": str(day.day), "kind": "title" if day.titles else "post", "item": key}
                drawer.offer(stratum, key, row)
    if size < len(drawer.sizes):
        raise InputError(f"--size {size} is fewer than the {len(drawer.sizes)} strata; draw at least one text of each.")
    drawn = drawer.drawn(size)
    rows = [row | {"topic": topic, "label": "", "stratum": s, "weight": f"{w:.10g}"} for s, w, row in drawn]
    numbers = Counter(stratum for stratum, _, _ in drawn)
    return labels.sheet(rows), [
        {"stratum": name, "texts": texts, "drawn": numbers[name]} for name, texts in sorted(drawer.sizes.items())
    ]


def _require_topic(judge: Judge, topic: str) -> None:
    known = [known.id for known in judge.lexicon.topics]
    if topic not in known:
        raise unknown("topic", topic, known)


def _stratum(judge: Judge, text: str, day: Day, topic: str) -> str:
    found = [c for c in judge.own(text, day.day, day.titles) if c.topic == topic]
    accepted = [c for c in found if c.verdict == "accepted"]
    if any(not (c.evasion or c.uncovered) for c in accepted):
        return "matched"
    if accepted:
        return "disguised"
    return "refused" if found else "none"


def _items(settings: Settings, day: Day) -> Iterator[tuple[str, aggregate.Item]]:
    """The items of a day, each with a key made of what it is, which says nothing of its author."""
    times: Counter[tuple[Any, ...]] = Counter()
    for item in day.items(settings):
        what = (day.dataset, day.day, item.time, item.author, item.text)
        times[what] += 1
        yield _key([*what, times[what]]), item


def _key(what: Sequence[Any]) -> str:
    said = "\0".join(map(str, what))
    return "t" + hashlib.sha256(said.encode("utf-8", "surrogatepass")).hexdigest()[:20]
