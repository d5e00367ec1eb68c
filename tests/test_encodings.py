"""Whatever a Chinese file was written in, its text comes out as it was meant."""

import io
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline import encodings, tables
from pipeline.encodings import Utf8, detect
from pipeline.errors import InputError
from pipeline.files import File, found

POSTS = "id,text\r\n" + "".join(
    f"{n},阿里女员工被灌酒一事的调查结果今天公布，大家都在讨论职场的酒文化。\r\n" for n in range(40)
)
TRADITIONAL = "id,text\r\n" + "".join(
    f"{n},今天天氣很好，我們一起去公園散步，大家都覺得很開心。\r\n" for n in range(40)
)


def decoded(content: bytes) -> str:
    return io.TextIOWrapper(io.BufferedReader(Utf8(io.BytesIO(content), detect(content))), "utf-8", newline="").read()


def file(folder: Path, content: bytes, name: str = "a.csv") -> File:
    (folder / name).write_bytes(content)
    (listed,) = found(folder / name)
    return listed


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gb18030", "gbk", "utf-32"])
def test_a_file_of_posts_comes_back_whole(encoding: str):
    assert decoded(POSTS.encode(encoding)) == POSTS


@pytest.mark.parametrize(("mark", "encoding"), [(b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be")])
def test_utf_16_of_either_order_is_known_by_its_mark(mark: bytes, encoding: str):
    assert decoded(mark + POSTS.encode(encoding)) == POSTS


def test_big5_is_told_from_gb18030():
    assert decoded(TRADITIONAL.encode("big5")) == TRADITIONAL


def test_gb18030_holds_emoji_and_rare_characters_that_gbk_rejects():
    text = POSTS + "41,武汉加油😷㙍𠮷\r\n"
    with pytest.raises(UnicodeEncodeError):
        text.encode("gbk")
    assert decoded(text.encode("gb18030")) == text


def test_two_invalid_bytes_are_repaired_and_counted(tmp_path: Path):
    content = POSTS.encode("gb18030") + b"41," + "坏".encode("gb18030") + b"\xff\xff" + "字\r\n".encode("gb18030")
    listed = file(tmp_path, content)
    rows = list(tables.csv_rows(listed))
    assert rows[-1] == (42, ["41", "坏\ufffd\ufffd字"])
    assert listed.notes["repaired"] == 2


def test_a_sound_file_has_no_repairs(tmp_path: Path):
    listed = file(tmp_path, POSTS.encode("gb18030"))
    assert len(list(tables.csv_rows(listed))) == 41
    assert listed.notes["repaired"] == 0


def test_a_file_with_many_invalid_bytes_is_an_input_error(tmp_path: Path):
    content = POSTS.encode() + b"41,\xff\xfe\xfd\xff\xfe\xfd\xff\xfe\r\n" * 3
    with pytest.raises(
        InputError, match=r"a\.csv: \d+ places are not valid in its encoding, .*; convert it to UTF-8\.$"
    ):
        list(tables.csv_rows(file(tmp_path, content)))


def test_a_folder_may_mix_encodings(tmp_path: Path):
    for name, encoding in [("a", "gbk"), ("b", "utf-8-sig"), ("c", "utf-16"), ("d", "gb18030"), ("e", "utf-8")]:
        (tmp_path / f"{name}.csv").write_bytes(POSTS.encode(encoding))
    first, *others = (list(tables.csv_records(listed)) for listed in found(tmp_path))
    assert len(first) == 40
    assert others == [first] * 4


def test_a_byte_order_mark_is_dropped_at_the_beginning_and_kept_inside_fields_for_the_fields_to_drop(tmp_path: Path):
    rows = list(tables.csv_rows(file(tmp_path, "\ufeffid,text\n\ufeff1,a\ufeffb\n".encode())))
    assert rows == [(1, ["id", "text"]), (2, ["\ufeff1", "a\ufeffb"])]


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030", "utf-16"])
@pytest.mark.parametrize("shift", range(4))
def test_a_character_across_the_border_of_a_block_stays_whole(encoding: str, shift: int, monkeypatch):
    monkeypatch.setattr(encodings, "_BLOCK", 16)
    text = "a" * shift + "阿里😷女员工" * 30
    stream = Utf8(io.BytesIO(text.encode(encoding)), encoding)
    assert io.BufferedReader(stream).read().decode() == text
    assert stream.repaired == 0
    assert 0 < stream.characters <= len(text)


@pytest.mark.parametrize("cut", range(1, 4))
def test_a_character_across_the_end_of_the_sample_does_not_change_the_encoding(cut: int):
    content = ("a" * (encodings.SAMPLE - cut) + "😷" * 10).encode()
    assert detect(content[: encodings.SAMPLE]) == "utf-8"


def test_a_file_cut_inside_its_last_character_loses_that_alone():
    stream = Utf8(io.BytesIO("破冰".encode()[:-1]), "utf-8")
    assert io.BufferedReader(stream).read().decode() == "破\ufffd"
    assert stream.repaired == 1


@given(st.text(), st.sampled_from(["utf-8", "gb18030", "utf-16"]), st.integers(1, 9))
def test_any_text_comes_back_equal(text: str, encoding: str, step: int):
    stream = Utf8(io.BytesIO(text.encode(encoding)), encoding)
    parts = []
    while part := stream.read(step):
        parts.append(part)
    assert b"".join(parts).decode() == text
    assert stream.repaired == 0


@given(st.binary(max_size=400), st.sampled_from(["utf-8", "gb18030", "utf-16-le"]))
def test_any_bytes_end_in_valid_utf_8_with_a_repair_for_every_place_that_was_none(content: bytes, encoding: str):
    stream = Utf8(io.BytesIO(content), encoding)

    text = io.BufferedReader(stream).read().decode()

    assert text == content.decode(encoding, errors="replace")
    assert stream.repaired == text.count("\ufffd") - content.decode(encoding, errors="ignore").count("\ufffd")


@given(st.text(min_size=1).filter(lambda text: not text.startswith("\ufeff")))
def test_utf_8_is_never_taken_for_anything_else(text: str):
    assert decoded(text.encode()) == text
