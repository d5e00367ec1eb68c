"""The encoding of a file, and its bytes as UTF-8 whatever they were.

A byte-order mark decides; then UTF-8 if the beginning is valid; otherwise charset-normalizer chooses among the
encodings that Chinese files have. GBK is read as GB18030, which contains it: real files hold emoji that GBK rejects.
A few bytes that are invalid even so become U+FFFD and are counted.
"""

import codecs
import io
from typing import IO

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from charset_normalizer import from_bytes

SAMPLE = 1 << 18
"""Bytes from the beginning by which an encoding is judged."""

MOST_REPAIRED = 0.001
"""Share of characters that may be invalid: beyond it the encoding is not what it seems."""

_BLOCK = 1 << 20
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_CHINESE = ["gb18030", "big5", "utf_16_le", "utf_16_be"]


def detect(head: bytes) -> str:
    """The name of the Python codec for a file that begins with these bytes."""
    for mark, name in _MARKS:
        if head.startswith(mark):
            return name
    try:
        codecs.getincrementaldecoder("utf-8")().decode(head)
        return "utf-8"
    except UnicodeDecodeError:
        best = from_bytes(head, cp_isolation=_CHINESE).best()
        return best.encoding.replace("_", "-") if best else "gb18030"


class Utf8(io.RawIOBase):
    """A binary stream of valid UTF-8 without byte-order marks, from a stream in another encoding.

    `repaired` counts the places where bytes were invalid and U+FFFD stands now; it and `characters`, of which there are
    at least so many, grow while the stream is read.
    """

    def __init__(self, stream: IO[bytes], encoding: str):
        self._stream = stream
        self.encoding = encoding
        self._is_utf8 = encoding in ("utf-8", "utf-8-sig")
        if encoding == "utf-8-sig":
            stream.read(len(codecs.BOM_UTF8))
        self._decoder = codecs.getincrementaldecoder("utf-8" if self._is_utf8 else encoding)(errors=self._errors())
        self._cut = b""  # the beginning of a character whose end was not read yet
        self._ready, self._taken, self._done = b"", 0, False
        self.repaired = 0
        self.characters = 0

    def _errors(self) -> str:
        name = f"guanchao-repair-{id(self)}"
        codecs.register_error(name, self._repair)
        return name

    def _repair(self, error: UnicodeError) -> tuple[str, int]:
        if not isinstance(error, UnicodeDecodeError):
            raise error
        self.repaired += 1
        return "\ufffd", error.end

    def readable(self) -> bool:
        """Always."""
        return True

    def close(self) -> None:
        """Close the stream beneath, too."""
        self._stream.close()
        super().close()

    def readinto(self, buffer: object) -> int:
        """Fill the buffer with UTF-8; the number of bytes, 0 at the end."""
        view = memoryview(buffer).cast("B")  # type: ignore[arg-type]
        while self._taken == len(self._ready) and not self._done:
            self._ready, self._taken = self.block(_BLOCK), 0
        taken = self._ready[self._taken : self._taken + len(view)]
        view[: len(taken)] = taken
        self._taken += len(taken)
        return len(taken)

    def block(self, size: int) -> bytes:
        """The next bytes as UTF-8, whole characters made of about so many bytes; empty only at the end."""
        block = self._stream.read(size)
        self._done = not block
        if not self._is_utf8:
            return self._decoded(block)
        read = self._cut + block
        end = len(read) if self._done else _whole(read)
        self._cut, whole = read[end:], read[:end]
        if not _valid(whole):
            return self._decoded(whole)
        self.characters += end // 4
        return whole

    def _decoded(self, block: bytes) -> bytes:
        text = self._decoder.decode(block, final=self._done)
        self.characters += len(text)
        return text.encode("utf-8", "replace")


def _valid(utf8: bytes) -> bool:
    """Whether the bytes are UTF-8, three times as fast as by decoding them."""
    bounds = pa.py_buffer(np.array([0, len(utf8)], np.int32))
    try:
        pc.cast(pa.Array.from_buffers(pa.binary(), 1, [None, bounds, pa.py_buffer(utf8)]), pa.string())
    except pa.ArrowInvalid:
        return False
    return True


def _whole(utf8: bytes) -> int:
    """The end of the last character that is not cut off."""
    for back in range(1, min(3, len(utf8)) + 1):
        first = utf8[-back]
        if first >= 0b11000000:
            length = 2 if first < 0b11100000 else 3 if first < 0b11110000 else 4
            return len(utf8) - back if length > back else len(utf8)
    return len(utf8)
