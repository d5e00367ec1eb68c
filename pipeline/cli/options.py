"""The options that several commands share."""

import datetime as dt
from typing import Annotated

import typer

Slug = Annotated[str, typer.Option("--dataset", help="A registered dataset.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON for machines.")]
Topic = Annotated[str, typer.Option("--topic", help="A topic of the lexicon, such as alibaba_case.")]
First = Annotated[dt.datetime | None, typer.Option("--from", formats=["%Y-%m-%d"], help="First day, Asia/Shanghai.")]
Last = Annotated[dt.datetime | None, typer.Option("--to", formats=["%Y-%m-%d"], help="Last day, Asia/Shanghai.")]


def day(moment: dt.datetime | None) -> dt.date | None:
    """The day that an option states."""
    return moment.date() if moment else None
