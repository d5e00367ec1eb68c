"""The numbers of a figure: one function per kind, from the counts (and for words from the lake) to what is plotted."""

import datetime as dt
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from pipeline import series
from pipeline.errors import InputError
from pipeline.jobs import wording
from pipeline.jobs.asked import Asked
from pipeline.jobs.method import Method
from pipeline.settings import Settings
from pipeline.stats import attention as division
from pipeline.stats import interrupted, leads
from pipeline.store import ledger, rows
from pipeline.store.connection import reading_from

Json = dict[str, Any]
PER = 10_000
_MOST_TOPICS = 4


@dataclass(frozen=True)
class Numbers:
    """table: exactly what is plotted. results: numbers that are printed. suppressed: cells that are not shown."""

    table: pd.DataFrame
    results: Json = field(default_factory=dict)
    suppressed: list[Json] = field(default_factory=list)

    @property
    def csv(self) -> str:
        """The table as the CSV file has it: UTF-8, one line per row, empty where a number is missing."""
        table = self.table.copy()
        for name, values in table.items():
            if pd.api.types.is_datetime64_dtype(values):
                whole = (values.dropna() == values.dropna().dt.normalize()).all()
                table[name] = values.dt.strftime("%Y-%m-%d" if whole and name != "at" else "%Y-%m-%d %H:%M")
        return str(table.to_csv(None, index=False, lineterminator="\n", na_rep=""))


def numbers(settings: Settings, asked: Asked, method: Callable[[], Method]) -> Numbers:
    """What a resolved figure plots. `method` is called for kinds that read words. Raises InputError as series do."""
    _refuse_uncounted(settings, asked)
    if asked.kind in ("words", "network"):
        return _WORDS[asked.kind](settings, asked, method())
    return _KINDS[asked.kind](settings, asked)


def _refuse_uncounted(settings: Settings, asked: Asked) -> None:
    with reading_from(settings.database_url) as connection:
        for dataset in asked.datasets:
            waiting = ledger.uncounted(connection, dataset, *asked.span)
            methods = {row["method_id"] for row in rows.counted(connection, "day_total", dataset, *asked.span)}
            if waiting or len(methods) > 1:
                raise InputError(
                    f"Days of {dataset} are not counted by today's method; run `guanchao aggregate` first."
                )


def _series(settings: Settings, asked: Asked, topic: str) -> tuple[pd.DataFrame, list[Json]]:
    """A series with per_10k, and status "suppressed" where posts are known to come from too few authors."""
    first, last = asked.span
    frame = series.volume(settings.database_url, asked.dataset, topic, term=asked.term, first=first, last=last)
    found = _topic_days(settings, asked.dataset, [topic], asked)
    known = found[found["total_authors"] > 0].set_index("day")["authors"]
    authors = frame["day"].map(known)
    if asked.term:  # authors are not counted by term; no more can stand behind it than posts
        authors = authors.where(authors.isna(), np.minimum(authors, frame["posts"].astype("Float64").astype(float)))
    hidden = (frame["posts"] > 0).fillna(False) & (authors < asked.least)
    frame["status"] = frame["status"].mask(hidden, "suppressed")
    for column in ("posts", "share", "lo", "hi"):
        frame[column] = frame[column].mask(hidden)
    frame.insert(4, "per_10k", frame["share"] * PER)
    cells = [{"dataset": asked.dataset, "topic": topic, "day": f"{day:%Y-%m-%d}"} for day in frame["day"][hidden]]
    return frame, cells


def _topic_days(settings: Settings, dataset: str, topics: Collection[str], asked: Asked) -> pd.DataFrame:
    """Counted days of topics, or of all: day, topic, posts, authors, total, total_authors (0 where none is known)."""
    with reading_from(settings.database_url) as connection:
        found, whole = (
            pd.DataFrame(rows.counted(connection, table, dataset, *asked.span), columns=rows.columns(table))
            for table in ("day_topic", "day_total")
        )
    whole = whole.rename(columns={"posts": "total", "authors": "total_authors"})[["day", "total", "total_authors"]]
    found = found[["day", "topic", "posts", "authors"]].merge(whole, on="day")
    kept = found[found["topic"].isin(list(topics))] if topics else found
    return kept.astype({"day": "datetime64[s]"}).sort_values(["day", "topic"], ignore_index=True)


def _volume(settings: Settings, asked: Asked) -> Numbers:
    frame, hidden = _series(settings, asked, asked.topics[0])
    return Numbers(frame, suppressed=hidden)


def _multiples(settings: Settings, asked: Asked) -> Numbers:
    found = [(topic, *_series(settings, asked, topic)) for topic in asked.topics]
    parts = []
    for topic, frame, _ in found:
        frame.insert(0, "topic", topic)
        parts.append(frame)
    return Numbers(pd.concat(parts, ignore_index=True), suppressed=[cell for _, _, cells in found for cell in cells])


def _ranks(settings: Settings, asked: Asked) -> Numbers:
    table = _observations(settings, asked)
    if table.empty:
        raise InputError(f"{asked.dataset} has no observation with a clock time in these days, so there are no ranks.")
    on = table["titles"] > 0
    table["status"] = np.select([on & table["rank"].notna(), on], ["listed", "unranked"], "off")
    order = {topic: place for place, topic in enumerate(asked.topics)}
    table = table.assign(place=table["topic"].map(order)).sort_values(["place", "at"], ignore_index=True)
    listed = table[table["rank"].notna()]
    first = {topic: f"{part['at'].iloc[0]:%Y-%m-%d %H:%M}" for topic, part in listed.groupby("topic", sort=False)}
    top = {topic: int((part["rank"] == 1).sum()) for topic, part in listed.groupby("topic", sort=False)}
    return Numbers(
        table[["topic", "at", "titles", "rank", "status"]], {"first_listed": first, "observations_at_1": top}
    )


def _observations(settings: Settings, asked: Asked) -> pd.DataFrame:
    """The topics at every observation of a trending list: at, topic, titles, rank."""
    with reading_from(settings.database_url) as connection:
        found = pd.DataFrame(
            rows.counted(connection, "hour_board", asked.dataset, *asked.span), columns=rows.columns("hour_board")
        )
    table = found.rename(columns={"observed_at": "at", "best_rank": "rank"})[["at", "topic", "titles", "rank"]]
    table = table[table["topic"].isin(asked.topics)].reset_index(drop=True)
    return table.astype({"at": "datetime64[s]", "rank": "Int64"})


def _counterfactual(settings: Settings, asked: Asked) -> Numbers:
    shown, hidden = _series(settings, asked, asked.topics[0])
    whole = series.volume(settings.database_url, asked.dataset, asked.topics[0], first=asked.first, last=asked.last)
    found = interrupted.by_day(whole, asked.when)
    total = whole["total"].astype("Float64").astype(float)
    paths = {name: PER * found.days[name] / total for name in ("fitted", "expected", "lo", "hi")}
    table = shown[["day", "posts", "total", "per_10k"]].assign(**paths, status=shown["status"])
    effects = found.effects.astype(object).where(found.effects.notna(), None).to_dict("records")
    results = {"effects": effects, "dispersion": None if found.note else found.dispersion, "note": found.note}
    return Numbers(table, results, hidden)


def _calendar(settings: Settings, asked: Asked) -> Numbers:
    parts = []
    with reading_from(settings.database_url) as connection:
        for dataset in asked.datasets:
            totals = {row["day"]: row["posts"] for row in rows.counted(connection, "day_total", dataset, *asked.span)}
            why = {row["day"]: (row["status"], row["why"]) for row in ledger.gaps(connection, dataset)}
            parts.append(_coverage(dataset, totals, why, *asked.span))
    return Numbers(pd.concat(parts, ignore_index=True))


def _coverage(
    dataset: str, counted: dict[dt.date, int], why: dict[dt.date, tuple[str, str]], first: dt.date, last: dt.date
) -> pd.DataFrame:
    ends = [*counted, *why]
    cells = []
    for moment in pd.date_range(first, last, unit="s"):
        day = moment.date()
        status, reason = why.get(day, ("", ""))
        inside = bool(ends) and min(ends) <= day <= max(ends)
        absent = "gap" if inside else "outside"
        present = "partial" if status else "counted"
        cells.append((dataset, moment, counted.get(day), present if day in counted else absent, reason))
    table = pd.DataFrame(cells, columns=["dataset", "day", "total", "status", "why"])
    return table.astype({"total": "Int64"})


def _lags(settings: Settings, asked: Asked) -> Numbers:
    from scipy.stats import norm

    values = _hours(settings, asked)
    if values.empty:
        raise InputError(f"{asked.dataset} has no clock times in these days, so that no lag can be told.")
    wide = values.pivot_table(index="at", columns="topic", values="value", aggfunc="max")
    wide.index = pd.DatetimeIndex(wide.index)
    wide = wide.reindex(pd.date_range(wide.index.min(), wide.index.max(), freq="h"))
    table = leads.lags(*_pair(wide, asked.topics), most=asked.hours)
    quantile = norm.ppf(1 - 0.05 / 2 / (2 * asked.hours + 1))
    table.insert(3, "limit", quantile / np.sqrt(table["pairs"].where(table["pairs"] > 0)))
    return Numbers(table)


def _pair(wide: pd.DataFrame, topics: tuple[str, ...]) -> tuple[np.ndarray, np.ndarray]:
    first, second = (wide[topic].to_numpy(dtype=float) for topic in topics)
    return first, second


def _hours(settings: Settings, asked: Asked) -> pd.DataFrame:
    """Clock hours of the topics: at, topic, value, which is the share of posts, or the titles on a board."""
    if series.source(settings.database_url, asked.dataset).unit == "titles":
        seen = _observations(settings, asked)
        return pd.DataFrame({"at": seen["at"].dt.floor("h"), "topic": seen["topic"], "value": seen["titles"]})
    with reading_from(settings.database_url) as connection:
        found = pd.DataFrame(
            rows.counted(connection, "hour_topic", asked.dataset, *asked.span), columns=rows.columns("hour_topic")
        )
    found = found[found["topic"].isin(asked.topics)]
    return pd.DataFrame({"at": found["hour"], "topic": found["topic"], "value": found["posts"] / found["total"]})


def _attention(settings: Settings, asked: Asked) -> Numbers:
    parts = [_topic_days(settings, dataset, asked.topics, asked).assign(dataset=dataset) for dataset in asked.datasets]
    daily = pd.concat(parts, ignore_index=True)
    daily["start"] = _starts(daily["day"], asked.span[0], asked.step)
    known = daily["total_authors"] > 0
    daily["few"] = daily["authors"].where(known, asked.least)
    cells = daily.groupby(["dataset", "start", "topic"], sort=True).agg(
        posts=("posts", "sum"), total=("total", "sum"), most=("few", "max")
    )
    # as many authors as on the busiest day at least: a cell that falls short is put with the others
    hidden = (cells["posts"] > 0) & (cells["most"] < asked.least)
    names = cells[hidden].reset_index()
    suppressed = [
        {"dataset": row["dataset"], "topic": row["topic"], "start": f"{row['start']:%Y-%m-%d}"}
        for row in names.to_dict("records")
    ]
    table = _divided(cells.assign(hidden=hidden).reset_index(), asked)
    return Numbers(_with_gaps(table, asked), suppressed=suppressed)


def _starts(days: pd.Series, first: dt.date, step: int) -> pd.Series:
    """The first day of the span of each day: Mondays where a span is a week, else counted from the first day."""
    anchor = pd.Timestamp(first)
    if step == 7:
        anchor -= pd.Timedelta(days=anchor.day_of_week)
    return anchor + pd.to_timedelta((days - anchor).dt.days // step * step, unit="D")


def _divided(cells: pd.DataFrame, asked: Asked) -> pd.DataFrame:
    """The attention of the leading topics, the others together; hidden cells go to the others."""
    shares = division.shares(cells[["dataset", "start", "topic", "posts", "total"]])
    shares["hidden"] = cells["hidden"].to_numpy()
    leading = shares[~shares["hidden"]].groupby("topic")["attention"].sum().sort_values(ascending=False)
    shown = list(asked.topics) if 0 < len(asked.topics) <= _MOST_TOPICS else list(leading.index[:_MOST_TOPICS])
    kept = shares["topic"].isin(shown) & ~shares["hidden"]
    shares["topic"] = shares["topic"].where(kept, "other")
    total = {"posts": ("posts", "sum"), "total": ("total", "max")}
    sums = {
        "rate": ("rate", "sum"),
        "attention": ("attention", lambda x: x.sum(min_count=1)),
        "note": ("note", "first"),
    }
    table = shares.groupby(["dataset", "start", "topic"], sort=True).agg(**total, **sums).reset_index()
    order = {topic: place for place, topic in enumerate([*shown, "other"])}
    place = {dataset: number for number, dataset in enumerate(asked.datasets)}
    table = table.assign(a=table["dataset"].map(place), b=table["topic"].map(order))
    return table.sort_values(["a", "start", "b"], ignore_index=True).drop(columns=["a", "b"])


def _with_gaps(table: pd.DataFrame, asked: Asked) -> pd.DataFrame:
    """The same with a row per topic of every span of a dataset; spans without data are gaps."""
    days = pd.Series([pd.Timestamp(day) for day in asked.span])
    first, last = _starts(days, asked.span[0], asked.step)
    starts = pd.date_range(first, last, freq=f"{asked.step}D", unit="s")
    topics = list(dict.fromkeys(table["topic"]))
    index = pd.MultiIndex.from_product([asked.datasets, starts, topics], names=["dataset", "start", "topic"])
    whole = table.set_index(["dataset", "start", "topic"]).reindex(index).reset_index()
    silent = whole.groupby(["dataset", "start"])["attention"].transform("count") == 0
    whole["status"] = np.where(silent, "gap", "counted")
    whole["posts"] = whole["posts"].astype("Int64").mask(silent)
    whole["total"] = whole["total"].astype("Int64").mask(silent)
    whole["note"] = whole["note"].fillna("")
    return whole[["dataset", "start", "topic", "posts", "total", "rate", "attention", "status", "note"]]


def _words(settings: Settings, asked: Asked, method: Method) -> Numbers:
    found = list(wording.texts(settings, method, asked.dataset, _topic(asked), *asked.span))
    table, number = wording.keyness(found, asked.when, asked.least, asked.top)
    after = sum(text.day >= asked.when for text in found)
    return Numbers(table, {"texts": number, "after": after, "before": number - after})


def _network(settings: Settings, asked: Asked, method: Method) -> Numbers:
    found = list(wording.texts(settings, method, asked.dataset, _topic(asked), *asked.span))
    table, number = wording.network(found, asked.least, max(asked.top, 2))
    return Numbers(table, {"texts": number})


def _topic(asked: Asked) -> str | None:
    return asked.topics[0] if asked.topics else None


_KINDS: dict[str, Callable[[Settings, Asked], Numbers]] = {
    "volume": _volume, "multiples": _multiples, "ranks": _ranks, "counterfactual": _counterfactual,
    "calendar": _calendar, "lags": _lags, "attention": _attention,
}  # fmt: skip
_WORDS: dict[str, Callable[[Settings, Asked, Method], Numbers]] = {"words": _words, "network": _network}
