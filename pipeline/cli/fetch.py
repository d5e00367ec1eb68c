"""The command that brings the daily files of a public archive: fetch."""

import datetime as dt
from collections import Counter
from collections.abc import Sequence
from typing import Annotated, Any

import typer

from pipeline.cli.options import AsJson
from pipeline.cli.output import complain, err, print_json, print_rows, progress, say, some
from pipeline.fetch import Manners
from pipeline.jobs.fetch import BASE
from pipeline.jobs.fetch import fetch as fetched
from pipeline.settings import Settings

Name = Annotated[str, typer.Argument(metavar="DATASET", help="A dataset whose entry says where its files are.")]
From = Annotated[dt.datetime, typer.Option("--from", formats=["%Y-%m-%d"], help="First day, Asia/Shanghai.")]
To = Annotated[dt.datetime, typer.Option("--to", formats=["%Y-%m-%d"], help="Last day, Asia/Shanghai.")]
Base = Annotated[
    str | None,
    typer.Option("--base-url", envvar=BASE, help="A mirror: an address in place of the publisher's scheme and host."),
]
Pause = Annotated[float, typer.Option(min=0.1, help="Seconds between two requests.")]


def fetch(
    dataset: Name, first: From, last: To, base_url: Base = None, pause: Pause = Manners.pause, as_json: AsJson = False
) -> None:
    """Fetch an archive's daily files into the landing folder. What has not changed is not sent again."""
    settings = Settings.from_env()
    days = fetched(
        settings,
        dataset,
        first.date(),
        last.date(),
        base=base_url,
        manners=Manners(pause=pause),
        along=lambda each: progress(each, "Fetching"),
    )
    if as_json:
        print_json(days)
    else:
        print_rows(days, ["day", "status", "bytes", "why"])
        say(_summary(days) + f" Landing: {settings.landing / dataset}")
    if all(day["status"] == "absent" for day in days):
        say("The archive has none of these days: check the span, and the address in the dataset's entry.", err)
    if refused := [day["why"] for day in days if day["status"] == "refused"]:
        complain(refused, f"Refused: {len(refused)} of {some(len(days), 'day')}." if len(days) > 1 else "")


def _summary(days: Sequence[dict[str, Any]]) -> str:
    number = Counter(day["status"] for day in days)
    size = sum(day["bytes"] for day in days if day["status"] == "fetched")
    told = ", ".join(f"{number[status]:,} {status}" for status in ("unchanged", "absent", "refused") if number[status])
    return f"Fetched {some(number['fetched'], 'day')}, {size:,} bytes{'; ' + told if told else ''}."
