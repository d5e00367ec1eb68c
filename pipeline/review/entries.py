"""The lexicon as its files have it: every entry with its place, before anything is normalised, merged or refused."""

import datetime as dt
import re
import tomllib
from collections import defaultdict
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from itertools import combinations
from pathlib import Path
from typing import Any, NamedTuple

from pipeline.errors import InputError
from pipeline.text import normalise, spelled_out

_SECTIONS = ("core", "evasion", "context", "persons")
_PARTNERS, _BLOCKERS = ("any", "also"), ("none", "nowhere")
_LISTS = (*_PARTNERS, *_BLOCKERS)
_FLAGS = ("boundary", "alone", "tag", "only", "reach", "valid_from", "valid_to")
_PRINTABLE = frozenset({"", "executive", "public_figure"})
_TOKEN = re.compile(r"""(\w+)\s*=|"((?:[^"\\]|\\.)*)"|'([^']*)'|#.*""")
_LATIN = re.compile(r"[0-9a-z]")
_normal_form = cache(normalise)


class Word(NamedTuple):
    """A string as a file has it, its normal form, and the line on which it stands; 0 where that is not known."""

    raw: str
    normal: str
    line: int


@dataclass(frozen=True)
class Entry:
    """One rule for one term.

    partners: groups, of each of which one word must be near; blockers: words that must not be. Both are in normal
    form, sets expanded. shown: what may be printed in the place of the term. flags: the other conditions that are set.
    """

    topic: str
    term: Word
    shown: str
    partners: tuple[frozenset[str], ...]
    blockers: frozenset[str]
    evasion: bool
    flags: Mapping[str, Any]

    @property
    def conditions(self) -> tuple[Any, ...]:
        """All that decides whether an occurrence counts."""
        return self.partners, self.blockers, self.evasion, tuple(sorted((k, str(v)) for k, v in self.flags.items()))

    @property
    def redacted(self) -> bool:
        """Whether something else is printed in the place of the term."""
        return self.shown != self.term.raw

    @property
    def alone(self) -> bool:
        """Whether the term counts wherever it stands, on any day."""
        return not (self.partners or self.blockers or self.evasion or self.flags)


@dataclass(frozen=True)
class Sheet:
    """One topic's file."""

    file: str
    topic: str
    entries: Sequence[Entry]
    masks: Sequence[Word]
    listed: Mapping[str, Sequence[Word]]  # the words of `any`, `also`, `none` and `nowhere`, without sets
    used: frozenset[str]  # the sets to which it refers


@dataclass(frozen=True)
class Book:
    """All of a lexicon's files. userdict: the words that jieba is taught."""

    sheets: Sequence[Sheet]
    sets_file: str
    sets: Mapping[str, Sequence[Word]]
    userdict: frozenset[str]
    _private: Mapping[str, str] = field(default_factory=dict)

    def public(self, word: str) -> str:
        """The word as it may be printed: the name of a private person is replaced."""
        for name, shown in self._private.items():
            word = word.replace(name, shown)
        return word


def read(folder: Path) -> Book:
    """The files of a lexicon. Raises InputError for one that is not there or is not valid TOML.

    Entries of a wrong type are passed over: the loader refuses them.
    """
    file = folder / "sets.toml"
    content, places = _toml(file)
    listed = {k: v for k, v in _table(content.get("sets")).items() if isinstance(v, list)}
    sets = {name: _spelled(_words(words, places[name])) for name, words in listed.items()}
    paths = sorted((folder / "topics").glob("*.toml"))
    if not paths:
        raise InputError(f"{folder / 'topics'}: the lexicon has no topic; a topic is one .toml file there.")
    sheets = [_sheet(path, sets) for path in paths]
    redacted = [e for s in sheets for e in s.entries if e.redacted]
    private = {form: e.shown for e in redacted for form in (e.term.raw, e.term.normal) if form}
    return Book(sheets, str(file), sets, _userdict(folder / "userdict.txt"), private)


def stands_in(word: str, text: str) -> bool:
    """Whether a word stands in a text so that no Latin letter or digit touches its own at an edge."""
    at = text.find(word) if word else -1
    while at >= 0:
        if not (_joined(text, at) or _joined(text, at + len(word))):
            return True
        at = text.find(word, at + 1)
    return False


def standing(words: Container[str], text: str) -> list[str]:
    """Which of some words stand in a text, sorted: of thousands of words only the pieces of the text are asked for."""
    return [part for part in _parts(text) if part in words and stands_in(part, text)]


@cache
def _parts(text: str) -> list[str]:
    return sorted({text[i:j] for i, j in combinations(range(len(text) + 1), 2)})


def _joined(text: str, at: int) -> bool:
    return 0 < at < len(text) and bool(_LATIN.match(text[at - 1]) and _LATIN.match(text[at]))


def _sheet(path: Path, sets: Mapping[str, Sequence[Word]]) -> Sheet:
    content, places = _toml(path)
    topic = str(content.get("id", path.stem))
    entries, used = [], set()
    listed: dict[str, list[Word]] = defaultdict(list)
    everywhere = _strings(content.get("nowhere"))
    for section in _SECTIONS:
        for written in _tables(content.get(section), section):
            blocked = [] if written.get("only") == "title" else everywhere
            table = written | {"nowhere": [*_strings(written.get("nowhere")), *blocked]}
            conditions = _conditions(table, sets)
            for raw in _strings(table.get("terms") or [table.get("term")]):
                key = section if table.get("_plain") else "terms" if table.get("terms") else "term"
                entries.append(_entry(topic, _word(raw, places[key]), table, *conditions))
            for name in _LISTS:
                plain = [word for word in _strings(table.get(name)) if not word.startswith("$")]
                listed[name] += _words(plain, places[name])
                used |= {word[1:] for word in _strings(table.get(name)) if word.startswith("$")}
    score = _table(content.get("score"))
    used |= {word[1:] for name in _LISTS for word in _strings(score.get(name)) if word.startswith("$")}
    masks = _words(_strings(content.get("mask")), places["mask"])
    return Sheet(str(path), topic, entries, masks, listed, frozenset(used))


def _tables(items: Any, section: str) -> Iterator[dict[str, Any]]:
    for item in items if isinstance(items, list) else []:
        if isinstance(item, str):
            yield {"term": item, "evasion": section == "evasion", "_plain": True}
        elif isinstance(item, dict):
            yield item


def _conditions(
    table: Mapping[str, Any], sets: Mapping[str, Sequence[Word]]
) -> tuple[tuple[frozenset[str], ...], frozenset[str], Mapping[str, Any]]:
    """The partners, blockers and flags of a table, which its terms share."""
    groups = (_expanded(_strings(table.get(name)), sets) for name in _PARTNERS)
    blockers = frozenset().union(*(_expanded(_strings(table.get(name)), sets) for name in _BLOCKERS))
    flags = {name: table[name] for name in _FLAGS if name in table and table[name] not in _DEFAULTS.get(name, ())}
    return tuple(group for group in groups if group), blockers, flags


def _entry(
    topic: str,
    term: Word,
    table: Mapping[str, Any],
    partners: tuple[frozenset[str], ...],
    blockers: frozenset[str],
    flags: Mapping[str, Any],
) -> Entry:
    role = str(table.get("role") or "")
    shown = str(table.get("shown") or (term.raw if role in _PRINTABLE else f"[{role}]"))
    return Entry(topic, term, shown, partners, blockers, bool(table.get("evasion")), flags)


_DEFAULTS: dict[str, tuple[Any, ...]] = {
    "boundary": (False,),
    "alone": (False,),
    "tag": (True,),
    "only": ("",),
    "reach": (0,),
}


def _expanded(words: Iterable[str], sets: Mapping[str, Sequence[Word]]) -> frozenset[str]:
    found: set[str] = set()
    for word in words:
        found |= {w.normal for w in sets.get(word[1:], ())} if word.startswith("$") else {_normal_form(word)}
    return frozenset(found - {""})


def _words(raws: Iterable[Any], places: Mapping[str, list[int]]) -> list[Word]:
    return [_word(raw, places) for raw in _strings(raws)]


def _word(raw: str, places: Mapping[str, list[int]]) -> Word:
    lines = places.get(raw)
    return Word(raw, normalise(raw), (lines.pop(0) if len(lines) > 1 else lines[0]) if lines else 0)


def _spelled(words: Iterable[Word]) -> list[Word]:
    """The words of a set, a pattern spelled out; one that is wrong stands for itself: the loader refuses it."""
    found = []
    for word in words:
        try:
            forms = spelled_out(word.raw)
        except ValueError:
            forms = [word.raw]
        found += [Word(form, _normal_form(form), word.line) for form in forms]
    return found


def _strings(items: Any) -> list[str]:
    return [item for item in items if isinstance(item, str)] if isinstance(items, Iterable) else []


def _table(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _toml(path: Path) -> tuple[dict[str, Any], defaultdict[str, dict[str, list[int]]]]:
    """The content of a file, and for every key the lines on which each string stands under it."""
    try:
        text = path.read_text(encoding="utf-8")
        content = tomllib.loads(text)
    except FileNotFoundError:
        raise InputError(f"{path}: the lexicon lacks this file.") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise InputError(f"{path}: not valid TOML, {error}.") from error
    return content, _places(text)


def _places(text: str) -> defaultdict[str, dict[str, list[int]]]:
    places: defaultdict[str, dict[str, list[int]]] = defaultdict(dict)
    key = ""
    for number, line in enumerate(text.splitlines(), start=1):
        for name, basic, literal in _TOKEN.findall(line):
            if name:
                key = name
            elif basic or literal:
                places[key].setdefault(_unescaped(basic) or literal, []).append(number)
    return places


def _unescaped(basic: str) -> str:
    return str(tomllib.loads(f'x = "{basic}"')["x"]) if "\\" in basic else basic


def _userdict(path: Path) -> frozenset[str]:
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    return frozenset(line.split()[0] for line in lines if line.strip())


def days(entry: Entry) -> tuple[dt.date | None, dt.date | None]:
    """The first and last day on which a rule holds; None where it has none."""
    first, last = (entry.flags.get(name) for name in ("valid_from", "valid_to"))
    return first if isinstance(first, dt.date) else None, last if isinstance(last, dt.date) else None
