"""The units of a day examined in columns: the same tables as from examining them one by one.

Whole columns of text, as they are written, are searched for the terms of the lexicon. Only texts in which one may
stand are brought into normal form and matched. Words are cut a column at a time. That the texts are UTF-8 was checked
on their way to the lake.
"""

import datetime as dt
from collections.abc import Iterator

import numpy as np
import pyarrow as pa

from pipeline import aggregate, forms, text
from pipeline.aggregate import Spoken, Tables, Units
from pipeline.arrays import column
from pipeline.jobs.method import Method
from pipeline.schema import Mentions

TOGETHER = 16_384
"""Texts that are searched and cut at once: about 5 MB of posts, whatever the size of a day."""


def tables(method: Method, dataset: str, day: dt.date, units: Units) -> Tables:
    """The rows of every table of a day, by table name; day_total still lacks method_id and inputs."""
    tokens = (method.tokens(forms.without_addresses(_split(units, *some).own, valid=True)) for _, *some in _some(units))
    crowd = units.crowd(tokens, method.stopwords)
    return aggregate.tables(dataset, day, units, crowd, spoken(method, units, day), method.lexicon)


def spoken(method: Method, units: Units, day: dt.date) -> Spoken:
    """Of which units each topic is spoken."""
    return Spoken(method.lexicon, mentions(method, units, day))


def mentions(method: Method, units: Units, day: dt.date) -> Iterator[tuple[Mentions, Mentions]]:
    """The mentions in the own and in the quoted words of the units, some units at a time, numbered as in the day."""
    for places, part in _standing(method.screen, units):
        own = method.mentions(part.own, day, units.title)
        quoted = method.mentions(part.quoted, day, False)
        yield own._replace(text=places[own.text]), quoted._replace(text=places[quoted.text])


def standing(screen: forms.Screen, units: Units) -> Iterator[text.Parts]:
    """The own and quoted words, in normal form, of the units in which a word of a screen may stand."""
    for _, part in _standing(screen, units):
        yield from (text.Parts(*words) for words in zip(*(texts.to_pylist() for texts in part), strict=True))


def _standing(screen: forms.Screen, units: Units) -> Iterator[tuple[np.ndarray, forms.Parts]]:
    for first, texts, quoted in _some(units):
        places = np.flatnonzero(screen.found(texts, valid=True) | screen.found(quoted, valid=True)).astype(np.int32)
        part = _split(units, *(words.take(column.of(places)) for words in (texts, quoted)))
        yield places + np.int32(first), forms.Parts(*(forms.normalised(words, valid=True) for words in part))


def _some(units: Units) -> Iterator[tuple[int, pa.Array, pa.Array]]:
    """The texts of the units and what they quote, as their source gives them, some at a time, and the first's place."""
    first = 0
    for table in column.portions(units.said(), TOGETHER):
        yield first, *(column.whole(table[name]) for name in ("text", "quoted"))
        first += table.num_rows


def _split(units: Units, texts: pa.Array, quoted: pa.Array) -> forms.Parts:
    if units.title:
        return forms.Parts(texts, column.repeated("", len(texts)))
    return forms.parts(texts, quoted, valid=True)
