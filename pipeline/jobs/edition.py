"""Editions: what was published at one moment, in a folder of its own, and `latest`, which is always a whole one."""

import datetime as dt
import hashlib
import os
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from pipeline.errors import InputError
from pipeline.schema import SHANGHAI
from pipeline.settings import Settings

Json = dict[str, Any]

FOLDER = "published"
"""The folder of the data home that holds the editions."""

SUMS = "SHA256SUMS"
"""The list of an edition's files, as `sha256sum --check` reads it."""

_LEFT_OVER = dt.timedelta(days=1)


def publish(settings: Settings, paths: Sequence[str], *, now: dt.datetime | None = None) -> Json:
    """Copy files of the data home into a new edition and make `latest` point to it; {"edition": path, "files": number}.

    paths: of charts, notebooks and exports; each keeps its place below the home. now: the time that names the edition,
    in Asia/Shanghai, by the clock unless given. `latest` is replaced in one step: who reads it finds the edition
    before or this one, whole. Raises InputError when there is no file, or one that is missing or outside the home.
    """
    home = settings.home.resolve()
    places = {path: path.relative_to(home) for path in _inside(paths, home)}
    folder = settings.home / FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    now = now or dt.datetime.now(SHANGHAI)
    _sweep(folder, now)
    draft = folder / f".draft-{now:%Y-%m-%d_%H%M%S.%f}-{os.getpid()}"
    for path, place in places.items():
        (draft / place).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(path, draft / place)
    _sum_up(draft)
    edition = _named(draft, folder / f"{now:%Y-%m-%d_%H%M%S}")
    _point(folder / "latest", edition)
    return {"edition": str(edition), "files": len(places)}


def _inside(paths: Sequence[str], home: Path) -> list[Path]:
    if not paths:
        raise InputError("There is nothing to publish: no chart, no notebook and no export was made.")
    found = sorted({Path(path).resolve() for path in paths})
    for path in found:
        if not path.is_file():
            raise InputError(f"{path}: no such file; make it again before publishing.")
        if not path.is_relative_to(home):
            raise InputError(f"{path}: lies outside the data home {home}; only what lies in it is published.")
    return found


def _sum_up(draft: Path) -> None:
    lines = []
    for path in sorted(path for path in draft.rglob("*") if path.is_file()):
        with path.open("rb") as file:
            lines.append(f"{hashlib.file_digest(file, 'sha256').hexdigest()}  {path.relative_to(draft).as_posix()}\n")
            os.fsync(file.fileno())
    (draft / SUMS).write_text("".join(lines), encoding="utf-8")


def _named(draft: Path, wanted: Path) -> Path:
    """The draft under its name, or where another edition of the same second has it, under the next free one."""
    edition, number = wanted, 1
    while True:
        try:
            draft.rename(edition)  # refused by the system where a folder with content has the name
        except OSError:
            if not edition.exists():
                raise
            number += 1
            edition = wanted.with_name(f"{wanted.name}-{number}")
        else:
            return edition


def _point(link: Path, edition: Path) -> None:
    draft = link.with_name(f".latest-{os.getpid()}")
    draft.unlink(missing_ok=True)
    draft.symlink_to(edition.name)  # relative: the home may be mounted elsewhere
    os.replace(draft, link)


def _sweep(folder: Path, now: dt.datetime) -> None:
    """Remove the drafts of runs that were killed; a younger one may still be written to."""
    for draft in folder.glob(".draft-*"):
        if now.timestamp() - draft.stat().st_mtime > _LEFT_OVER.total_seconds():
            shutil.rmtree(draft, ignore_errors=True)
