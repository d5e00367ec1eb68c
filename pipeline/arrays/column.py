"""Columns of Arrow as arrays of NumPy and back, sharing their bytes.

`pa.array`, `pa.scalar` and `to_numpy` load pandas, which takes as long as counting the topics of 300,000 posts.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple, TypeVar

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from pipeline.errors import InputError

CODED = pa.dictionary(pa.int32(), pa.string())
"""The type of texts that repeat, each told once."""

_Number = TypeVar("_Number", bound=np.generic)


class Texts(NamedTuple):
    """The texts of a column: text i is data[bounds[i]:bounds[i + 1]], valid UTF-8; a missing one is empty.

    missing: the validity of a column in which some text is null, else None.
    """

    buffer: pa.Buffer
    data: npt.NDArray[np.uint8]
    bounds: npt.NDArray[np.int32]
    missing: pa.BooleanArray | None


class Characters(NamedTuple):
    """The texts of a column as code points: text i is chars[bounds[i]:bounds[i + 1]]; a missing one is empty."""

    chars: npt.NDArray[np.uint32]
    bounds: npt.NDArray[np.int64]


def characters(column: pa.Array) -> Characters:
    """The texts of an Arrow array of strings, copied. Raises as `texts` does."""
    given = texts(column)
    said = given.data[given.bounds[0] : given.bounds[-1]].tobytes().decode()
    bounds = np.zeros(len(given.bounds), np.int64)
    np.cumsum(numbers(pc.utf8_length(strings(given))), out=bounds[1:])
    return Characters(np.frombuffer(said.encode("utf-32-le"), np.uint32), frozen(bounds))


def texts(column: pa.Array, valid: bool = False) -> Texts:
    """The buffers of an Arrow array of strings, sliced or not; a copy of its bytes only where a text is null.

    valid: the bytes are known to be UTF-8, because they were checked before or made here.

    Raises InputError when the bytes are not UTF-8 or are too many for one array, TypeError for other arrays.
    """
    strings = _strings(column)
    missing = strings.is_null() if strings.null_count else None
    if missing is not None:  # bytes that lie under a null would be tokens of no text
        strings = filled(strings)
    try:
        strings.validate(full=not valid)
    except pa.ArrowInvalid as error:
        raise InputError(f"A text is not UTF-8 ({error}); read its file again in the encoding that it has.") from error
    _, offsets, values = strings.buffers()
    bounds = frozen(np.frombuffer(offsets or pa.py_buffer(bytes(4)), np.int32))[
        strings.offset : strings.offset + len(strings) + 1
    ]
    values = values or pa.py_buffer(b"")
    return Texts(values, frozen(np.frombuffer(values, np.uint8)), bounds, missing)


def strings(given: Texts) -> pa.StringArray:
    """The texts as an array again, empty where one was missing; it shares their bytes."""
    return pa.StringArray.from_buffers(len(given.bounds) - 1, pa.py_buffer(given.bounds), given.buffer)


def listed(given: Texts, tokens: npt.NDArray[np.int32], first: npt.NDArray[np.int32]) -> pa.ListArray:
    """list<string>: text i has the tokens first[i] to first[i + 1], token t the bytes tokens[t] to tokens[t + 1]."""
    values = pa.StringArray.from_buffers(len(tokens) - 1, pa.py_buffer(tokens), given.buffer)
    return pa.ListArray.from_arrays(of(first), values, mask=given.missing)


def filled(strings: pa.StringArray) -> pa.StringArray:
    """The strings, the missing ones empty."""
    return pc.coalesce(strings, repeated("", len(strings))) if strings.null_count else strings


def repeated(text: str, times: int) -> pa.StringArray:
    """The text as often as that."""
    said = text.encode()
    ends = np.arange(times + 1, dtype=np.int32) * np.int32(len(said))
    return pa.StringArray.from_buffers(times, pa.py_buffer(ends), pa.py_buffer(said * times))


def coded(text: str, times: int) -> pa.DictionaryArray:
    """The text as often as that, of the type CODED: for a long text, and many times."""
    return pa.DictionaryArray.from_arrays(of(np.zeros(times, np.int32)), written([text]))


def written(texts: Sequence[str]) -> pa.StringArray:
    """The texts."""
    said = [text.encode() for text in texts]
    ends = np.zeros(len(said) + 1, np.int32)
    np.cumsum(list(map(len, said)), out=ends[1:])
    return pa.StringArray.from_buffers(len(said), pa.py_buffer(ends), pa.py_buffer(b"".join(said)))


def portions(tables: Iterable[pa.Table], rows: int) -> Iterator[pa.Table]:
    """The rows of tables of one kind in order, so many at a time; fewer in the last table."""
    held: list[pa.Table] = []
    number = 0
    for table in tables:
        held.append(table)
        number += table.num_rows
        while number >= rows:
            whole = pa.concat_tables(held)
            yield whole.slice(0, rows)
            held, number = [whole.slice(rows)], number - rows
    if number:
        yield pa.concat_tables(held)


def whole(chunks: pa.ChunkedArray) -> pa.Array:
    """The values as one array."""
    return chunks.chunk(0) if chunks.num_chunks == 1 else chunks.combine_chunks()


def of(array: npt.NDArray[Any]) -> pa.Array:
    """Numbers or truth values, none of them missing, as an array of Arrow."""
    bits = np.packbits(array, bitorder="little") if array.dtype == np.bool_ else np.ascontiguousarray(array)
    return pa.Array.from_buffers(pa.from_numpy_dtype(array.dtype), len(array), [None, pa.py_buffer(bits)])


def numbers(array: pa.Array) -> npt.NDArray[Any]:
    """The values of an array of integers or dates, none of them missing."""
    width = f"i{array.type.bit_width // 8}"
    return np.frombuffer(array.buffers()[1] or b"", width)[array.offset : array.offset + len(array)]


def _strings(column: pa.Array) -> pa.StringArray:
    kind = column.type.value_type if pa.types.is_dictionary(column.type) else column.type
    of_text = pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_string_view(kind)
    if not isinstance(column, pa.Array) or not (of_text or pa.types.is_null(kind)):
        raise TypeError(f"Texts come as an Arrow array of strings, not as {type(column).__name__} of {column.type}.")
    try:
        return column if pa.types.is_string(column.type) else column.cast(pa.string())
    except pa.ArrowInvalid as error:
        raise InputError(f"The texts are over 2 GiB or damaged ({error}); cut them in smaller batches.") from error


def frozen(array: npt.NDArray[_Number]) -> npt.NDArray[_Number]:
    """The array, which nobody can write any more: Numba would compile its functions anew for one that can be."""
    array.flags.writeable = False
    return array
