"""The command that recomputes a figure: verify."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from pipeline.cli.options import AsJson
from pipeline.cli.output import complain, err, print_json, say
from pipeline.jobs.verify import verify as verified
from pipeline.settings import Settings

File = Annotated[Path, typer.Argument(metavar="FIGURE", help="Any file of a figure, or its picture alone.")]


def verify(file: File, as_json: AsJson = False) -> None:
    """Count a figure again from the lake and say whether it is equal, or what differs; exit code 1 when it differs."""
    found = verified(Settings.from_env(), file)
    if as_json:
        print_json(found)
        sys.exit(not found["equal"])
    for note in found["notes"]:
        say(f"Note: {note}.", err)
    if found["equal"]:
        files = "file" if len(found["checked"]) == 1 else "files"
        say(f"Equal: {len(found['checked'])} {files} of {file.name} agree with what the lake gives.")
    else:
        complain(found["differences"], f"{file}: not equal to what the lake gives.")
