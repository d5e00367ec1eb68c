"""Runs the cells of a notebook in this process: what a kernel does, in the time that its start would take."""

import ast
from pathlib import Path
from typing import Any

import nbformat

FOLDER = Path(__file__).parents[2] / "notebooks"


def run(name: str, **parameters: Any) -> tuple[dict[str, Any], list[Any]]:
    """The names that a notebook leaves, and what each of its cells shows."""
    names: dict[str, Any] = {}
    shown = []
    for number, cell in enumerate(nbformat.read(FOLDER / f"{name}.ipynb", as_version=4).cells):
        if cell.cell_type != "code":
            continue
        tree = ast.parse(cell.source)
        last = tree.body.pop() if isinstance(tree.body[-1], ast.Expr) else None
        place = f"{name}.ipynb, cell {number}"
        exec(compile(tree, place, "exec"), names)
        if last is not None:
            shown.append(eval(compile(ast.Expression(last.value), place, "eval"), names))
        if "parameters" in cell.metadata.get("tags", []):
            names |= parameters
    return names, shown
