"""The command that asks the lake before there is a lexicon: query."""

import sys
from pathlib import Path
from typing import Annotated

import pandas as pd
import typer

from pipeline.cli.options import AsJson, First, Last, Slug, day
from pipeline.cli.output import err, print_rows, progress, say
from pipeline.errors import InputError
from pipeline.jobs.query import query as asked
from pipeline.query import parse
from pipeline.settings import Settings

Expression = Annotated[
    str,
    typer.Argument(
        metavar="EXPR",
        help='Words joined by AND, OR, NOT, NEAR/n and parentheses; "phrases"; /regular expressions/; match:boundary.',
    ),
]
Quoted = Annotated[bool, typer.Option("--quoted", help="Search the words that a post passes on, too.")]
Out = Annotated[Path | None, typer.Option("--out", metavar="CSV", help="Write the series to this file.")]


def query(
    expression: Expression,
    dataset: Slug,
    first: First = None,
    last: Last = None,
    quoted: Quoted = False,
    out: Out = None,
    as_json: AsJson = False,
) -> None:
    """Search what is ingested for a boolean expression: a daily series in the shape of `guanchao series`."""
    frame = asked(
        Settings.from_env(),
        expression,
        dataset,
        first=day(first),
        last=day(last),
        quoted=quoted,
        along=lambda days: progress(days, "Searching"),
    )
    say(f"Read as: {parse(expression)}", err)
    frame["day"] = frame["day"].dt.strftime("%Y-%m-%d")
    if out:
        _write(frame, out)
    if as_json:
        sys.stdout.write(frame.to_json(orient="records", double_precision=12, force_ascii=False) + "\n")
    elif not out:
        print_rows([{str(k): v for k, v in row.items()} for row in frame.to_dict("records")], frame.columns)


def _write(frame: pd.DataFrame, path: Path) -> None:
    try:
        path.write_text(frame.to_csv(None, index=False, lineterminator="\n"), encoding="utf-8", newline="\n")
    except OSError as error:
        raise InputError(f"{path}: cannot be written ({error.strerror}); choose another path.") from error
    say(f"Wrote {len(frame):,} days to {path}.", err)
