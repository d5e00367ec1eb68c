"""What a careful editor would mark in a lexicon: a list of checks over its files, each with what to do."""

from collections.abc import Callable, Iterable, Iterator
from functools import partial
from pathlib import Path

from pipeline.review import contexts, terms
from pipeline.review.entries import Book, read
from pipeline.review.findings import Finding

__all__ = ["Finding", "review"]

_ORDER = ("error", "warning", "note")


def review(folder: Path, cut: Callable[[str], Iterable[str]]) -> list[Finding]:
    """The findings on a lexicon's files, the gravest first, then by file and line.

    cut: jieba's `cut` without HMM, with the lexicon's user dictionary. Raises InputError for a file that is missing or
    no TOML; what only the loader refuses (wrong types, names of roles) is not repeated here.
    """
    checks: tuple[Callable[[Book], Iterator[Finding]], ...] = (
        terms.duplicates,
        terms.shadowed,
        terms.short,
        terms.normal_form,
        terms.swallowed,
        partial(terms.split, cut=cut),
        contexts.never,
        contexts.always,
        contexts.sets,
    )
    book = read(folder)
    found = {finding: None for check in checks for finding in check(book)}  # a word in two lists is one finding
    return sorted(found, key=lambda f: (_ORDER.index(f.severity), f.file, f.line, f))
