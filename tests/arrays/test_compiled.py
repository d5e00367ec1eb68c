"""Where machine code is kept."""

import os
import subprocess
import sys
from pathlib import Path

SOURCE = """
from pipeline.arrays.compiled import compiled

@compiled
def twice(n):
    return 2 * n

print(twice(21))
"""


def _run(folder: Path, home: Path) -> str:
    path = folder / "made.py"
    path.write_text(SOURCE, encoding="utf-8")
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("NUMBA_", "XDG_"))}
    variables = {**kept, "HOME": str(home), "PYTHONPATH": str(Path.cwd()), "PYTHONDONTWRITEBYTECODE": "1"}
    return subprocess.run(
        [sys.executable, "-W", "error", path], env=variables, check=True, capture_output=True, text=True
    ).stdout.strip()


def test_it_lies_beside_the_source_where_that_can_be_written(tmp_path: Path):
    assert _run(tmp_path, tmp_path / "home") == "42"
    assert sorted(p.suffix for p in (tmp_path / "__pycache__").iterdir()) == [".nbc", ".nbi"]


def test_it_lies_in_the_users_folder_where_the_source_cannot_be_written(tmp_path: Path):
    (tmp_path / "__pycache__").write_bytes(b"")  # a file in its place, which stops the superuser too
    home = tmp_path / "home"
    home.mkdir()

    assert _run(tmp_path, home) == "42"
    assert sorted(p.suffix for p in home.rglob("*.nb?")) == [".nbc", ".nbi"]


def test_where_nothing_can_be_written_every_process_compiles_for_itself(tmp_path: Path):
    (tmp_path / "__pycache__").write_bytes(b"")
    (tmp_path / "home").write_bytes(b"")

    assert _run(tmp_path, tmp_path / "home") == "42"
