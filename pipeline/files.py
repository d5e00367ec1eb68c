"""What a path leads to: a file, the files below a folder, those that a pattern names, or the members of an archive.

Archives are known by their first bytes, and by their endings where those say nothing: a compressed file under another
name is read too. They are read, never unpacked: a member's name is only shown and asked for a day, so `../` and
absolute names lead nowhere, and links and devices are passed over. What comes out of a compressed stream is bounded, so
that a small file cannot fill the memory or the disk.
"""

import bz2
import glob
import gzip
import io
import lzma
import re
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any, BinaryIO

import pyarrow as pa

from pipeline.errors import InputError

MOST_EXPANSION = 200
"""A compressed file may grow so many times over; text of posts grows about five times, repetitive JSON fifty times."""

SMALL = 64 << 20
"""Bytes that any compressed file may become, whatever its ratio."""

MEMBER = 256 << 20
"""Bytes of one member of a tar archive, which must be held in memory because a stream cannot be read twice."""

_STREAMS: dict[str, Callable[[BinaryIO], Any]] = {
    ".gz": lambda file: gzip.GzipFile(fileobj=file),
    ".bz2": bz2.BZ2File,
    ".xz": lzma.LZMAFile,
    ".zst": lambda file: pa.CompressedInputStream(file, "zstd"),
}
_COMPRESSED = {b"\x1f\x8b": ".gz", b"BZh": ".bz2", b"\xfd7zXZ\0": ".xz", b"\x28\xb5\x2f\xfd": ".zst"}
_DAMAGE = (
    tarfile.TarError, zipfile.BadZipFile, zlib.error, lzma.LZMAError, pa.ArrowException, EOFError, OSError,
    NotImplementedError,  # of zipfile, for what it cannot unpack
)  # fmt: skip
_BESIDE = re.compile(r"(licen[cs]e|readme|notice|citation|changelog|thumbs\.db)(\.|$)|.*\.md$", re.IGNORECASE)
Watch = Callable[[int], None]
_TARS = (".tar", ".tgz", ".tar.gz", ".tar.bz2", ".tar.xz", ".tar.zst")


@dataclass(frozen=True)
class File:
    """One file to be read. `name` is its own name without folders or compression; shown as `path` or `path!member`.

    notes: what reading it brought to light, such as `repaired`, the places whose bytes were invalid.
    watch: is told how many bytes of `path` were read, whenever some were, by streams that are watched.
    """

    path: Path
    name: str
    member: str = ""
    notes: dict[str, int] = field(default_factory=dict, compare=False, repr=False)
    watch: Watch | None = field(default=None, compare=False, repr=False)
    _content: bytes | None = field(default=None, compare=False, repr=False)

    def __str__(self) -> str:
        return f"{self.path}!{self.member}" if self.member else str(self.path)

    @property
    def suffix(self) -> str:
        """The ending of the name, in lower case, such as `.csv`."""
        return Path(self.name).suffix.lower()

    def open(self, watched: bool = False) -> Any:
        """The plain bytes from their beginning; may be called again. Raises InputError for a damaged archive."""
        if self._content is not None:
            return self._uncompressed(io.BytesIO(self._content))
        stored = _stored(self.path, self.watch if watched else None)
        if not self.member:
            return self._uncompressed(stored)
        with ExitStack() as beneath:  # closes what is open already if the member cannot be opened
            archive = beneath.enter_context(zipfile.ZipFile(beneath.enter_context(stored)))
            return self._uncompressed(_Bounded(archive.open(self.member), beneath.pop_all(), self))

    def _uncompressed(self, stored: Any) -> Any:
        unpack = _STREAMS.get(_compression(stored, self.member or self.path.name))
        return _Bounded(unpack(stored), stored, self) if unpack else stored


def found(path: Path, watch: Watch | None = None) -> Iterator[File]:
    """The files that a path, a folder, a pattern or an archive leads to, in order of name; hidden ones are left out.

    Raises InputError when there is none, and for an archive that is damaged.
    """
    for each in _paths(path):
        yield from _inside(each, watch)


def size(path: Path) -> int:
    """The bytes on the disk of what `found` leads to: what a watch is told in the end. Raises InputError likewise."""
    return sum(each.stat().st_size for each in _paths(path) if each.exists())


def _paths(path: Path) -> list[Path]:
    if path.is_file():
        return [path]
    if path.is_dir():
        listed = [p for p in path.rglob("*") if (p.is_file() or p.is_symlink()) and _wanted(str(p.relative_to(path)))]
    elif glob.has_magic(str(path)):
        listed = [Path(p) for p in glob.glob(str(path), recursive=True) if Path(p).is_file()]
    else:
        raise InputError(f"{path}: no such file or folder.")
    if not (shown := sorted(p for p in listed if not p.name.startswith("."))):
        raise InputError(f"{path}: nothing to read here.")
    return shown


def locate(shown: str) -> File:
    """The file that `str(file)` showed: a path, or `path!member`. Raises InputError when it is gone."""
    if Path(shown).is_file():
        return next(_inside(Path(shown)))
    for mark in re.finditer("!", shown):
        archive = Path(shown[: mark.start()])
        for file in _inside(archive) if archive.is_file() else ():
            if str(file) == shown:
                return file
    raise InputError(f"{shown}: no such file.")


def listing(folder: Path) -> list[File]:
    """The files of a folder as `found` gives them; none when there is no such folder or nothing in it."""
    return list(found(folder)) if folder.is_dir() and any(p.is_file() for p in folder.rglob("[!.]*")) else []


def _inside(path: Path, watch: Watch | None = None) -> Iterator[File]:
    if path.is_symlink() and not path.exists():  # a link whose target was not fetched, as git-annex leaves it
        yield File(path, path.name, notes={"absent": 1}, _content=b"")
        return
    name = path.name.lower()
    try:
        if name.endswith(_TARS):
            yield from _tar_members(path, watch)
        elif name.endswith(".zip") or _is_zip(path):
            yield from _zip_members(path, watch)
        else:
            yield File(path, _own_name(path.name), watch=watch)
    except _DAMAGE as error:
        raise InputError(f"{path}: the archive is damaged ({error}); fetch it again.") from error


def _own_name(place: str) -> str:
    """The name of a file without folders and without the ending of its compression."""
    path = Path(place)
    return path.stem if path.suffix.lower() in _STREAMS else path.name


def _compression(stored: BinaryIO, name: str) -> str:
    """The ending that stands for how a file is compressed, by its first bytes; else the ending that it has."""
    start = stored.read(8)
    stored.seek(0)
    return next((ending for mark, ending in _COMPRESSED.items() if start.startswith(mark)), Path(name).suffix.lower())


def _is_zip(path: Path) -> bool:
    """Whether a file under another ending is a zip archive, and none of the formats that are zip archives inside."""
    with path.open("rb") as plain:
        if plain.read(4) != b"PK\x03\x04" or not zipfile.is_zipfile(path):
            return False
    with zipfile.ZipFile(path) as archive:
        return not {"[Content_Types].xml", "mimetype", "META-INF/MANIFEST.MF"} & set(archive.namelist())


def _zip_members(path: Path, watch: Watch | None) -> Iterator[File]:
    with zipfile.ZipFile(path) as archive:
        members = sorted((m for m in archive.infolist() if not m.is_dir()), key=lambda m: m.filename)
    for member in members:
        if member.flag_bits & 1:
            raise InputError(f"{path}!{member.filename}: encrypted; unpack the archive first.")
        if _wanted(member.filename):
            yield File(path, _own_name(member.filename), member.filename, watch=watch)


def _tar_members(path: Path, watch: Watch | None) -> Iterator[File]:
    with _stored(path, watch) as plain:
        unpack = _STREAMS.get(_compression(plain, path.name).replace("tgz", "gz"))
        stream = _Bounded(unpack(plain) if unpack else plain, plain, File(path, path.name))
        with tarfile.open(fileobj=stream, mode="r|") as archive:
            for member in archive:
                if member.isreg() and _wanted(member.name):
                    yield File(path, _own_name(member.name), member.name, _content=_held(path, archive, member))


def _held(path: Path, archive: tarfile.TarFile, member: tarfile.TarInfo) -> bytes:
    if member.size > MEMBER:
        raise InputError(f"{path}!{member.name}: over {MEMBER >> 20} MiB inside a tar archive; unpack it first.")
    opened = archive.extractfile(member)
    content = opened.read() if opened else b""
    if len(content) != member.size:
        raise InputError(f"{path}!{member.name}: the archive is damaged (cut off inside); fetch it again.")
    return content


def _wanted(name: str) -> bool:
    """Whether a file of a folder or an archive is data: not hidden, and not what an author puts beside it."""
    parts = Path(name).parts
    hidden = any(part.startswith(".") and part != ".." for part in parts) or "__MACOSX" in parts
    return not hidden and not _BESIDE.match(parts[-1])


def _stored(path: Path, watch: Watch | None) -> "io.BufferedReader[io.FileIO]":
    return io.BufferedReader(_Watched(path, watch) if watch else io.FileIO(path))


class _Watched(io.FileIO):
    """A file that tells how many bytes were read of it."""

    def __init__(self, path: Path, watch: Watch):
        super().__init__(path)
        self._watch = watch

    def readinto(self, buffer: Any) -> int:
        number = super().readinto(buffer)
        self._watch(number or 0)
        return number or 0

    def readall(self) -> bytes:
        data = super().readall()
        self._watch(len(data or b""))
        return data or b""


class _Bounded(io.RawIOBase):
    """A stream that refuses to become much longer than the file it was compressed in, and closes that file too."""

    def __init__(self, stream: IO[bytes], beneath: Any, file: File):
        self._stream, self._beneath, self._file = stream, beneath, file
        self._left = max(SMALL, file.path.stat().st_size * MOST_EXPANSION)

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return False

    def seek(self, offset: int, whence: int = 0) -> int:
        """To the beginning alone, after its first bytes were looked at."""
        if (offset, whence) != (0, 0):
            raise io.UnsupportedOperation("seek")
        self._left += self._stream.tell()
        return self._stream.seek(0)

    def read(self, size: int = -1) -> bytes:
        try:
            data = self._stream.read(size if size >= 0 else self._left + 1)
        except _DAMAGE as error:
            raise InputError(f"{self._file}: the archive is damaged ({error}); fetch it again.") from error
        self._left -= len(data)
        if self._left < 0:
            raise InputError(f"{self._file}: grows over {MOST_EXPANSION} times when unpacked; that is no set of posts.")
        return data

    def readinto(self, buffer: object) -> int:
        view = memoryview(buffer).cast("B")  # type: ignore[arg-type]
        data = self.read(len(view))
        view[: len(data)] = data
        return len(data)

    def close(self) -> None:
        self._stream.close()
        self._beneath.close()
        super().close()
