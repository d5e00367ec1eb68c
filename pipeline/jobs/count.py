"""From the lake to the counts of each day."""

import datetime as dt
import hashlib
import importlib.metadata
import json
import unicodedata
from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
from sqlalchemy import Connection

from pipeline import aggregate, datasets, lake, lexicon, match, text
from pipeline.datasets import Dataset
from pipeline.jobs.home import opened
from pipeline.schema import Lexicon
from pipeline.segment import Segmenter
from pipeline.settings import Settings
from pipeline.store import counts, ledger
from pipeline.store.connection import reading, writing

Json = dict[str, Any]


class Counter:
    """Counts days by today's method: lexicon, dictionary, normaliser and rules, loaded once."""

    def __init__(self, settings: Settings, words: Lexicon | None = None):
        self._settings = settings
        self._lexicon = words or lexicon.load()
        self._segmenter = Segmenter(lexicon.USERDICT, settings.cache)
        self._matcher = match.Matcher(self._lexicon, self._segmenter.cut)
        self._stopwords = lexicon.stopwords()

    @cached_property
    def method(self) -> Json:
        """The digests that decide a count, and the id made of them."""
        stop, opencc = _digest(sorted(self._stopwords))[:16], importlib.metadata.version("opencc")
        parts = {
            "lexicon_version": self._lexicon.version,
            "lexicon": self._lexicon.digest,
            "dictionary": self._segmenter.digest,
            "rules": f"match {match.VERSION}, aggregate {aggregate.VERSION}, stop words {stop}",
            "normaliser": f"text {text.VERSION}, Unicode {unicodedata.unidata_version}, OpenCC {opencc}",
        }
        return {"method_id": _digest(parts), **parts}

    def count(self, connection: Connection, dataset: Dataset, day: dt.date) -> aggregate.Tables:
        """The rows of every count of one day, by table name."""
        partition = ledger.partition(connection, dataset.slug, day)
        examined = [self._examine(item, day, dataset.kind == "board") for item in self._items(dataset, day, partition)]
        tables = aggregate.count(dataset.slug, day, dataset.kind, examined, self._lexicon, self._stopwords)
        tables["day_total"][0] |= {"method_id": self.method["method_id"], "inputs": partition.inputs}
        return tables

    def _items(self, dataset: Dataset, day: dt.date, partition: ledger.Partition) -> list[aggregate.Item]:
        entries = lake.read(self._settings.lake, dataset.kind, dataset.slug, day, partition.batches)
        if dataset.kind == "board":
            return aggregate.titles(entries)
        moved = pa.array(sorted(partition.moved), pa.string())
        for other, batches in sorted(partition.elsewhere.items()):
            there = lake.read(self._settings.lake, dataset.kind, dataset.slug, other, batches)
            entries = pa.concat_tables([entries, there.filter(pc.is_in(there["post_id"], moved))])
        return aggregate.posts(entries, day)

    def _examine(self, item: aggregate.Item, day: dt.date, title: bool) -> aggregate.Examined:
        own, quoted = text.Parts(item.text, "") if title else text.split_quoted(item.text, item.quoted)
        folded = text.fold(own)
        return aggregate.Examined(
            item,
            self._matcher.find(text.close_gaps(folded), day, title=title),
            self._matcher.find(text.normalise(quoted), day) if quoted else match.NOTHING,
            [word for word in self._segmenter.cut(text.drop_addresses(folded)) if any(map(str.isalnum, word))],
        )


def plan(settings: Settings, chunk: int = 16, dataset: str | None = None) -> list[list[Json]]:
    """The days that must be counted (again), in chunks: a task each. Lists today's method and annotations."""
    engine = opened(settings)
    method = Counter(settings).method
    with writing(engine) as connection:
        counts.record_method(connection, method)
        counts.replace_events(connection, lexicon.events())
        stale = ledger.stale(connection, method["method_id"], dataset)
    engine.dispose()
    days = [{"dataset": slug, "day": str(day)} for slug, day in stale]
    return [days[first : first + chunk] for first in range(0, len(days), chunk)]


def count(settings: Settings, partitions: Iterable[Json]) -> Iterator[Json]:
    """Count some days, each in a transaction of its own; dataset, day and posts of each as soon as it is done."""
    engine = opened(settings)
    registry = datasets.load(settings.registry)
    counter = Counter(settings)
    for place in partitions:
        dataset, day = registry[place["dataset"]], dt.date.fromisoformat(place["day"])
        with reading(engine) as connection:
            tables = counter.count(connection, dataset, day)
        with writing(engine) as connection:
            counts.replace_day(connection, dataset.slug, day, tables)
        yield {**place, "posts": tables["day_total"][0]["posts"]}
    engine.dispose()


def _digest(value: Any) -> str:
    return hashlib.sha256(json.dumps(value, sort_keys=True, ensure_ascii=False).encode()).hexdigest()
