"""Commands that look after the counts: gate, alert."""

import datetime as dt
from collections import Counter
from collections.abc import Sequence
from typing import Annotated, Any

import typer

from pipeline.addresses import Undelivered
from pipeline.cli.options import AsJson, day
from pipeline.cli.output import complain, err, print_json, say, some
from pipeline.errors import InputError
from pipeline.jobs.alert import alert as alerted
from pipeline.jobs.gate import gate as gated
from pipeline.settings import Settings

Since = Annotated[
    dt.datetime | None,
    typer.Option("--since", formats=["%Y-%m-%d"], help="Bursts that reach into the days from this one on; default: 7."),
]
_SHOWN = 20


def gate(as_json: AsJson = False) -> None:
    """Check the counts: what contradicts itself, is odd, or went silent. Exit code 1 when a check fails."""
    findings = gated(Settings.from_env())
    number = Counter(finding["level"] for finding in findings)
    if as_json:
        print_json(findings)
    else:
        _print_findings(findings)
        say(f"{some(number['fail'], 'failure')}, {some(number['warn'], 'warning')}.")
    if number["fail"]:
        raise typer.Exit(1)


def alert(
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Print the messages; send and note nothing.")] = False,
    since: Since = None,
    as_json: AsJson = False,
) -> None:
    """Tell people of bursts, silent datasets and failed checks, each once, at the addresses in GUANCHAO_ALERT_URLS."""
    settings = Settings.from_env()
    if not dry_run and not settings.alert_urls.strip():
        raise InputError(
            "No address is configured; set GUANCHAO_ALERT_URLS to Apprise URLs (docs/operations.md), or use --dry-run."
        )
    try:
        told = alerted(settings, since=day(since), dry_run=dry_run)
    except Undelivered as failure:
        complain([f"{failure}"])
    if as_json:
        print_json(told)
    else:
        _print_messages(told, dry_run)


def _print_findings(findings: Sequence[dict[str, Any]]) -> None:
    """Every finding as a line; of many of one check and dataset the latest."""
    groups: dict[tuple[str, str, str], list[dict[str, Any]]] = {}
    for finding in findings:
        groups.setdefault((finding["level"], finding["check"], finding["dataset"]), []).append(finding)
    for (level, check, dataset), found in groups.items():
        for finding in found[-_SHOWN:]:
            say(f"{level} {check}: {finding['sentence']}")
        if len(found) > _SHOWN:
            say(f"{level} {check}: {len(found) - _SHOWN} earlier of {dataset}: --json has them all.")


def _print_messages(told: dict[str, Any], dry_run: bool) -> None:
    for message in told["messages"]:
        receivers = ", ".join(message["to"]) or "nobody: a dry run"
        say(f"To {receivers}\n{message['title']}\n{message['body']}\n")
    for note in told["notes"]:
        say(note, err)
    count = some(len(told["messages"]), "message")
    say(f"{count} would be sent." if dry_run else f"Sent {count}.")
