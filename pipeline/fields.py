"""What the cells of crawler files mean: days, times and counts as people write them."""

import datetime as dt
import re
from typing import Any, NamedTuple

from pipeline.errors import InputError
from pipeline.schema import SHANGHAI, Refused, day_of

_COUNT = re.compile(r"(\d[\d,]*(?:\.\d+)?)\s*([万亿]?)\+?")
_SCALE = {"": 1, "万": 10_000, "亿": 100_000_000}
_LONE_SURROGATE = re.compile("[\ud800-\udfff]")
_EPOCH = (1e8, 1e11)  # seconds: 1973 to 5138; a smaller number is no time but a wrongly mapped column
_MOST = 2**63 - 1
_DAY = re.compile(r"(?<!\d)(\d{4})-?(\d{2})-?(\d{2})(?!\d)")


class Moment(NamedTuple):
    """When something happened: the day in Asia/Shanghai, and the time where one is stated."""

    day: dt.date
    time: dt.datetime | None


def moment(value: Any) -> Moment:
    """The moment that a cell states.

    Understood are epoch seconds and milliseconds (numbers or digits), ISO dates and datetimes with or without a
    zone, and datetime objects. A time without a zone is China time; fractions of a second are dropped.
    Raises Refused with `no_time` for an empty cell and `bad_time` for anything else.
    """
    if value is None or (isinstance(value, str) and not value.strip()):
        raise Refused("no_time")
    try:
        return _understood(value.strip() if isinstance(value, str) else value)
    except (ValueError, OverflowError, OSError, TypeError) as error:
        raise Refused("bad_time") from error


def _understood(value: Any) -> Moment:
    if isinstance(value, dt.datetime):
        return _at(value)
    if isinstance(value, dt.date):
        return Moment(value, None)
    if isinstance(value, (int, float)) or re.fullmatch(r"\d{9,10}|\d{13}", value):
        return _since_1970(float(value))
    if re.fullmatch(r"\d{4}-\d\d-\d\d|\d{8}", value):
        return Moment(dt.date.fromisoformat(value), None)
    if len(value) <= 10:
        raise ValueError(value)
    return _at(dt.datetime.fromisoformat(value))


def _since_1970(number: float) -> Moment:
    seconds = number / 1000 if number >= _EPOCH[1] else number
    if not _EPOCH[0] <= seconds < _EPOCH[1]:
        raise ValueError(number)
    return _at(dt.datetime.fromtimestamp(seconds, dt.UTC))


def _at(time: dt.datetime) -> Moment:
    aware = time if time.tzinfo else time.replace(tzinfo=SHANGHAI)
    return Moment(day_of(aware), aware.astimezone(SHANGHAI).replace(microsecond=0))


def count(value: Any) -> int | None:
    """The number in a cell such as 12, "1,024", "1.2万" or "100万+"; None where there is none."""
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        number = float(value) if isinstance(value, int) and value > _MOST else value
    else:
        found = _COUNT.fullmatch(value.strip()) if isinstance(value, str) else None
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
    return whole.replace("\ufeff", "").strip() or None


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
