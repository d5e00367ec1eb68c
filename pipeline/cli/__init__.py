"""The command `guanchao`. Exit code 0: done; 1: data or input at fault, said in one sentence; 2: wrong usage."""

import sys
from collections.abc import Callable
from typing import Annotated

import typer

from pipeline.cli import corrected, data, export, fetch, figure, lexicon, query, results, verify, watch
from pipeline.cli.output import complain
from pipeline.errors import InputError

_state = {"debug": False}
app = typer.Typer(
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)


@app.callback()
def debug(
    show: Annotated[bool, typer.Option("--debug", help="Show the traceback of an unexpected error.")] = False,
) -> None:
    """Daily series of what Chinese social media talks about."""
    _state["debug"] = show


_COMMANDS: tuple[Callable[..., None], ...] = (
    data.init, fetch.fetch, data.ingest, data.inspect, data.aggregate, data.run,
    results.series, query.query, corrected.corrected, results.chart, results.topics, export.export,
    figure.figure, verify.verify,
    data.status, data.forget, watch.gate, watch.alert,
)  # fmt: skip
for command in _COMMANDS:
    app.command()(command)
app.add_typer(lexicon.app, name="lexicon")


def main() -> None:
    """Run the command line. What goes wrong becomes one sentence on standard error and exit code 1."""
    try:
        app()
    except InputError as error:
        complain([str(error)])
    except BrokenPipeError:
        sys.exit(1)
    except Exception as error:  # the edge of the process: nobody should meet a traceback unasked
        if _state["debug"]:
            raise
        first_line = (str(error).splitlines() or [""])[0]
        complain([f"Unexpected {type(error).__name__}: {first_line}; `guanchao --debug` shows where."])
