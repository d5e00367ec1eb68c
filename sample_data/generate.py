"""Writes the synthetic sample data: three small datasets in three published formats.

    python sample_data/generate.py [--out FOLDER]

Every sentence is put together from the templates in `material/`; no user wrote any of them. The same seed
gives the same bytes on Python 3.11 to 3.13. README.md says what is real in it (the dates of events) and
what is not.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from pathlib import Path

from formats import board_files, post_files, search_files
from posts import Writer
from sentences import Dice, Material

SEED = 20210716  # of sixty tried, one whose noise leaves the planned peaks in sight
HERE = Path(__file__).resolve().parent
SHARE_SEARCH, SHARE_POSTS = 1.0, 0.335  # size of a dataset, as a share of the volumes in material/


def build() -> dict[str, bytes]:
    """Every file of the sample, by its name below the output folder."""
    material = Material()
    search = Writer(material, Dice(SEED + 1), SHARE_SEARCH, parity=0)
    posts = Writer(material, Dice(SEED + 2), SHARE_POSTS, parity=1)
    files = dict(board_files(material, Dice(SEED)))
    files |= search_files(search.all_posts(material.trap_posts[::2]), search.dice)
    files |= post_files(posts.all_posts(material.trap_posts[1::2]), posts)
    return files


def main(arguments: Sequence[str] | None = None, say: Callable[[str], None] = print) -> None:
    """Writes the files below --out (default: beside this script) and says how large they are."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=Path, default=HERE)
    out = parser.parse_args(arguments).out
    files = build()
    for name, content in files.items():
        (out / name).parent.mkdir(parents=True, exist_ok=True)
        (out / name).write_bytes(content)
    say(f"{len(files)} files, {sum(map(len, files.values())):,} bytes")


if __name__ == "__main__":
    main()
