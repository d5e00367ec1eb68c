"""The only normaliser, and the places where a Chinese post comes apart.

`fold` makes one spelling out of many; `normalise` also closes the gaps inside running Han text, and is the form in
which terms are sought. Every term, partner, blocker and mask passes through the same function when it is loaded.
"""

import re
import unicodedata
from collections.abc import Sequence
from functools import cache, cached_property
from itertools import product
from typing import NamedTuple

import opencc

VERSION = "3"
"""Raised by hand with every change here that can move a count; part of the method id."""

HAN = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff〇"
"""Han characters, as a set of a regular expression."""

SEPARATORS = r"·・‧•*_\-~/\\|+. ❤♥❣💓💔💕💖💗💘💙💚💛💜💝💞💟🖤🤍🤎🧡"
"""What may be put between the characters of a word to disguise it, as a set of a regular expression."""

_INVISIBLE = re.compile("[\u200b-\u200f\u2060\ufeff\u00ad\ufe0e\ufe0f]")
_QUOTE = re.compile("[「」『』“”‘’]")
_HAN_GAP = re.compile(f"(?<=[{HAN}])[ \t]+(?=[{HAN}])")
_INSERTED = re.compile(f"(?<=[{HAN}])[{SEPARATORS}]{{1,2}}(?=[{HAN}a-z])|(?<=[a-z])[{SEPARATORS}]{{1,2}}(?=[{HAN}])")
_QUOTE_CHAIN = re.compile(r"(?<![:：])[/／]{2}\s*[@＠][^:：\s@＠/／]{1,30}\s*[:：]")
_SENTENCE_END = re.compile(r"(?:[。!?;\n\r]|\.{3,})+")
_PART = re.compile(r"\([^()]+\)|[^()]+")
_PATTERN = re.compile(rf"(?:{_PART.pattern})+")
_TAG = re.compile(r"#[^\s#](?:[^#\n]{0,58}[^\s#])?#")
_STICKER_OR_REPLY = re.compile(r"\[[^\[\]\s]{1,8}\]|回复 ?@[^\s:]{1,30} ?:")
_NOT_WORDS = re.compile(r"https?://[!-~]+|(?<![a-z0-9.])t\.cn/[a-z0-9]+|@[\w\-·]{2,30}")


Span = tuple[int, int]


class Traced(NamedTuple):
    """A text made of another one; spans: of each of its characters, the place in the other that it was made of."""

    text: str
    spans: Sequence[Span]

    def origin(self, start: int, end: int) -> Span:
        """The place in the other text of the characters start..end, of which there must be one at least."""
        return self.spans[start][0], self.spans[end - 1][1]

    def without(self, pattern: re.Pattern[str]) -> "Traced":
        """The same without what a pattern finds."""
        gone = {at for found in pattern.finditer(self.text) for at in range(*found.span())}
        kept = [i for i in range(len(self.text)) if i not in gone]
        return Traced("".join(self.text[i] for i in kept), [self.spans[i] for i in kept])


class Parts(NamedTuple):
    """A post split in two: what its author wrote, and what the author passes on."""

    own: str
    quoted: str


@cache
def _simplifier() -> opencc.OpenCC:
    return opencc.OpenCC("t2s")


def fold(text: str) -> str:
    """The text in compatibility form (NFKC), without invisible characters, in simplified script and lower case.

    NFKC turns full-width letters, digits and most full-width punctuation into ASCII (！ becomes !), but keeps 。
    and 、. The conversion to simplified script also repairs wrong conversions seen in the wild, such as 阿裡.

    >>> fold("ＭｅＴｏｏ　８０７事件")  # full-width Latin and digits
    'metoo 807事件'
    >>> fold("阿裡女員工")  # traditional script
    '阿里女员工'
    """
    return _simplify(_compatible(text))


def normalise(text: str) -> str:
    """The form in which terms are sought: `fold`, without blanks between Han characters and without quotation marks.

    Both go before the conversion of the script, which reads whole phrases: 乾 隆 is the emperor 乾隆, not 干 and 隆.

    >>> normalise("「王 某 文」")  # a police pseudonym with blanks inside
    '王某文'
    """
    return _simplify(_HAN_GAP.sub("", _QUOTE.sub("", _compatible(text))))


def spelled_out(pattern: str) -> list[str]:
    """Every string for which a pattern of a set stands; one without brackets stands for itself.

    Raises ValueError for brackets that do not close, are empty or stand within one another.

    >>> spelled_out("(公司|我司)(说|称)")
    ['公司说', '公司称', '我司说', '我司称']
    """
    if not _PATTERN.fullmatch(pattern):
        raise ValueError(f"{pattern!r} has brackets that are empty, do not close or stand within one another")
    parts = [part[1:-1].split("|") if part[0] == "(" else [part] for part in _PART.findall(pattern)]
    return ["".join(chosen) for chosen in product(*parts)]


def traced(text: str) -> Traced:
    """The normal form of a text, and the place in the text from which each of its characters comes.

    >>> traced("王 某Ａ").text, traced("王 某Ａ").origin(1, 3)
    ('王某a', (2, 4))
    """
    units = _units([(c, i) for i, c in enumerate(text) if not _INVISIBLE.match(c)])
    parts = [(unicodedata.normalize("NFKC", raw), place) for raw, place in units]
    if "".join(part for part, _ in parts) != _compatible(text):  # rare heaps of combining marks: no finer trace
        parts = [(_compatible(text), (0, len(text)))]
    made = Traced("".join(part for part, _ in parts), [place for part, place in parts for _ in part])
    made = made.without(_QUOTE).without(_HAN_GAP)
    lengths = [len(c.lower()) for c in made.text]
    return Traced(_simplify(made.text), [place for place, n in zip(made.spans, lengths, strict=True) for _ in range(n)])


def _units(characters: Sequence[tuple[str, int]]) -> list[tuple[str, Span]]:
    """The shortest pieces that compatibility form treats each for itself, such as a letter with its accents."""
    units: list[tuple[str, Span]] = []
    for c, i in characters:
        raw, (start, _) = units[-1] if units else ("", (i, i))
        if units and not c.isascii() and _compatible(raw + c) != _compatible(raw) + _compatible(c):
            units[-1] = raw + c, (start, i + 1)
        else:
            units.append((c, (i, i + 1)))
    return units


def _compatible(text: str) -> str:
    return unicodedata.normalize("NFKC", _INVISIBLE.sub("", text))


def _simplify(text: str) -> str:
    """Converted until it stays: of 溫昇豪, a name, a single conversion keeps 昇, which alone would become 升."""
    while not text.isascii() and (simplified := _simplifier().convert(text)) != text:
        text = simplified
    return text.lower()


def drop_separators(normal: str) -> str:
    """The normal form without one or two marks put between Han characters, or between Han and Latin, as a disguise.

    Sentence marks (。 ! ? ; ,) are never dropped: they separate what is not one word.

    >>> drop_separators("性·骚·扰")  # 'sexual harassment', dotted
    '性骚扰'
    """
    return _INSERTED.sub("", normal)


def drop_separators_traced(normal: str) -> Traced:
    """`drop_separators`, and the place in the normal form from which each character comes."""
    return Traced(normal, [(i, i + 1) for i in range(len(normal))]).without(_INSERTED)


def tags(normal: str) -> list[Span]:
    """The places of hashtags, their marks included. A tag is no sentence: it may be there for the reach alone.

    A tag with a word right before and right after it is not among them: it is part of the sentence.

    >>> tags("#米兔在中国# 声援"), tags("看了#米兔在中国#的讨论")  # 'solidarity', 'read the discussion of ...'
    ([(0, 7)], [])
    """
    found = [tag.span() for tag in _TAG.finditer(normal)]
    return [(start, end) for start, end in found if not (_is_word(normal, start - 1) and _is_word(normal, end))]


def _is_word(text: str, at: int) -> bool:
    return 0 <= at < len(text) and text[at].isalnum()


def says_only(normal: str, word: str) -> bool:
    """Whether a text has no letter or digit but those of a word; stickers, links, @names and 回复 ('reply to') are not.

    >>> says_only("#米兔#[心] 米兔!", "米兔")
    True
    """
    rest = drop_addresses(_STICKER_OR_REPLY.sub(" ", normal)).replace(word, " ")
    return not any(map(str.isalnum, rest))


def split_quoted(text: str, quoted: str | None = None) -> Parts:
    """The author's own words and the quoted ones: the `//@name:` chain, and the reposted text kept apart by a source.

    >>> split_quoted("说得好//@用户:拒绝陪酒")  # 'well said // @user: refuse to accompany drinking'
    Parts(own='说得好', quoted='拒绝陪酒')
    """
    text = _INVISIBLE.sub("", text)
    chain = _QUOTE_CHAIN.search(text)
    own, passed_on = (text[: chain.start()], text[chain.end() :]) if chain else (text, "")
    return Parts(own, "\n".join(part for part in (passed_on, quoted) if part))


def is_latin(letter: str) -> bool:
    """Whether a character of a normal form is a Latin letter without accents, or a digit."""
    return letter.isascii() and letter.isalnum()


def joined(normal: str, at: int) -> bool:
    """Whether the characters on both sides of a position are Latin letters or digits."""
    return 0 < at < len(normal) and is_latin(normal[at - 1]) and is_latin(normal[at])


def sentence_ends(text: str) -> list[Span]:
    """The places of the marks that end sentences, in order.

    >>> sentence_ends("下雨了。去吃饭吧!好")  # 'It rains. Let us eat! Fine'
    [(3, 4), (8, 9)]
    """
    return [mark.span() for mark in _SENTENCE_END.finditer(text)]


def sentence_around(text: str, start: int, end: int, ends: Sequence[Span] | None = None) -> Span:
    """The span (start, end) of the sentence or sentences that hold the characters start..end.

    ends: `sentence_ends` of the text, where somebody has them already.

    >>> sentence_around("下雨了。去吃饭吧!好", 4, 5)  # 'It rains. Let us eat! Fine'
    (4, 9)
    """
    left = 0
    for begins, after in sentence_ends(text) if ends is None else ends:
        if after <= start:
            left = after
        elif begins >= end:
            return left, after
    return left, len(text)


class Windows:
    """A normal form as rules look at it: in sentences and hashtags. whole: it is a title, which is one window."""

    def __init__(self, text: str, whole: bool = False):
        self.text, self.whole = text, whole

    @cached_property
    def tags(self) -> list[Span]:
        """The places of its hashtags; a title has none."""
        return [] if self.whole else tags(self.text)

    @cached_property
    def _sentence_ends(self) -> list[Span]:
        return sentence_ends(self.text)

    def tag(self, at: int) -> Span | None:
        """The place of the hashtag that holds a character."""
        return next((tag for tag in self.tags if tag[0] <= at < tag[1]), None)

    def around(self, span: Span, reach: int, sentence: bool) -> Span:
        """So many characters on either side of a span, and the sentences that hold it if `sentence` is true."""
        if self.whole:
            return 0, len(self.text)
        left, right = sentence_around(self.text, *span, self._sentence_ends) if sentence else span
        return min(left, span[0] - reach), max(right, span[1] + reach)


def drop_addresses(text: str) -> str:
    """The text without links and @names, which are not words and may identify people."""
    return _NOT_WORDS.sub(" ", text)
