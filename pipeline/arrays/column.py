"""Texts and tokens as Arrow columns that share their bytes."""

from typing import NamedTuple, TypeVar

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from pipeline.errors import InputError

_Number = TypeVar("_Number", bound=np.generic)


class Texts(NamedTuple):
    """The texts of a column: text i is data[bounds[i]:bounds[i + 1]], valid UTF-8; a missing one is empty.

    missing: the validity of a column in which some text is null, else None.
    """

    buffer: pa.Buffer
    data: npt.NDArray[np.uint8]
    bounds: npt.NDArray[np.int32]
    missing: pa.BooleanArray | None


def texts(column: pa.Array) -> Texts:
    """The buffers of an Arrow array of strings, sliced or not; a copy of its bytes only where a text is null.

    Raises InputError when the bytes are not UTF-8 or are too many for one array, TypeError for other arrays.
    """
    strings = _strings(column)
    missing = strings.is_null() if strings.null_count else None
    if missing is not None:  # bytes that lie under a null would be tokens of no text
        strings = pc.fill_null(strings, "")
    try:
        strings.validate(full=True)
    except pa.ArrowInvalid as error:
        raise InputError(f"A text is not UTF-8 ({error}); read its file again in the encoding that it has.") from error
    _, offsets, values = strings.buffers()
    bounds = _frozen(offsets or pa.py_buffer(bytes(4)), np.int32)[strings.offset : strings.offset + len(strings) + 1]
    values = values or pa.py_buffer(b"")
    return Texts(values, _frozen(values, np.uint8), bounds, missing)


def strings(given: Texts) -> pa.StringArray:
    """The texts as an array again, empty where one was missing; it shares their bytes."""
    return pa.StringArray.from_buffers(len(given.bounds) - 1, pa.py_buffer(given.bounds), given.buffer)


def listed(given: Texts, tokens: npt.NDArray[np.int32], first: npt.NDArray[np.int32]) -> pa.ListArray:
    """list<string>: text i has the tokens first[i] to first[i + 1], token t the bytes tokens[t] to tokens[t + 1]."""
    values = pa.StringArray.from_buffers(len(tokens) - 1, pa.py_buffer(tokens), given.buffer)
    return pa.ListArray.from_arrays(pa.array(first), values, mask=given.missing)


def _strings(column: pa.Array) -> pa.StringArray:
    kind = column.type.value_type if pa.types.is_dictionary(column.type) else column.type
    of_text = pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_string_view(kind)
    if not isinstance(column, pa.Array) or not (of_text or pa.types.is_null(kind)):
        raise TypeError(f"Texts come as an Arrow array of strings, not as {type(column).__name__} of {column.type}.")
    try:
        return column if pa.types.is_string(column.type) else column.cast(pa.string())
    except pa.ArrowInvalid as error:
        raise InputError(f"The texts are over 2 GiB or damaged ({error}); cut them in smaller batches.") from error


def _frozen(buffer: pa.Buffer, dtype: type[_Number]) -> npt.NDArray[_Number]:
    array = np.frombuffer(buffer, dtype)
    array.flags.writeable = False  # Numba would compile its functions anew for arrays that can be written
    return array
