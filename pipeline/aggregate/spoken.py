"""Of which units a topic is spoken, told by the mentions in their own and in their quoted words."""

from collections.abc import Iterable
from functools import cached_property

import numpy as np
import numpy.typing as npt

from pipeline.schema import Lexicon, Mentions

Places = npt.NDArray[np.int64]
Pairs = npt.NDArray[np.int64]
"""int64[n, 2]: a unit and a topic, each pair once, sorted."""


class Spoken:
    """The mentions in the units of a day, of a lexicon whose terms they number. own, quoted: some units at a time."""

    def __init__(self, lexicon: Lexicon, parts: Iterable[tuple[Mentions, Mentions]]):
        self._topics = len(lexicon.topics)
        self._topic = np.repeat(np.arange(self._topics), [len(topic.terms) for topic in lexicon.topics])
        self._own, self._quoted = map(Mentions.joined, zip(*[(Mentions.of(()), Mentions.of(())), *parts], strict=True))

    @cached_property
    def written(self) -> Pairs:
        """Where a topic is accepted as written in the own words."""
        return self._pairs(self._own, ~(self._own.evasion | self._own.uncovered))

    @cached_property
    def disguised(self) -> Pairs:
        """Where it is accepted in the own words, but only in disguise."""
        found = self._pairs(self._own, np.ones_like(self._own.accepted))
        return self._without(found, self.written)

    @cached_property
    def quoted(self) -> Pairs:
        """Where it is accepted as written in the quoted words, and not in the own ones."""
        found = self._pairs(self._quoted, ~(self._quoted.evasion | self._quoted.uncovered))
        return self._without(found, np.concatenate([self.written, self.disguised]))

    @property
    def standings(self) -> tuple[Pairs, Pairs, Pairs]:
        """What the columns posts, evasion_only and quoted_only of day_topic count."""
        return self.written, self.disguised, self.quoted

    def posts(self) -> npt.NDArray[np.int64]:
        """int64[topics]: the units in which each topic is accepted as written."""
        return np.bincount(self.written[:, 1], minlength=self._topics)

    def terms(self) -> npt.NDArray[np.int64]:
        """int64[terms, 3]: of each term the units and the mentions in own words, and what a token's edge refused."""
        written, size = ~self._own.uncovered, len(self._topic)
        counts, refused = (self._own.term[written & side] for side in (self._own.accepted, ~self._own.accepted))
        units = np.unique(self._own.text[written & self._own.accepted].astype(np.int64) * size + counts) % max(size, 1)
        return np.stack([np.bincount(some, minlength=size) for some in (units, counts, refused)], axis=1)

    def together(self) -> npt.NDArray[np.int64]:
        """int64[topics, topics]: the units in which two topics are accepted as written."""
        units, place = np.unique(self.written[:, 0], return_inverse=True)
        speaks = np.zeros((len(units), self._topics), np.float32)  # whole numbers below 2^24 are exact
        speaks[place, self.written[:, 1]] = 1
        both: npt.NDArray[np.int64] = np.rint(speaks.T @ speaks).astype(np.int64)
        return both

    def _pairs(self, mentions: Mentions, which: npt.NDArray[np.bool_]) -> Pairs:
        kept = mentions.accepted & which
        pairs = mentions.text[kept].astype(np.int64) * self._topics + self._topic[mentions.term[kept]]
        return self._apart(np.unique(pairs))

    def _without(self, pairs: Pairs, others: Pairs) -> Pairs:
        return self._apart(np.setdiff1d(pairs @ (self._topics, 1), others @ (self._topics, 1)))

    def _apart(self, numbers: Places) -> Pairs:
        return np.stack(np.divmod(numbers, max(self._topics, 1)), axis=1)
