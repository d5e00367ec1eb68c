"""What lies beside the tables: README, codebook, licences, CITATION.cff, and a paragraph on ethics, facts filled in."""

import json
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import pandas as pd

from pipeline.export.fields import TABLES

Json = dict[str, Any]


class Facts(NamedTuple):
    """What the documents state.

    datasets: the rows of dataset.csv as text, with `posts`, `counted`, `gaps` (days) and `authors` (whether their posts
    have them). span: first and last day. least: authors below which cells are withheld, 0 for none. withheld: how many
    cells were, by table. left_out: tables and columns that are left out. lexicon: its version. package: version of the
    software. authors: of the package; empty where nobody is named yet.
    """

    title: str
    datasets: Sequence[Mapping[str, Any]]
    span: tuple[str, str]
    least: int
    withheld: Mapping[str, int]
    left_out: Sequence[str]
    lexicon: str
    package: str
    authors: Sequence[str]


_FILL_IN = "[fill in]"


def readme(facts: Facts, tables: Mapping[str, pd.DataFrame]) -> str:
    """README.md: what the package is, its tables, what must be known before a number is used."""
    rows = "\n".join(f"| `data/{name}.csv` | {TABLES[name].grain} | {len(t):,} |" for name, t in tables.items())
    return f"""# {facts.title}

Daily counts of topics, {facts.span[0]} to {facts.span[1]}, by Guanchao {facts.package}, lexicon {facts.lexicon}.
A [Frictionless data package](https://specs.frictionlessdata.io/tabular-data-package/): `datapackage.json` describes
every column, [CODEBOOK.md](CODEBOOK.md) says the same for people, SHA256SUMS has a digest of every file.

| file | one row per | rows |
|---|---|---|
{rows}

- A day is a calendar date in Asia/Shanghai. A day without rows in `day_total` was not collected: a gap, not a zero.
- A mention is a mention of words. What share of them is right, and what share is missed, is a matter of labels.
- Titles of a trending list measure exposure on an edited list, posts measure discussion. Never add the two.
- {withheld_sentence(facts)}

Licences of the sources: [LICENCES.md](LICENCES.md). To cite: [CITATION.cff](CITATION.cff). What the data are, and what
they must not be used for: [DATASHEET.md](DATASHEET.md), [ETHICS.md](ETHICS.md).
"""


def codebook(tables: Mapping[str, pd.DataFrame]) -> str:
    """CODEBOOK.md: every column of every table."""
    parts = ["# Codebook\n\nMissing values are empty cells. Text is UTF-8.\n"]
    for name, table in tables.items():
        known = TABLES[name]
        columns = [str(column) for column in table]
        parts.append(
            f"\n## {name}\n\nOne row per {known.grain}. Key: {', '.join(known.key)}.\n\n"
            "| column | type | |\n|---|---|---|"
        )
        parts += [
            f"\n| `{column}` | {known.fields[column].type} | {known.fields[column].about} |" for column in columns
        ]
        parts.append("\n")
    return "".join(parts)


def licences(facts: Facts) -> str:
    """LICENCES.md: under which terms each dataset may be used, and how it is cited."""
    parts = [
        "# Licences\n\nThe counts were made from these datasets. Their terms hold for what you do with the counts; "
        "this page does not replace them. No text of a post is in this package.\n"
    ]
    for row in facts.datasets:
        kind = "synthetic: numbers from it mean nothing about the world" if row["synthetic"] else row["kind"]
        parts.append(
            f"\n## {row['title']} (`{row['dataset']}`, {kind})\n\n"
            f"- Licence or terms: {row['licence']}\n- Basis of use: {row['basis']}\n- Citation: {row['citation']}\n"
            f"- Sampling: {row['sampling']}\n"
        )
    return "".join(parts)


def citation(facts: Facts) -> str:
    """CITATION.cff (version 1.2.0) of the package, with the software and the datasets as references.

    Strings are written as JSON, which YAML reads.
    """
    names = facts.authors or ["The authors of this data package (fill in)"]
    lines = ["cff-version: 1.2.0", 'message: "If you use these counts, please cite them and the datasets behind them."']
    lines += ["type: dataset", f"title: {_text(facts.title)}", f"version: {_text(facts.package)}"]
    lines += [f"abstract: {_text(_about(facts))}", "authors:", *(f"  - name: {_text(name)}" for name in names)]
    lines += ["references:", "  - type: software", '    title: "Guanchao"', f"    version: {_text(facts.package)}"]
    lines += ["    authors:", '      - name: "The Guanchao authors"']
    for row in facts.datasets:
        lines += ["  - type: dataset", f"    title: {_text(row['title'])}", f"    notes: {_text(row['citation'])}"]
        lines += ["    authors:", f"      - name: {_text('see notes')}"]
    return "\n".join(lines) + "\n"


def ethics(facts: Facts) -> str:
    """ETHICS.md: a paragraph that a paper can adapt, and what a person must add."""
    return f"""# Ethics statement

{paragraph(facts)}

To be added by the authors: the decision of your review board {_FILL_IN}; how long the texts are kept {_FILL_IN};
who holds the pseudonym key {_FILL_IN}.
"""


def paragraph(facts: Facts) -> str:
    """The facts of the package as a paragraph."""
    named = [row for row in facts.datasets if row["authors"]]
    boards = [row for row in facts.datasets if row["kind"] == "board"]
    sources = "; ".join(f"{row['title']} ({row['licence']})" for row in facts.datasets)
    said = [
        f"We analyse daily counts from public data ({len(facts.datasets)} in number): {sources}. "
        f"They cover {facts.span[0]} to {facts.span[1]} and were read under the terms stated by their sources."
    ]
    if named:
        said.append(
            "Author ids were replaced by keyed pseudonyms (HMAC-SHA-256) before they were stored; the tables hold "
            "neither ids nor pseudonyms, and no output describes a person."
        )
    if boards:
        said.append("Trending lists hold titles and no accounts; they measure exposure on an edited list, not people.")
    said.append("No text of a post is in the tables or figures, and nothing is quoted.")
    said.append(withheld_sentence(facts))
    said.append(
        "Complainants are not named in any form, accused private persons only as the police named them; allegations "
        "are worded as such, with the legal outcome beside them. Posts that were deleted before collection are unseen."
    )
    return " ".join(said)


def withheld_sentence(facts: Facts) -> str:
    """What was withheld, and why."""
    if not facts.least:
        return "Small cells are not withheld: this package is not for the public."
    cells = sum(facts.withheld.values())
    left = f" Left out altogether: {'; '.join(facts.left_out)}." if facts.left_out else ""
    return (
        f"Cells behind which fewer than {facts.least} authors stand were withheld, with those from which such a cell "
        f"would follow by subtraction: {cells:,} cells, marked as withheld and never shown as zero.{left}"
    )


def _about(facts: Facts) -> str:
    return f"Daily counts of topics in {len(facts.datasets)} datasets, {facts.span[0]} to {facts.span[1]}."


def _text(value: Any) -> str:
    return json.dumps(str(value), ensure_ascii=False)
