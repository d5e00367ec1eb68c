"""Checks of conditions: partners that cannot be reached, blockers that always block, days that never come."""

from collections.abc import Iterator
from functools import cache

from pipeline.review.entries import Book, Entry, Sheet, days, standing
from pipeline.review.findings import Finding, Pen, some


def never(book: Book) -> Iterator[Finding]:
    """Rules whose conditions nothing can meet, and partners that can never help."""
    pen = Pen("context", book)
    for sheet in book.sheets:
        masks = frozenset(mask.normal for mask in sheet.masks if mask.normal)
        for entry in sheet.entries:
            yield from _blocked(pen, sheet, entry)
            for group in entry.partners:
                yield from _unreachable(pen, sheet, entry, group, masks)


def _unreachable(
    pen: Pen, sheet: Sheet, entry: Entry, group: frozenset[str], masks: frozenset[str]
) -> Iterator[Finding]:
    others = group - {entry.term.normal}
    if not others:
        yield pen.entry("error", sheet, entry, "its only partner is the term itself", "give it another partner")
        return
    reasons = {word: why for word, why in _hidden(group, entry.blockers, masks).items() if word in others}
    reasons = dict(sorted((_too_long(others, entry) | reasons).items()))
    severity = "error" if reasons.keys() == others else "warning"
    if severity == "error":
        what = f"can never count: {'; '.join(list(reasons.values())[:2])}"
        yield pen.entry("error", sheet, entry, what, "remove the mask or blocker, or give it another partner")
        return
    for why in reasons.values():
        yield pen.entry("warning", sheet, entry, why, "remove the partner, the mask or the blocker")


@cache
def _hidden(group: frozenset[str], blockers: frozenset[str], masks: frozenset[str]) -> dict[str, str]:
    """The partners that can never let a term count, and why. Asked once for all terms that share the words."""
    reasons = {}
    for partner in group:
        if over := standing(masks, partner):
            reasons[partner] = f"the partner {partner} is always hidden by the mask {some(over)}"
        elif block := standing(blockers, partner):
            reasons[partner] = f"the partner {partner} always brings the blocker {some(block)} with it"
    return reasons


def _too_long(partners: frozenset[str], entry: Entry) -> dict[str, str]:
    """The partners that are longer than the reach of a rule."""
    reach, term = entry.flags.get("reach", 0), entry.term.normal
    if not isinstance(reach, int) or reach <= 0:
        return {}
    found = (word for word in partners if len(word) > reach and term not in word)
    return {word: f"the partner {word} is longer than the reach of {reach} characters" for word in found}


def _blocked(pen: Pen, sheet: Sheet, entry: Entry) -> Iterator[Finding]:
    if inside := standing(entry.blockers, entry.term.normal):
        what = f"can never count: the blocker {some(inside)} stands in the term"
        yield pen.entry("error", sheet, entry, what, "remove the blocker")
    first, last = days(entry)
    if first and last and first > last:
        what = f"can never count: valid from {first} to {last}, which holds no day"
        yield pen.entry("error", sheet, entry, what, "mend the dates")


def always(book: Book) -> Iterator[Finding]:
    """Rules whose partner stands in the term, so that the condition is always met."""
    pen = Pen("context", book)
    for sheet in book.sheets:
        for entry in sheet.entries:
            for group in entry.partners:
                if inside := standing(group - {entry.term.normal}, entry.term.normal):
                    what = f"the partner {some(inside)} stands in the term: it counts as if it had no such partner"
                    yield pen.entry("warning", sheet, entry, what, "remove that partner, or list the term as core")


def sets(book: Book) -> Iterator[Finding]:
    """Sets that no rule uses, and sets that are used and do not exist."""
    for sheet in book.sheets:
        for name in sorted(sheet.used - book.sets.keys()):
            yield Finding(
                "error", "set", sheet.file, 0, sheet.topic, f"${name}", "there is no such set", "add it to sets.toml"
            )
    used = frozenset().union(*(sheet.used for sheet in book.sheets))
    for name in sorted(book.sets.keys() - used):
        yield Finding("warning", "set", book.sets_file, 0, "", name, "no rule uses this set", "remove it, or use it")
