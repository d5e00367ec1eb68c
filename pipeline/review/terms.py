"""Checks of terms and masks: written twice, hidden, too short, not in normal form, swallowed, split by jieba."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator

from pipeline.review.entries import Book, Entry, Sheet, Word, standing
from pipeline.review.findings import Finding, Pen, Severity, some
from pipeline.text import drop_separators

_LONGEST_WORD = 4
"""Characters up to which a term may be a word for the user dictionary; longer phrases would swallow words."""

Cut = Callable[[str], Iterable[str]]


def duplicates(book: Book) -> Iterator[Finding]:
    """Rules, masks and partners that stand there twice, and rules that a wider one for the same term makes idle."""
    pen = Pen("duplicate", book)
    for sheet in book.sheets:
        by_term: dict[str, list[Entry]] = defaultdict(list)
        for entry in sheet.entries:
            by_term[entry.term.normal].append(entry)
        for same in by_term.values():
            for n, entry in enumerate(same):
                yield from _idle(pen, sheet, entry, same[:n], same[n + 1 :])
        for word, first in _repeated(sheet.masks):
            yield pen.word(
                "error", (sheet.file, sheet.topic), word, f"{_line(first)} has this mask already", "remove one"
            )
    for name, words in book.sets.items():
        for word, first in _repeated(words):
            what = f"the set {name} holds it twice, first in {_line(first)}"
            yield pen.word("warning", (book.sets_file, ""), word, what, "remove one")


def _idle(pen: Pen, sheet: Sheet, entry: Entry, before: list[Entry], after: list[Entry]) -> Iterator[Finding]:
    for other in before:
        if other.conditions == entry.conditions:
            what = f"{_line(other.term)} has the same rule already"
            severity: Severity = "error" if other.term.raw == entry.term.raw else "warning"
            if severity == "warning":
                what += f", as {other.term.raw!r} is sought in the same form"
            yield pen.entry(severity, sheet, entry, what, "remove one of the two")
            return
    for other in (*before, *after):
        if other.conditions != entry.conditions and _wider(other, entry):
            what = f"{_line(other.term)} lets the term count in every case that this rule does"
            yield pen.entry("warning", sheet, entry, what, "remove this rule, or narrow the other")
            return


def _wider(other: Entry, entry: Entry) -> bool:
    """Whether a rule accepts whatever another accepts, and counts it no worse."""
    if other.evasion and not entry.evasion:
        return False
    if other.alone:
        return True
    asks_less = all(any(theirs <= ours for theirs in entry.partners) for ours in other.partners)
    return other.flags == entry.flags and asks_less and other.blockers <= entry.blockers


def shadowed(book: Book) -> Iterator[Finding]:
    """Terms inside which a mask of their topic always lies, and masks that hide nothing."""
    pen = Pen("mask", book)
    for sheet in book.sheets:
        masks = {mask.normal for mask in sheet.masks if mask.normal}
        for entry in sheet.entries:
            if over := standing(masks, entry.term.normal):
                what = f"the mask {some(over)} lies in the term and always hides it"
                yield pen.entry("error", sheet, entry, what, "remove the mask or the term")
        shared = {some for entry in sheet.entries for some in (entry.blockers, *entry.partners)}
        words = {entry.term.normal for entry in sheet.entries}.union(*shared)
        for mask in sheet.masks:
            if not any(_touches(mask.normal, word) for word in words):
                what = "the mask hides no term, partner or blocker of this topic"
                yield pen.word("warning", (sheet.file, sheet.topic), mask, what, "remove it")


def _touches(mask: str, word: str) -> bool:
    """Whether a mask could cover a place of a word: one stands in the other, or the end of one begins the other."""
    if not word or not mask:
        return False
    overlaps = range(1, min(len(mask), len(word)))
    return word in mask or mask in word or any(mask[-n:] == word[:n] or word[-n:] == mask[:n] for n in overlaps)


def short(book: Book) -> Iterator[Finding]:
    """Terms, partners, blockers and masks of one character."""
    pen = Pen("one character", book)
    for sheet in book.sheets:
        for entry in sheet.entries:
            if len(entry.term.normal) == 1 and not entry.partners:
                yield pen.entry("error", sheet, entry, "counts at every use of this character", "write a longer term")
            elif len(entry.term.normal) == 1:
                what = "one character, part of many words, with only its partners to hold it"
                yield pen.entry("warning", sheet, entry, what, "write a longer term")
    for word, place in _listed(book):
        if len(word.normal) == 1:
            what = "a partner, blocker or mask of one character stands in many words"
            yield pen.word("note", place, word, what, "write the words that are meant")


def normal_form(book: Book) -> Iterator[Finding]:
    """Words that are sought in another form than the one in which they are written."""
    pen = Pen("normal form", book)
    for sheet in book.sheets:
        for entry in sheet.entries:
            if not entry.term.normal:
                yield pen.entry("error", sheet, entry, "nothing of the term is left in normal form", "remove it")
            elif entry.term.raw != entry.term.normal:
                what = f"sought as {entry.term.normal!r}"
                yield pen.entry("warning", sheet, entry, what, "write it as it is sought")
            bare = drop_separators(entry.term.normal)
            if entry.evasion and bare != entry.term.normal and bare in {e.term.normal for e in sheet.entries}:
                what = f"inserted marks are dropped, so {bare!r} finds it"
                yield pen.entry("warning", sheet, entry, what, "remove it")
    for word, place in _listed(book):
        if word.raw != word.normal:
            yield pen.word("note", place, word, f"sought as {word.normal!r}", "write it as it is sought")


def swallowed(book: Book) -> Iterator[Finding]:
    """Terms that equal or contain a term which another topic counts alone: their posts count there too."""
    pen = Pen("other topic", book)
    for sheet in book.sheets:
        for other in (s for s in book.sheets if s.topic != sheet.topic):
            core = {e.term.normal for e in other.entries if e.alone}
            masks = [m.normal for m in other.masks]
            for entry in sheet.entries:
                term = entry.term.normal
                inside = {w for w in standing(core, term) if not any(w in m and m in term for m in masks)}
                if term in inside and entry.alone and other.topic < sheet.topic:
                    continue  # said at the other topic
                if term in inside:
                    what = f"{other.topic} counts the same term alone: every post counts there too"
                    yield pen.entry("warning", sheet, entry, what, "keep it in one topic, or give it partners")
                elif inside:
                    what = f"contains {some(inside)}, which {other.topic} counts alone: every post counts there too"
                    yield pen.entry("note", sheet, entry, what, "nothing, if both topics are meant")


def split(book: Book, cut: Cut) -> Iterator[Finding]:
    """Terms that jieba cuts apart and the user dictionary lacks.

    A phrase of several words, such as 阿里/性侵, is left alone: as one word it would swallow them.
    """
    pen = Pen("jieba", book)
    for sheet in book.sheets:
        for entry in sheet.entries:
            if entry.redacted or entry.term.normal in book.userdict or not entry.term.normal.isalpha():
                continue  # the parts of a private name are not to be printed either
            words = list(cut(entry.term.normal))
            if len(words) < 2:
                continue
            boundary = bool(entry.flags.get("boundary"))
            remedy = f"add `{entry.term.normal} n` to userdict.txt"
            if boundary:
                what = f"jieba cuts {'/'.join(words)}, so that a neighbour may join its edge and refuse it"
                yield pen.entry("warning", sheet, entry, what, remedy)
            elif len(entry.term.normal) <= _LONGEST_WORD and min(map(len, words)) == 1 and not entry.evasion:
                what = f"jieba cuts {'/'.join(words)}: counts are right, keyness does not see it as a word"
                yield pen.entry("note", sheet, entry, what, f"{remedy}, if it is one word")


def _listed(book: Book) -> Iterator[tuple[Word, tuple[str, str]]]:
    """Every partner, blocker and mask where it is written, with file and topic."""
    for sheet in book.sheets:
        for words in (*sheet.listed.values(), sheet.masks):
            yield from ((word, (sheet.file, sheet.topic)) for word in words)
    for words in book.sets.values():
        yield from ((word, (book.sets_file, "")) for word in words)


def _repeated(words: Iterable[Word]) -> Iterator[tuple[Word, Word]]:
    first: dict[str, Word] = {}
    for word in words:
        if word.normal in first:
            yield word, first[word.normal]
        first.setdefault(word.normal, word)


def _line(word: Word) -> str:
    return f"line {word.line}" if word.line else "another line"
