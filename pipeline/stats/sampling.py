"""Drawing a sample by strata: how many of each, and which."""

import hashlib
import heapq
from collections.abc import Mapping
from typing import Generic, TypeVar

_Item = TypeVar("_Item")


def allocation(sizes: Mapping[str, int], total: int) -> dict[str, int]:
    """How many to draw of each stratum: equal numbers, small strata whole, never more than there are.

    Equal numbers rather than proportional ones, because what is rare (matched texts, near misses) is what a label is
    wanted for; weights undo it. What cannot be divided goes to the larger strata.

    >>> allocation({"matched": 3, "near miss": 50, "none": 9000}, 44)
    {'matched': 3, 'near miss': 20, 'none': 21}
    """
    drawn, left = {}, total
    for place, name in enumerate(sorted(sizes, key=lambda name: (sizes[name], name))):
        drawn[name] = min(sizes[name], left // (len(sizes) - place))
        left -= drawn[name]
    return drawn


def rank(seed: int, key: str) -> str:
    """A number, as text of one length, that orders keys at random; the same for the same seed on every machine."""
    return hashlib.sha256(f"{seed}\0{key}".encode("utf-8", "surrogatepass")).hexdigest()


class Drawer(Generic[_Item]):
    """Keeps the `most` items of lowest rank of each stratum, so that a lake of any size passes through once.

    The items of lowest rank are a simple random sample without replacement, and do not depend on the order in which
    they come (bottom-k sampling; Cohen & Kaplan 2007, doi 10.1145/1281100.1281133).
    """

    def __init__(self, seed: int, most: int):
        self._seed, self._most = seed, most
        self._kept: dict[str, list[tuple[int, str, _Item]]] = {}
        self.sizes: dict[str, int] = {}

    def offer(self, stratum: str, key: str, item: _Item) -> None:
        """Consider an item of a stratum. Keys are unique."""
        kept = self._kept.setdefault(stratum, [])
        self.sizes[stratum] = self.sizes.get(stratum, 0) + 1
        entry = (-int(rank(self._seed, key), 16), key, item)
        if len(kept) < self._most:
            heapq.heappush(kept, entry)
        else:
            heapq.heappushpop(kept, entry)

    def drawn(self, total: int) -> list[tuple[str, float, _Item]]:
        """(stratum, weight, item) of `total` items in random order; weight = size of the stratum / drawn from it."""
        numbers = allocation(self.sizes, total)
        rows = [
            (rank(self._seed, f"order {key}"), stratum, self.sizes[stratum] / numbers[stratum], item)
            for stratum, kept in self._kept.items()
            for _, key, item in sorted(kept, key=lambda entry: -entry[0])[: numbers[stratum]]
        ]
        return [row[1:] for row in sorted(rows, key=lambda row: row[0])]
