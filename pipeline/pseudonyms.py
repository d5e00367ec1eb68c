"""Author ids become keyed pseudonyms before they touch the disk.

Weibo ids are numbers of ten digits: a plain or salted hash can be undone by trying them all. HMAC-SHA-256 with a
secret key cannot (RFC 2104; test vector in RFC 4231).
"""

import hmac
import os
import secrets
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from pipeline.errors import InputError
from pipeline.schema import with_column


def create_key(path: Path) -> bool:
    """Write a new random key of 256 bits with mode 0600; False, and nothing written, when one is there."""
    draft = path.with_name(f"{path.name}.{os.getpid()}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        file.write(secrets.token_hex(32) + "\n")
        file.flush()
        os.fsync(file.fileno())
    try:
        path.hardlink_to(draft)  # whole or not at all, and never over another
    except FileExistsError:
        return False
    finally:
        draft.unlink()
    return True


def read_key(path: Path) -> bytes:
    """The key of the project. Raises InputError when there is none, it is too short, or others can read it."""
    if not path.exists():
        raise InputError(f"{path}: there is no pseudonym key yet; run `guanchao init` once.")
    if path.stat().st_mode & 0o077:
        raise InputError(f"{path}: other users can read the pseudonym key; run `chmod 600 {path}`.")
    key = path.read_text().strip()
    if len(key) < 32:
        raise InputError(f"{path}: the pseudonym key has fewer than 32 characters; restore it from your backup.")
    return key.encode()


def pseudonym(key: bytes, platform: str, author: str) -> str:
    """32 hexadecimal digits (128 bits) that stand for an author. The same id on two platforms differs."""
    return hmac.digest(key, f"{platform}:{author}".encode(), "sha256").hex()[:32]


def seal(key: bytes, digest: str) -> str:
    """A keyed digest (64 hexadecimal digits) of a digest."""
    return hmac.digest(key, digest.encode(), "sha256").hex()


def mask_authors(posts: pa.RecordBatch, key: bytes, platform: str) -> pa.RecordBatch:
    """The same posts with pseudonyms in the place of author ids; each author of the batch is looked at once."""
    authors = pc.dictionary_encode(posts["author"])
    masked = pa.array(
        [author and pseudonym(key, platform, author) for author in authors.dictionary.to_pylist()], pa.string()
    )
    return with_column(posts, "author", masked.take(authors.indices))
