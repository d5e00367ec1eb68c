"""An ad-hoc query over the lake, as a daily series.

The lake is asked, not the counts: a day with lake files is counted here and now, a day without is a gap, and the total
is the day's posts or distinct titles. So the frame says of a query what `series.volume` says of a topic.
"""

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Sequence

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from pipeline import aggregate, lexicon, series
from pipeline.errors import InputError
from pipeline.jobs.days import Day, ingested
from pipeline.query import Query, parse
from pipeline.segment import Segmenter
from pipeline.settings import Settings
from pipeline.text import split_quoted

_TOGETHER = 100_000
"""Texts that are searched at once: whole days are put together until there are so many."""

_MAYBE_QUOTING = "[/／].*[@＠]"


def query(
    settings: Settings,
    expression: str,
    dataset: str,
    *,
    first: dt.date | None = None,
    last: dt.date | None = None,
    quoted: bool = False,
    along: Callable[[Sequence[Day]], Iterable[Day]] = iter,
) -> pd.DataFrame:
    """The daily number of posts, or of titles of a board, that a query finds: a frame as `series.volume` gives it.

    The own words of the author are searched, with `quoted` also the quoted ones, after them on a line of their own.
    Without `first` or `last` the ingested span is taken. `along` passes the days on, as a bar that shows progress
    does. Raises InputError for a slip in the expression, a dataset that is not ingested, and an empty span.
    """
    asked = parse(expression)
    days = ingested(settings, dataset)
    first, last = first or days[0].day, last or days[-1].day
    if first > last:
        raise InputError(f"The span is empty: its first day {first} lies after its last day {last}.")
    wanted = [day for day in days if first <= day.day <= last]
    cut = Segmenter(lexicon.USERDICT, settings.cache).cut
    rows = [row for batch in _batches(settings, along(wanted), quoted) for row in _counted(asked, batch, cut)]
    return series.tidy(pd.DataFrame(rows, columns=["day", "posts", "total"]), first, last)


def _counted(
    asked: Query, batch: Sequence[tuple[dt.date, pa.Array]], cut: Callable[[str], list[str]]
) -> Iterator[tuple[dt.date, int, int]]:
    """Day, posts found and total of some days, searched at once."""
    found = asked.matches(pa.concat_arrays([texts for _, texts in batch]), cut)
    ends = np.cumsum([len(texts) for _, texts in batch])
    for (day, texts), end in zip(batch, ends.tolist(), strict=True):
        yield day, int(found[end - len(texts) : end].sum()), len(texts)


def _batches(settings: Settings, days: Iterable[Day], quoted: bool) -> Iterator[list[tuple[dt.date, pa.Array]]]:
    batch: list[tuple[dt.date, pa.Array]] = []
    size = 0
    for day in days:
        batch.append((day.day, _texts(settings, day, quoted)))
        size += len(batch[-1][1])
        if size >= _TOGETHER:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


def _texts(settings: Settings, day: Day, quoted: bool) -> pa.Array:
    """What each post or title of a day says.

    A post that was seen once speaks for itself, and needs no `aggregate.posts` to find the sighting that does.
    """
    if day.titles:
        return pa.array([item.text for item in day.items(settings)], pa.string())
    entries = day.entries(settings)
    seen = entries["post_id"].value_counts()
    often = seen.filter(pc.greater(seen.field("counts"), 1)).field("values")
    disputed = pc.is_in(entries["post_id"], often)
    once = entries.filter(pc.invert(disputed)).select(["text", "quoted"])
    items = aggregate.posts(entries.filter(disputed), day.day)
    winners = {"text": [item.text for item in items], "quoted": [item.quoted for item in items]}
    return _said(pa.concat_tables([once, pa.table(winners, once.schema)]), quoted)


def _said(posts: pa.Table, quoted: bool) -> pa.Array:
    """The own words of each post, with those that it quotes after them if they are wanted."""
    texts = posts["text"].combine_chunks()
    chained = pc.match_substring_regex(texts, pattern=f"(?s){_MAYBE_QUOTING}")
    split = pc.or_(chained, posts["quoted"].combine_chunks().is_valid()) if quoted else chained
    parts = [split_quoted(row["text"], row["quoted"]) for row in posts.filter(split).to_pylist()]
    said = ["\n".join(filter(None, part)) if quoted else part.own for part in parts]
    return pc.replace_with_mask(texts, split, pa.array(said, pa.string()))
