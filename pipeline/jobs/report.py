"""The page that an edition opens with: what was counted, how much of it is missing, and where the rest lies."""

import shutil
from collections.abc import Iterable, Iterator
from typing import Any

from pipeline import series
from pipeline.export import suppression
from pipeline.jobs.export import export
from pipeline.jobs.home import status
from pipeline.jobs.publish import summary
from pipeline.settings import Settings

Json = dict[str, Any]

FILE = "report.md"
EXPORTS = "exports"


def report(settings: Settings) -> str:
    """Write the page into the data home, as Markdown; its path. Of posts, numbers below ten are not printed."""
    topics = summary(settings)
    lines = ["# What was counted", "", "Exact numbers with intervals are in `exports/`; a gap is not a zero."]
    for used in status(settings)["datasets"]:
        mine = [row for row in topics if row["dataset"] == used["dataset"]]
        if mine:
            title = series.source(settings.database_url, used["dataset"]).caption("en")
            lines += ["", f"## {title}", "", _span(used), "", *_table(mine)]
    path = settings.home / FILE
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return str(path)


def package(settings: Settings) -> list[str]:
    """Make the data package of all counted datasets anew, for the public, with Parquet and LaTeX; its paths."""
    folder = settings.home / EXPORTS
    shutil.rmtree(folder, ignore_errors=True)
    return export(settings, folder, least=suppression.PUBLIC, parquet=True, tex=True)


def _span(used: Json) -> str:
    missing = f", of which {used['gap_days']} are missing" if used["gap_days"] else ""
    return f"Days from {used['first_day']} to {used['last_day']}{missing}; {used['counted_days']} are counted."


def _table(rows: Iterable[Json]) -> Iterator[str]:
    ordered = sorted(rows, key=lambda row: -row["posts"])
    unit, least = ordered[0]["unit"], 0 if ordered[0]["unit"] == "titles" else suppression.PUBLIC
    yield f"| topic | | {unit} | peak day | {unit} that day | share |"
    yield "|---|---|---:|---|---:|---:|"
    for row in ordered:
        yield f"| {row['topic']} | {row['label_zh']} | {' | '.join(_shown(row, least))} |"


def _shown(row: Json, least: int) -> tuple[str, ...]:
    """Posts, peak day, posts of that day and its share; a number below `least` only as such."""
    if not row["posts"]:
        return "0", "–", "–", "–"
    posts, peak = (str(row[name]) if row[name] >= least else f"<{least}" for name in ("posts", "peak_posts"))
    share = f"{row['peak_share']:.1%}" if row["peak_posts"] >= least else "–"
    return posts, str(row["peak_day"]), peak, share
