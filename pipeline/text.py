"""The only normaliser, and the places where a Chinese post comes apart.

`fold` makes one spelling out of many; `normalise` also closes the gaps inside running Han text, and is the form in
which terms are sought. Every term, partner, blocker and mask passes through the same function when it is loaded.
"""

import re
import unicodedata
from functools import cache
from typing import NamedTuple

import opencc

VERSION = "1"
"""Raised by hand with every change here that can move a count; part of the method id."""

_INVISIBLE = dict.fromkeys([*range(0x200B, 0x2010), 0x2060, 0xFEFF, 0x00AD, 0xFE0E, 0xFE0F])
_QUOTES = dict.fromkeys(map(ord, "「」『』“”‘’"))
_HAN = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff〇"
_HAN_GAP = re.compile(f"(?<=[{_HAN}])[ \t]+(?=[{_HAN}])")
_SEPARATORS = r"·・‧•*_\-~/\\|+. ❤♥❣💓💔💕💖💗💘💙💚💛💜💝💞💟🖤🤍🤎🧡"
_INSERTED = re.compile(
    f"(?<=[{_HAN}])[{_SEPARATORS}]{{1,2}}(?=[{_HAN}a-z])|(?<=[a-z])[{_SEPARATORS}]{{1,2}}(?=[{_HAN}])"
)
_QUOTE_CHAIN = re.compile(r"(?<![:：])[/／]{2}\s*[@＠][^:：\s@＠/／]{1,30}\s*[:：]")
_SENTENCE_END = re.compile(r"(?:[。!?;\n\r]|\.{3,})+")
_NOT_WORDS = re.compile(r"https?://[!-~]+|(?<![a-z0-9.])t\.cn/[a-z0-9]+|@[\w\-·]{2,30}")


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
    return _simplify(_HAN_GAP.sub("", _compatible(text).translate(_QUOTES)))


def _compatible(text: str) -> str:
    return unicodedata.normalize("NFKC", text.translate(_INVISIBLE))


def _simplify(text: str) -> str:
    simplified: str = text if text.isascii() else _simplifier().convert(text)
    return simplified.lower()


def drop_separators(normal: str) -> str:
    """The normal form without one or two marks put between Han characters, or between Han and Latin, as a disguise.

    Sentence marks (。 ! ? ; ,) are never dropped: they separate what is not one word.

    >>> drop_separators("性·骚·扰")  # 'sexual harassment', dotted
    '性骚扰'
    """
    return _INSERTED.sub("", normal)


def split_quoted(text: str, quoted: str | None = None) -> Parts:
    """The author's own words and the quoted ones: the `//@name:` chain, and the reposted text kept apart by a source.

    >>> split_quoted("说得好//@用户:拒绝陪酒")  # 'well said // @user: refuse to accompany drinking'
    Parts(own='说得好', quoted='拒绝陪酒')
    """
    text = text.translate(_INVISIBLE)
    chain = _QUOTE_CHAIN.search(text)
    own, passed_on = (text[: chain.start()], text[chain.end() :]) if chain else (text, "")
    return Parts(own, "\n".join(part for part in (passed_on, quoted) if part))


def sentence_around(text: str, start: int, end: int) -> tuple[int, int]:
    """The span (start, end) of the sentence or sentences that hold the characters start..end.

    >>> sentence_around("下雨了。去吃饭吧!好", 4, 5)  # 'It rains. Let us eat! Fine'
    (4, 9)
    """
    left = 0
    for mark in _SENTENCE_END.finditer(text):
        if mark.end() <= start:
            left = mark.end()
        elif mark.start() >= end:
            return left, mark.end()
    return left, len(text)


def drop_addresses(text: str) -> str:
    """The text without links and @names, which are not words and may identify people."""
    return _NOT_WORDS.sub(" ", text)
