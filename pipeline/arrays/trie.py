"""Words as a double-array trie: states in one array, found by adding a character's code.

The child of state s by code c is the cell base[s] + c, if `check` of that cell says s. Source: J. Aoe, An efficient
digital search algorithm by using a double-array structure, IEEE Transactions on Software Engineering 15 (1989),
doi:10.1109/32.31365. The cells of siblings are found by first fit over a bit set, the largest families first: the only
children, more than half of all, then fill the holes, so that hardly a cell stays empty.
"""

import numpy as np
import numpy.typing as npt

from pipeline.arrays.compiled import compiled

Ints = npt.NDArray[np.int32]

FREE = -1
"""What `check` says of a cell without a state, and of the root, which is no state's child."""

_ALL = np.uint64(0xFFFFFFFFFFFFFFFF)
_WORD = 64  # bits


def double_array(codes: Ints, bounds: Ints, codes_in_all: int) -> tuple[Ints, Ints, Ints]:
    """(base, check, the state in which each word ends) of sorted, distinct words.

    codes: those of all words, one after another, 1..codes_in_all; bounds: word w has codes[bounds[w]:bounds[w + 1]].
    A base is at least 1, and 0 where nothing follows. The arrays are long enough to look any code up from any base.
    """
    parent, code, last = _nodes(codes, bounds)
    children = np.argsort(parent[1:], kind="stable").astype(np.int32) + np.int32(1)
    sizes = np.bincount(parent[1:], minlength=len(parent))
    family = np.zeros(len(parent) + 1, np.int32)
    np.cumsum(sizes, out=family[1:])
    largest_first = np.argsort(-sizes, kind="stable")[: np.count_nonzero(sizes)].astype(np.int32)
    offsets = _placed(code[children], family, largest_first, codes_in_all)

    state = np.zeros(len(parent), np.int32)
    state[1:] = offsets[parent[1:]] + code[1:]
    cells = int(state.max()) + codes_in_all + 1
    base, check = np.zeros(cells, np.int32), np.full(cells, FREE, np.int32)
    base[state] = offsets
    check[state[1:]] = state[parent[1:]]
    return base, check, state[last]


@compiled
def _nodes(codes: Ints, bounds: Ints) -> tuple[Ints, Ints, Ints]:
    """The trie of sorted words in preorder, root first: parent and code of each node, the node that ends each word."""
    words = len(bounds) - 1
    parent = np.zeros(len(codes) + 1, np.int32)
    code = np.zeros(len(codes) + 1, np.int32)
    last = np.zeros(words, np.int32)
    path = np.zeros(len(codes) + 1, np.int32)  # the nodes of the word before
    begin = end = nodes = 0
    for word in range(words):
        before, length_before = begin, end - begin
        begin, end = bounds[word], bounds[word + 1]
        shared = 0
        while shared < min(length_before, end - begin) and codes[before + shared] == codes[begin + shared]:
            shared += 1
        for at in range(shared, end - begin):
            nodes += 1
            parent[nodes], code[nodes] = path[at], codes[begin + at]
            path[at + 1] = nodes
        last[word] = path[end - begin]
    return parent[: nodes + 1], code[: nodes + 1], last


@compiled
def _placed(code: Ints, family: Ints, order: Ints, codes_in_all: int) -> Ints:
    """The base of each node: the children of node n have code[family[n]:family[n + 1]]. Nodes are placed in `order`."""
    base = np.zeros(len(family) - 1, np.int32)
    used = np.zeros(4 * codes_in_all // _WORD + 8, np.uint64)
    used[0] = 0b11  # the root, and the cell that no base and code reach
    top = size = 0
    free = crowded = 1  # the first free cell, and the first at which families of this size may yet find room
    for node in order:
        mine = code[family[node] : family[node + 1]]
        if len(mine) != size:
            size, crowded = len(mine), free
        if top + 2 * codes_in_all + 4 * _WORD > len(used) * _WORD:
            used = np.concatenate((used, np.zeros_like(used)))
        while used[free >> 6] >> np.uint64(free & 63) & np.uint64(1):
            free += 1
        smallest, begin = mine.min(), max(free, crowded)
        offset = _fit(mine, used, max(begin - smallest, 0))
        base[node] = offset
        for c in mine:
            cell = offset + c
            used[cell >> 6] |= np.uint64(1) << np.uint64(cell & 63)
        top = max(top, offset + mine.max())
        if begin > smallest:  # else nothing was tried below
            crowded = offset + smallest
    return base


@compiled
def _fit(code: Ints, used: npt.NDArray[np.uint64], start: int) -> int:
    """The first offset >= 1, in the word of `start` or after it, at which no cell of the codes is used."""
    begin = start >> 6 << 6
    while True:
        taken = np.uint64(1 if begin == 0 else 0)
        for c in code:
            cell = begin + c
            shift = np.uint64(cell & 63)
            taken |= used[cell >> 6] >> shift
            if shift:
                taken |= used[(cell >> 6) + 1] << (np.uint64(_WORD) - shift)
            if taken == _ALL:
                break
        if taken != _ALL:
            offset = begin
            while taken & np.uint64(1):
                taken >>= np.uint64(1)
                offset += 1
            return offset
        begin += _WORD
