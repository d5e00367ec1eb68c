"""What a check says: where, how grave, and what to do."""

from collections.abc import Iterable
from typing import Literal, NamedTuple

from pipeline.review.entries import Book, Entry, Sheet, Word

Severity = Literal["error", "warning", "note"]


class Finding(NamedTuple):
    """One thing that a careful editor would mark.

    severity: "error" = a rule can never count, or stands there by mistake; "warning" = it probably does something
    else than was meant; "note" = to be known. check: the name of the check. line: 0 where it is not known.
    """

    severity: Severity
    check: str
    file: str
    line: int
    topic: str
    term: str
    what: str
    remedy: str


class Pen:
    """Writes the findings of one check, with names of private persons replaced."""

    def __init__(self, check: str, book: Book):
        self._check, self._book = check, book

    def entry(self, severity: Severity, sheet: Sheet, entry: Entry, what: str, remedy: str) -> Finding:
        """A finding on a rule."""
        where = (sheet.file, entry.term.line, sheet.topic, entry.shown)
        return Finding(severity, self._check, *where, self._book.public(what), self._book.public(remedy))

    def word(self, severity: Severity, place: tuple[str, str], word: Word, what: str, remedy: str) -> Finding:
        """A finding on a mask or a partner; place: file and topic."""
        shown = self._book.public(word.raw)
        where = (place[0], word.line, place[1], shown)
        return Finding(severity, self._check, *where, self._book.public(what), self._book.public(remedy))


def some(words: Iterable[str], most: int = 3) -> str:
    """Some of the words, for a sentence: a, b and 5 more."""
    listed = sorted(words)
    more = f" and {len(listed) - most} more" if len(listed) > most else ""
    return ", ".join(listed[:most]) + more
