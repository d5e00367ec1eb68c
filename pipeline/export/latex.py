"""Tables for a paper, in LaTeX with booktabs."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from pipeline.export.documents import Facts, withheld_sentence
from pipeline.stats.intervals import wilson

_SPECIAL = {"\\": r"\textbackslash{}", "~": r"\textasciitilde{}", "^": r"\textasciicircum{}"}
_PER = 10_000
_ESCAPE = re.compile(r"[\\~^&%$#_{}]")


def topics(dataset: str, tables: Mapping[str, pd.DataFrame], facts: Facts) -> str:
    """One row per topic: posts over all days, days with any, and the day of the highest share with its interval."""
    own = tables["day_topic"][tables["day_topic"]["dataset"] == dataset]
    totals = tables["topic_total"][tables["topic_total"]["dataset"] == dataset].set_index("topic")["posts"]
    whole = tables["day_total"][tables["day_total"]["dataset"] == dataset].set_index("day")["posts"]
    about = next(row for row in facts.datasets if row["dataset"] == dataset)
    unit = "titles" if about["kind"] == "board" else "posts"
    return table(
        ["topic", unit, "peak day", unit, "per 10,000", "95 % interval"],
        [_peak(name, own[own["topic"] == name], totals, whole) for name in sorted(own["topic"].unique())],
        caption=f"Topics in {about['title']}, {about['first_day']} to {about['last_day']}",
        label=f"tab:topics-{dataset}",
        note=f"Days in Asia/Shanghai; {about['counted']} counted, {about['gaps']} not collected. Wilson intervals. "
        f"w: withheld. {withheld_sentence(facts)}",
        numeric=(1, 3, 4, 5),
    )


def table(
    header: Sequence[str], rows: Sequence[Sequence[str]], *, caption: str, label: str, note: str, numeric: Sequence[int]
) -> str:
    r"""A `table` environment that needs `\usepackage{booktabs}`, and for Chinese a compiler such as XeLaTeX.

    numeric: the places of the columns that are set flush right. note: a line below the table.
    """
    form = "".join("r" if place in numeric else "l" for place in range(len(header)))
    lines = [r"\begin{table}", r"\centering", rf"\caption{{{escape(caption)}}}", rf"\label{{{label}}}"]
    lines += [rf"\begin{{tabular}}{{{form}}}", r"\toprule", _line(header), r"\midrule", *map(_line, rows)]
    lines += [r"\bottomrule", r"\end{tabular}", "", rf"\smallskip\footnotesize {escape(note)}", r"\end{table}", ""]
    return "\n".join(lines)


def escape(text: str) -> str:
    r"""The text with what LaTeX would take for a command written out.

    >>> escape("alibaba_case & 26.5 %")
    'alibaba\\_case \\& 26.5 \\%'
    """
    return _ESCAPE.sub(lambda sign: _SPECIAL.get(sign[0], f"\\{sign[0]}"), text)


def _line(cells: Sequence[str]) -> str:
    return " & ".join(map(escape, cells)) + r" \\"


def _peak(topic: str, part: pd.DataFrame, totals: "pd.Series[Any]", whole: "pd.Series[Any]") -> list[str]:
    head = [topic, "w" if pd.isna(totals[topic]) else f"{totals[topic]:,}"]
    k, n = (column.to_numpy(dtype=float, na_value=np.nan) for column in (part["posts"], part["day"].map(whole)))
    if not (k > 0).any():
        return [*head, *["–"] * 4]
    at = int(np.nanargmax(k / n))
    lo, hi = wilson(k[at], n[at])
    limits = f"{lo * _PER:.1f}–{hi * _PER:.1f}"
    return [*head, str(part["day"].iloc[at]), f"{k[at]:,.0f}", f"{k[at] / n[at] * _PER:.1f}", limits]
