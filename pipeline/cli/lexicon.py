"""The commands `guanchao lexicon ...`: what a term does, what is wrong with the lexicon, how well it matches.

`diff` and `suggest`, which change it, have a room of their own.
"""

import datetime as dt
import os
import sys
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.table import Table
from rich.text import Text

from pipeline import lexicon
from pipeline.cli import lexicon_changes
from pipeline.cli.options import AsJson, Slug, Topic, day
from pipeline.cli.output import err, out, print_json, print_rows, say, some
from pipeline.errors import InputError
from pipeline.jobs.check import check as checked
from pipeline.jobs.evaluate import evaluate as evaluated
from pipeline.jobs.explain import explain as explained
from pipeline.jobs.sample import sample as sampled
from pipeline.settings import Settings
from pipeline.stats.agreement import LEAST

app = typer.Typer(
    no_args_is_help=True,
    help="Explain, check, measure and change the lexicon.",
)

On = Annotated[dt.datetime | None, typer.Option("--day", formats=["%Y-%m-%d"], help="Its day; without it, any day.")]
_REFUSED = {
    "mask": "no: inside a longer phrase",
    "edge": "no: joined to a letter or digit",
    "boundary": "no: a word straddles its edge",
    "partner": "no: no partner near",
    "points": "no: too few points",
    "blocker": "no: a blocker is near",
    "date": "no: not on that day",
    "tag": "no: in a hashtag",
}
_STYLES = {"error": "red", "warning": "yellow", "note": "dim"}
_AROUND = 6
_LISTED = 3
_SHOWN = 20


def explain(
    text: Annotated[str, typer.Argument(help="The text, or - for standard input.")],
    title: Annotated[bool, typer.Option("--title", help="It is a title of a trending list.")] = False,
    on: On = None,
    as_json: AsJson = False,
) -> None:
    """Show every place where a term stands in a text, and the rule that let it count or refused it."""
    words = sys.stdin.read() if text == "-" else text
    found = explained(Settings.from_env(), words, day(on), title)
    if as_json:
        print_json(found)
        return
    for line in _verdict_on(found):
        say(line)
    if found["candidates"]:
        out.print(_candidates(found["candidates"], words))


def check(
    folder: Annotated[Path | None, typer.Argument(help="A lexicon's folder; by default the one in use.")] = None,
    notes: Annotated[bool, typer.Option("--notes", help="Show notes too, which ask for nothing.")] = False,
    as_json: AsJson = False,
) -> None:
    """Find what a careful editor would mark in the lexicon's files. Exit code 1 when there is an error."""
    findings = checked(Settings.from_env(), folder or lexicon.FOLDER)
    count = Counter(finding["severity"] for finding in findings)
    if as_json:
        print_json(findings)
    else:
        _print_findings([f for f in findings if notes or f["severity"] != "note"])
        sums = ", ".join(some(count[severity], severity) for severity in _STYLES)
        say(f"{sums} (--notes shows the notes)." if count["note"] and not notes else f"{sums}.")
    if count["error"]:
        raise typer.Exit(1)


def evaluate(
    labels: Annotated[Path, typer.Argument(help="CSV or TSV with the columns topic, text, label.")],
    title: Annotated[bool, typer.Option("--title", help="Rows without `kind` are titles, not posts.")] = False,
    least: Annotated[int, typer.Option(min=1, help="Rows below which a share is not shown.")] = LEAST,
    text: Annotated[bool, typer.Option("--text", help="Show the texts of the confusions. Do not keep that.")] = False,
    as_json: AsJson = False,
) -> None:
    """Compare the matcher with people's labels: precision, recall, F1, kappa, and every confusion explained."""
    found = evaluated(Settings.from_env(), str(labels), title, least)
    if not text:
        for confusion in found["confusions"]:
            del confusion["text"]
    if as_json:
        print_json(found)
    else:
        _print_evaluation(found)


def sample(
    dataset: Slug,
    topic: Topic,
    size: Annotated[int, typer.Option(min=1, help="How many texts to draw.")],
    seed: Annotated[int, typer.Option(help="The same seed draws the same texts.")],
    to: Annotated[Path | None, typer.Option("--out", help="A new file; default: standard output.")] = None,
) -> None:
    """Draw texts of an ingested dataset to be labelled, by strata, as a CSV that opens in a spreadsheet."""
    if to and to.exists():
        raise InputError(f"{to}: there is a file of that name, which may hold labels; choose another name.")
    sheet, strata = sampled(Settings.from_env(), dataset, topic, size, seed)
    content = sheet.encode("utf-8", "replace")
    if to:
        with os.fdopen(os.open(to, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(content)
    else:
        sys.stdout.buffer.write(content)
    for row in strata:
        say(f"{row['stratum']}: {row['drawn']:,} of {some(row['texts'], 'text')}", err)
    say("The file holds texts of posts: keep it beside the lake, and delete it when the labels are done.", err)


for command in (explain, check, evaluate, sample, lexicon_changes.diff, lexicon_changes.suggest):
    app.command()(command)


def _verdict_on(found: dict[str, Any]) -> Iterable[str]:
    said = {
        "written": "Counts for",
        "disguised": "Counted apart, in disguise",
        "quoted": "Counted apart, in quoted words",
    }
    topics = [f"{words}: {', '.join(found['topics'][name])}." for name, words in said.items() if found["topics"][name]]
    yield " ".join(topics) or "Counts for no topic."
    if not found["candidates"]:
        yield "No term of the lexicon stands in it."


def _candidates(candidates: Sequence[dict[str, Any]], text: str) -> Table:
    table = _table("topic", "term", "in the text", "verdict", "because")
    for row in candidates:
        accepted = row["verdict"] == "accepted"
        verdict = Text(_verdict(row), style="green" if accepted else "red")
        table.add_row(row["topic"], Text(row["term"]), _in_place(row, text), verdict, Text(_because(row)))
    return table


def _verdict(row: dict[str, Any]) -> str:
    if row["verdict"] != "accepted":
        return _REFUSED.get(row["verdict"], f"no: {row['verdict']}")
    if row["evasion"] or row["uncovered"]:
        return "counts apart: disguised"
    return "counts apart: quoted" if row["part"] == "quoted" else "counts"


def _because(row: dict[str, Any]) -> str:
    """What decided it; of many partners that are missing the first few."""
    first, *others = row["because"].split(", ")
    if row["verdict"] != "partner" or len(others) < _LISTED:
        return str(row["because"])
    return f"{', '.join([first, *others[: _LISTED - 1]])} and {len(others) - _LISTED + 1} more within reach"


def _in_place(row: dict[str, Any], text: str) -> Text:
    """The piece with a few characters on either side, on one line."""
    before, after = text[max(0, row["start"] - _AROUND) : row["start"]], text[row["end"] : row["end"] + _AROUND]
    shown = Text(" ".join(before.split("\n")))
    shown.append(" ".join(f"[{row['piece']}]".split("\n")), style="bold")
    return shown.append(" ".join(after.split("\n")))


def _print_findings(findings: Sequence[dict[str, Any]]) -> None:
    if not findings:
        return
    table = _table("", "where", "term", "what", "what to do")
    for row in findings:
        where = Path(row["file"]).name + (f":{row['line']}" if row["line"] else "")
        severity = Text(row["severity"], style=_STYLES[row["severity"]])
        table.add_row(severity, Text(where), *(Text(row[name]) for name in ("term", "what", "remedy")))
    out.print(table)


def _print_evaluation(found: dict[str, Any]) -> None:
    say(f"{found['file']}: {some(found['rows'], 'row')}, {found['unlabelled']} of them not labelled; "
        f"lexicon {found['lexicon']['version']}, {found['lexicon']['digest'][:12]}.")  # fmt: skip
    out.print(_shares(found["topics"]))
    for topic in found["topics"]:
        for line in _reasons(topic):
            say(f"{topic['topic']}: {line}.")
    for note in found["notes"]:
        say(note)
    _print_confusions(found["confusions"])


def _table(*columns: str) -> Table:
    table = Table()
    for column in columns:
        table.add_column(column, overflow="fold")
    return table


def _shares(topics: Sequence[dict[str, Any]]) -> Table:
    table = Table()
    for column in ("topic", "texts", "precision", "recall", "F1", "kappa"):
        table.add_column(column, no_wrap=True)
    for row in topics:
        texts = f"{row['relevant']} relevant\n{row['not']} not\n{row['unsure'] + row['disputed']} left out"
        kappa = _share(row["kappa"], row["kappa"]["pairs"]) if row["kappa"] else "–"
        shares = [_share(row[name], row[name]["rows"]) for name in ("precision", "recall", "f1")]
        table.add_row(row["topic"], texts, *shares, kappa)
    return table


def _share(share: dict[str, Any], rows: int) -> str:
    if share["value"] is None:
        return f"–\nn {rows}"
    worth = share.get("effective_rows", rows)
    effective = f", worth {worth:.0f}" if round(worth) < rows else ""
    return f"{share['value']:.2f} ({share['lo']:.2f}–{share['hi']:.2f})\nn {rows}{effective}"


def _reasons(topic: dict[str, Any]) -> Iterable[str]:
    for name in ("precision", "recall", "f1", "kappa"):
        if topic[name] and topic[name]["note"]:
            yield f"{name}: {topic[name]['note']}"
    more = topic["with_evasion"]
    if (more["tp"], more["fp"]) != (topic["tp"], topic["fp"]):
        alarms = some(more["fp"], "false alarm")
        yield f"{topic['tp']} found; with disguised forms {more['tp']}, and {alarms} instead of {topic['fp']}"


def _print_confusions(confusions: Sequence[dict[str, Any]]) -> None:
    if not confusions:
        return
    say(f"{some(len(confusions), 'confusion')}:")
    rows = [
        {
            "line": row["line"],
            "topic": row["topic"],
            "error": row["error"],
            "why": row["why"],
            "candidates": "\n".join(dict.fromkeys(map(_brief, row["candidates"]))) or "–",
            "text": row.get("text", ""),
        }
        for row in confusions[:_SHOWN]
    ]
    columns = ["line", "topic", "error", "why", "candidates"]
    print_rows(rows, [*columns, "text"] if "text" in confusions[0] else columns)
    if len(confusions) > _SHOWN:
        say(f"… and {len(confusions) - _SHOWN} more: --json has them all.")


def _brief(candidate: dict[str, Any]) -> str:
    return f"{candidate['term']}: {_verdict(candidate)} ({_because(candidate)})"
