"""Telling people when a topic bursts, when a dataset goes silent, and when the quality gate fails."""

import datetime as dt
import hashlib
import itertools
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Engine

from pipeline import alerts, lexicon, pseudonyms, series
from pipeline.addresses import Address, Undelivered, addresses
from pipeline.alerts import Burst, Message
from pipeline.jobs.gate import gate, judge
from pipeline.jobs.home import database
from pipeline.jobs.publish import draw
from pipeline.schema import SHANGHAI
from pipeline.settings import Settings
from pipeline.store import checks, counts, ledger, told
from pipeline.store.connection import reading, writing

Json = dict[str, Any]

RECENT_DAYS = 7
"""A burst that ended earlier is history and no news: a first run over an old archive tells of none."""


@dataclass(frozen=True, slots=True)
class _Alarm:
    """Something to tell. message: what to say of those of the facts that are new; None when nothing is."""

    facts: frozenset[str]
    message: Callable[[Collection[str]], Message | None]


def alert(
    settings: Settings,
    findings: Sequence[Json] | None = None,
    *,
    today: dt.date | None = None,
    since: dt.date | None = None,
    dry_run: bool = False,
) -> Json:
    """Send what was not told yet to every address; {"messages": [...], "notes": [...]}.

    findings: those of `gate` when it has run; None runs it over everything. today: the date in Asia/Shanghai, by the
    clock unless given. since: bursts that reach into the days from it on are told of; by default the last seven.
    dry_run: nothing is sent, drawn or noted, and `messages` holds what would be. A message: kind ("burst", "silent" or
    "gate"), dataset, topic, day, title, body, figure, and `to`, the addresses that got it. notes: what is not judged.

    A fact goes to an address once: it is noted in the transaction that sends it, which a failure rolls back. Only a
    process that is killed between the two tells it again. Raises Undelivered, after all others were sent, where an
    address did not take a message; running it again sends what is left. Raises InputError for an address of no service.
    """
    places = addresses(settings.alert_urls)
    if not places and not dry_run:
        return {"messages": [], "notes": ["No address is configured (GUANCHAO_ALERT_URLS): nothing was sent."]}
    today = today or dt.datetime.now(SHANGHAI).date()
    findings = gate(settings, today=today) if findings is None else findings
    with database(settings) as engine:
        sender = _Sender(settings, engine, places, dry_run)
        with reading(engine) as connection:
            found, notes = _bursts(connection, since or today - dt.timedelta(days=RECENT_DAYS))
        risen = (_of_burst(settings, sender, burst) for burst in found)
        for alarm in itertools.chain(_defects(findings), risen):
            sender.tell(alarm)
    if sender.failures:
        raise Undelivered("; ".join(sender.failures) + ". What is left is sent when alerts run again.")
    return {"messages": sender.messages, "notes": notes}


def tell(settings: Settings, spans: Sequence[Json] | None) -> list[str]:
    """`alert` for a scheduler, of the days that some spans stand for or of all: the titles of what was sent."""
    if not settings.alert_urls.strip():
        return []
    told = alert(settings, judge(settings, spans))
    return [*(message["title"] for message in told["messages"]), *told["notes"]]


class _Sender:
    """The addresses, and what each of them was told before."""

    def __init__(self, settings: Settings, engine: Engine, places: Sequence[Address], dry_run: bool):
        key = pseudonyms.read_key(settings.key_file) if places else b""
        self._engine, self.dry_run = engine, dry_run
        self._places = {pseudonyms.seal(key, hashlib.sha256(a.url.encode()).hexdigest()): a for a in places}
        self.messages: list[Json] = []
        self.failures: list[str] = []
        with reading(engine) as connection:
            self._told = {target: told.known(connection, target) for target in self._places} or {"": set()}

    def news(self, facts: Collection[str]) -> bool:
        """Whether there is an address that was told none of these facts."""
        return any(known.isdisjoint(facts) for known in self._told.values())

    def tell(self, alarm: _Alarm) -> None:
        """Send an alarm to every address that lacks a fact of it."""
        lacking = {target: alarm.facts - known for target, known in self._told.items()}
        if self.dry_run:
            self._show(next((alarm.message(facts) for facts in lacking.values() if facts), None), [])
            return
        sent: dict[str, Message] = {}
        for target, address in self._places.items():
            try:
                if lacking[target] and (message := self._deliver(alarm, target, address)):
                    sent[address.name] = message
            except Undelivered as failure:
                self.failures.append(str(failure))
        self._show(next(iter(sent.values()), None), list(sent))

    def _deliver(self, alarm: _Alarm, target: str, address: Address) -> Message | None:
        now = dt.datetime.now(SHANGHAI).replace(tzinfo=None, microsecond=0)
        with writing(self._engine) as connection:
            message = alarm.message(told.claim(connection, alarm.facts, target, now))
            if message:  # within the transaction: when it is not taken, nobody was told
                address.send(message.title, message.body, warning=message.kind != "burst")
        return message

    def _show(self, message: Message | None, names: list[str]) -> None:
        if message:
            self.messages.append(message.record() | {"to": names})


def _defects(findings: Sequence[Json]) -> Iterator[_Alarm]:
    """An alarm for every silent dataset, and one for all failures of a check in a dataset."""

    def kind(finding: Json) -> tuple[str, str]:
        return finding["check"], finding["dataset"]

    chosen = (f for f in findings if f["level"] == "fail" or f["check"] == "silent")
    for (check, _), group in itertools.groupby(sorted(chosen, key=kind), key=kind):
        by_fact = {f"gate/{finding['fact']}": finding for finding in group}
        yield _Alarm(frozenset(by_fact), _Defects(by_fact, check == "silent"))


@dataclass(frozen=True, slots=True)
class _Defects:
    by_fact: dict[str, Json]
    silent: bool

    def __call__(self, new: Collection[str]) -> Message | None:
        found = [finding for fact, finding in self.by_fact.items() if fact in new]
        if not found:
            return None
        return alerts.silence(found[0]) if self.silent else alerts.failure(found)


def _bursts(connection: Connection, since: dt.date) -> tuple[list[Burst], list[str]]:
    found: list[Burst] = []
    notes = []
    for row in ledger.overview(connection):
        dataset, span = row["dataset"], counts.span(connection, row["dataset"])
        if span is None or span[1] < since:
            continue
        first = min(span[1] - dt.timedelta(alerts.WINDOW_DAYS - 1), since - dt.timedelta(alerts.BEFORE_DAYS))
        rows = checks.topics(connection, dataset, first)
        if ledger.uncounted(connection, dataset, first, dt.date.max) or len({row["method_id"] for row in rows}) > 1:
            notes.append(f"{dataset}: no bursts are told while days wait to be counted; run `guanchao aggregate`.")
        else:
            found += alerts.bursts(dataset, rows, since)
    return found, notes


def _of_burst(settings: Settings, sender: _Sender, burst: Burst) -> _Alarm:
    """The alarm of a burst. Nobody who knows a day of it is told again; its chart is drawn for the others."""
    facts = frozenset(burst.facts)
    message = _described(settings, burst, sender.dry_run) if sender.news(facts) else None
    return _Alarm(facts, lambda new: message if len(new) == len(facts) else None)


def _described(settings: Settings, burst: Burst, dry_run: bool) -> Message:
    labels = {topic.id: (topic.label_en, topic.label_zh) for topic in lexicon.load().topics}
    source = series.source(settings.database_url, burst.dataset)
    events = series.events(settings.database_url, burst.peak.day, burst.peak.day)
    quoted = [{str(name): value for name, value in row.items()} for row in events.to_dict("records")]
    named = labels.get(burst.topic, (burst.topic, burst.topic))
    return alerts.burst(burst, named, source.caption(), source.unit, quoted, _drawn(settings, burst, dry_run))


def _drawn(settings: Settings, burst: Burst, dry_run: bool) -> str:
    """The path of the chart; in a dry run, which takes no seconds for a chart, the path that it will have."""
    stem = settings.figures / "alerts" / f"{burst.dataset}_{burst.topic}_{burst.days[0]}"
    if dry_run:
        return f"{stem}.png"
    try:
        paths = draw(settings, burst.dataset, burst.topic, first=burst.first, last=burst.last, stem=stem)
    except (ValueError, OSError) as error:  # people should hear of a burst even where its chart fails
        return f"not drawn ({error})"
    return next(path for path in paths if path.endswith(".png"))
