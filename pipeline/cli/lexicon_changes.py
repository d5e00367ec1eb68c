"""The commands `guanchao lexicon diff` and `guanchao lexicon suggest`: what a change moves, and what to consider."""

from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from pipeline import lexicon
from pipeline.cli.options import AsJson, Topic
from pipeline.cli.output import print_json, print_rows, progress, say, some
from pipeline.jobs.diff import diff as differ
from pipeline.jobs.suggest import FLOOR
from pipeline.jobs.suggest import suggest as proposed
from pipeline.settings import Settings

_SHOWN = 30
_WIDE = 6
"""Words of a list that are shown before the rest becomes a number."""

Old = Annotated[Path, typer.Argument(help="The folder of the lexicon before: a copy of pipeline/lexicon.")]
New = Annotated[Path | None, typer.Argument(help="The folder of the one after; by default the lexicon in use.")]
Only = Annotated[str | None, typer.Option("--dataset", help="Only this dataset.")]


def diff(old: Old, new: New = None, dataset: Only = None, as_json: AsJson = False) -> None:
    """Show what a change of the lexicon moves in the ingested posts: days, topics, and through which term."""

    def follow(days: Sequence[Any]) -> Any:
        return progress(days, "Comparing", total=len(days))

    found = differ(Settings.from_env(), old, new or lexicon.FOLDER, dataset, follow)
    if as_json:
        print_json(found)
    else:
        _print_diff(found)


def suggest(
    topic: Topic,
    dataset: Only = None,
    floor: Annotated[
        int, typer.Option(min=1, help="Posts, and authors where known, below which nothing shows.")
    ] = FLOOR,
    as_json: AsJson = False,
) -> None:
    """Propose terms for a topic: words that mark its posts, and likely disguises of its terms. Nothing is applied."""

    def follow(days: Sequence[Any]) -> Any:
        return progress(days, "Reading", total=len(days))

    found = proposed(Settings.from_env(), topic, dataset, floor, follow)
    if as_json:
        print_json(found)
    else:
        _print_suggestions(found)


def _print_diff(found: dict[str, Any]) -> None:
    say(" to ".join(f"{found[name]['version']} ({found[name]['digest'][:12]})" for name in ("old", "new")) + ".")
    edits = [
        {**row, "items": _brief(row["items"]), "how": _how(row["how"]), "change": f"{row['what']} {row['change']}"}
        for row in found["changes"]
    ]
    if edits:
        print_rows(edits, ["topic", "change", "items", "how"])
    else:
        say("No rule and no mask differs.")
    for what, name in (("user dictionary", "user_dictionary"), ("stop words", "stop_words")):
        if lines := [f"-{line}" for line in found[name]["removed"]] + [f"+{line}" for line in found[name]["added"]]:
            say(f"The {what}: {_brief(lines)}.")
    terms = [
        {**row, "posts": _step(row["posts"]), "days": _step(row["days"])}
        for row in found["terms"]
        if row["posts"][0] != row["posts"][1]
    ]
    if terms:
        say("Changed terms that count in other posts than before, whether or not these match the topic anyway:")
        print_rows(terms, ["topic", "term", "posts", "days"])
    _print_moves(found["moves"])
    for row in found["side_effects"]:
        through = f"through the {row['by']} ({row['what']}), not through a term"
        say(f"{row['topic']} moves by {some(row['posts'], 'post')} {through}.")
    days = found["days"]
    say(f"{some(days['recounted'], 'day')} of {days['read']:,} would be counted again by `guanchao aggregate`.")


def _print_moves(moves: Sequence[dict[str, Any]]) -> None:
    if not moves:
        say("No post of the ingested days moves into a topic or out of it.")
        return
    shown = sorted(moves, key=lambda row: -row["gained"] - row["lost"])[:_SHOWN]
    apart = [name for name in ("evasion_only", "quoted_only") if any(row[name][0] != row[name][1] for row in shown)]
    rows = [
        {**row, "through": _through(row)} | {name: _step(row[name]) for name in ("posts", *apart)}
        for row in sorted(shown, key=lambda row: (row["dataset"], row["day"], row["topic"]))
    ]
    print_rows(rows, ["dataset", "day", "topic", "posts", "gained", "lost", *apart, "through"])
    if len(moves) > _SHOWN:
        say(f"The {_SHOWN} largest of {len(moves):,} rows; --json has them all.")
    for topic, posts in sorted(_by_topic(moves).items()):
        days = some(sum(row["topic"] == topic for row in moves), "day")
        say(f"{topic}: {posts['gained']:,} gained, {posts['lost']:,} lost on {days}.")


def _by_topic(moves: Iterable[dict[str, Any]]) -> dict[str, Counter[str]]:
    topics: dict[str, Counter[str]] = {}
    for row in moves:
        topics.setdefault(row["topic"], Counter()).update(gained=row["gained"], lost=row["lost"])
    return topics


def _print_suggestions(found: dict[str, Any]) -> None:
    say(
        f"{found['topic']}: {some(found['posts'], 'post')} match, {found['rest']:,} do not. "
        "These are proposals; add one to the topic's file only after reading posts that hold it."
    )
    measures = ("g2", "bic", "log_ratio")
    for what, columns in (
        ("words", ["word", "posts", "rest", "authors", *measures, "days", "example_days"]),
        ("variants", ["variant", "term", "how", "posts", "unmatched", "days", "example_days"]),
    ):
        rows = [
            {**row, "example_days": " ".join(row["example_days"])}
            | {name: f"{row[name]:.1f}" for name in measures if name in row}
            for row in found[what]
        ]
        if rows:
            print_rows(rows[:_SHOWN], columns)
            if len(rows) > _SHOWN:
                say(f"The first {_SHOWN} of {len(rows):,} {what}; --json has them all.")
        else:
            say(f"No {what} to propose.")


def _how(how: dict[str, Any]) -> str:
    parts = []
    for name, value in how.items():
        if isinstance(value, dict):
            edits = [*(f"-{item}" for item in value["removed"]), *(f"+{item}" for item in value["added"])]
            parts.append(f"{name}: {_brief(edits)}")
        else:
            parts.append(f"{name}: {_brief(value) if isinstance(value, list) else value}")
    return "; ".join(parts)


def _brief(items: Sequence[str]) -> str:
    more = f" … ({len(items)})" if len(items) > _WIDE else ""
    return " ".join(items[:_WIDE]) + more


def _step(values: Sequence[int]) -> str:
    return f"{values[0]} → {values[1]}" if values[0] != values[1] else str(values[0])


def _through(row: dict[str, Any]) -> str:
    causes = [f"{'' if c['by'] == 'term' else c['by'] + ' '}{c['what']} {c['posts']}" for c in row["through"]]
    return ", ".join(causes[:_WIDE])
