"""The command that packs the daily tables for others: export."""

from pathlib import Path
from typing import Annotated

import typer

from pipeline.cli.options import First, Last, day
from pipeline.cli.output import say, some
from pipeline.errors import InputError
from pipeline.export.suppression import LEAST, PUBLIC
from pipeline.jobs.export import export as packed
from pipeline.settings import Settings

Datasets = Annotated[
    list[str] | None, typer.Option("--dataset", help="A counted dataset; repeatable. Default: all that are counted.")
]
Public = Annotated[
    bool, typer.Option("--public", help=f"For the public: withhold cells of fewer than {PUBLIC} authors.")
]
AllCells = Annotated[
    bool,
    typer.Option("--all-cells", help=f"For your own use: withhold nothing. Otherwise cells under {LEAST} authors."),
]
Authors = Annotated[
    list[str] | None, typer.Option("--author", help="Who made the package, for CITATION.cff; repeatable.")
]


def export(
    folder: Annotated[Path, typer.Argument(help="A new folder.")],
    dataset: Datasets = None,
    first: First = None,
    last: Last = None,
    public: Public = False,
    all_cells: AllCells = False,
    parquet: Annotated[bool, typer.Option("--parquet", help="The tables as Parquet, too.")] = False,
    latex: Annotated[bool, typer.Option("--latex", help="Tables for a paper, too (booktabs).")] = False,
    title: Annotated[str, typer.Option(help="The title of the package.")] = "Daily topic counts",
    author: Authors = None,
) -> None:
    """Write the daily tables as a Frictionless data package: CSV, codebook, citation, licences, datasheet, ethics."""
    if public and all_cells:
        raise InputError("--public withholds small cells and --all-cells shows them; give one of them.")
    paths = packed(
        Settings.from_env(),
        folder,
        dataset or (),
        first=day(first),
        last=day(last),
        least=PUBLIC if public else 0 if all_cells else LEAST,
        parquet=parquet,
        tex=latex,
        title=title,
        authors=author or (),
    )
    say(f"Wrote {some(len(paths), 'file')} to {folder}; README.md says what they are.")
    if not public:
        say("This package is for your team: --public withholds what others must not see.")
