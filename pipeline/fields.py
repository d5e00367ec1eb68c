"""What the cells of crawler files mean: counts, texts and ids as people write them. Times are in `pipeline.times`."""

import re
import unicodedata
from functools import lru_cache
from typing import Any

from selectolax.lexbor import LexborHTMLParser

from pipeline.schema import Refused
from pipeline.times import Moment, day_in_name, moment, time_of_weibo_id

__all__ = [
    "Moment", "count", "day_in_name", "identifier", "moment", "optional_text", "plain_text", "text", "time_of_weibo_id",
    "unfolded", "with_reason", "without_tags",
]  # fmt: skip

_BUTTONS = r"转发|评论|点赞|赞|收藏|分享|回复"
_COUNT = re.compile(
    rf"(?:(?:{_BUTTONS})\s*:?\s*)?(?P<number>\d{{1,3}}(?:,\d{{3}})+(?:\.\d+)?|\d+(?:\.\d+)?)\s*(?P<unit>[千万亿kKwW]?)\s*\+?"
    rf"\s*(?:[次人条个]?\s*(?:领域热度|热度|阅读|讨论|浏览|播放|观看|赞同|{_BUTTONS})?)\s*\+?"
)
_NO_NUMBER = re.compile(rf"(?:{_BUTTONS})")
_SCALE = {"": 1, "千": 1_000, "k": 1_000, "万": 10_000, "w": 10_000, "亿": 100_000_000}
_MOST = 2**63 - 1
_EXACT = 2**53  # up to here every whole number is a float too
_SHIELDED = re.compile(r"(?:=?\"|')?(?P<digits>\d{1,20})(?P<float>\.0)?\"?")
_SPOILT = re.compile(r"\d(?:\.\d+)?E\+\d+", re.IGNORECASE)
_LONE_SURROGATE = re.compile("[\ud800-\udfff]")
_TAG = re.compile(r"</?(?:a|b|br|em|i|img|p|span)\b[^>]*>", re.IGNORECASE)
_BLOCKS = (
    "address, article, blockquote, dd, div, dt, figcaption, h1, h2, h3, h4, h5, h6, li, p, pre, section, td, th, tr"
)
_BLOCK = re.compile(rf"<(?:{_BLOCKS.replace(', ', '|')})\b", re.IGNORECASE)
_UNSHOWN = re.compile(r"<(?:script|style|noscript|template)\b", re.IGNORECASE)
_CUT = re.compile(
    r"\s*(?:(?:\.{3,}|…+)\s*(?:展开|查看|阅读)?全[文部]c?|展开全文c?|(?:\.{3,}|…+)\s*展开|(?:\.{3,}|…+)?\s*展开c)(?:\s*[:：]?\s*https?://[!-~]+)?$"
)
_UNFOLDED = re.compile(r"\s*收起(?:全文d?|d)$")
_TAIL = 160  # characters from the end within which a fold can stand, with a link behind it
_MARKS = ("全文", "全部", "展开", "收起d")


def count(value: Any) -> int | None:
    """The number in a cell such as 12, "1,024", "1.2万", "3.5k", "22W", "99+", "转发 12", "4456 万热度"; else None.

    A cell that holds only the word of a button (`赞`, `转发`, `评论`) is 0: Weibo writes the word where there is no
    number, and crawlers that read the page turn it into 0 (dataabc/weibo-search, `weibo/spiders/search.py`). Commas
    stand before three digits; "1,2万" could be two numbers and has no count, no more than "-" or "暂无".
    """
    if isinstance(value, str):
        return _counted(value)
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return None
    return round(value) if 0 <= value < _MOST else None


@lru_cache(maxsize=1 << 16)
def _counted(cell: str) -> int | None:
    shown = (cell if cell.isascii() else unicodedata.normalize("NFKC", cell.replace("\u200b", ""))).strip()
    if len(shown) < 19 and shown.isascii() and shown.isdecimal():
        return int(shown)
    if not (found := _COUNT.fullmatch(shown)):
        return 0 if _NO_NUMBER.fullmatch(shown) else None
    number = float(found["number"].replace(",", "")) * _SCALE[found["unit"].lower()]
    return round(number) if number < _MOST else None


def text(value: Any) -> str:
    """The text in a cell, without byte-order marks and outer blanks. Raises Refused("no_text") when nothing is left."""
    words = optional_text(value)
    if not words:
        raise Refused("no_text")
    return words


def optional_text(value: Any) -> str | None:
    """The text in a cell, or None. Half an emoji, as truncation leaves it, becomes U+FFFD."""
    if not isinstance(value, str):
        return None
    whole = _LONE_SURROGATE.sub("\ufffd", value) if _LONE_SURROGATE.search(value) else value
    return whole.replace("\ufeff", "").replace("\0", "").strip() or None


def identifier(value: Any) -> str | None:
    """An id as text; None for an empty cell. Raises Refused("bad_id") for a float, which has lost digits.

    What keeps a spreadsheet from spoiling digits is dropped: a tab or an apostrophe before them, `="…"` around them. So
    is `.0` behind them, as pandas writes a column with empty cells, where no digit can be lost. A spoilt id, such as
    4.66771E+15, is refused: many posts would share it.
    """
    if value is not None and (isinstance(value, bool) or not isinstance(value, (int, str))):
        raise Refused("bad_id")
    words = optional_text(str(value)) if value is not None else None
    if words is None or words.isalnum():
        return words
    if found := _SHIELDED.fullmatch(words):
        if found["float"] and int(found["digits"]) > _EXACT:
            raise Refused("bad_id")
        return found["digits"]
    if _SPOILT.fullmatch(words):
        raise Refused("bad_id")
    return words


def without_tags(title: str) -> str:
    """A board title without the tags of images and links; a mere `<` stays."""
    return plain_text(title) if _TAG.search(title) else title


def plain_text(html: str) -> str:
    r"""The text that a piece of HTML shows: line breaks kept, the names of emoji images in the place of the images.

    Paragraphs, lines of lists and cells of tables end in a line break, so that no word spans two of them. Scripts and
    styles show nothing.

    >>> plain_text('好<br />的<img alt="[泪]" src="t.png"> &amp; 5 < 6')  # 'good', a line break, 'yes', [tears]
    '好\n的[泪] & 5 < 6'
    >>> plain_text("<p>好</p><p>的</p>")
    '好\n的'
    """
    page = LexborHTMLParser(f"<body>{html}</body>")
    if _UNSHOWN.search(html):
        page.strip_tags(["script", "style", "noscript", "template"])
    for image in page.css("img"):
        image.replace_with(image.attributes.get("alt") or "")
    for line_break in page.css("br"):
        line_break.replace_with("\n")
    blocks = page.css(_BLOCKS) if _BLOCK.search(html) else []
    for block in blocks:
        block.insert_before("\n")
        block.insert_after("\n")
    shown = page.body.text() if page.body else ""
    return re.sub(r"[ \t]*\n\s*", "\n", shown).strip("\n") if blocks else shown


def unfolded(written: str) -> tuple[str, bool]:
    """The text without what a site puts behind it to fold or unfold it, and whether the site had cut it off there.

    Cut are `…全文` (also with a link behind it, as the interface of Weibo answers), `展开全文`, `…阅读全文`,
    `…查看全部`, `…展开` (weibo.com) and `展开c`, whose letter is the icon of s.weibo.com. Whole is what ends in
    `收起全文` or `收起d`. `阅读全文` and `展开` without dots before them are somebody's own words.

    >>> unfolded("今天公布...全文")  # 'published today ... full text'
    ('今天公布', True)
    >>> unfolded("今天公布 收起d")  # 'published today, fold'
    ('今天公布', False)
    """
    if not any(mark in written[-_TAIL:] for mark in _MARKS):
        return written, False
    end = written.rstrip("\u200b\u200d\ufeff \t\r\n\u3000")
    body, tail = end[:-_TAIL], end[-_TAIL:]
    if (whole := _UNFOLDED.sub("", tail)) != tail:
        return (body + whole).rstrip() or written, False
    shown = _CUT.sub("", tail)
    return ((body + shown).rstrip() or written, True) if shown != tail else (written, False)


def with_reason(content: Any) -> tuple[Any, str | None]:
    """(own words, original) of a repost as weibo.cn shows it: the original, then `转发理由:` and the own words.

    Without own words Weibo's 转发微博 stands for them. A content without the mark is the author's alone.

    >>> with_reason("原文 转发理由:说得好")  # 'original  reason for reposting: well said'
    ('说得好', '原文')
    """
    if not isinstance(content, str) or "转发理由:" not in content:
        return content, None
    original, _, own = content.rpartition("转发理由:")
    return own.strip() or "转发微博", original.strip() or None
