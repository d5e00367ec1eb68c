"""The command that turns labels into a corrected series: corrected."""

import datetime as dt
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import pandas as pd
import typer

from pipeline.cli.options import AsJson, First, Last, Slug, Topic, day
from pipeline.cli.output import print_json, print_rows, say
from pipeline.jobs.corrected import corrected as measured
from pipeline.settings import Settings

Splits = Annotated[
    list[dt.datetime] | None,
    typer.Option(
        "--split",
        formats=["%Y-%m-%d"],
        help="A day with which a new part begins, judged by its own labels; repeatable.",
    ),
]
_DAYS = ["day", "posts", "total", "raw", "raw interval", "corrected", "interval", "widest"]


def corrected(
    labels: Annotated[Path, typer.Argument(help="A file of `guanchao lexicon sample`, labelled.")],
    dataset: Slug,
    topic: Topic,
    first: First = None,
    last: Last = None,
    split: Splits = None,
    as_json: AsJson = False,
) -> None:
    """Print the daily share of texts about a topic, corrected by labels, with its interval beside the raw share."""
    splits = sorted(moment.date() for moment in split or ())
    found = measured(Settings.from_env(), str(labels), dataset, topic, first=day(first), last=day(last), splits=splits)
    if as_json:
        parts = {"days": found.days, "overall": found.overall, "rates": found.rates}
        print_json({"lexicon": found.lexicon, **{name: _records(frame) for name, frame in parts.items()}})
        return
    for line in _sentences(found.rates, found.overall):
        say(line)
    print_rows([_row(row) for row in _records(found.days)], _DAYS)
    for note in dict.fromkeys(note for note in found.days["note"] if note):
        say(f"{(found.days['note'] == note).sum()} days: {note}.")


def _records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """The rows as JSON has them: a day as text, what is missing as null."""
    text = frame.to_json(orient="records", date_format="iso", double_precision=12, force_ascii=False)
    rows: list[dict[str, Any]] = json.loads(text)
    return [row | ({"day": row["day"][:10]} if "day" in row else {}) for row in rows]


def _row(row: dict[str, Any]) -> dict[str, Any]:
    return row | {
        "raw": row["raw"],
        "raw interval": _interval(row["raw_lo"], row["raw_hi"]),
        "corrected": row["share"],
        "interval": _interval(row["lo"], row["hi"]),
        "widest": row["widest"] or "–",
    }


def _interval(lo: float | None, hi: float | None) -> str:
    return "–" if lo is None or hi is None else f"{lo:.4f}–{hi:.4f}"


def _sentences(rates: pd.DataFrame, overall: pd.DataFrame) -> Iterator[str]:
    for row in _records(rates):
        when = f" from {row['period']} on" if row["period"] else ""
        yield f"{row['rate'].capitalize()}{when}: {_said(row)}."
    for row in _records(overall):
        yield f"All days, {row['method']}: {_said(row)}."


def _said(row: dict[str, Any]) -> str:
    value = row.get("value", row.get("share"))
    if value is None:
        return str(row["note"])
    interval = "" if row["lo"] is None else f" ({row['lo']:.4f}–{row['hi']:.4f})"
    return f"{value:.4f}{interval}" + (f", {row['rows']} labelled texts" if row["rows"] else "")
