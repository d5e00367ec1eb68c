"""What the quality gate says of the counts: findings, each with its sentence and the rows that it rests on.

A finding of the level `fail` means that numbers are wrong: do not publish them. `warn` means that they may be right and
somebody should look. Rules only: what they judge is read by `pipeline.store.checks`.
"""

import dataclasses
import datetime as dt
import itertools
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import pandas as pd

FAR = 3.5
"""Robust z beyond which a volume is far from the usual (Iglewicz & Hoaglin 1993, How to detect and handle outliers)."""

QUIET_DAYS = 3
"""Days without data after which a daily dataset has gone silent; archives are often a day or two late."""

EMPTY_FILES = 2
"""Files without data, one day after the other, after which it has, however early that is."""

FOLLOWED_WITHIN = 31
"""Days after its last day within which a file of a dataset must have arrived once, or nobody waits for the next."""

MOST_ROWS = 5
"""Offending rows that a finding lists."""

Row = Mapping[str, Any]
Level = Literal["fail", "warn"]

_SAID = {
    "total": "the parts of the day exceed it, or it exceeds the rows of its files",
    "rows": "the day lacks rows that a counted day has, zeros included, or has rows without a total",
    "over": "a topic has more than all items of the day",
    "topic": "the parts of a topic do not fit into the topic or the day",
    "term": "the terms of a topic do not make up the topic",
    "pair": "two topics share more items than one of them has",
    "word": "a word has more items than the day, or the words more tokens",
    "hour": "the hours of a topic do not make up its day",
    "board": "what a topic reached on the board differs between the day and its observations",
}


@dataclass(frozen=True, slots=True)
class Finding:
    """One defect: of a day, a batch or a dataset. topic: set where it concerns a single one.

    rows: the first few rows that show it. fact: what makes two findings the same defect.
    """

    check: str
    level: Level
    dataset: str
    day: dt.date | None
    topic: str | None
    sentence: str
    rows: tuple[Row, ...]
    fact: str

    def record(self) -> dict[str, Any]:
        """The finding as JSON has it: days and times as text."""
        rows = [{name: _plain(value) for name, value in row.items()} for row in self.rows]
        return {**{field.name: _plain(getattr(self, field.name)) for field in dataclasses.fields(self)}, "rows": rows}


def contradictions(rows: Iterable[tuple[str, Row]]) -> Iterator[Finding]:
    """One failure per check and day of the rows that break an identity."""

    def place(found: tuple[str, Row]) -> tuple[str, str, dt.date]:
        return found[0], found[1]["dataset"], found[1]["day"]

    for (check, dataset, day), group in itertools.groupby(sorted(rows, key=place), key=place):
        broken = [{n: v for n, v in row.items() if n not in ("dataset", "day")} for _, row in group]
        topics = {row.get("topic") for row in broken}
        topic = topics.pop() if len(topics) == 1 else None
        sentence = f"{dataset}, {day}: {_SAID[check]} ({_shown(broken)})."
        fact = f"{check}/{dataset}/{day}"
        yield Finding(check, "fail", dataset, day, topic, sentence, tuple(broken[:MOST_ROWS]), fact)


def batches(rows: Iterable[Row], limits: Mapping[str, float]) -> Iterator[Finding]:
    """A failure for a batch that is not what the ledger says of it, a warning for one with too many refused rows.

    limits: the share of refused rows that a dataset allows.
    """
    for row in rows:
        dataset, what = row["dataset"], f"{row['name']} of {row['dataset']}"
        fact = f"{dataset}/{row['batch_id']}"
        whole = (row["posts"] + row["rejected"], row["listed"], row["refused"])
        if whole != (row["rows"], row["posts"], row["rejected"]):
            sentence = (
                f"{what}: the ledger lists {row['posts']} + {row['rejected']} of {row['rows']} rows, its lake files "
                f"{row['listed']}, its rejects {row['refused']}; these should agree."
            )
            yield Finding("batch", "fail", dataset, row["first_day"], None, sentence, (row,), f"batch/{fact}")
        limit = limits.get(dataset, 1.0)
        if row["rejected"] > limit * row["rows"]:
            share = row["rejected"] / row["rows"]
            sentence = f"{what}: {share:.1%} of its {row['rows']} rows were refused, over the limit of {limit:.1%}."
            yield Finding("reject", "warn", dataset, row["first_day"], None, sentence, (row,), f"reject/{fact}")


def future(rows: Iterable[Row], today: dt.date) -> Iterator[Finding]:
    """A failure for every day that has not come yet."""
    for row in rows:
        dataset, day = row["dataset"], row["day"]
        sentence = f"{dataset}, {day}: the day has {row['posts']} items, and today is {today} (Asia/Shanghai)."
        yield Finding("future", "fail", dataset, day, None, sentence, (row,), f"future/{dataset}/{day}")


def by_day(rows: Sequence[Row]) -> pd.DataFrame:
    """The counted days of one dataset (day, posts; at least one) as a frame to be judged: a row per calendar day.

    Columns: day (datetime64), posts and total (float64); total is 1 on a counted day, so that a share is a number of
    items, and both are missing on others.
    """
    posts = pd.Series([float(row["posts"]) for row in rows], pd.DatetimeIndex([row["day"] for row in rows], name="day"))
    frame = posts.rename("posts").asfreq("D").reset_index()
    return frame.assign(total=frame["posts"].notna().map({True: 1.0, False: float("nan")}))


def volumes(dataset: str, usual: pd.DataFrame, judged: Collection[tuple[str, dt.date]] | None) -> Iterator[Finding]:
    """A warning for a day whose number of items is far from the usual.

    usual: day, posts, expected, z (missing where too few days stand before the day). judged: the (dataset, day) to look
    at; None means all.
    """
    for row in usual[usual["z"].abs() > FAR].to_dict("records"):
        day, posts, expected, z = row["day"].date(), int(row["posts"]), float(row["expected"]), float(row["z"])
        if judged is not None and (dataset, day) not in judged:
            continue
        sentence = (
            f"{dataset}, {day}: {posts} items, where the four weeks before it have {expected:g} in the median "
            f"(robust z {z:.1f}; beyond {FAR} is far)."
        )
        shown = {"posts": posts, "median": expected, "z": round(z, 2)}
        yield Finding("volume", "warn", dataset, day, None, sentence, (shown,), f"volume/{dataset}/{day}")


def silence(
    dataset: str, days: Sequence[Row], known: Collection[dt.date], today: dt.date, late: int | None = 0
) -> Iterator[Finding]:
    """A warning for a daily dataset that has no data for the last days.

    days: day, status, why of every day whose collection is known, sorted; known: the days that its entry says are
    missing, which are not waited for; nor is today. late: the fewest days after its last day that a file with data
    arrived, None without any; when it is long, only the past was ingested, and no silence can be news.
    """
    if not days or (late or 0) > FOLLOWED_WITHIN:
        return
    last = max((row["day"] for row in days if row["status"] != "gap" and row["day"] <= today), default=None)
    first = last + dt.timedelta(days=1) if last else days[0]["day"]
    expected = {first + dt.timedelta(days=n) for n in range((today - first).days)} - set(known)
    empty = [row for row in days if first <= row["day"] <= today and row["day"] not in known]
    if len(expected) < QUIET_DAYS and len(empty) < EMPTY_FILES:
        return
    told = f"its last day with data is {last}" if last else "it has no day with data yet"
    sentence = f"{dataset} has gone silent: {told}, and {len(expected)} days up to yesterday have none"
    reasons = f"; of {len(empty)} there is a file without any ({empty[-1]['why']})" if empty else ""
    rows = tuple(empty[-MOST_ROWS:])
    yield Finding("silent", "warn", dataset, last, None, f"{sentence}{reasons}.", rows, f"silent/{dataset}/{last}")


def _shown(rows: Sequence[Row]) -> str:
    """The first row in words, and how many more there are."""
    first = ", ".join(f"{name} {_plain(value)}" for name, value in rows[0].items())
    return f"{first}; and {len(rows) - 1} more" if len(rows) > 1 else first


def _plain(value: Any) -> Any:
    return str(value) if isinstance(value, dt.date) else value
