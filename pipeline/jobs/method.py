"""Today's way of counting, as one object: what decides a count, its id, and its judgement of an item."""

import datetime as dt
import hashlib
import importlib.metadata
import json
import unicodedata
from functools import cache, cached_property
from pathlib import Path
from typing import Any

import pyarrow as pa

from pipeline import aggregate, changes, forms, lexicon, match, text
from pipeline.errors import InputError
from pipeline.schema import Findings, Lexicon, Mentions
from pipeline.segment import Segmenter

Json = dict[str, Any]


class Method:
    """Everything that decides a count, loaded once: lexicon, dictionary, normaliser, rules.

    cache: a private folder for jieba's prepared dictionary. folder: that of a lexicon, with its user dictionary.
    """

    def __init__(self, cache: Path, folder: Path = lexicon.FOLDER):
        self._made_of = cache, folder
        self.lexicon = lexicon.load(folder)
        self.stopwords = lexicon.stopwords(folder)
        self._segmenter = Segmenter(folder / lexicon.USERDICT.name, cache)
        self._matcher = match.Matcher(self.lexicon, self._segmenter.cut)

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickled as what it was made of: another process loads it anew, once."""
        return _same, (*self._made_of, self.lexicon, self.record["method_id"])

    def deciding_by(self, other: Lexicon) -> "Method":
        """The same with the topics of another lexicon."""
        made = object.__new__(Method)
        made.__dict__ |= {
            name: value for name, value in self.__dict__.items() if name not in ("record", "screen", "_columns")
        }
        made.lexicon, made._matcher = other, match.Matcher(other, self._segmenter.cut)
        return made

    @cached_property
    def record(self) -> Json:
        """The row of the table `method`: the digests that decide a count, the id made of them, and the topics."""
        stop, opencc = _digest(sorted(self.stopwords))[:16], importlib.metadata.version("opencc")
        parts = {
            "lexicon_version": self.lexicon.version,
            "lexicon": self.lexicon.digest,
            "dictionary": self._segmenter.digest,
            "rules": f"match {match.VERSION}, aggregate {aggregate.VERSION}, stop words {stop}",
            "normaliser": f"text {text.VERSION}, Unicode {unicodedata.unidata_version}, OpenCC {opencc}",
        }
        return {"method_id": _digest(parts), **parts, "topics": changes.recorded(self.lexicon)}

    @cached_property
    def screen(self) -> forms.Screen:
        """Finds the texts in which any term may stand; of others the matcher says nothing."""
        return forms.Screen(rule.term for topic in self.lexicon.topics for rule in topic.rules)

    def find(self, normal: text.Parts, day: dt.date, title: bool) -> tuple[Findings, Findings]:
        """What the matcher says of the own and of the quoted words of an item, both in normal form."""
        own = self._matcher.find(normal.own, day, title=title)
        return own, self._matcher.find(normal.quoted, day) if normal.quoted else match.NOTHING

    def mentions(self, column: pa.Array, day: dt.date, title: bool) -> Mentions:
        """What the matcher finds in a column of texts in normal form. `title`: they are lines of a board."""
        return self._columns.mentions(column, day, title=title)

    @cached_property
    def _columns(self) -> match.Columns:
        return match.Columns(self.lexicon, self._segmenter.straddled, self._matcher)

    def words(self, item: aggregate.Item, title: bool) -> list[str]:
        """The own words of an item as jieba cuts them, without punctuation, links and @names."""
        own = text.drop_addresses(text.fold(_parts(item, title).own))
        return [word for word in self.cut(own) if any(map(str.isalnum, word))]

    def tokens(self, column: pa.Array) -> pa.ListArray:
        """The texts of a column as `cut` cuts them: list<string>. They are forms, or else known to be UTF-8."""
        return self._segmenter.tokens(column, valid=True)

    def cut(self, normal: str) -> list[str]:
        """A text as jieba cuts it with this method's dictionary."""
        return self._segmenter.cut(normal)


@cache
def _loaded(cache: Path, folder: Path) -> Method:
    return Method(cache, folder)


def _same(cache: Path, folder: Path, topics: Lexicon, name: str) -> Method:
    """The method of that id. Raises InputError where this process has another lexicon or library."""
    made = _loaded(cache, folder)
    made = made if made.lexicon.digest == topics.digest else made.deciding_by(topics)
    if made.record["method_id"] != name:
        raise InputError(f"This machine counts by another method than {name[:12]}; install the same version on both.")
    return made


def normal_parts(item: aggregate.Item, title: bool) -> text.Parts:
    """The own and the quoted words of an item in the form in which terms are sought."""
    return text.Parts(*map(text.normalise, _parts(item, title)))


def _parts(item: aggregate.Item, title: bool) -> text.Parts:
    return text.Parts(item.text, "") if title else text.split_quoted(item.text, item.quoted)


def _digest(value: Any) -> str:
    return hashlib.sha256(json.dumps(value, sort_keys=True, ensure_ascii=False).encode()).hexdigest()
