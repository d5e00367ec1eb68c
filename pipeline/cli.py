"""The command `guanchao`. Exit code 0: done; 1: data or input at fault, said in one sentence; 2: wrong usage."""

import datetime as dt
import json
import sys
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Annotated, Any, Literal

import typer
from rich.console import Console
from rich.markup import escape
from rich.progress import track
from rich.table import Table

from pipeline import datasets, jobs, series
from pipeline.errors import InputError, unknown
from pipeline.files import found
from pipeline.settings import Settings

_state = {"debug": False}
app = typer.Typer(
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)
_STREAMS = ((False, sys.stdout), (True, sys.stderr))
_out, _err = (Console(stderr=stderr, width=None if stream.isatty() else 120) for stderr, stream in _STREAMS)

Slug = Annotated[str, typer.Option("--dataset", help="A registered dataset.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON for machines.")]
Topic = Annotated[str, typer.Option("--topic", help="A topic of the lexicon, such as alibaba_case.")]
Term = Annotated[str | None, typer.Option("--term", help="One term of the topic instead of all.")]
First = Annotated[dt.datetime | None, typer.Option("--from", formats=["%Y-%m-%d"], help="First day, Asia/Shanghai.")]
Last = Annotated[dt.datetime | None, typer.Option("--to", formats=["%Y-%m-%d"], help="Last day, Asia/Shanghai.")]
Observed = Annotated[
    str | None, typer.Option(help="When the rows were seen (China time), for dates without a year and relative ones.")
]
Share = Annotated[
    float | None, typer.Option(min=0, max=1, help="Share of refused rows beyond which a file is refused.")
]
Given = Annotated[Path, typer.Argument(help="A file, a folder, a pattern, or an archive.")]


_TOPIC_COLUMNS = {"topic": True, "label": False, "posts": True, "peak day": True, "posts that day": True, "share": True}


@app.callback()
def debug(
    show: Annotated[bool, typer.Option("--debug", help="Show the traceback of an unexpected error.")] = False,
) -> None:
    """Daily series of what Chinese social media talks about."""
    _state["debug"] = show


@app.command()
def init() -> None:
    """Make the data home, the pseudonym key and the database; safe to repeat."""
    made = jobs.initialise(Settings.from_env())
    key = "made a new pseudonym key: back it up" if made["key_created"] else "kept the pseudonym key"
    _say(f"Data home {made['home']}, database {made['database']}; {key}.")
    for path in made["swept"]:
        _say(f"Removed {path}, which an interrupted run had left.")


@app.command()
def ingest(
    path: Given, dataset: Slug, observed_at: Observed = None, max_reject_share: Share = None, as_json: AsJson = False
) -> None:
    """Read files into the lake. Content that was ingested before is left alone."""
    done, refused = _ingested(Settings.from_env(), path, dataset, observed_at, max_reject_share)
    _print_ingested(done, as_json)
    _complain_of(refused, len(done))


@app.command()
def inspect(
    path: Given,
    dataset: Annotated[str | None, typer.Option(help="Read it as a file of this dataset.")] = None,
    observed_at: Observed = None,
    as_json: AsJson = False,
) -> None:
    """Show what an ingest would make of a file: format, first rows, every defect. Writes nothing."""
    settings = Settings.from_env()
    reports = [jobs.inspect(settings, file, dataset, observed_at) for file in _progress(list(found(path)), "Looking")]
    if as_json:
        _print_json(reports)
        return
    for report in reports:
        _print_report(report)


@app.command()
def aggregate(as_json: AsJson = False) -> None:
    """Count every day that is new, has new files, or was counted by another method."""
    settings = Settings.from_env()
    method = jobs.Method(settings.cache)
    days = [place for chunk in jobs.plan(settings, method=method) for place in chunk]
    counted = list(_progress(jobs.count(settings, days, method), "Counting", total=len(days))) if days else []
    if as_json:
        _print_json(counted)
    elif counted:
        names = ", ".join(sorted({place["dataset"] for place in counted}))
        _say(f"Counted {_some(len(counted), 'day')} of {names}.")
    else:
        _say("Every day is counted already; nothing to do.")


@app.command()
def run(path: Given, dataset: Slug, observed_at: Observed = None, max_reject_share: Share = None) -> None:
    """Ingest, count, and print the table of topics: the whole way in one command."""
    settings = Settings.from_env()
    done, refused = _ingested(settings, path, dataset, observed_at, max_reject_share)
    _print_ingested(done, as_json=False)
    if done:
        aggregate()
        _print_topics(jobs.summary(settings), dataset)
    _complain_of(refused, len(done))


@app.command()
def forget(dataset: Slug) -> None:
    """Remove everything of a dataset: counts, ledger and lake files. Its source files are not touched."""
    gone = jobs.forget(Settings.from_env(), dataset)
    _say(f"Forgot {dataset}, with {_some(gone['files'], 'lake file')}; ingest its files to begin anew.")


@app.command("series")
def print_series(
    dataset: Slug, topic: Topic, term: Term = None, first: First = None, last: Last = None, as_json: AsJson = False
) -> None:
    """Print the daily series of a topic: day, posts, total, share, lo, hi (95 % Wilson), status (counted or gap)."""
    settings = Settings.from_env()
    frame = series.volume(settings.database_url, dataset, topic, term=term, first=_day(first), last=_day(last))
    frame["day"] = frame["day"].dt.strftime("%Y-%m-%d")
    if as_json:
        sys.stdout.write(frame.to_json(orient="records", double_precision=12, force_ascii=False) + "\n")
    else:
        _print_rows([{str(k): v for k, v in row.items()} for row in frame.to_dict("records")], frame.columns)


@app.command()
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
    span = {"first": _day(first), "last": _day(last)}
    for path in jobs.draw(settings, dataset, topic, term=term, language=language, stem=out, **span):
        _say(path)


@app.command()
def topics(
    dataset: Annotated[str | None, typer.Option(help="Only this dataset.")] = None, as_json: AsJson = False
) -> None:
    """Print what was counted: posts of every topic and its peak day."""
    rows = jobs.summary(Settings.from_env())
    if dataset is not None and dataset not in {row["dataset"] for row in rows}:
        raise unknown("counted dataset", dataset, {row["dataset"] for row in rows})
    if as_json:
        _print_json([row for row in rows if dataset in (None, row["dataset"])])
    else:
        _print_topics(rows, dataset)


@app.command()
def status(as_json: AsJson = False) -> None:
    """Print what the ledger knows: batches, posts, refused lines by reason, days counted, gaps."""
    state = jobs.status(Settings.from_env())
    if as_json:
        _print_json(state)
        return
    if not state["datasets"]:
        _say("Nothing is ingested yet; start with `guanchao ingest PATH --dataset SLUG`.")
        return
    _print_rows(state["datasets"], list(state["datasets"][0]))
    if state["rejects"]:
        _print_rows(state["rejects"], ["dataset", "reason", "lines"])
    for slug, gaps in state["gaps"].items():
        for status, why, days in _runs(gaps):
            length = _some(len(days), "day")
            _say(f"{slug}: {days[0]} to {days[-1]} ({length}) {status}: {why}.")


def print_outcome(settings: Settings) -> None:
    """Print the table of topics of every dataset and where the charts and notebooks are."""
    _print_topics(jobs.summary(settings), None)
    for what, folder, suffix in (("Charts", settings.figures, "png"), ("Notebooks", settings.notebooks, "ipynb")):
        _say(f"{what}:")
        for path in sorted(folder.glob(f"*.{suffix}")):
            _say(f"  {path}")


def _ingested(
    settings: Settings, path: Path, dataset: str, observed_at: str | None, max_reject_share: float | None
) -> tuple[list[dict[str, Any]], list[str]]:
    """What was ingested of a path, and one sentence for every file that was refused."""
    datasets.find(dataset, settings.registry)
    done, refused = [], []
    for file in _progress(list(found(path)), "Ingesting"):
        try:
            done.append(jobs.ingest(settings, file, dataset, observed_at, max_reject_share))
        except (InputError, OSError) as error:
            refused.append(str(error))
    return done, refused


def _complain_of(refused: Sequence[str], done: int) -> None:
    if refused:
        total = len(refused) + done
        _complain(refused, f"Refused: {len(refused)} of {_some(total, 'file')}." if total > 1 else "")


def main() -> None:
    """Run the command line. What goes wrong becomes one sentence on standard error and exit code 1."""
    try:
        app()
    except InputError as error:
        _complain([str(error)])
    except BrokenPipeError:
        sys.exit(1)
    except Exception as error:  # the edge of the process: nobody should meet a traceback unasked
        if _state["debug"]:
            raise
        first_line = (str(error).splitlines() or [""])[0]
        _complain([f"Unexpected {type(error).__name__}: {first_line}; `guanchao --debug` shows where."])


def _complain(messages: Iterable[str], closing: str = "") -> None:
    for message in [*messages, *([closing] if closing else [])]:
        _say(message, _err)
    sys.exit(1)


def _say(message: str, console: Console = _out) -> None:
    console.print(message, soft_wrap=True, highlight=False, markup=False)


def _progress(items: Any, what: str, total: int | None = None) -> Any:
    return track(items, what, total=total, console=_err, transient=True, disable=not _err.is_terminal)


def _day(moment: dt.datetime | None) -> dt.date | None:
    return moment.date() if moment else None


def _print_json(value: Any) -> None:
    sys.stdout.write(json.dumps(value, ensure_ascii=False, default=str, indent=1) + "\n")


def _print_ingested(done: Sequence[dict[str, Any]], as_json: bool) -> None:
    if as_json:
        _print_json(done)
        return
    new = [row for row in done if row["new"]]
    posts, rejected = (sum(row[name] for row in new) for name in ("posts", "rejected"))
    days = {day for row in new for day in row["days"]}
    _say(
        f"Ingested {_some(len(new), 'new file')}: {_some(posts, 'row')} on {_some(len(days), 'day')}, "
        f"{_some(rejected, 'line')} refused; {_some(len(done) - len(new), 'file')} known already."
    )
    for format_, number in Counter(row["format"] for row in new).items():
        _say(f"Recognised {_some(number, 'file')} as {format_}.")
    for row in new:
        for day, why in row["gaps"].items():
            _say(f"{row['path']}: {day} is a gap, not a zero: {why}.", _err)
        if not row["posts"] and not row["gaps"]:
            _say(f"{row['path']}: holds no rows.", _err)


def _print_report(report: dict[str, Any]) -> None:
    kind = f"{report['format']}: {report['about']}" if report["format"] else "no known format"
    _say(f"{report['path']}: {kind} ({report['shape']}, {report['encoding'] or 'binary'}).")
    if "rows" in report:
        span = f", {report['first_day']} to {report['last_day']}" if report["kept"] else ""
        _say(f"  {_some(report['kept'], 'row')} of {report['rows']:,} would be kept{span}.")
        for row in report["first"]:
            _say("  " + ", ".join(f"{name} {_brief(value)}" for name, value in row.items()))
    for defect in report["defects"]:
        _say(f"  Defect: {defect}")


def _brief(value: Any) -> str:
    text = " ".join(str(value).split())
    return text if len(text) <= 40 else text[:39] + "…"


def _print_topics(rows: Sequence[dict[str, Any]], dataset: str | None) -> None:
    for slug in sorted({row["dataset"] for row in rows if dataset in (None, row["dataset"])}):
        table = Table(title=slug, title_justify="left")
        listed = sorted((row for row in rows if row["dataset"] == slug), key=lambda row: -row["posts"])
        for column, keep in _TOPIC_COLUMNS.items():
            table.add_column(column.replace("posts", listed[0]["unit"]), no_wrap=keep, overflow="fold")
        for row in listed:
            share = f"{row['peak_share']:.1%}" if row["posts"] else "–"
            peak = (str(row["peak_day"]), str(row["peak_posts"])) if row["posts"] else ("–", "–")
            table.add_row(row["topic"], row["label_zh"], str(row["posts"]), *peak, share)
        _out.print(table)


def _print_rows(rows: Sequence[dict[str, Any]], columns: Iterable[str]) -> None:
    table = Table(*columns)
    for row in rows:
        table.add_row(*(escape(_cell(row[column])) for column in columns))
    _out.print(table)


def _some(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def _cell(value: Any) -> str:
    if value is None or value != value:
        return "–"
    return f"{value:.4f}" if isinstance(value, float) else str(value)


def _runs(gaps: Sequence[dict[str, Any]]) -> list[tuple[str, str, list[dt.date]]]:
    """Consecutive days that are missing or partial for the same reason, together."""
    runs: list[tuple[str, str, list[dt.date]]] = []
    for gap in gaps:
        what = "missing" if gap["status"] == "gap" else gap["status"]
        if runs and runs[-1][:2] == (what, gap["why"]) and (gap["day"] - runs[-1][2][-1]).days == 1:
            runs[-1][2].append(gap["day"])
        else:
            runs.append((what, gap["why"], [gap["day"]]))
    return runs
