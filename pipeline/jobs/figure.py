"""From a request to the files of a figure: numbers, ink, words, passport."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from pipeline import __version__, series
from pipeline.errors import InputError
from pipeline.jobs import passport
from pipeline.jobs.asked import Asked, Language, labels, resolved
from pipeline.jobs.method import Method
from pipeline.jobs.numbers import Numbers, numbers
from pipeline.settings import Settings

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from pipeline.figures.sheet import Words
    from pipeline.figures.venues import Style

Json = dict[str, Any]

_LANGUAGES: tuple[Language, ...] = ("en", "zh")
_WARNING: dict[Language, str] = {"en": "not real data", "zh": "合成数据，并非真实"}
_TITLES: dict[Language, dict[str, str]] = {
    "en": {
        "multiples": "Volume by topic", "ranks": "Ranks on the board", "calendar": "Days collected",
        "attention": "Attention by topic", "words": "Words before and after {event}",
        "network": "Words that go together",
        "lags": "Which topic moves first",
    },
    "zh": {
        "multiples": "各话题的数量", "ranks": "榜上名次", "calendar": "采集日历", "attention": "各话题的注意力",
        "words": "{event}前后的词语", "network": "共现的词语", "lags": "哪个话题先动",
    },
}  # fmt: skip


def figure(settings: Settings, asked: Asked, *, stem: Path | None = None, method: Method | None = None) -> list[str]:
    """Make a figure with its passport; the paths of its files, pictures first.

    stem: where to, without an ending; otherwise the data home's folder of figures, with a name that says what is asked.
    Raises InputError for what cannot be drawn, or does not pass the checks of its venue.
    """
    from pipeline.figures import bundle, venues  # matplotlib takes half a second, which only figures should cost

    asked = resolved(settings, asked)
    style = venues.style(asked.venue, asked.width, asked.language)
    found = numbers(settings, asked, lambda: method or Method(settings.cache))
    facts = passport.facts(settings, asked, found)
    mark = {
        "guanchao": 1,
        "digest": bundle.digest(facts),
        "parameters": facts["parameters"],
        "numbers": facts["numbers"],
        "method": facts["method"]["method_id"],
        "lexicon": facts["method"]["lexicon"],
        "data": bundle.digest([row["days"] for row in facts["datasets"]]),
        "made_with": bundle.digest(passport.made_with(asked)),
    }
    target = _without_ending(stem) if stem else settings.figures / name_of(asked)
    try:
        drawn = _draw(settings, asked, found, style)
        paths = bundle.write(
            drawn, style, target, _texts(asked, facts, found, mark["digest"]), facts, passport.made_with(asked), mark,
            asked.dpi,
        )  # fmt: skip
    except ValueError as error:
        raise error if isinstance(error, InputError) else InputError(f"The figure cannot be drawn: {error}.") from error
    return [str(path) for path in paths]


def name_of(asked: Asked) -> str:
    """The name of a figure's files: kind, data, topics and venue, without what a file system minds."""
    parts = [asked.kind, *asked.datasets, *asked.topics, asked.term, asked.venue, asked.width, asked.language]
    plain = "_".join(part for part in parts if part)
    return "".join(sign if sign.isalnum() or sign in "-_." else "-" for sign in plain)[:150]


def _without_ending(stem: Path) -> Path:
    from pipeline.figures import bundle

    try:
        return bundle.stem_of(stem)[0]
    except InputError:
        return stem


def _texts(asked: Asked, facts: Json, found: Numbers, digest: str):  # type: ignore[no-untyped-def]
    from pipeline.figures import bundle, captions

    said = {}
    for language in _LANGUAGES:
        title, result = _title(asked, language), _result(asked, found, language) or _peak(found, facts, language)
        estimate = _result(asked, found, language)
        caption = captions.caption(facts, language, title=title, result=estimate, version=__version__, digest=digest)
        said[language] = caption, captions.alternative(facts, language, title=title, result=result)
    return bundle.Texts(
        csv=found.csv,
        caption="\n".join(said[language][0] for language in _LANGUAGES),
        alternative="".join(said[language][1] for language in _LANGUAGES),
        title=_title(asked, asked.language),
    )


def _title(asked: Asked, language: Language) -> str:
    named = labels(language)
    if asked.title:
        return asked.title
    if asked.kind in _TITLES[language]:
        joint = " / ".join(named.get(topic, topic) for topic in asked.topics) if len(asked.topics) <= 2 else ""
        plain = _TITLES[language][asked.kind].format(event=asked.event)
        return f"{plain}: {joint}" if joint and language == "en" else f"{plain}：{joint}" if joint else plain
    label = named.get(asked.topics[0], asked.topics[0])
    return f"{label}: {asked.term}" if asked.term else label


def _result(asked: Asked, found: Numbers, language: Language) -> str:
    """The estimate of a figure in a sentence; empty where it has none."""
    if asked.kind != "counterfactual":
        return ""
    step = next((row for row in found.results["effects"] if row["term"] == "step"), None)
    if found.results["note"] or step is None:
        reason = found.results["note"]
        return f"no counterfactual: {reason}" if language == "en" else f"无反事实预期（{reason}）"
    number = f"{step['ratio']:.3g}", f"{step['lo']:.3g}–{step['hi']:.3g}"
    if language == "en":
        return f"change of level at the event: ratio {number[0]} (95 % interval {number[1]})"
    return f"事件时水平变化：比值 {number[0]}（95 % 区间 {number[1]}）"


def _peak(found: Numbers, facts: Json, language: Language) -> str:
    """Where the share was highest, in a sentence; empty for what has no daily share."""
    table = found.table
    if not {"per_10k", "day"} <= set(table.columns) or table["per_10k"].isna().all():
        return ""
    row = table.nlargest(1, "per_10k").iloc[0]
    k, n, day = int(row["posts"]), int(row["total"]), f"{row['day']:%Y-%m-%d}"
    unit = facts["unit"]
    if language == "en":
        return f"the share is highest on {day}, with {k:,} of {n:,} {unit}"
    return f"占比在 {day} 最高，{n:,} 条中有 {k:,} 条"


def _draw(settings: Settings, asked: Asked, found: Numbers, style: "Style") -> "Figure":
    from pipeline.figures.sheet import Words

    sources = {name: series.source(settings.database_url, name) for name in asked.datasets}
    titles = " + ".join(source.title for source in sources.values())
    synthetic = any(source.synthetic for source in sources.values())
    said = Words(_title(asked, asked.language), titles, _WARNING[asked.language] if synthetic else "")
    return _DRAWN[asked.kind](_Ink(settings, asked, found, style, said, sources))


class _Ink:
    """What the drawing functions need, taken apart once."""

    def __init__(
        self,
        settings: Settings,
        asked: Asked,
        found: Numbers,
        style: "Style",
        said: "Words",
        sources: dict[str, series.Source],
    ):
        self.settings, self.asked, self.found, self.style, self.said = settings, asked, found, style, said
        self.table: pd.DataFrame = found.table
        self.units = {source.unit for source in sources.values()}
        self.unit = next(iter(sources.values())).unit
        self.named = {name: source.title for name, source in sources.items()}
        self.labels = labels(asked.language)


def _volume(ink: _Ink) -> "Figure":
    from pipeline import figures

    events = series.events(ink.settings.database_url, *ink.asked.span)
    return figures.volume(
        ink.table, events if passport.draws_events(ink.asked) else events.iloc[:0], title=ink.said.title,
        subtitle=ink.said.subtitle, warning=ink.said.warning, unit=ink.unit, style=ink.style, least=ink.asked.least,
    )  # fmt: skip


def _multiples(ink: _Ink) -> "Figure":
    from pipeline import figures

    least = ink.asked.least
    return figures.multiples(ink.table, ink.said, ink.style, unit=ink.unit, labels=ink.labels, least=least)


def _ranks(ink: _Ink) -> "Figure":
    from pipeline import figures

    worst = ink.table["rank"].max()
    lowest = 50 if pd.isna(worst) else max(10, -(-int(worst) // 10) * 10)
    return figures.ranks(ink.table, ink.said, ink.style, labels=ink.labels, lowest=lowest)


def _counterfactual(ink: _Ink) -> "Figure":
    from pipeline import figures

    return figures.counterfactual(
        ink.table, ink.said, ink.style, unit=ink.unit, event=pd.Timestamp(ink.asked.when),
        result=_result(ink.asked, ink.found, ink.asked.language), least=ink.asked.least,
    )  # fmt: skip


def _words(ink: _Ink) -> "Figure":
    from pipeline import figures

    event, chinese = ink.asked.when, ink.asked.language == "zh"
    sides = (f"{event}起", f"{event}前") if chinese else (f"from {event} on", f"before {event}")
    return figures.words(ink.table, ink.said, ink.style, sides=sides)


def _network(ink: _Ink) -> "Figure":
    from pipeline import figures

    return figures.network(ink.table, ink.said, ink.style, seed=ink.asked.seed)


def _calendar(ink: _Ink) -> "Figure":
    from pipeline import figures

    several = ink.named if len(ink.named) > 1 else None
    return figures.calendar(
        ink.table, ink.said, ink.style, unit=ink.unit if len(ink.units) == 1 else "items", labels=several
    )


def _lags(ink: _Ink) -> "Figure":
    from pipeline import figures

    first, second = (ink.labels.get(topic, topic) for topic in ink.asked.topics)
    return figures.lags(ink.table, ink.said, ink.style, names=(first, second))


def _attention(ink: _Ink) -> "Figure":
    from pipeline import figures

    return figures.attention(ink.table, ink.said, ink.style, labels=ink.labels, datasets=ink.named, step=ink.asked.step)


_DRAWN: dict[str, Callable[[_Ink], "Figure"]] = {
    "volume": _volume, "multiples": _multiples, "ranks": _ranks, "counterfactual": _counterfactual, "words": _words,
    "network": _network, "calendar": _calendar, "lags": _lags, "attention": _attention,
}  # fmt: skip
