"""Whole columns of cells read in Arrow: what `pipeline.fields` does, for cells that there is only one way to read.

Each function says for each row whether the cell was plain. Of plain cells it says what `pipeline.fields` says; what it
says of others means nothing.
"""

from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from pipeline.schema import POST

BLANKS = "\t\n\x0b\x0c\r\x1c\x1d\x1e\x1f \x85\xa0\u1680\u2028\u2029\u202f\u205f\u3000" + "".join(
    map(chr, range(0x2000, 0x200B))
)
"""What Python takes for a blank; Arrow has another opinion."""

_ODD = ("\0", "\ufeff")
_FOLDS = [int.from_bytes(end.encode()) for end in "文部开起\u200b\u200d"]
_LETTERS = [ord("c"), ord("d")]
_ISO = r"^\d{4}-\d{2}-\d{2}([ T]\d{2}:\d{2}(:\d{2})?)?$"
_EPOCH_LENGTHS = pa.array([9, 10, 13, 16], pa.int32())
_EPOCH = 10**8, 10**11  # seconds; so many milliseconds and microseconds are a thousand and a million times more
_SHANGHAI = 8 * 3600  # seconds east of Greenwich
_SPAN = 694_224_000, 4_102_444_800  # 1992, since when Shanghai has had no daylight saving, to 2100
_DAY = 86_400
_TIME = POST.field("created_at").type


Numbers = np.ndarray[Any, np.dtype[np.int32]]


class Cells(NamedTuple):
    """The values of a column, and which of its cells were plain."""

    values: pa.Array
    plain: pa.Array


class Moments(NamedTuple):
    """When something happened, row by row.

    local: seconds since 1970 on a clock in Shanghai, null where the cell was not plain. timed: whether the cell states
    more than a day. empty: whether it states nothing.
    """

    local: pa.Array
    timed: pa.Array
    empty: pa.Array

    @property
    def plain(self) -> pa.Array:
        """Which cells state a moment plainly."""
        return pc.is_valid(self.local)

    @property
    def days(self) -> pa.Array:
        """date32, in Asia/Shanghai."""
        return pc.cast(pc.cast(pc.divide(self.local, _DAY), pa.int32()), pa.date32())

    @property
    def times(self) -> pa.Array:
        """timestamp[s, Asia/Shanghai]; null for a mere date."""
        return pc.cast(pc.if_else(self.timed, pc.subtract(self.local, _SHANGHAI), None), _TIME)


def texts(cells: pa.Array, marks: tuple[str, ...] = ()) -> Cells:
    """Texts without blanks outside, null for none. Plain are those in which no mark and no odd character stands."""
    words = _words(cells)
    plain = _every(cells, _is_text(cells.type) or pa.types.is_null(cells.type))
    if cells.null_count == len(cells):
        return Cells(words, plain)
    for mark in (*_ODD, *marks):
        if _may_hold(words, mark.encode()):
            plain = pc.and_(plain, pc.invert(pc.fill_null(pc.match_substring(words, mark), False)))
    trimmed = pc.utf8_trim(words, characters=BLANKS)
    empty = pc.equal(pc.binary_length(trimmed), 0)
    return Cells(_where(pc.invert(empty), trimmed) if pc.any(empty).as_py() else trimmed, plain)


def folded(words: pa.Array) -> pa.Array:
    """Whether each text may end in what a site puts there to fold it (`pipeline.fields.unfolded`), a link behind it.

    Every fold ends in one of a few characters, perhaps with a letter behind; few other texts do.
    """
    before, last = _endings(words)
    lettered = _one_of(last & 0xFF, _LETTERS) & _one_of(before, _FOLDS)
    in_ascii = (last & 0xFF >= ord("!")) & (last & 0xFF <= ord("~"))
    linked = pc.fill_null(pc.match_substring(words.filter(pa.array(in_ascii)), "http"), False)
    in_ascii[in_ascii] = linked.to_numpy(zero_copy_only=False)
    return pa.array(_one_of(last, _FOLDS) | lettered | in_ascii)


def _one_of(numbers: Numbers, few: list[int]) -> np.ndarray[Any, np.dtype[np.bool_]]:
    found: np.ndarray[Any, np.dtype[np.bool_]] = np.logical_or.reduce([numbers == each for each in few])
    return found


def _endings(words: pa.Array) -> tuple[Numbers, Numbers]:
    """The three bytes before the last, and the last three, of each text as numbers; of shorter ones some or other."""
    _, offsets, content = words.buffers()
    ends = np.frombuffer(offsets, np.int32)[words.offset + 1 : words.offset + 1 + len(words)]
    data = np.frombuffer(content, np.uint8) if content and content.size else np.zeros(1, np.uint8)
    fourth, third, second, last = (data[np.maximum(ends, back) - back].astype(np.int32) for back in (4, 3, 2, 1))
    return fourth << 16 | third << 8 | second, third << 16 | second << 8 | last


def among(words: pa.Array, few: frozenset[str]) -> pa.Array:
    """Whether each text is one of a few short ones; long texts are not looked into."""
    short = pc.less_equal(pc.binary_length(words), max(len(word.encode()) for word in few))
    return pc.is_in(_where(short, words), pa.array(sorted(few)))


def identifiers(cells: pa.Array) -> Cells:
    """Ids as text, null for none: letters and digits, and integers."""
    words = _words(cells)
    empty = pc.fill_null(pc.equal(pc.binary_length(words), 0), True)
    understood = _every(cells, _understood(cells.type) and not pa.types.is_boolean(cells.type))
    plain = pc.and_(understood, pc.or_(empty, pc.fill_null(pc.ascii_is_alnum(words), False)))
    return Cells(_where(pc.invert(empty), words), plain)


def counts(cells: pa.Array) -> Cells:
    """int64, null where there is no number: digits and integers."""
    if pa.types.is_signed_integer(cells.type):
        return Cells(_where(pc.greater_equal(cells, 0), pc.cast(cells, pa.int64())), _every(cells, True))
    words = _words(cells)
    digits = pc.and_(pc.ascii_is_decimal(words), pc.less_equal(pc.binary_length(words), 18))
    numbers = pc.cast(_where(digits, words), pa.int64())
    empty = pc.fill_null(pc.equal(words, ""), pa.types.is_null(cells.type) or _is_text(cells.type))
    return Cells(numbers, pc.or_(empty, pc.fill_null(digits, False)))


def flags(cells: pa.Array) -> Cells:
    """Whether each cell says yes: booleans, 0 and 1, and words."""
    words = pc.fill_null(_words(cells), "")
    yes = pc.is_in(words, pa.array(["1", "true", "yes", "y", "是"]))
    no = pc.is_in(words, pa.array(["", "0", "false", "no", "n", "否"]))
    return Cells(yes, pc.and_(pc.or_(yes, no), _every(cells, _understood(cells.type))))


def filled(cells: pa.Array, unset: frozenset[str]) -> Cells:
    """Whether each cell holds letters or digits that are none of `unset`; a cell of other characters is not plain."""
    words = pc.fill_null(_words(cells), "")
    empty = pc.equal(pc.binary_length(words), 0)
    if unset:
        empty = pc.or_(empty, pc.is_in(words, pa.array(sorted(unset), pa.string())))
    plain = pc.or_(empty, pc.ascii_is_alnum(words))
    return Cells(pc.invert(empty), pc.and_(plain, _every(cells, _understood(cells.type))))


def moments(cells: pa.Array) -> Moments:
    """What the cells of a column state: ISO dates and times without a zone, epochs, and what Arrow holds as times."""
    kind = cells.type
    if cells.null_count == len(cells):
        return Moments(pa.nulls(len(cells), pa.int64()), _every(cells, False), _every(cells, True))
    if _is_text(kind):
        local, timed = _written(_words(cells))
    elif pa.types.is_integer(kind):
        local, timed = _since_1970(pc.cast(cells, pa.int64())), _every(cells, True)
    elif pa.types.is_timestamp(kind):
        seconds = pc.cast(pc.cast(cells, pa.timestamp("s", kind.tz), safe=False), pa.int64())
        local, timed = pc.add(seconds, _SHANGHAI if kind.tz else 0), _every(cells, True)
    elif pa.types.is_date32(kind):
        local, timed = pc.multiply(pc.cast(pc.cast(cells, pa.int32()), pa.int64()), _DAY), _every(cells, False)
    else:
        local, timed = pa.nulls(len(cells), pa.int64()), _every(cells, False)
    usual = pc.and_(pc.greater_equal(local, _SPAN[0]), pc.less(local, _SPAN[1]))
    said = pc.is_null(cells) if not _is_text(kind) else pc.equal(pc.fill_null(_words(cells), ""), "")
    return Moments(_where(usual, local), timed, said)


def agrees_with_mid(ids: pa.Array, stated: Moments, most: int = _DAY) -> pa.Array:
    """Whether the time within a 16-digit Weibo id lies within `most` seconds of the stated one; true for ids without.

    An id of nine characters tells a time too, but is not plain; neither is a mere date beside an id that tells.
    """
    words = _words(ids)
    lengths = pc.binary_length(words)
    digits = pc.and_(pc.equal(lengths, 16), pc.ascii_is_decimal(words))
    mid = pc.and_(digits, pc.and_(pc.greater_equal(words, "3"), pc.less(words, "6")))
    told = pc.add(pc.shift_right(pc.cast(_where(mid, words), pa.int64()), 22), 515_483_463 + _SHANGHAI)
    near = pc.less_equal(pc.abs(pc.subtract(stated.local, told)), most)
    return pc.if_else(mid, pc.and_(stated.timed, near), pc.not_equal(lengths, 9))


def _written(words: pa.Array) -> tuple[pa.Array, pa.Array]:
    lengths = pc.binary_length(words)
    timed = pc.not_equal(lengths, 10)
    try:  # 13 characters would be a day and an hour without minutes
        return _where(pc.not_equal(lengths, 13), pc.cast(pc.cast(words, pa.timestamp("s")), pa.int64())), timed
    except pa.ArrowInvalid:
        return _mixed(words, lengths, timed)


def _mixed(words: pa.Array, lengths: pa.Array, timed: pa.Array) -> tuple[pa.Array, pa.Array]:
    epochs = pc.and_(pc.ascii_is_decimal(words), pc.is_in(lengths, _EPOCH_LENGTHS))
    since = _since_1970(pc.cast(_where(epochs, words), pa.int64()))
    try:
        dated = pc.cast(pc.cast(_where(pc.match_substring_regex(words, _ISO), words), pa.timestamp("s")), pa.int64())
    except pa.ArrowInvalid:  # some cell looks like a date and is none
        dated = pa.nulls(len(words), pa.int64())
    return pc.coalesce(since, dated), pc.or_(timed, epochs)


def _since_1970(numbers: pa.Array) -> pa.Array:
    """Seconds in Shanghai from epoch seconds, milliseconds or microseconds; null for what is none of them."""
    milli, micro = (pc.divide(numbers, unit) for unit in (10**3, 10**6))
    is_epoch = [pc.and_(pc.greater_equal(n, _EPOCH[0]), pc.less(n, _EPOCH[1])) for n in (numbers, milli, micro)]
    seconds = pc.coalesce(*(_where(fits, n) for fits, n in zip(is_epoch, (numbers, milli, micro), strict=True)))
    return pc.add(seconds, _SHANGHAI)


def _words(cells: pa.Array) -> pa.Array:
    """The cells as text; null where the type is none of those that have one text only."""
    if pa.types.is_string(cells.type):
        return cells
    return pc.cast(cells, pa.string()) if _understood(cells.type) else pa.nulls(len(cells), pa.string())


def _understood(kind: pa.DataType) -> bool:
    return bool(_is_text(kind) or pa.types.is_integer(kind) or pa.types.is_boolean(kind) or pa.types.is_null(kind))


def _is_text(kind: pa.DataType) -> bool:
    inner = kind.value_type if pa.types.is_dictionary(kind) else kind
    return bool(pa.types.is_string(inner) or pa.types.is_large_string(inner))


def _where(condition: pa.Array, values: pa.Array) -> pa.Array:
    return pc.if_else(condition, values, None)


def _may_hold(words: pa.Array, mark: bytes) -> bool:
    """Whether the last two bytes of a mark stand anywhere in a column: four times as fast as to seek the mark."""
    content = words.buffers()[2]
    if not content or content.size < 2:
        return bool(content)
    if len(mark) == 1:
        return bool((np.frombuffer(content, np.uint8) == mark[0]).any())
    pair = int.from_bytes(mark[-2:], "little")
    even, odd = (np.frombuffer(content, "<u2", (content.size - first) // 2, first) for first in (0, 1))
    return bool((even == pair).any() or (odd == pair).any())


def _every(cells: pa.Array, value: bool) -> pa.Array:
    return pa.repeat(value, len(cells))
