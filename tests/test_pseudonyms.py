"""Author ids never touch the disk."""

import hashlib
import hmac
from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.errors import InputError
from pipeline.pseudonyms import create_key, mask_authors, pseudonym, read_key
from pipeline.schema import POST, chunked

KEY = b"0123456789abcdef0123456789abcdef"


@pytest.fixture
def key_file(tmp_path: Path) -> Path:
    path = tmp_path / "key"
    create_key(path)
    return path


def test_a_new_key_has_256_bits_and_is_for_its_owner_alone(key_file: Path):
    assert key_file.stat().st_mode & 0o777 == 0o600
    assert len(bytes.fromhex(read_key(key_file).decode())) == 32


def test_a_key_is_never_overwritten(key_file: Path):
    before = key_file.read_bytes()
    assert create_key(key_file) is False
    assert key_file.read_bytes() == before


def test_two_keys_differ(tmp_path: Path):
    paths = [tmp_path / "a", tmp_path / "b"]
    assert all(map(create_key, paths))
    assert read_key(paths[0]) != read_key(paths[1])


def test_a_missing_key_says_how_to_make_one(tmp_path: Path):
    with pytest.raises(InputError, match=r"key: there is no pseudonym key yet; run `guanchao init` once\.$"):
        read_key(tmp_path / "key")


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o644])
def test_a_key_that_others_can_read_says_how_to_close_it(key_file: Path, mode: int):
    key_file.chmod(mode)
    with pytest.raises(InputError, match=r"other users can read the pseudonym key; run `chmod 600 .*key`\.$"):
        read_key(key_file)


@pytest.mark.parametrize("key", ["", "\n", "a" * 31, " " * 40])
def test_a_short_key_is_not_accepted(key_file: Path, key: str):
    key_file.write_text(key)
    with pytest.raises(InputError, match=r"fewer than 32 characters; restore it from your backup\.$"):
        read_key(key_file)


def test_the_standard_library_keeps_to_rfc_4231():
    tag = hmac.new(b"Jefe", b"what do ya want for nothing?", hashlib.sha256).hexdigest()
    assert tag == "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"


@given(st.binary(min_size=1, max_size=100), st.text("abcdefghij", min_size=1), st.text("0123456789阿里", min_size=1))
def test_a_pseudonym_is_half_of_an_hmac_written_out_by_hand(key: bytes, platform: str, author: str):
    block = (hashlib.sha256(key).digest() if len(key) > 64 else key).ljust(64, b"\0")
    inner, outer = (bytes(byte ^ pad for byte in block) for pad in (0x36, 0x5C))
    tag = hashlib.sha256(outer + hashlib.sha256(inner + f"{platform}:{author}".encode()).digest()).hexdigest()
    assert pseudonym(key, platform, author) == tag[:32]


@given(st.from_regex(r"\d{10}", fullmatch=True))
def test_the_same_digits_on_two_platforms_are_two_people(author: str):
    assert pseudonym(KEY, "weibo", author) != pseudonym(KEY, "zhihu", author)


def test_no_raw_id_is_left_and_the_rest_of_the_posts_is_untouched():
    authors = ["9900030886", None, "9900000204", "9900030886"]
    rows = [{"post_id": str(n), "text": "破冰", "author": author} for n, author in enumerate(authors)]
    (posts, _) = next(chunked(rows, POST))
    masked = mask_authors(posts, KEY, "weibo")
    buffer = pa.BufferOutputStream()
    with pa.ipc.new_stream(buffer, masked.schema) as stream:
        stream.write_batch(masked)
    assert not [author for author in authors if author and author.encode() in buffer.getvalue().to_pybytes()]
    assert masked["author"].to_pylist() == [author and pseudonym(KEY, "weibo", author) for author in authors]
    assert masked.schema.equals(posts.schema)
    assert masked.drop_columns(["author"]).equals(posts.drop_columns(["author"]))
