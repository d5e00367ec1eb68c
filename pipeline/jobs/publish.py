"""From the counts to charts and executed notebooks."""

import datetime as dt
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Literal

from pipeline import lexicon
from pipeline.errors import InputError
from pipeline.settings import Settings

Json = dict[str, Any]
Language = Literal["en", "zh"]

LEAD_TOPICS = ("alibaba_case", "drinking_culture")
"""The topics that are charted when nobody asks for others."""


def summary(settings: Settings) -> list[Json]:
    """One row per dataset and topic: labels, unit, posts over all counted days, and the peak day with its share."""
    from pipeline import series  # pandas takes half a second, which other commands should not cost

    labels = {topic.id: (topic.label_en, topic.label_zh) for topic in lexicon.load().topics}
    rows = series.topics(settings.database_url)
    for number, language in enumerate(("en", "zh")):
        rows[f"label_{language}"] = [labels.get(topic, (topic, topic))[number] for topic in rows["topic"]]
    rows["unit"] = [series.source(settings.database_url, dataset).unit for dataset in rows["dataset"]]
    rows = rows.astype(object).where(rows.notna(), None)
    return [{str(name): value for name, value in row.items()} for row in rows.to_dict("records")]


def draw(
    settings: Settings,
    dataset: str,
    topic: str,
    *,
    term: str | None = None,
    first: dt.date | None = None,
    last: dt.date | None = None,
    language: Language = "en",
    stem: Path | None = None,
) -> list[str]:
    """Chart a topic's share with its interval, its counts, gaps and events; the paths of PNG, PDF and CSV."""
    from pipeline import figures, series  # matplotlib and pandas take a second, which only charts should cost

    frame = series.volume(settings.database_url, dataset, topic, term=term, first=first, last=last)
    events = series.events(settings.database_url, *series.span(frame))
    source = series.source(settings.database_url, dataset)
    figure = figures.volume(
        frame,
        events,
        title=_title(topic, term, language),
        subtitle=source.caption(language),
        unit=source.unit,
        language=language,
    )
    return [
        str(path)
        for path in figures.save(
            figure, frame, _without_suffix(stem) if stem else settings.figures / _stem(dataset, topic, term)
        )
    ]


def counted(settings: Settings) -> list[str]:
    """The datasets that have counts, sorted."""
    from pipeline import series

    return sorted(set(series.topics(settings.database_url)["dataset"]))


def charts(settings: Settings, topics: Sequence[str] = LEAD_TOPICS) -> list[str]:
    """Chart some topics for every counted dataset; the paths of all files."""
    return [path for dataset in counted(settings) for topic in topics for path in draw(settings, dataset, topic)]


def notebook(settings: Settings, path: str, dataset: str) -> str:
    """Execute a notebook on a dataset's counts; the path of the executed copy. The original is left as it is."""
    import papermill  # an extra: the library itself does not need it

    source = Path(path)
    if not source.is_file():
        raise InputError(f"{path}: no such notebook.")
    target = settings.notebooks / f"{source.stem}-{dataset}.ipynb"
    target.parent.mkdir(parents=True, exist_ok=True)
    parameters = {"home": str(settings.home), "dataset": dataset}  # no database URL: it may hold a password
    quiet = ["--IPKernelApp.log_level=ERROR"]  # ipykernel warns of its loopback TCP ports at every start
    papermill.execute_notebook(
        source, target, parameters, progress_bar=False, kernel_name="python3", extra_arguments=quiet
    )
    return str(target)


def _without_suffix(stem: Path) -> Path:
    return stem.with_suffix("") if stem.suffix in (".png", ".pdf", ".csv") else stem


def _title(topic: str, term: str | None, language: Language) -> str:
    labels = {t.id: {"en": t.label_en, "zh": t.label_zh} for t in lexicon.load().topics}
    label = labels.get(topic, {}).get(language, topic)
    return f"{label}: {term}" if term else label


def _stem(dataset: str, topic: str, term: str | None) -> str:
    return "_".join(filter(None, (dataset, topic, term)))
