"""What a query consists of, and how it is written out again.

`shown` gives a query that `parse` reads as the same nodes: the proof of how an expression was understood.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

_BARE = re.compile(r"[0-9a-z_#\u4e00-\u9fff]+")
_OPERATORS = frozenset({"and", "or", "not", "near"})


@dataclass(frozen=True, slots=True)
class Term:
    """A word or phrase in normal form. boundary: its edges must be edges of tokens; None = nobody said."""

    words: str
    boundary: bool | None = None


@dataclass(frozen=True, slots=True)
class Pattern:
    """A regular expression in the syntax of RE2, read without regard to case."""

    source: str


Place = Term | Pattern
"""What stands at some place of a text."""


@dataclass(frozen=True, slots=True)
class Near:
    """One of `left` and one of `right` stand apart by at most so many characters, in either order."""

    left: tuple[Place, ...]
    right: tuple[Place, ...]
    characters: int


@dataclass(frozen=True, slots=True)
class Not:
    """What it holds is not so."""

    part: "Node"


@dataclass(frozen=True, slots=True)
class And:
    """All parts hold."""

    parts: tuple["Node", ...]


@dataclass(frozen=True, slots=True)
class Or:
    """At least one part holds."""

    parts: tuple["Node", ...]


Node = Term | Pattern | Near | Not | And | Or


def joined(kind: type[And] | type[Or], parts: Iterable[Node]) -> Node:
    """The parts as one node, those of the same kind opened."""
    flat = tuple(inner for part in parts for inner in (part.parts if isinstance(part, kind) else (part,)))
    return kind(flat) if len(flat) > 1 else flat[0]


def denied(node: Node) -> Node:
    """The contrary; that of a contrary is what it denied."""
    return node.part if isinstance(node, Not) else Not(node)


def leaves(node: Node) -> Iterator[Place]:
    """The words, phrases and regular expressions of a query, from left to right."""
    match node:
        case Term() | Pattern():
            yield node
        case Near(left, right):
            yield from (*left, *right)
        case Not(part):
            yield from leaves(part)
        case And(parts) | Or(parts):
            for part in parts:
                yield from leaves(part)


def settled(node: Node, boundary: bool) -> Node:
    """The same with a mode for every word that has none of its own."""
    match node:
        case Term(boundary=None):
            return replace(node, boundary=boundary)
        case Near(left, right, characters):
            return Near(_all_settled(left, boundary), _all_settled(right, boundary), characters)
        case Not(part):
            return Not(settled(part, boundary))
        case And(parts) | Or(parts):
            return type(node)(tuple(settled(part, boundary) for part in parts))
    return node


def _all_settled(places: Iterable[Place], boundary: bool) -> tuple[Place, ...]:
    return tuple(
        replace(place, boundary=boundary) if isinstance(place, Term) and place.boundary is None else place
        for place in places
    )


def shown(node: Node) -> str:
    """The query as it was understood, every precedence written out in parentheses."""
    match node:
        case Term(words, boundary):
            return f"(match:boundary {_quoted(words)})" if boundary else _quoted(words)
        case Pattern(source):
            return f"/{source}/"
        case Near(left, right, characters):
            return f"{_one_of(left)} NEAR/{characters} {_one_of(right)}"
        case Not(part):
            return f"NOT {_inner(part)}"
        case And(parts) | Or(parts):
            return f" {type(node).__name__.upper()} ".join(map(_inner, parts))


def _inner(node: Node) -> str:
    return f"({shown(node)})" if isinstance(node, And | Or | Near) else shown(node)


def _quoted(words: str) -> str:
    if _BARE.fullmatch(words) and words not in _OPERATORS:
        return words
    return f"「{words}」" if '"' in words else f'"{words}"'  # a normal form has no 「


def _one_of(places: tuple[Place, ...]) -> str:
    return _inner(joined(Or, places))
