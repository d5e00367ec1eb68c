"""Commands that bring data in and look after it: init, ingest, inspect, aggregate, run, forget, status."""

import datetime as dt
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from pipeline import datasets, engines, files, jobs
from pipeline.cli.options import AsJson, Slug
from pipeline.cli.output import complain, err, print_json, print_rows, progress, reading, say, some
from pipeline.cli.results import print_topics
from pipeline.errors import InputError
from pipeline.settings import Settings

Observed = Annotated[
    str | None, typer.Option(help="When the rows were seen (China time), for dates without a year and relative ones.")
]
Share = Annotated[
    float | None, typer.Option(min=0, max=1, help="Share of refused rows beyond which a file is refused.")
]
Given = Annotated[Path, typer.Argument(help="A file, a folder, a pattern, or an archive.")]


def init() -> None:
    """Make the data home, the pseudonym key and the database; safe to repeat."""
    made = jobs.initialise(Settings.from_env())
    key = "made a new pseudonym key: back it up" if made["key_created"] else "kept the pseudonym key"
    say(f"Data home {made['home']}, database {made['database']}; {key}.")
    for path in made["swept"]:
        say(f"Removed {path}, which an interrupted run had left.")


def ingest(
    path: Given, dataset: Slug, observed_at: Observed = None, max_reject_share: Share = None, as_json: AsJson = False
) -> None:
    """Read files into the lake. Content that was ingested before is left alone."""
    done, refused = _ingested(Settings.from_env(), path, dataset, observed_at, max_reject_share)
    _print_ingested(done, as_json)
    _complain_of(refused, len(done))


def inspect(
    path: Given,
    dataset: Annotated[str | None, typer.Option(help="Read it as a file of this dataset.")] = None,
    observed_at: Observed = None,
    as_json: AsJson = False,
) -> None:
    """Show what an ingest would make of a file: format, first rows, every defect. Writes nothing."""
    settings = Settings.from_env()
    with reading("Looking", files.size(path)) as watch:
        reports = [jobs.inspect(settings, file, dataset, observed_at) for file in files.found(path, watch)]
    if as_json:
        print_json(reports)
        return
    for report in reports:
        _print_report(report)


def aggregate(
    as_json: AsJson = False,
    engine: Annotated[str, typer.Option(help="Where days are counted: local (threads) or spark.")] = "local",
    cores: Annotated[
        int | None, typer.Option(min=1, help="Threads of the local engine; all cores unless given.")
    ] = None,
    master: Annotated[
        str, typer.Option(help="URL of the Spark cluster, as in spark://host:7077; local[*] if not.")
    ] = "",
) -> None:
    """Count every day that is new, has new files, or was counted by another method."""
    settings = Settings.from_env()
    runs_on = engines.engine(engine, cores=cores, master=master)
    method = jobs.Method(settings.cache)
    days = [place for chunk in jobs.plan(settings, method=method) for place in chunk]
    counting = jobs.count(settings, days, method, runs_on) if days else ()
    counted = list(progress(counting, "Counting", total=len(days)))
    again = [place for place in counted if not place["kept"]]
    if as_json:
        print_json(counted)
    elif counted:
        names = ", ".join(sorted({place["dataset"] for place in counted}))
        kept = some(len(counted) - len(again), "day")
        aside = "" if len(again) == len(counted) else f" Kept {kept} that the change of the lexicon does not concern."
        say(f"Counted {some(len(again), 'day')} of {names}.{aside}")
    else:
        say("Every day is counted already; nothing to do.")


def run(path: Given, dataset: Slug, observed_at: Observed = None, max_reject_share: Share = None) -> None:
    """Ingest, count, and print the table of topics: the whole way in one command."""
    settings = Settings.from_env()
    done, refused = _ingested(settings, path, dataset, observed_at, max_reject_share)
    _print_ingested(done, as_json=False)
    if done:
        aggregate()
        print_topics(jobs.summary(settings), dataset)
    _complain_of(refused, len(done))


def forget(dataset: Slug) -> None:
    """Remove everything of a dataset: counts, ledger and lake files. Its source files are not touched."""
    gone = jobs.forget(Settings.from_env(), dataset)
    say(f"Forgot {dataset}, with {some(gone['files'], 'lake file')}; ingest its files to begin anew.")


def status(as_json: AsJson = False) -> None:
    """Print what the ledger knows: batches, posts, refused lines by reason, days counted, gaps."""
    state = jobs.status(Settings.from_env())
    if as_json:
        print_json(state)
        return
    if not state["datasets"]:
        say("Nothing is ingested yet; start with `guanchao ingest PATH --dataset SLUG`.")
        return
    print_rows(state["datasets"], list(state["datasets"][0]))
    if state["rejects"]:
        print_rows(state["rejects"], ["dataset", "reason", "lines"])
    for slug, gaps in state["gaps"].items():
        for status, why, days in _runs(gaps):
            length = some(len(days), "day")
            say(f"{slug}: {days[0]} to {days[-1]} ({length}) {status}: {why}.")


def _ingested(
    settings: Settings, path: Path, dataset: str, observed_at: str | None, max_reject_share: float | None
) -> tuple[list[dict[str, Any]], list[str]]:
    """What was ingested of a path, and one sentence for every file that was refused."""
    datasets.find(dataset, settings.registry)
    done, refused = [], []
    with reading("Ingesting", files.size(path)) as watch:
        for file in files.found(path, watch):
            try:
                done.append(jobs.ingest(settings, file, dataset, observed_at, max_reject_share))
            except (InputError, OSError) as error:
                refused.append(str(error))
    return done, refused


def _complain_of(refused: Sequence[str], done: int) -> None:
    if refused:
        total = len(refused) + done
        complain(refused, f"Refused: {len(refused)} of {some(total, 'file')}." if total > 1 else "")


def _print_ingested(done: Sequence[dict[str, Any]], as_json: bool) -> None:
    if as_json:
        print_json(done)
        return
    new = [row for row in done if row["new"]]
    posts, rejected = (sum(row[name] for row in new) for name in ("posts", "rejected"))
    days = {day for row in new for day in row["days"]}
    say(
        f"Ingested {some(len(new), 'new file')}: {some(posts, 'row')} on {some(len(days), 'day')}, "
        f"{some(rejected, 'line')} refused; {some(len(done) - len(new), 'file')} known already."
    )
    for format_, number in Counter(row["format"] for row in new).items():
        say(f"Recognised {some(number, 'file')} as {format_}.")
    for row in new:
        for day, why in row["gaps"].items():
            say(f"{row['path']}: {day} is a gap, not a zero: {why}.", err)
        if not row["posts"] and not row["gaps"]:
            say(f"{row['path']}: holds no rows.", err)


def _print_report(report: dict[str, Any]) -> None:
    kind = f"{report['format']}: {report['about']}" if report["format"] else "no known format"
    say(f"{report['path']}: {kind} ({report['shape']}, {report['encoding'] or 'binary'}).")
    if "rows" in report:
        span = f", {report['first_day']} to {report['last_day']}" if report["kept"] else ""
        say(f"  {some(report['kept'], 'row')} of {report['rows']:,} would be kept{span}.")
        for row in report["first"]:
            say("  " + ", ".join(f"{name} {_brief(value)}" for name, value in row.items()))
    for defect in report["defects"]:
        say(f"  Defect: {defect}")


def _brief(value: Any) -> str:
    text = " ".join(str(value).split())
    return text if len(text) <= 40 else text[:39] + "…"


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
