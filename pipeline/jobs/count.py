"""From the lake to the counts of each day."""

import datetime as dt
import hashlib
import importlib.metadata
import json
import unicodedata
from collections.abc import Iterable, Iterator
from functools import cached_property
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
from sqlalchemy import Connection

from pipeline import aggregate, datasets, lake, lexicon, match, text
from pipeline.jobs.home import database
from pipeline.segment import Segmenter
from pipeline.settings import Settings
from pipeline.store import counts, ledger
from pipeline.store.connection import reading, writing

Json = dict[str, Any]


class Method:
    """Everything that decides a count, loaded once: lexicon, dictionary, normaliser, rules.

    cache: a private folder for jieba's prepared dictionary.
    """

    def __init__(self, cache: Path):
        self.lexicon = lexicon.load()
        self.stopwords = lexicon.stopwords()
        self._segmenter = Segmenter(lexicon.USERDICT, cache)
        self._matcher = match.Matcher(self.lexicon, self._segmenter.cut)

    @cached_property
    def record(self) -> Json:
        """The row of the table `method`: the digests that decide a count, and the id made of them."""
        stop, opencc = _digest(sorted(self.stopwords))[:16], importlib.metadata.version("opencc")
        parts = {
            "lexicon_version": self.lexicon.version,
            "lexicon": self.lexicon.digest,
            "dictionary": self._segmenter.digest,
            "rules": f"match {match.VERSION}, aggregate {aggregate.VERSION}, stop words {stop}",
            "normaliser": f"text {text.VERSION}, Unicode {unicodedata.unidata_version}, OpenCC {opencc}",
        }
        return {"method_id": _digest(parts), **parts}

    def examine(self, item: aggregate.Item, day: dt.date, title: bool) -> aggregate.Examined:
        """The item with its mentions and words. `title`: it is a line of a board, which quotes nobody."""
        own, quoted = text.Parts(item.text, "") if title else text.split_quoted(item.text, item.quoted)
        return aggregate.Examined(
            item,
            self._matcher.find(text.normalise(own), day, title=title),
            self._matcher.find(text.normalise(quoted), day) if quoted else match.NOTHING,
            [word for word in self._segmenter.cut(text.drop_addresses(text.fold(own))) if any(map(str.isalnum, word))],
        )


def plan(settings: Settings, chunk: int = 16, method: Method | None = None) -> list[list[Json]]:
    """The days that must be counted (again), in chunks: a task each. Lists today's method and annotations."""
    method = method or Method(settings.cache)
    with database(settings) as engine, writing(engine) as connection:
        counts.record_method(connection, method.record)
        counts.replace_events(connection, lexicon.events())
        _renew(connection, settings)
        stale = ledger.stale(connection, method.record["method_id"])
    days = [{"dataset": slug, "day": str(day)} for slug, day in stale]
    return [days[first : first + chunk] for first in range(0, len(days), chunk)]


def _renew(connection: Connection, settings: Settings) -> None:
    """Bring what the registry says of the datasets in use into the ledger: titles, licences, known gaps.

    An entry that is read in another way than before is left to the next ingest, which refuses it.
    """
    for slug, dataset in datasets.load(settings.registry).items():
        used = ledger.dataset(connection, slug)
        if used and used["reading"] == dataset.reading:
            ledger.register(connection, dataset.model_dump() | {"reading": dataset.reading})
            ledger.cover(connection, slug, (), {}, dataset.known_gaps)


def count(settings: Settings, partitions: Iterable[Json], method: Method | None = None) -> Iterator[Json]:
    """Count some days, each in a transaction of its own; dataset, day and posts of each as soon as it is done."""
    method = method or Method(settings.cache)
    with database(settings) as engine:
        for place in partitions:
            dataset, day = place["dataset"], dt.date.fromisoformat(place["day"])
            with reading(engine) as connection:
                kind = ledger.kind(connection, dataset)
                partition = ledger.partition(connection, dataset, day)
            tables = _counted(settings, kind, dataset, day, partition, method)
            with writing(engine) as connection:
                counts.replace_day(connection, dataset, day, tables)
            yield {**place, "posts": tables["day_total"][0]["posts"]}


def _counted(
    settings: Settings, kind: str, dataset: str, day: dt.date, partition: ledger.Partition, method: Method
) -> aggregate.Tables:
    items = _items(settings, kind, dataset, day, partition)
    examined = [method.examine(item, day, title=kind == "board") for item in items]
    tables = aggregate.count(dataset, day, kind, examined, method.lexicon, method.stopwords)
    tables["day_total"][0] |= {"method_id": method.record["method_id"], "inputs": partition.inputs}
    return tables


def _items(
    settings: Settings, kind: str, dataset: str, day: dt.date, partition: ledger.Partition
) -> list[aggregate.Item]:
    entries = lake.read(settings.lake, kind, dataset, day, partition.batches)
    if kind == "board":
        return aggregate.titles(entries)
    moved = pa.array(sorted(partition.moved), pa.string())
    for other, batches in sorted(partition.elsewhere.items()):
        there = lake.read(settings.lake, kind, dataset, other, batches)
        entries = pa.concat_tables([entries, there.filter(pc.is_in(there["post_id"], moved))])
    return aggregate.posts(entries, day)


def _digest(value: Any) -> str:
    return hashlib.sha256(json.dumps(value, sort_keys=True, ensure_ascii=False).encode()).hexdigest()
