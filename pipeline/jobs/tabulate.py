"""The units of a day examined in columns: the same tables as from examining them one by one.

Whole columns of text are brought into normal form, and searched for the terms of the lexicon. Only texts in which one
stands go to the matcher. Words are cut a column at a time.
"""

import datetime as dt
from collections.abc import Iterator

import numpy as np
import pyarrow as pa

from pipeline import aggregate, forms, text
from pipeline.aggregate import Examined, Tables, Units
from pipeline.jobs.method import Method
from pipeline.schema import Findings

TOGETHER = 65_536
"""Texts that are formed, searched and cut at once: about 20 MB of posts, whatever the size of a day."""

Found = tuple[int, Findings, Findings]
"""The place of a unit among those of its day, and what the matcher says of its own and of its quoted words."""


def tables(method: Method, dataset: str, day: dt.date, units: Units) -> Tables:
    """What `aggregate.count` gives for the units of a day, each examined by `Method.examine`."""
    tokens = (method.tokens(forms.without_addresses(part.own)) for _, part in parts(units))
    crowd = units.crowd(tokens, method.stopwords)
    found = list(findings(method, units, day))
    items = units.items([place for place, _, _ in found])
    told = [Examined(item, own, quoted, []) for item, (_, own, quoted) in zip(items, found, strict=True)]
    return aggregate.tables(dataset, day, "board" if units.title else "posts", crowd, told, method.lexicon)


def findings(method: Method, units: Units, day: dt.date) -> Iterator[Found]:
    """The units of which the matcher says anything."""
    for place, normal in standing(method.screen, units):
        own, quoted = method.find(normal, day, units.title)
        if any((*own, *quoted)):
            yield place, own, quoted


def standing(screen: forms.Screen, units: Units) -> Iterator[tuple[int, text.Parts]]:
    """The units in which a word of a screen stands: their places, and their own and quoted words in normal form."""
    for first, part in parts(units):
        normal = [forms.normalised(column) for column in part]
        places = np.flatnonzero(np.logical_or(*(screen.found(column) for column in normal)))
        chosen = (column.take(pa.array(places)).to_pylist() for column in normal)
        yield from ((first + place, text.Parts(*words)) for place, *words in zip(places.tolist(), *chosen, strict=True))


def parts(units: Units) -> Iterator[tuple[int, forms.Parts]]:
    """The own and the quoted words of the units as they are written, some at a time, and the place of the first."""
    texts, quoted = units.texts, units.quoted
    for first in range(0, len(units), TOGETHER):
        some = texts.slice(first, TOGETHER), quoted.slice(first, TOGETHER)
        yield first, forms.Parts(some[0], pa.repeat("", len(some[0]))) if units.title else forms.parts(*some)
