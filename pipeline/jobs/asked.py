"""What was asked of a figure: all that decides it besides the data, in a form that goes into its files and back."""

import datetime as dt
from dataclasses import asdict, dataclass, replace
from functools import cache
from typing import Any, Literal

from pipeline import lexicon
from pipeline.errors import InputError, unknown
from pipeline.settings import Settings
from pipeline.store import counts
from pipeline.store.connection import reading_from

Json = dict[str, Any]
Language = Literal["en", "zh"]

KINDS = (
    "volume", "multiples", "ranks", "counterfactual", "words", "network", "calendar", "lags", "attention",
)  # fmt: skip

_ONE_DATASET = frozenset(KINDS) - {"calendar", "attention"}
_TOPICS = {
    "volume": (1, 1), "multiples": (1, 12), "ranks": (1, 5), "counterfactual": (1, 1), "words": (0, 1),
    "network": (0, 1), "calendar": (0, 0), "lags": (2, 2), "attention": (0, 12),
}  # fmt: skip
_NEED_EVENT = frozenset({"counterfactual", "words"})


@dataclass(frozen=True)
class Asked:
    """One figure. first, last: days in Asia/Shanghai, both included; None until `resolved`.

    event: the day of an event, which belongs to what comes after it. least: authors below which a cell of posts is not
    shown. top: words per side, or words of a network. step: days that a bar of attention spans. hours: the greatest
    lag. dpi: of the bitmap.
    """

    kind: str
    datasets: tuple[str, ...]
    topics: tuple[str, ...] = ()
    term: str | None = None
    first: dt.date | None = None
    last: dt.date | None = None
    event: dt.date | None = None
    venue: str = "plain"
    width: str = "text"
    language: Language = "en"
    title: str = ""
    least: int = 5
    top: int = 10
    step: int = 7
    hours: int = 48
    events: bool = True
    seed: int = 0
    dpi: int = 300

    @property
    def dataset(self) -> str:
        """The only dataset, or the first."""
        return self.datasets[0]

    @property
    def span(self) -> tuple[dt.date, dt.date]:
        """First and last day. Raises InputError before they are known."""
        if self.first is None or self.last is None:
            raise InputError("The days of the figure are not known; state --from and --to.")
        return self.first, self.last

    @property
    def when(self) -> dt.date:
        """The day of the event. Raises InputError where none is stated."""
        if self.event is None:
            raise InputError(f"A figure of the kind {self.kind} needs the day of an event; state it with --event.")
        return self.event

    def as_json(self) -> Json:
        """For files: days as text, tuples as lists."""
        plain = asdict(self)
        return {name: _plain(value) for name, value in plain.items()}


def _plain(value: Any) -> Any:
    if isinstance(value, dt.date):
        return value.isoformat()
    return list(value) if isinstance(value, tuple) else value


def from_json(stated: Json) -> Asked:
    """The figure that a passport or a picture states. Raises InputError for what is none."""
    try:
        days = {name: stated[name] and dt.date.fromisoformat(stated[name]) for name in ("first", "last", "event")}
        lists = {name: tuple(stated[name]) for name in ("datasets", "topics")}
        return Asked(**{**stated, **days, **lists})
    except (KeyError, TypeError, ValueError) as error:
        raise InputError(f"The parameters of the figure cannot be read ({error}); make the figure again.") from error


def resolved(settings: Settings, asked: Asked) -> Asked:
    """The same with its days stated: the counted span of its datasets where they are not. Raises InputError."""
    _check(asked)
    spans = []
    with reading_from(settings.database_url) as connection:
        for dataset in asked.datasets:
            found = counts.span(connection, dataset)
            if found is None:
                known = {row["dataset"] for row in counts.topics(connection)}
                raise unknown("counted dataset", dataset, known)
            spans.append(found)
            known_topics = counts.counted_topics(connection, dataset)
            for topic in asked.topics:
                if topic not in known_topics:
                    raise unknown("topic", topic, known_topics)
    first = asked.first or min(span[0] for span in spans)
    last = asked.last or max(span[1] for span in spans)
    if first > last:
        raise InputError(f"The span is empty: its first day {first} lies after its last day {last}.")
    return replace(asked, first=first, last=last)


def _check(asked: Asked) -> None:
    if asked.kind not in KINDS:
        raise unknown("kind of figure", asked.kind, KINDS)
    if not asked.datasets or (asked.kind in _ONE_DATASET and len(asked.datasets) > 1):
        raise InputError(f"A figure of the kind {asked.kind} takes one dataset; state --dataset once.")
    least, most = _TOPICS[asked.kind]
    if not least <= len(asked.topics) <= most:
        wanted = f"{least}" if least == most else f"{least} to {most}"
        raise InputError(
            f"A figure of the kind {asked.kind} takes {wanted} topics, not {len(asked.topics)}; state --topic so often."
        )
    if asked.kind in _NEED_EVENT and asked.event is None:
        raise InputError(f"A figure of the kind {asked.kind} compares before and after; state the day with --event.")
    if asked.term and asked.kind != "volume":
        raise InputError("--term is for figures of the kind volume.")


@cache
def _topics() -> tuple[tuple[str, str, str], ...]:
    return tuple((topic.id, topic.label_en, topic.label_zh) for topic in lexicon.load().topics)


def labels(language: Language) -> dict[str, str]:
    """What the topics of the lexicon are called."""
    return {topic: chinese if language == "zh" else english for topic, english, chinese in _topics()}
