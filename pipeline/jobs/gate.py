"""The quality gate: whether what was counted may be published."""

import datetime as dt
import itertools
from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import Connection

from pipeline import datasets
from pipeline import gate as rules
from pipeline.datasets import Dataset
from pipeline.gate import Finding
from pipeline.jobs import portions
from pipeline.jobs.home import database
from pipeline.schema import SHANGHAI
from pipeline.settings import Settings
from pipeline.stats.baseline import usual
from pipeline.store import checks, ledger
from pipeline.store.connection import reading
from pipeline.store.contradictions import contradictions
from pipeline.store.selections import Places

Json = dict[str, Any]


def gate(settings: Settings, days: Sequence[Json] | None = None, *, today: dt.date | None = None) -> list[Json]:
    """What is wrong or odd, failures first: check, level, dataset, day, topic, sentence, rows, fact.

    days: the counts to judge, each with dataset and day, such as those that were just counted; None means all. Future
    days and silent datasets are looked for everywhere. today: the date in Asia/Shanghai, by the clock unless given.
    Nothing is written. level: "fail" where numbers are wrong, "warn" where somebody should look.
    """
    today = today or dt.datetime.now(SHANGHAI).date()
    places = None if days is None else {(day["dataset"], dt.date.fromisoformat(str(day["day"]))) for day in days}
    registry = datasets.load(settings.registry)
    with database(settings) as engine, reading(engine) as connection:
        found = list(_findings(connection, registry, places, today))
    order = {"fail": 0, "warn": 1}
    found.sort(key=lambda f: (order[f.level], f.check, f.dataset, str(f.day), f.fact))
    return [finding.record() for finding in found]


def judge(settings: Settings, spans: Sequence[Json] | None, *, today: dt.date | None = None) -> list[Json]:
    """`gate` for a scheduler: the days that some spans stand for (`portions.spans`), or all for None."""
    return gate(settings, None if spans is None else portions.days(spans), today=today)


def _findings(
    connection: Connection, registry: dict[str, Dataset], places: Places, today: dt.date
) -> Iterator[Finding]:
    used = [row["dataset"] for row in ledger.overview(connection)]
    judged = used if places is None else sorted({dataset for dataset, _ in places})
    limits = {slug: entry.max_reject_share for slug, entry in registry.items()}
    yield from rules.contradictions(contradictions(connection, places))
    yield from rules.batches((row for row in checks.batches(connection) if row["dataset"] in judged), limits)
    for slug, counted in itertools.groupby(checks.totals(connection, judged), key=lambda row: str(row["dataset"])):
        yield from rules.volumes(slug, usual(rules.by_day(list(counted))), places)
    yield from rules.future(checks.after(connection, today), today)
    for slug in used:
        if slug in registry and registry[slug].daily and not registry[slug].ended:
            days, known = checks.coverage(connection, slug), registry[slug].known_gaps
            yield from rules.silence(slug, days, known, today, checks.late(connection, slug))
