"""From the store to tidy frames: what notebooks, charts and the command line read.

A day is a calendar date in Asia/Shanghai. `share` is posts / total in 0..1. A day that was not collected is a gap: its
posts, total, share, lo and hi are missing, never zero.
"""

import datetime as dt
from collections.abc import Iterable
from typing import Literal, NamedTuple

import pandas as pd
from sqlalchemy import Connection

from pipeline import lexicon
from pipeline.errors import InputError, unknown
from pipeline.stats.intervals import wilson
from pipeline.store import counts, ledger, rows
from pipeline.store.connection import reading_from
from pipeline.text import normalise


class Source(NamedTuple):
    """A dataset as charts name it; `unit` is "posts" or, on a trending list, "titles"."""

    title: str
    unit: Literal["posts", "titles"]
    synthetic: bool

    def caption(self, language: Literal["en", "zh"] = "en") -> str:
        """The title, with a warning where the data is not real."""
        warning = {"en": "not real data", "zh": "合成数据，并非真实"}[language]
        return f"{self.title} — {warning}" if self.synthetic else self.title


COLUMNS = ["day", "posts", "total", "share", "lo", "hi", "status"]


def volume(
    database_url: str,
    dataset: str,
    topic: str,
    *,
    term: str | None = None,
    first: dt.date | None = None,
    last: dt.date | None = None,
) -> pd.DataFrame:
    """The daily volume of a topic, or of one of its terms, with a 95 % Wilson interval; one row per calendar day.

    Columns: day (datetime64, Asia/Shanghai date), posts and total (Int64), share, lo, hi (float64), status ("counted"
    or "gap"). For a trending list the unit is the distinct title of the day. Without `first` or `last` the counted
    span is taken. Raises InputError for what the counts do not know, and for days counted by different methods.
    """
    with reading_from(database_url) as connection:
        first, last = _span(connection, dataset, first, last)
        _check(connection, dataset, topic, term)
        found = counts.volume(connection, dataset, topic, term and normalise(term), first, last)
        _require_counted(connection, dataset, first, last, (row["method_id"] for row in found))
    return tidy(pd.DataFrame(found, columns=["day", "posts", "total"]), first, last)


def topic_days(
    database_url: str, dataset: str, *, first: dt.date | None = None, last: dt.date | None = None
) -> pd.DataFrame:
    """All topics of a span: topic, day, posts, total, one row per topic and calendar day; missing on gaps."""
    (found, whole), (start, end) = _tables(database_url, dataset, first, last, "day_topic", "day_total")
    totals = whole.set_index("day")["posts"].rename("total")
    days = pd.date_range(start, end, name="day", unit="s")
    grid = pd.MultiIndex.from_product([sorted(found["topic"].unique()), days], names=["topic", "day"])
    posts = found.set_index(["topic", "day"])["posts"].reindex(grid)
    return posts.reset_index().join(totals, on="day").astype({"posts": "Int64", "total": "Int64"})


def beside(
    database_url: str,
    dataset: str,
    topic: str,
    other: str,
    *,
    first: dt.date | None = None,
    last: dt.date | None = None,
) -> pd.DataFrame:
    """The volume of a topic with the posts that mention another topic too: day, posts, total, both.

    What `pipeline.stats.spillover.net` takes to set the other topic aside. Missing on gaps.
    """
    frame = volume(database_url, dataset, topic, first=first, last=last)[["day", "posts", "total"]]
    (joint,), _ = _tables(database_url, dataset, *span(frame), "day_pair")
    pair = joint[(joint["topic_a"] == min(topic, other)) & (joint["topic_b"] == max(topic, other))]
    both = frame["day"].map(pair.set_index("day")["posts"]).fillna(0).astype("Int64")
    return frame.assign(both=both.mask(frame["total"].isna()))


def pairs(
    database_url: str, dataset: str, *, first: dt.date | None = None, last: dt.date | None = None
) -> pd.DataFrame:
    """Of every two topics that posts of a span share: first, second, joint, n_first, n_second, texts.

    What `pipeline.stats.cooccurrence.pairs` takes; the texts are all posts of the span, or title-days of a board.
    """
    (joint, found, whole), _ = _tables(database_url, dataset, first, last, "day_pair", "day_topic", "day_total")
    summed = joint.groupby(["topic_a", "topic_b"], as_index=False)["posts"].sum()
    alone = found.groupby("topic")["posts"].sum()
    return pd.DataFrame(
        {
            "first": summed["topic_a"],
            "second": summed["topic_b"],
            "joint": summed["posts"],
            "n_first": summed["topic_a"].map(alone),
            "n_second": summed["topic_b"].map(alone),
            "texts": int(whole["posts"].sum()),
        }
    )


def words(
    database_url: str, dataset: str, *, first: dt.date | None = None, last: dt.date | None = None
) -> tuple[pd.DataFrame, int]:
    """The frequent words of a span (word, posts, mentions, days; sorted), and the number of all its words.

    A word is counted on the days on which five posts, of five authors where authors are known, use it: its sums are
    lower bounds.
    """
    (found, whole), _ = _tables(database_url, dataset, first, last, "day_word", "day_total")
    summed = found.groupby("word", as_index=False).agg(
        posts=("posts", "sum"), mentions=("mentions", "sum"), days=("day", "nunique")
    )
    return summed, int(whole["tokens"].sum())


def apart(
    database_url: str, dataset: str, *, first: dt.date | None = None, last: dt.date | None = None
) -> pd.DataFrame:
    """Of each topic, what is counted and what is counted apart: topic, posts, evasion_only, quoted_only, deleted."""
    (found,), _ = _tables(database_url, dataset, first, last, "day_topic")
    columns = ["posts", "evasion_only", "quoted_only", "deleted"]
    return found.groupby("topic", as_index=False)[columns].sum()


def board(
    database_url: str, dataset: str, topic: str, *, first: dt.date | None = None, last: dt.date | None = None
) -> pd.DataFrame:
    """How a topic stood at each observation of a trending list: observed_at, titles, best_rank, max_hotness.

    observed_at is wall-clock time in Asia/Shanghai; zeros are included; rank and hotness are missing where no title
    stood there or the archive does not tell. Empty for posts, and for an archive without clock times.
    """
    with reading_from(database_url) as connection:
        _span(connection, dataset, first, last)
        _check(connection, dataset, topic, None)
    (found,), _ = _tables(database_url, dataset, first, last, "hour_board")
    own = found.loc[found["topic"] == topic, ["observed_at", "titles", "best_rank", "max_hotness"]]
    kinds = {"observed_at": "datetime64[s]", "titles": "Int64", "best_rank": "Int64", "max_hotness": "Int64"}
    return own.astype(kinds).reset_index(drop=True)


def events(database_url: str, first: dt.date, last: dt.date) -> pd.DataFrame:
    """The annotations of a span of days: day (datetime64), time, kind, label_en, label_zh, source, confidence."""
    with reading_from(database_url) as connection:
        found = counts.events(connection, first, last)
    columns = ["day", "time", "kind", "label_en", "label_zh", "source", "confidence"]
    return pd.DataFrame(found, columns=columns).astype({"day": "datetime64[s]"})


def source(database_url: str, dataset: str) -> Source:
    """What an ingested dataset is called and what it counts. Raises InputError when there is none of that name."""
    with reading_from(database_url) as connection:
        row = ledger.dataset(connection, dataset)
        known = [used["dataset"] for used in ledger.overview(connection)]
    if row is None:
        raise unknown("ingested dataset", dataset, known)
    return Source(row["title"], "titles" if row["kind"] == "board" else "posts", row["synthetic"])


def topics(database_url: str) -> pd.DataFrame:
    """One row per dataset and topic: posts over all counted days, the peak day, posts and share of that day.

    Without any post there is no peak: its columns are missing.
    """
    with reading_from(database_url) as connection:
        found = pd.DataFrame(counts.topics(connection), columns=["dataset", "topic", "day", "posts", "total"])
    found["share"] = found["posts"] / found["total"].where(found["total"] > 0)
    sums = found.groupby(["dataset", "topic"], sort=True)["posts"].sum()
    ranked = found.sort_values(["posts", "day"], ascending=[False, True])
    peaks = ranked.drop_duplicates(["dataset", "topic"]).set_index(["dataset", "topic"])
    peaks = (
        peaks.astype(object)
        .where(peaks["posts"] > 0)
        .rename(columns={"day": "peak_day", "posts": "peak_posts", "share": "peak_share"})
    )
    return sums.to_frame().join(peaks[["peak_day", "peak_posts", "peak_share"]]).reset_index()


def _span(connection: Connection, dataset: str, first: dt.date | None, last: dt.date | None) -> tuple[dt.date, dt.date]:
    counted = counts.span(connection, dataset)
    if counted is None:
        known = [row["dataset"] for row in ledger.overview(connection)]
        if dataset in known:
            raise InputError(f"Nothing of {dataset} is counted yet; run `guanchao aggregate` first.")
        raise unknown("ingested dataset", dataset, known)
    first, last = first or counted[0], last or counted[1]
    if first > last:
        raise InputError(f"The span is empty: its first day {first} lies after its last day {last}.")
    return first, last


def _tables(
    database_url: str, dataset: str, first: dt.date | None, last: dt.date | None, *tables: str
) -> tuple[list[pd.DataFrame], tuple[dt.date, dt.date]]:
    """Some tables of a dataset as frames, day as datetime64, and after them the span: first and last day."""
    with reading_from(database_url) as connection:
        first, last = _span(connection, dataset, first, last)
        totals = rows.counted(connection, "day_total", dataset, first, last)
        _require_counted(connection, dataset, first, last, (row["method_id"] for row in totals))
        found = {name: rows.counted(connection, name, dataset, first, last) for name in tables}
    frames = [pd.DataFrame(read, columns=rows.columns(name)) for name, read in found.items()]
    return [f.astype({"day": "datetime64[s]"}) if "day" in f else f for f in frames], (first, last)


def _require_counted(
    connection: Connection, dataset: str, first: dt.date, last: dt.date, methods: Iterable[str]
) -> None:
    waiting = ledger.uncounted(connection, dataset, first, last)
    if waiting:
        raise InputError(
            f"{len(waiting)} days of {dataset}, {waiting[0]} the first, have files that are not counted; "
            "run `guanchao aggregate` first."
        )
    if len(set(methods)) > 1:
        raise InputError(f"The days of {dataset} were counted by different methods; run `guanchao aggregate` first.")


def _check(connection: Connection, dataset: str, topic: str, term: str | None) -> None:
    topics = counts.counted_topics(connection, dataset)
    if topic not in topics:
        raise unknown("topic", topic, topics)
    if term is not None:
        terms = _terms(connection, dataset, topic)
        if normalise(term) not in terms:
            raise unknown(f"term of {topic}", term, terms)


def _terms(connection: Connection, dataset: str, topic: str) -> set[str]:
    """The terms of which the counts tell the volume: those that were found, and today's if its lexicon counted."""
    today = lexicon.load()
    found = set(counts.counted_terms(connection, dataset, topic))
    if counts.lexicons(connection, dataset) == {today.digest}:
        found.update(term for known in today.topics if known.id == topic for term in known.terms)
    return found


def tidy(counted: pd.DataFrame, first: dt.date, last: dt.date) -> pd.DataFrame:
    """The frame that `volume` returns, of the counted days (day, posts, total) of a span."""
    days = pd.date_range(first, last, name="day", unit="s")
    counted = counted.astype({"day": "datetime64[s]", "posts": "Int64", "total": "Int64"})
    frame = counted.set_index("day").reindex(days).reset_index()
    k, n = (frame[name].to_numpy(dtype=float, na_value=float("nan")) for name in ("posts", "total"))
    frame["share"] = pd.Series(k) / pd.Series(n).where(n > 0)
    frame["lo"], frame["hi"] = wilson(k, n)
    frame["status"] = frame["total"].isna().map({True: "gap", False: "counted"})
    return frame[COLUMNS]


def span(volume: pd.DataFrame) -> tuple[dt.date, dt.date]:
    """The first and the last day of a volume frame."""
    return volume["day"].iloc[0].date(), volume["day"].iloc[-1].date()


def sentence(volume: pd.DataFrame, *, topic: str, source: str) -> str:
    """A paragraph that may be cited: what a volume frame shows, with its interval and its gaps."""
    counted = volume[volume["status"] == "counted"]
    total, gaps = int(counted["total"].sum()), len(volume) - len(counted)
    span = f"{volume['day'].iloc[0]:%Y-%m-%d} to {volume['day'].iloc[-1]:%Y-%m-%d}"
    text = f"In “{source}”, {int(counted['posts'].sum()):,} of {total:,} items from {span} mention {topic}"
    if counted["posts"].sum() > 0:
        peak = counted.nlargest(1, "share").iloc[0]
        text += (
            f"; the share was highest on {peak['day']:%Y-%m-%d} with {int(peak['posts'])} of {int(peak['total'])}"
            f" ({peak['share']:.1%}, 95 % Wilson interval {peak['lo']:.1%} to {peak['hi']:.1%})"
        )
    return f"{text}. Days in Asia/Shanghai: {len(counted)} counted, {gaps} not collected."
