"""A file on its way: what has arrived of it lies under a hidden name beside its place until it is whole and sound."""

import hashlib
import json
import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import httpx

from pipeline import encodings

_KINDS: dict[type, str] = {list: "list", dict: "object"}


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one file.

    status: "fetched" (new or changed), "unchanged", "absent" (the server has none), or "refused", with the reason in
    `why`. bytes, sha256: of the file in its place. etag: what the server calls this content, "" where it does not.
    later: a refusal that may not stand another time. stop: the server asks not to be asked for a while.
    """

    status: Literal["fetched", "unchanged", "absent", "refused"]
    why: str = ""
    bytes: int = 0
    sha256: str = ""
    etag: str = ""
    later: bool = False
    stop: bool = False


class Final(Exception):
    """An answer that will not be better in a moment."""


class Passing(Exception):
    """A failure that may be over in a moment; `wait` is how many seconds the server asks for."""

    def __init__(self, why: str, wait: float = 0.0, stop: bool = False):
        super().__init__(why)
        self.wait, self.stop = wait, stop


class Part:
    """What has arrived of a file, under a hidden name beside its place, with the address and ETag of its content."""

    def __init__(self, target: Path, url: str):
        self.target, self._url = target, url
        self.path = target.with_name(f".{target.name}.part")
        self._tag = target.with_name(f".{target.name}.etag")

    def resuming(self) -> dict[str, str]:
        """The headers that ask for the rest; none where nothing is there, or nobody knows of which content."""
        try:
            size, tag = self.path.stat().st_size, self._tag.read_text(encoding="utf-8")
        except (FileNotFoundError, UnicodeDecodeError):
            return {}
        url, _, etag = tag.partition("\n")
        return {"Range": f"bytes={size}-", "If-Range": etag} if size and etag and url == self._url else {}

    def begin(self, answer: httpx.Response) -> int | None:
        """An empty part for a new answer; returns the bytes that it announces. The tag is there before any content."""
        self.drop()
        etag = answer.headers.get("ETag", "")
        if re.fullmatch(r'"[\x21\x23-\x7e]*"', etag):  # a weak one vouches for no byte
            self._tag.write_text(f"{self._url}\n{etag}", encoding="utf-8")
        length = answer.headers.get("Content-Length", "")
        return int(length) if length.isdecimal() else None

    def join(self, answer: httpx.Response) -> int | None:
        """The bytes of the whole file, of which the answer holds the rest; refuses any other part of any other file."""
        given = re.fullmatch(r"bytes (\d+)-(\d+)/(\d+)", answer.headers.get("Content-Range", ""))
        asked = self.resuming()
        fits = given and asked and asked["Range"] == f"bytes={given[1]}-" and int(given[2]) + 1 == int(given[3])
        if not given or not fits or answer.headers.get("ETag", asked["If-Range"]) != asked["If-Range"]:
            self.drop()
            raise Passing("the server sent another part than it was asked for")
        return int(given[3])

    def require(self, holds: str, whole: bool) -> None:
        """Refuse what is not the JSON that was promised. Where it may be cut or badly joined, another try may help."""
        content = self.path.read_bytes()
        text = content.decode(encodings.detect(content[: encodings.SAMPLE]), "replace").strip("\ufeff \t\r\n")
        if text.startswith("<"):
            raise Final("is a web page, such as a login, where JSON should be")
        try:
            value = json.loads(text)
        except (ValueError, RecursionError) as error:
            self.drop()
            why = f"is not valid JSON ({error})" if text else "is empty"
            raise (Final if whole else Passing)(why) from error
        found = _KINDS.get(type(value), type(value).__name__)
        if found != holds:
            raise Final(f"is JSON of the kind {found}, not {holds}")

    def publish(self, etag: str) -> Outcome:
        """Sync the part and rename it into its place, unless the same content lies there."""
        arrived = measured(self.path)
        if self.target.is_file() and measured(self.target) == arrived:
            self.drop()
            return Outcome("unchanged", "", *arrived, etag)
        with self.path.open("rb") as file:
            os.fsync(file.fileno())
        self.path.replace(self.target)
        self.drop()
        sync(self.target.parent)
        return Outcome("fetched", "", *arrived, etag)

    def drop(self) -> None:
        """Forget the part. The content goes first: a tag alone is of nothing."""
        self.path.unlink(missing_ok=True)
        self._tag.unlink(missing_ok=True)


def sync(folder: Path) -> None:
    """Make the names in a folder last."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def measured(path: Path) -> tuple[int, str]:
    """The bytes of a file and their SHA-256."""
    with path.open("rb") as file:
        return path.stat().st_size, hashlib.file_digest(file, "sha256").hexdigest()
