"""The command that makes a figure with its passport: figure."""

import datetime as dt
from pathlib import Path
from typing import Annotated, Literal

import typer

from pipeline.cli.options import First, Last, day
from pipeline.cli.output import say
from pipeline.jobs.asked import KINDS, Asked
from pipeline.jobs.figure import figure as made
from pipeline.settings import Settings

_VENUES = "plain, icwsm, acm, nature, pnas, plos or slide"

Kind = Annotated[str, typer.Argument(metavar="KIND", help=f"One of: {', '.join(KINDS)}.")]
Datasets = Annotated[
    list[str], typer.Option("--dataset", help="A registered dataset; several for calendar, attention.")
]
Topics = Annotated[
    list[str] | None, typer.Option("--topic", help="A topic of the lexicon; may be given several times.")
]
Event = Annotated[
    dt.datetime | None, typer.Option("--event", formats=["%Y-%m-%d"], help="The day from which on it is after.")
]
Language = Annotated[Literal["en", "zh"], typer.Option("--lang", help="Labels in English or Chinese.")]


def figure(
    kind: Kind,
    dataset: Datasets,
    topic: Topics = None,
    term: Annotated[str | None, typer.Option(help="One term of the topic instead of all (volume).")] = None,
    first: First = None,
    last: Last = None,
    event: Event = None,
    venue: Annotated[str, typer.Option(help=f"Whose widths, type and palette: {_VENUES}.")] = "plain",
    width: Annotated[Literal["column", "text"], typer.Option(help="As wide as a column, or as the text.")] = "text",
    language: Language = "en",
    title: Annotated[str, typer.Option(help="A heading instead of the usual one.")] = "",
    least: Annotated[int, typer.Option(min=0, help="Authors below which a cell of posts is not shown.")] = 5,
    top: Annotated[int, typer.Option(min=1, help="Words per side, or words of the network.")] = 10,
    step: Annotated[int, typer.Option(min=1, help="Days per bar of attention.")] = 7,
    hours: Annotated[int, typer.Option(min=1, help="The greatest lag.")] = 48,
    events: Annotated[bool, typer.Option(help="Number the dated events above a volume.")] = True,
    seed: Annotated[int, typer.Option(help="Where the layout of a network begins.")] = 0,
    dpi: Annotated[int, typer.Option(min=50, help="Dots per inch of the bitmap.")] = 300,
    out: Annotated[Path | None, typer.Option(help="Path without ending; default: the data home's figures.")] = None,
) -> None:
    """Make a figure for a paper: PDF, PNG, SVG, the plotted numbers, caption, alternative text and passport."""
    asked = Asked(
        kind=kind, datasets=tuple(dataset), topics=tuple(topic or ()), term=term, first=day(first), last=day(last),
        event=day(event), venue=venue, width=width, language=language, title=title, least=least, top=top, step=step,
        hours=hours, events=events, seed=seed, dpi=dpi,
    )  # fmt: skip
    for path in made(Settings.from_env(), asked, stem=out):
        say(path)
