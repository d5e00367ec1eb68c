"""What a segmenter promises beside jieba's tokens: columns, digests, errors, threads."""

import pickle
import threading
import time
from pathlib import Path

import jieba
import numpy as np
import pyarrow as pa
import pytest
from jieba import finalseg

from pipeline import lexicon
from pipeline.errors import InputError
from pipeline.segment import Segmenter, kernel

TEXTS = ["阿里女员工", None, "", "破冰船a1\r\n", "😀", None]
TOKENS = [["阿里女员工"], None, [], ["破冰船", "a1", "\r\n"], ["😀"], None]


def test_every_word_of_the_user_dictionary_stays_whole(segmenter: Segmenter):
    words = [line.split()[0] for line in lexicon.USERDICT.read_text(encoding="utf-8").splitlines() if line]

    assert [segmenter.cut(word) for word in words] == [[word] for word in words]


def test_a_column_has_the_tokens_of_each_text_and_null_where_a_text_is_null(segmenter: Segmenter):
    tokens = segmenter.tokens(pa.array(TEXTS))

    tokens.validate(full=True)
    assert tokens.type == pa.list_(pa.string())
    assert tokens.to_pylist() == TOKENS


@pytest.mark.parametrize("kind", [pa.large_string(), pa.string_view(), pa.dictionary(pa.int32(), pa.string())])
def test_every_kind_of_string_column_is_taken(segmenter: Segmenter, kind: pa.DataType):
    assert segmenter.tokens(pa.array(TEXTS).cast(kind)).to_pylist() == TOKENS


@pytest.mark.parametrize("column", [pa.array([], pa.string()), pa.nulls(2), pa.array(["", ""])])
def test_columns_without_a_character(segmenter: Segmenter, column: pa.Array):
    assert segmenter.tokens(column).to_pylist() == [[] if text == "" else None for text in column.to_pylist()]


def test_a_column_without_offsets_is_empty(segmenter: Segmenter):
    assert segmenter.tokens(pa.StringArray.from_buffers(0, None, pa.py_buffer(b""))).to_pylist() == []


@pytest.mark.parametrize("begin", range(len(TEXTS) + 1))
@pytest.mark.parametrize("length", range(len(TEXTS) + 1))
def test_a_slice_has_the_tokens_of_its_texts(segmenter: Segmenter, begin: int, length: int):
    sliced = pa.array(TEXTS).slice(begin, length)

    assert segmenter.tokens(sliced).to_pylist() == TOKENS[begin : begin + length]
    assert segmenter.tokens(sliced).slice(1).to_pylist() == TOKENS[begin : begin + length][1:]


def test_tokens_share_the_bytes_of_their_texts(segmenter: Segmenter):
    texts = pa.array(["阿里女员工", "破冰船"])

    assert segmenter.tokens(texts).values.buffers()[2].address == texts.buffers()[2].address


def test_bytes_under_a_null_are_no_tokens(segmenter: Segmenter):
    _, offsets, values = pa.array(["阿里", "\u0301船"]).buffers()
    hidden = pa.StringArray.from_buffers(2, offsets, values, pa.py_buffer(b"\1"), 1)

    assert segmenter.tokens(hidden).to_pylist() == [["阿里"], None]
    assert segmenter.tokens(hidden).values.to_pylist() == ["阿里"]


@pytest.mark.parametrize("damaged", [b"\xe9\x98", b"\xff", b"\xc0\x80", b"\xed\xa0\x80", "阿里".encode("gb18030")])
def test_bytes_that_are_no_utf8_are_refused(segmenter: Segmenter, damaged: bytes):
    offsets = pa.py_buffer(np.array([0, len(damaged)], np.int32))
    column = pa.StringArray.from_buffers(1, offsets, pa.py_buffer(damaged))

    with pytest.raises(InputError, match="not UTF-8"):
        segmenter.tokens(column)


@pytest.mark.parametrize("column", [pa.array([1, 2]), pa.chunked_array([["阿里"]]), pa.array([b"x"])])
def test_other_columns_are_a_mistake_of_the_program(segmenter: Segmenter, column: pa.Array):
    with pytest.raises(TypeError, match="strings"):
        segmenter.tokens(column)


def test_words_are_counted_from_the_tokens(segmenter: Segmenter):
    counts = segmenter.tokens(pa.array(["阿里，阿里", None])).flatten().value_counts()

    assert {row["values"]: row["counts"] for row in counts.to_pylist()} == {"阿里": 2, "，": 1}


def test_the_kernel_is_compiled_once_whatever_the_column(segmenter: Segmenter):
    segmenter.tokens(pa.array(TEXTS).slice(1))
    segmenter.cut("阿里")

    assert (len(kernel.cut_column.signatures), len(kernel.cut_text.signatures)) == (1, 1)


def test_the_dictionary_of_the_whole_process_is_left_alone(folder: Path):
    deleting = folder / "deleting.txt"
    deleting.write_text("杭研 0\n阿里女员工\n", encoding="utf-8")
    before = set(finalseg.Force_Split_Words)

    assert Segmenter(deleting, folder, hmm=True).cut("网易杭研大厦") == ["网易", "杭", "研", "大厦"]
    assert finalseg.Force_Split_Words == before
    assert "阿里女员工" not in jieba.dt.FREQ


def test_the_digest_changes_with_the_user_dictionary_and_the_model_of_unknown_words(
    segmenter: Segmenter, tmp_path: Path
):
    other = tmp_path / "words.txt"
    other.write_text("酒桌文化 n\n", encoding="utf-8")

    assert Segmenter(other, tmp_path).digest != segmenter.digest
    assert Segmenter(lexicon.USERDICT, tmp_path, hmm=True).digest != segmenter.digest
    assert Segmenter(lexicon.USERDICT, tmp_path).digest == segmenter.digest


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        ("好词\n".encode() + b"\xff\xfe\n", "line 2: not UTF-8"),
        (f"词 {'9' * 5000}\n".encode(), "line 1: jieba refuses"),
    ],
)
def test_a_user_dictionary_that_jieba_cannot_take_is_refused_with_its_line(
    tmp_path: Path, content: bytes, complaint: str
):
    userdict = tmp_path / "words.txt"
    userdict.write_bytes(content)

    with pytest.raises(InputError, match=rf"words\.txt, {complaint}"):
        Segmenter(userdict, tmp_path).cut("你好")


def test_a_user_dictionary_that_is_not_there_is_refused(tmp_path: Path):
    with pytest.raises(InputError, match=r"absent\.txt: the user dictionary cannot be read"):
        Segmenter(tmp_path / "absent.txt", tmp_path)


def test_a_segmenter_can_be_sent_to_another_process(segmenter: Segmenter):
    sent = pickle.loads(pickle.dumps(segmenter))

    assert sent.cut("阿里女员工") == segmenter.cut("阿里女员工")
    assert sent.digest == segmenter.digest


def test_threads_give_the_same_tokens(segmenter: Segmenter):
    columns = [pa.array(["阿里女员工被领导要求拒绝陪酒，破冰" * n] * 50) for n in range(1, 9)]
    found: dict[int, list[list[str]]] = {}

    def cut(number: int) -> None:
        found[number] = segmenter.tokens(columns[number]).to_pylist()

    threads = [threading.Thread(target=cut, args=(number,)) for number in range(len(columns))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert [found[n] for n in range(len(columns))] == [segmenter.tokens(column).to_pylist() for column in columns]


def test_other_threads_run_while_a_column_is_cut(segmenter: Segmenter):
    column = pa.array(["阿里女员工被领导要求拒绝陪酒，破冰" * 50] * 2_000)
    turns, busy = 0, threading.Thread(target=segmenter.tokens, args=(column,))
    busy.start()
    while busy.is_alive():
        turns += 1
        time.sleep(0.001)

    assert turns > 20
