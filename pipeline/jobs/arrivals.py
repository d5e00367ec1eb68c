"""Keeping archives up to date by schedule: which of them, which days, and when a day is a failure."""

import datetime as dt
from collections import Counter
from collections.abc import Sequence
from typing import Any

from pipeline import datasets
from pipeline.errors import InputError, unknown
from pipeline.fetch import Manners
from pipeline.fields import day_in_name
from pipeline.jobs.fetch import fetch, fetchable
from pipeline.schema import SHANGHAI
from pipeline.settings import Settings

Json = dict[str, Any]

DAYS = 7
"""Days up to yesterday that are asked for each time: a publisher is late, or mends a file."""

_SHOWN = 20


def wanted(settings: Settings, asked: Sequence[str] = ()) -> list[str]:
    """The datasets to fetch: those that are asked for, else those that go on and have a landing folder; sorted.

    Raises InputError for one that cannot be fetched.
    """
    known = fetchable(settings)
    for slug in asked:
        if slug not in known:
            raise unknown("dataset with [fetch]", slug, known)
    registry = datasets.load(settings.registry)
    kept = (slug for slug in known if registry[slug].ended is None and (settings.landing / slug).is_dir())
    return sorted(asked or kept)


def bring(
    settings: Settings,
    dataset: str,
    first: str | None = None,
    last: str | None = None,
    *,
    manners: Manners | None = None,
    today: dt.date | None = None,
) -> Json:
    """Fetch the days of a dataset that may be new; how many files are fetched, unchanged and absent.

    first, last: as 2021-08-08; by default the last seven days up to yesterday, whose files are whole, or all since the
    newest file in landing when that is older. today: the date in Asia/Shanghai, by the clock unless given.

    Raises ConnectionError when days were refused that may be had another time, and InputError when all that were will
    be refused again; either names them. What did come is in landing.
    """
    today = today or dt.datetime.now(SHANGHAI).date()
    end = dt.date.fromisoformat(last) if last else today - dt.timedelta(days=1)
    begin = dt.date.fromisoformat(first) if first else _since(settings, dataset, end)
    days = fetch(settings, dataset, begin, end, manners=manners, today=today)
    if refused := [day for day in days if day["status"] == "refused"]:
        more = [f"and {len(refused) - _SHOWN} more"] if len(refused) > _SHOWN else []
        told = "\n".join([f"Refused ({len(refused)}):", *(day["why"] for day in refused[:_SHOWN]), *more])
        raise ConnectionError(told) if any(day["later"] for day in refused) else InputError(told)
    number = Counter(day["status"] for day in days)
    return {status: number[status] for status in ("fetched", "unchanged", "absent")}


def _since(settings: Settings, dataset: str, end: dt.date) -> dt.date:
    usual = end - dt.timedelta(days=DAYS - 1)
    found = [path.name for path in (settings.landing / dataset).glob("[!.]*.json")]
    days = [day for day in map(_day, found) if day]
    return min(usual, max(days) + dt.timedelta(days=1)) if days else usual


def _day(name: str) -> dt.date | None:
    try:
        return day_in_name(name)
    except InputError:
        return None
