"""The lexicon under a careful editor's eye."""

from pathlib import Path
from typing import Any

from pipeline import lexicon, review
from pipeline.errors import InputError
from pipeline.jobs.explain import cache
from pipeline.segment import Segmenter
from pipeline.settings import Settings

Json = dict[str, Any]


def check(settings: Settings, folder: Path = lexicon.FOLDER) -> list[Json]:
    """What is wrong or doubtful in a lexicon, the gravest first, as `pipeline.review.Finding` has it.

    What keeps the loader from reading it is an error among the others, unless one of them says why.
    """
    userdict = folder / lexicon.USERDICT.name
    with cache(settings) as prepared:
        words = userdict if userdict.exists() else lexicon.USERDICT
        findings = [finding._asdict() for finding in review.review(folder, Segmenter(words, prepared).cut)]
    if not any(finding["severity"] == "error" for finding in findings):
        findings = [*_refused(folder), *findings]
    return findings


def _refused(folder: Path) -> list[Json]:
    try:
        lexicon.load(folder)
    except InputError as error:
        nowhere = {"file": str(folder), "line": 0, "topic": "", "term": ""}
        return [{"severity": "error", "check": "loader", **nowhere, "what": str(error), "remedy": "mend that file"}]
    return []
