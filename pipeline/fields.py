"""What the cells of crawler files mean: days, times and counts as people write them."""

import datetime as dt
import re
from functools import lru_cache
from typing import Any, NamedTuple

from selectolax.lexbor import LexborHTMLParser

from pipeline.errors import InputError
from pipeline.schema import SHANGHAI, Refused, day_of

_COUNT = re.compile(r"(\d[\d,]*(?:\.\d+)?)\s*([万亿]?)\+?\s*(?:热度|阅读|讨论|次|人)?")
_SCALE = {"": 1, "万": 10_000, "亿": 100_000_000}
_LONE_SURROGATE = re.compile("[\ud800-\udfff]")
_EPOCH = (1e8, 1e11)  # seconds: 1973 to 5138; a smaller number is no time but a wrongly mapped column
_YEARS = (1990, 2100)  # before the first and after any post that this project will meet
_MOST = 2**63 - 1
_CLOCK = r"(?P<clock>\d{1,2}:\d{2}(?::\d{2})?)"
_DATED = re.compile(rf"(?P<y>\d{{4}})[-/.年](?P<m>\d{{1,2}})[-/.月](?P<d>\d{{1,2}})日?(?:\s*{_CLOCK})?")
_DAY_FIRST = re.compile(rf"(?P<d>\d{{1,2}})/(?P<m>\d{{1,2}})/(?P<y>\d{{4}})(?:\s+{_CLOCK})?")
_YEARLESS = re.compile(rf"(?P<m>\d{{1,2}})[-/月](?P<d>\d{{1,2}})日?(?:\s*{_CLOCK})?")
_RELATIVE = re.compile(rf"刚刚|(?P<n>\d+)\s*(?P<unit>秒|分钟|小时)前|(?P<days>今天|昨天|前天)(?:\s*{_CLOCK})?")
_DAYS_AGO = {"今天": 0, "昨天": 1, "前天": 2}
_CTIME = re.compile(r"[A-Z][a-z]{2} [A-Z][a-z]{2} +\d{1,2} \d{2}:\d{2}:\d{2} [+-]\d{4} \d{4}")
_BASE62 = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
_TAG = re.compile(r"</?(?:a|b|br|em|i|img|p|span)\b[^>]*>", re.IGNORECASE)
_DAY = re.compile(r"(?<!\d)(\d{4})-?(\d{2})-?(\d{2})(?!\d)")


class Moment(NamedTuple):
    """When something happened: the day in Asia/Shanghai, and the time where one is stated."""

    day: dt.date
    time: dt.datetime | None


def moment(value: Any, observed: Moment | None = None) -> Moment:
    """The moment that a cell states.

    Understood are epoch seconds, milliseconds and microseconds (numbers or digits), ISO dates and datetimes with or
    without a zone, `2021/8/8 9:05`, `2021年8月8日 09:05`, `08/08/2021 09:05` (day first), datetime objects, and
    `Sun Aug 08 09:05:00 +0800 2021`. Where `observed` says when the row was seen, so are forms without a year
    (`08-08`, `8月8日 09:05`) and relative ones (`刚刚`, `42分钟前`, `昨天 08:10`). A client named after the time
    (`来自 微博`) is dropped.

    A time without a zone is China time; fractions of a second are dropped. A date without a year is the last such day
    that is not after the observation. Nothing is ever resolved against the clock of the machine.
    Raises Refused: `no_time` for an empty cell, `no_observation` for a form that needs one, else `bad_time`.
    """
    if value is None or (isinstance(value, str) and not value.strip()):
        raise Refused("no_time")
    try:
        found = _written(_plain(value), observed) if isinstance(value, str) else _number_or_date(value)
        if not _YEARS[0] <= found.day.year < _YEARS[1]:
            raise ValueError(value)
        return found
    except (ValueError, OverflowError, OSError, TypeError) as error:
        raise Refused("bad_time") from error


def _number_or_date(value: Any) -> Moment:
    if isinstance(value, dt.datetime):
        return _at(value)
    if isinstance(value, dt.date):
        return Moment(value, None)
    if isinstance(value, bool):
        raise ValueError(value)
    return _since_1970(float(value))


def _plain(value: str) -> str:
    """The cell without blanks outside, the client after `来自` and the mark of an edited post."""
    return re.split(r"来自|已编辑", value.replace("\u200b", "").replace("\ufeff", ""), maxsplit=1)[0].strip()


@lru_cache(maxsize=1 << 16)  # posts come by the minute: most cells were read before
def _written(text: str, observed: Moment | None) -> Moment:
    if re.fullmatch(r"\d{9,10}|\d{13}|\d{16}", text):
        return _since_1970(float(text))
    if found := _DATED.fullmatch(text):
        year, month, day = (int(found[name]) for name in ("y", "m", "d"))
        return _on(dt.date(year, month, day), found["clock"])
    if re.fullmatch(r"\d{8}", text):
        return Moment(dt.date.fromisoformat(text), None)
    if found := _DAY_FIRST.fullmatch(text):
        return _on(dt.date(int(found["y"]), int(found["m"]), int(found["d"])), found["clock"])
    if found := _YEARLESS.fullmatch(text):
        return _on(_last(int(found["m"]), int(found["d"]), _seen(observed)), found["clock"])
    if found := _RELATIVE.fullmatch(text):
        return _ago(found, _seen(observed))
    if _CTIME.fullmatch(text):
        return _at(dt.datetime.strptime(text, "%a %b %d %H:%M:%S %z %Y"))
    if len(text) <= 10:
        raise ValueError(text)
    return _at(dt.datetime.fromisoformat(text))


def _since_1970(number: float) -> Moment:
    for unit in (1, 1e3, 1e6):
        if _EPOCH[0] <= number / unit < _EPOCH[1]:
            return _at(dt.datetime.fromtimestamp(number / unit, dt.UTC))
    raise ValueError(number)


def _on(day: dt.date, clock: str | None) -> Moment:
    if not clock:
        return Moment(day, None)
    hour, minute, second = (int(part) for part in f"{clock}:0".split(":")[:3])
    return _at(dt.datetime.combine(day, dt.time(hour, minute, second)))


def _seen(observed: Moment | None) -> Moment:
    if observed is None:
        raise Refused("no_observation")
    return observed


def _last(month: int, day: int, observed: Moment) -> dt.date:
    """The last such day that is not after the observation; 29 February looks back as far as it must."""
    for year in range(observed.day.year, observed.day.year - 9, -1):
        try:
            if (found := dt.date(year, month, day)) <= observed.day:
                return found
        except ValueError:
            continue
    raise ValueError(f"{month}-{day}")


def _ago(found: re.Match[str], observed: Moment) -> Moment:
    if found["days"]:
        return _on(observed.day - dt.timedelta(days=_DAYS_AGO[found["days"]]), found["clock"])
    if observed.time is None:
        raise Refused("no_observation")
    number = int(found["n"] or 0)
    spans = {
        "秒": dt.timedelta(seconds=number),
        "分钟": dt.timedelta(minutes=number),
        "小时": dt.timedelta(hours=number),
    }
    return _at(observed.time - spans.get(found["unit"] or "", dt.timedelta()))


def _at(time: dt.datetime) -> Moment:
    aware = time if time.tzinfo else time.replace(tzinfo=SHANGHAI)
    return Moment(day_of(aware), aware.astimezone(SHANGHAI).replace(microsecond=0))


def time_of_weibo_id(post_id: str) -> dt.datetime | None:
    """When a Weibo post with this id was made, to the second in Asia/Shanghai; None for an id that does not tell.

    16-digit mids hold `(epoch - 515483463) << 22`; 9-character bids are their base-62 form, in groups of four
    characters from the right (checked on 1,149,582 public posts, of which 99.997 % agree within a minute). Ids of six
    characters, from before mid-2011, and hashed ids tell nothing.
    """
    mid = _mid_of_bid(post_id) if re.fullmatch(r"[0-9A-Za-z]{9}", post_id) else post_id
    if not re.fullmatch(r"[345]\d{15}", mid):
        return None
    return dt.datetime.fromtimestamp((int(mid) >> 22) + 515483463, SHANGHAI)


def _mid_of_bid(bid: str) -> str:
    groups = [bid[:1], bid[1:5], bid[5:]]
    numbers = [sum(_BASE62.index(c) * 62**place for place, c in enumerate(reversed(group))) for group in groups]
    return str(numbers[0]) + "".join(f"{number:07}" for number in numbers[1:])


def count(value: Any) -> int | None:
    """The number in a cell such as 12, "1,024", "1.2万", "100万+" or "4456 万热度"; None where there is none."""
    if isinstance(value, str):
        return _counted(value)
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return None
    return round(value) if 0 <= value < _MOST else None


@lru_cache(maxsize=1 << 16)
def _counted(cell: str) -> int | None:
    found = _COUNT.fullmatch(cell.strip())
    number = float(found[1].replace(",", "")) * _SCALE[found[2]] if found else -1
    return round(number) if 0 <= number < _MOST else None


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
    """An id as text; None for an empty cell. Raises Refused("bad_id") for a float, which has lost digits."""
    if value is not None and (isinstance(value, bool) or not isinstance(value, (int, str))):
        raise Refused("bad_id")
    return optional_text(str(value)) if value is not None else None


def day_in_name(name: str) -> dt.date:
    """The day that a file's name states, as in 2021-08-08.json or board_20210808.csv.

    Raises InputError when the name holds no day or more than one.
    """
    days = {match.groups() for match in _DAY.finditer(name)}
    try:
        ((year, month, day),) = days
        return dt.date(int(year), int(month), int(day))
    except ValueError:
        raise InputError(
            f"{name}: this dataset has one file a day, and the day (YYYY-MM-DD) must stand in the file's name."
        ) from None


def without_tags(title: str) -> str:
    """A board title without the tags of images and links; a mere `<` stays."""
    return plain_text(title) if _TAG.search(title) else title


def plain_text(html: str) -> str:
    r"""The text that a piece of HTML shows: line breaks kept, the names of emoji images in the place of the images.

    >>> plain_text('好<br />的<img alt="[泪]" src="t.png"> &amp; 5 < 6')  # 'good', a line break, 'yes', [tears]
    '好\n的[泪] & 5 < 6'
    """
    page = LexborHTMLParser(f"<body>{html}</body>")
    for image in page.css("img"):
        image.replace_with(image.attributes.get("alt") or "")
    for line_break in page.css("br"):
        line_break.replace_with("\n")
    return page.body.text() if page.body else ""
