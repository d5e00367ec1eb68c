"""docs/measures.md is a claim: every function that it names exists and says what it returns."""

import importlib
import inspect
import pkgutil
import re
from pathlib import Path

import pytest

from pipeline import stats

PAGE = (Path(__file__).parents[2] / "docs" / "measures.md").read_text(encoding="utf-8")
CELLS = [line.split("|")[2] for line in PAGE.splitlines() if line.startswith("|") and "`" in line.split("|")[2]]
MODULES = {module.name for module in pkgutil.iter_modules(stats.__path__)}
NOT_MEASURES = {"guards", "intervals", "sampling", "stratified"}  # what measures are made of


def named(cell: str) -> list[tuple[str, str]]:
    """Module and function of each name in a cell; a name without a module is of the one before it."""
    found, module = [], ""
    for name in re.findall(r"`([\w.]+)`", cell):
        module, _, function = name.rpartition(".") if "." in name else (module, "", name)
        found.append((module, function))
    return found


@pytest.mark.parametrize(("module", "function"), [pair for cell in CELLS for pair in named(cell)])
def test_every_measure_of_the_page_exists_and_is_documented(module: str, function: str):
    measure = getattr(importlib.import_module(f"pipeline.stats.{module}"), function)

    assert inspect.getdoc(measure)


def test_every_module_of_measures_is_on_the_page():
    assert MODULES - {module for cell in CELLS for module, _ in named(cell)} == NOT_MEASURES
