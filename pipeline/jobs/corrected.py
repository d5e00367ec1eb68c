"""From labels that people gave to the volume corrected for the lexicon's error, beside the raw one."""

import datetime as dt
from collections.abc import Sequence
from itertools import chain
from typing import NamedTuple

import pandas as pd

from pipeline import labels, series
from pipeline.errors import InputError
from pipeline.files import locate
from pipeline.jobs.evaluate import Unit, read_units
from pipeline.jobs.explain import Judge, judging
from pipeline.labels import Label
from pipeline.settings import Settings
from pipeline.stats import corrected as stats

COLUMNS = ["stratum", "weight", "matched", "relevant", "period"]


class Corrected(NamedTuple):
    """What the labels say of a topic.

    days: `stats.corrected.daily` (day, posts, total, raw, raw_lo, raw_hi, share, lo, hi, widest, note). overall: the
    share in all days that the sample was drawn from, by each estimator. rates: precision and miss rate, with the column
    `period` (the first day of each part, as text). lexicon: version and digest of the lexicon that counted.
    """

    days: pd.DataFrame
    overall: pd.DataFrame
    rates: pd.DataFrame
    lexicon: dict[str, str]


def corrected(
    settings: Settings,
    path: str,
    dataset: str,
    topic: str,
    *,
    first: dt.date | None = None,
    last: dt.date | None = None,
    splits: Sequence[dt.date] = (),
    judge: Judge | None = None,
) -> Corrected:
    """The daily share of texts about a topic by the labels of a sample, each with an interval, beside the raw share.

    path: a label file drawn by `guanchao lexicon sample` from this dataset, labelled in part or whole: what nobody has
    labelled leaves its weight to its stratum. splits: days with which a new part of the time begins, whose labels speak
    for it alone. Without `first` or `last` all counted days are given. Where the labels do not allow a number it is
    missing, and `note` says why. Raises InputError for a file without the topic, without strata or weights, or drawn
    from other texts than those that are counted.
    """
    whole = series.volume(settings.database_url, dataset, topic)
    title = series.source(settings.database_url, dataset).unit == "titles"
    with judging(settings, judge) as judge:
        rows = labels.read(locate(path), {known.id for known in judge.lexicon.topics})
        labelled = frame(_of(path, rows, topic), judge, path, title, splits)
        lexicon = {"version": judge.lexicon.version, "digest": judge.lexicon.digest}
    _require_same(path, dataset, labelled, whole)
    days = whole.assign(period=_periods(whole["day"].dt.date, splits))
    daily = stats.daily(days, labelled)
    inside = daily["day"].between(pd.Timestamp(first or dt.date.min), pd.Timestamp(last or dt.date.max))
    daily = daily[inside].reset_index(drop=True)
    if daily.empty:
        raise InputError(f"No day of {dataset} lies in that span; the counted days are {_span(whole)}.")
    parts = [stats.rates(part).assign(period=name) for name, part in labelled.groupby("period", sort=True)]
    return Corrected(daily, stats.overall(whole, labelled), pd.concat(parts, ignore_index=True), lexicon)


def frame(
    rows: Sequence[Label], judge: Judge, path: str, title: bool = False, splits: Sequence[dt.date] = ()
) -> pd.DataFrame:
    """What `stats.corrected` takes, a row per text: stratum, weight, matched, relevant, period.

    relevant is missing where nobody has labelled the text, where most coders are unsure, and where they dispute it.
    title: what a row without `kind` is. The label of a text is that of most of its coders.
    """
    units = [*read_units(path, [row for row in rows if row.label]), *_unlabelled(rows)]
    found = [
        {
            "stratum": unit.first.stratum,
            "weight": unit.first.weight,
            "matched": _matched(judge, unit.first, title),
            "relevant": unit.relevant if unit.decided else None,
            "period": _period(unit.first, splits),
        }
        for unit in units
    ]
    return pd.DataFrame(found, columns=COLUMNS)


def _matched(judge: Judge, row: Label, title: bool) -> bool:
    return row.topic in judge.judge(row.text, row.day, title if row.title is None else row.title).written


def _of(path: str, rows: Sequence[Label], topic: str) -> list[Label]:
    own = [row for row in rows if row.topic == topic]
    if not own:
        raise InputError(f"{path}: no row is labelled for the topic {topic}; name a topic of the file.")
    bare = next((row for row in own if row.weight is None or not row.stratum), None)
    if bare:
        raise InputError(
            f"{path}:{bare.line}: has no weight or no stratum; correct with a file drawn by `guanchao lexicon sample`."
        )
    return own


def _unlabelled(rows: Sequence[Label]) -> list[Unit]:
    """The texts that nobody has labelled: they speak for nothing, but their stratum has them."""
    told = {_key(row) for row in rows if row.label}
    bare = {_key(row): row for row in rows if not row.label and _key(row) not in told}
    return [Unit(row, {"": ""}) for row in bare.values()]


def _key(row: Label) -> tuple[object, ...]:
    return row.item or row.text, row.day, row.title


def _period(row: Label, splits: Sequence[dt.date]) -> str:
    if splits and row.day is None:
        raise InputError(f"Line {row.line} of the labels has no day, so that it belongs to no part of the time.")
    return _part(row.day, splits) if row.day else ""


def _periods(days: pd.Series, splits: Sequence[dt.date]) -> list[str]:
    return [_part(day, splits) for day in days]


def _part(day: dt.date, splits: Sequence[dt.date]) -> str:
    """The name of the part in which a day lies: the day with which it begins; empty for the first."""
    return max(chain([""], (str(split) for split in splits if split <= day)))


def _require_same(path: str, dataset: str, labelled: pd.DataFrame, whole: pd.DataFrame) -> None:
    texts, total = float(labelled["weight"].sum()), int(whole["total"].sum())
    if abs(texts - total) > 0.01 * max(total, 1):
        raise InputError(
            f"{path}: the sample stands for {texts:,.0f} texts, but {dataset} has {total:,}; "
            "draw a new one with `guanchao lexicon sample`, or name the dataset that it was drawn from."
        )


def _span(whole: pd.DataFrame) -> str:
    return " to ".join(map(str, series.span(whole)))
