"""The forms of a column of texts. A text is what `pipeline.text` says; a missing one stays missing.

valid: the texts are known to be UTF-8, because they were checked before.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from pipeline import text
from pipeline.arrays import column

if TYPE_CHECKING:
    from pipeline.forms.table import Table

Bytes = npt.NDArray[np.uint8]
Ints = npt.NDArray[np.int32]
Flags = npt.NDArray[np.bool_]


class Parts(NamedTuple):
    """Posts split in two columns of strings: what their authors wrote, and what they pass on."""

    own: pa.Array
    quoted: pa.Array


def normalised(texts: pa.Array, valid: bool = False) -> pa.StringArray:
    """`text.normalise` of every text."""
    from pipeline.forms import table

    return _formed(texts, table.normalising(), True, text.normalise, valid)[0]


def folded(texts: pa.Array) -> pa.StringArray:
    """`text.fold` of every text."""
    from pipeline.forms import table

    return _formed(texts, table.folding(), False, text.fold, False)[0]


def without_addresses(texts: pa.Array, valid: bool = False) -> pa.StringArray:
    """`text.drop_addresses` of the folded form of every text."""
    from pipeline.forms import kernel, table

    forms, address = _formed(texts, table.folding(), False, text.fold, valid)
    given = column.texts(forms, valid=True)
    out, ends = np.empty(len(given.data), np.uint8), np.empty_like(given.bounds)
    written = kernel.without_addresses(given.data, given.bounds, address, table.letters(), out, ends)
    return _as_strings(out, ends, written, given.missing)


def parts(texts: pa.Array, quoted: pa.Array, valid: bool = False) -> Parts:
    """`text.split_quoted` of every text, none of them missing, and what its source quotes apart.

    Invisible characters may stay.
    """
    from pipeline.forms import kernel

    given = column.texts(texts, valid)
    texts, found = column.strings(given), np.zeros(len(texts), np.bool_)
    kernel.chained(given.data, given.bounds, found)
    apart = column.filled(quoted)
    if not found.any():
        return Parts(texts, apart)
    chained = column.of(found)
    pairs = zip(*(part.filter(chained).to_pylist() for part in (texts, quoted)), strict=True)
    split = [text.split_quoted(*pair) for pair in pairs]
    own, passed_on = (column.written(part) for part in zip(*split, strict=True))
    return Parts(pc.replace_with_mask(texts, chained, own), pc.replace_with_mask(apart, chained, passed_on))


def with_letters(texts: pa.Array) -> Flags:
    """bool[n]: whether each text has a letter or digit, as `str.isalnum` says."""
    from pipeline.forms import kernel, table

    given, found = column.texts(texts), np.zeros(len(texts), np.bool_)
    kernel.lettered(given.data, given.bounds, table.letters(), found)
    return found


def _formed(
    texts: pa.Array, table: "Table", gaps: bool, form: Callable[[str], str], valid: bool
) -> tuple[pa.StringArray, Flags]:
    """The forms by a table, those that it cannot give by a function; and which may hold an address."""
    from pipeline.forms import kernel

    given = column.texts(texts, valid)
    size = int(given.bounds[-1]) - int(given.bounds[0])
    out, ends = np.empty(2 * size + 1, np.uint8), np.empty(len(given.bounds), np.int32)
    hard, address = np.zeros(len(texts), np.bool_), np.zeros(len(texts), np.bool_)
    written = kernel.write(given.data, given.bounds, *table, gaps, out, ends, hard, address)
    forms = _mended(_as_strings(out, ends, written), column.strings(given), hard, form)
    if given.missing is not None:
        forms = pc.if_else(given.missing, None, forms)
    return forms, address | hard


def _as_strings(out: Bytes, ends: Ints, written: int, missing: pa.BooleanArray | None = None) -> pa.StringArray:
    out.resize(written, refcheck=False)  # in place: the pages behind were never touched
    made = pa.StringArray.from_buffers(len(ends) - 1, pa.py_buffer(ends), pa.py_buffer(out))
    return made if missing is None else pc.if_else(missing, None, made)


def _mended(forms: pa.Array, texts: pa.Array, which: Flags, form: Callable[[str], str]) -> pa.Array:
    """The forms; in some places what a function makes of the texts there."""
    if not which.any():
        return forms
    mask = column.of(which)
    made = [form(words) for words in texts.filter(mask).to_pylist()]
    return pc.replace_with_mask(forms, mask, column.written(made))
