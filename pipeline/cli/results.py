"""Commands that show what was counted: series, chart, topics."""

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any, Literal

import typer
from rich.table import Table

from pipeline import jobs
from pipeline.cli.options import AsJson, First, Last, Slug, Topic, day
from pipeline.cli.output import out, print_json, print_rows, say
from pipeline.errors import unknown
from pipeline.series import volume
from pipeline.settings import Settings

Term = Annotated[str | None, typer.Option("--term", help="One term of the topic instead of all.")]
_TOPIC_COLUMNS = {"topic": True, "label": False, "posts": True, "peak day": True, "posts that day": True, "share": True}


def series(
    dataset: Slug, topic: Topic, term: Term = None, first: First = None, last: Last = None, as_json: AsJson = False
) -> None:
    """Print the daily series of a topic: day, posts, total, share, lo, hi (95 % Wilson), status (counted or gap)."""
    settings = Settings.from_env()
    frame = volume(settings.database_url, dataset, topic, term=term, first=day(first), last=day(last))
    frame["day"] = frame["day"].dt.strftime("%Y-%m-%d")
    if as_json:
        sys.stdout.write(frame.to_json(orient="records", double_precision=12, force_ascii=False) + "\n")
    else:
        print_rows([{str(k): v for k, v in row.items()} for row in frame.to_dict("records")], frame.columns)


def chart(
    dataset: Slug,
    topic: Topic,
    term: Term = None,
    first: First = None,
    last: Last = None,
    language: Annotated[Literal["en", "zh"], typer.Option(help="Labels in English or Chinese.")] = "en",
    out: Annotated[Path | None, typer.Option(help="Path without suffix; default: the data home's figures.")] = None,
) -> None:
    """Draw the series of a topic: PNG, PDF and the CSV of the plotted numbers."""
    settings = Settings.from_env()
    span = {"first": day(first), "last": day(last)}
    for path in jobs.draw(settings, dataset, topic, term=term, language=language, stem=out, **span):
        say(path)


def topics(
    dataset: Annotated[str | None, typer.Option(help="Only this dataset.")] = None, as_json: AsJson = False
) -> None:
    """Print what was counted: posts of every topic and its peak day."""
    rows = jobs.summary(Settings.from_env())
    if dataset is not None and dataset not in {row["dataset"] for row in rows}:
        raise unknown("counted dataset", dataset, {row["dataset"] for row in rows})
    if as_json:
        print_json([row for row in rows if dataset in (None, row["dataset"])])
    else:
        print_topics(rows, dataset)


def print_outcome(settings: Settings) -> None:
    """Print the table of topics of every dataset and where the charts and notebooks are."""
    print_topics(jobs.summary(settings), None)
    for what, folder, suffix in (("Charts", settings.figures, "png"), ("Notebooks", settings.notebooks, "ipynb")):
        say(f"{what}:")
        for path in sorted(folder.glob(f"*.{suffix}")):
            say(f"  {path}")


def print_topics(rows: Sequence[dict[str, Any]], dataset: str | None) -> None:
    """A table of topics for every dataset, or for one."""
    for slug in sorted({row["dataset"] for row in rows if dataset in (None, row["dataset"])}):
        table = Table(title=slug, title_justify="left")
        listed = sorted((row for row in rows if row["dataset"] == slug), key=lambda row: -row["posts"])
        for column, keep in _TOPIC_COLUMNS.items():
            table.add_column(column.replace("posts", listed[0]["unit"]), no_wrap=keep, overflow="fold")
        for row in listed:
            share = f"{row['peak_share']:.1%}" if row["posts"] else "–"
            peak = (str(row["peak_day"]), str(row["peak_posts"])) if row["posts"] else ("–", "–")
            table.add_row(row["topic"], row["label_zh"], str(row["posts"]), *peak, share)
        out.print(table)
