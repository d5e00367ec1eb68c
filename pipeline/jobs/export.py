"""From the counts to a data package that can be given away."""

import datetime as dt
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd
from sqlalchemy import Connection

import pipeline
from pipeline import lexicon
from pipeline.errors import InputError, unknown
from pipeline.export import datasheet, documents, latex, package, suppression
from pipeline.export.documents import Facts
from pipeline.export.fields import TABLES
from pipeline.schema import Lexicon
from pipeline.settings import Settings
from pipeline.store import counts, ledger, rows
from pipeline.store.connection import reading_from

Frames = dict[str, pd.DataFrame]

_COUNTED = ("day_total", "day_topic", "day_term", "day_pair", "day_word", "day_board")


def export(
    settings: Settings,
    folder: Path,
    datasets: Sequence[str] = (),
    *,
    first: dt.date | None = None,
    last: dt.date | None = None,
    least: int = suppression.LEAST,
    parquet: bool = False,
    tex: bool = False,
    title: str = "Daily topic counts",
    authors: Sequence[str] = (),
    words: Lexicon | None = None,
) -> list[str]:
    """Write a data package of some datasets, or of all that are counted, into a new folder; the paths of its files.

    least: cells behind which fewer authors stand are withheld, and those that would tell of them; 0 withholds none.
    parquet: the tables as Parquet, too. tex: tables for a paper in LaTeX. words: the lexicon, if it is loaded already.
    The same counts give the same bytes. Raises InputError for an unknown dataset, days that are not counted or were
    counted by several methods, a span without any day, and a folder that has content.
    """
    package.require_new(folder)
    tables = _read(settings, datasets, first, last, words or lexicon.load())
    left_out = suppression.withhold(tables, least) if least else []
    facts = _facts(tables, title, authors, least, left_out)
    texts = {
        "README.md": documents.readme(facts, tables),
        "CODEBOOK.md": documents.codebook(tables),
        "LICENCES.md": documents.licences(facts),
        "CITATION.cff": documents.citation(facts),
        "DATASHEET.md": datasheet.datasheet(facts),
        "ETHICS.md": documents.ethics(facts),
    }
    if tex:
        texts |= {f"tables/{name}.tex": latex.topics(name, tables, facts) for name in tables["dataset"]["dataset"]}
    made = package.files(tables, _manifest(facts, tables), texts, parquet)
    return [str(path) for path in package.write(made, folder)]


def _read(
    settings: Settings, datasets: Sequence[str], first: dt.date | None, last: dt.date | None, words: Lexicon
) -> Frames:
    with reading_from(settings.database_url) as connection:
        known = [row["dataset"] for row in ledger.overview(connection) if counts.span(connection, row["dataset"])]
        for name in datasets:
            if name not in known:
                raise unknown("counted dataset", name, known)
        if not known:
            raise InputError("Nothing is counted yet; run `guanchao aggregate` first.")
        parts = [_of(connection, name, first, last) for name in sorted(set(datasets) or known)]
        found = {name: pd.concat([part[name] for part in parts], ignore_index=True) for name in parts[0]}
        ids = set(found["day_total"]["method_id"])
        found["method"] = pd.DataFrame(rows.methods(connection, ids), columns=list(TABLES["method"].fields))
        found["event"] = _events(connection, found["dataset"])
    if len(ids) > 1:
        raise InputError("The days were counted by different methods; run `guanchao aggregate` first.")
    labels = [(topic.id, topic.label_en, topic.label_zh) for topic in words.topics]
    found["topic"] = pd.DataFrame(labels, columns=list(TABLES["topic"].fields))
    found["day_word"] = _without_private_names(found["day_word"], words)
    found["topic_total"] = pd.DataFrame(columns=list(TABLES["topic_total"].fields))
    found = {name: found[name] for name in TABLES}
    return found | _marked(found)


def _of(connection: Connection, dataset: str, first: dt.date | None, last: dt.date | None) -> Frames:
    """The tables of a dataset; a span that it does not reach has no rows."""
    counted = counts.span(connection, dataset)
    assert counted is not None  # asked for above
    start, end = max(first or counted[0], counted[0]), min(last or counted[1], counted[1])
    waiting = ledger.uncounted(connection, dataset, start, end)
    if waiting:
        raise InputError(f"{len(waiting)} days of {dataset} are not counted; run `guanchao aggregate` first.")
    found = {name: _frame(name, rows.counted(connection, name, dataset, start, end)) for name in _COUNTED}
    if found["day_total"].empty:
        raise InputError(f"No day of {dataset} is counted in that span; it has {counted[0]} to {counted[1]}.")
    about = dict(ledger.dataset(connection, dataset) or {})
    about |= {"dataset": dataset, "first_day": start, "last_day": end}
    found["dataset"] = pd.DataFrame([about], columns=list(TABLES["dataset"].fields))
    found["coverage"] = _frame("coverage", rows.coverage(connection, dataset, start, end))
    return found


def _frame(name: str, read: Sequence[Mapping[str, Any]]) -> pd.DataFrame:
    """The rows with the columns of the codebook; whole numbers stay whole where some are missing."""
    fields = TABLES[name].fields
    frame = pd.DataFrame(read, columns=[column for column in fields if column != "status" or name == "coverage"])
    return frame.astype({column: "Int64" for column in frame if fields[str(column)].type == "integer"})


def _events(connection: Connection, datasets: pd.DataFrame) -> pd.DataFrame:
    read = counts.events(connection, min(datasets["first_day"]), max(datasets["last_day"]))
    told = [row | {"time": row["time"] and row["time"].isoformat()} for row in read]
    return pd.DataFrame(told, columns=list(TABLES["event"].fields))


def _without_private_names(found: pd.DataFrame, words: Lexicon) -> pd.DataFrame:
    """The words without those that hold a name that the lexicon never prints."""
    private = {rule.term for topic in words.topics for rule in topic.rules if rule.shown != rule.term}
    named = [any(name in word for name in private) for word in found["word"]]
    return found.loc[[not it for it in named]].reset_index(drop=True)


def _marked(found: Frames) -> Frames:
    """The tables that have a status, all of it "counted", and the sums over days."""
    shown = {name: found[name].assign(status="counted") for name in ("day_total", "day_topic", "day_pair")}
    return shown | {"topic_total": suppression.by_topic(shown["day_topic"].assign(withheld=False))}


def _facts(tables: Frames, title: str, authors: Sequence[str], least: int, left_out: Sequence[str]) -> Facts:
    about = tables["dataset"]
    marked = [name for name, table in tables.items() if "status" in table and name != "coverage"]
    return Facts(
        title,
        [_about(row, tables) for row in about.to_dict("records")],
        (str(about["first_day"].min()), str(about["last_day"].max())),
        least,
        {name: int((tables[name]["status"] == "withheld").sum()) for name in marked},
        left_out,
        ", ".join(tables["method"]["lexicon_version"]),
        pipeline.__version__,
        authors,
    )


def _about(row: Mapping[Any, Any], tables: Frames) -> dict[str, Any]:
    days = tables["day_total"][tables["day_total"]["dataset"] == row["dataset"]]
    span = (row["last_day"] - row["first_day"]).days + 1
    return {
        **{str(name): value for name, value in row.items()},
        "posts": int(days["posts"].sum()),
        "counted": len(days),
        "gaps": span - len(days),
        "authors": bool(days["authors"].sum() > 0),
    }


def _manifest(facts: Facts, tables: Frames) -> dict[str, Any]:
    names = "-".join(tables["dataset"]["dataset"])
    about = facts.datasets
    return {
        "name": f"guanchao-{names}"[:100].lower(),
        "title": facts.title,
        "description": f"Daily counts of topics, {facts.span[0]} to {facts.span[1]}, by Guanchao. See README.md.",
        "version": facts.package,
        "contributors": [{"title": name, "role": "author"} for name in facts.authors or ["[fill in]"]],
        "licences": sorted({(row["licence"], f"Terms of {row['dataset']}: {row['licence']}") for row in about}),
        "sources": [{"title": f"{row['title']}. {row['source']}"} for row in about],
        "guanchao": {
            "first_day": facts.span[0],
            "last_day": facts.span[1],
            "least_authors": facts.least,
            "withheld": dict(facts.withheld),
            "left_out": list(facts.left_out),
            "methods": tables["method"]["method_id"].tolist(),
            "lexicon": facts.lexicon,
        },
    }
