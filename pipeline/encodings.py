"""The encoding of a file, and its bytes as UTF-8 whatever they were.

A byte-order mark decides; then UTF-8 if the beginning is valid; otherwise charset-normalizer chooses among the
encodings that Chinese files have. GBK is read as GB18030, which contains it: real files hold emoji that GBK rejects.
A few bytes that are invalid even so become U+FFFD and are counted.
"""

import codecs
import io
from typing import IO

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

    `repaired` counts the places where bytes were invalid and U+FFFD stands now; it grows while the stream is read.
    """

    def __init__(self, stream: IO[bytes], encoding: str):
        self._stream = stream
        self.encoding = encoding
        self._decoder = codecs.getincrementaldecoder(encoding)(errors=self._errors())
        self._ready, self._done = b"", False
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

    def readinto(self, buffer: object) -> int:
        """Fill the buffer with UTF-8; the number of bytes, 0 at the end."""
        view = memoryview(buffer).cast("B")  # type: ignore[arg-type]
        while not self._ready and not self._done:
            block = self._stream.read(_BLOCK)
            self._done = not block
            text = self._decoder.decode(block, final=self._done)
            self.characters += len(text)
            self._ready = text.encode("utf-8", "replace")
        taken = self._ready[: len(view)]
        view[: len(taken)] = taken
        self._ready = self._ready[len(taken) :]
        return len(taken)
