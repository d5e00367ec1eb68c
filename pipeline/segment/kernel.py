"""jieba's algorithm on whole columns of text, compiled: the tokens of `Tokenizer.cut`, found without its strings.

1. A *block* is a longest run of characters that are Han (U+4E00-9FD5), ASCII letters or digits, or one of + # & . _ %
   and -. Any other character is a token by itself; only CR LF stays together.
2. In a block the words with the greatest sum of log probabilities win (`_best_path`; `Tokenizer.calc`).
3. Without the hidden Markov model, adjacent single letters and digits are joined (`_join_letters`;
   `Tokenizer.__cut_DAG_NO_HMM`). With it, runs of single characters are cut anew (`_guess_words`; `__cut_DAG`).

Sums are added in jieba's order and compared as it compares tuples, so that results agree to the last bit and ties fall
alike; hence no `fastmath`. Inner functions take single arrays: given a tuple of arrays, Numba counts references around
every call, which costs 40 % of the speed. They stand here with their constants for the reason given in `compiled`.

Names: `symbol` holds a text's symbols (see `Model`), block and run are symbol[a:b], `ends` receives the token ends as
indexes of characters from position n on; functions that add to it return the new n.
"""

import math

import numpy as np
import numpy.typing as npt

from pipeline.arrays.compiled import Bytes, Flags, Ints, compiled

States = npt.NDArray[np.void]
Floats = npt.NDArray[np.float64]

KIND_BITS = 4
OTHER, CR, LF, MARK, DOT, PERCENT, LETTER, DIGIT, HAN = range(9)
"""Kinds of characters, as `jieba.re_han_default` and `finalseg.re_skip` tell them apart; those from MARK on make up
blocks."""

HAN_FIRST, HAN_LAST = 0x4E00, 0x9FD5
BEYOND = 0xFFFF
"""The character that stands for all beyond it. None of them is in a block, nor is this one, which is unassigned."""

STATES = "BMES"
"""Begin, middle and end of a word, single-character word: columns of `Model.guess`."""

GUESS_ROWS = 1 + len(STATES)
"""Rows of `Model.guess` before those of the codes."""

_KIND = (1 << KIND_BITS) - 1
_B, _M, _E, _S = range(4)


@compiled
def cut_column(
    data: Bytes, bounds: Ints, hmm: bool, symbols: Ints, words: States, split: Flags, guess: Floats, tokens: Ints,
    first: Ints,
) -> int:  # fmt: skip
    """Cut the texts data[bounds[i]:bounds[i + 1]], valid UTF-8; return the number of tokens.

    Fills `tokens` with the bytes at which tokens begin, and the end of the last; needs room for a token a byte.
    Fills `first` with the index of the first token of each text, and the number of all.
    """
    longest = 0
    for text in range(len(bounds) - 1):
        longest = max(longest, bounds[text + 1] - bounds[text])
    symbol, byte, ends = np.empty(longest, np.int32), np.empty(longest + 1, np.int32), np.empty(longest, np.int32)
    score, jump, tag = np.empty(longest + 1, np.float64), np.empty(longest, np.int32), np.empty(longest, np.uint8)
    total = 0
    tokens[0] = bounds[0]
    for text in range(len(bounds) - 1):
        first[text] = total
        length = _decode(data, bounds[text], bounds[text + 1], symbols, symbol, byte)
        for t in range(_cut(length, hmm, words, split, guess, symbol, score, jump, tag, ends)):
            total += 1
            tokens[total] = byte[ends[t]]
    first[len(bounds) - 1] = total
    return total


@compiled
def cut_text(
    chars: npt.NDArray[np.uint32], hmm: bool, symbols: Ints, words: States, split: Flags, guess: Floats
) -> Ints:
    """The ends of the tokens of one text, as indexes of characters. chars: its code points, of which any may occur."""
    length = len(chars)
    symbol, ends = np.empty(length, np.int32), np.empty(length, np.int32)
    score, jump, tag = np.empty(length + 1, np.float64), np.empty(length, np.int32), np.empty(length, np.uint8)
    for i in range(length):
        symbol[i] = symbols[min(chars[i], np.uint32(BEYOND))]
    return ends[: _cut(length, hmm, words, split, guess, symbol, score, jump, tag, ends)]


@compiled
def straddled(
    chars: npt.NDArray[np.uint32], bounds: npt.NDArray[np.int64], spans: Ints, hmm: bool, symbols: Ints, words: States,
    split: Flags, guess: Floats, found: Flags,
) -> None:  # fmt: skip
    """Mark spans that a token straddles, partly inside and partly outside: text, start and end of each.

    Only the block in which an edge lies is cut, and once for spans in it that follow one another.
    """
    longest = 1
    for s in range(len(spans)):
        longest = max(longest, bounds[spans[s, 0] + 1] - bounds[spans[s, 0]])
    symbol, ends = np.empty(longest, np.int32), np.empty(longest, np.int32)
    score, jump, tag = np.empty(longest + 1, np.float64), np.empty(longest, np.int32), np.empty(longest, np.uint8)
    last, a, b, tokens = -1, 0, 0, 0
    for s in range(len(spans)):
        text = chars[bounds[spans[s, 0]] : bounds[spans[s, 0] + 1]]
        if spans[s, 0] != last:
            last, a, b = spans[s, 0], 0, 0
        for at in spans[s, 1:]:
            if at < len(text) and not a < at < b:  # else the block is cut already
                a = b = at
                while a > 0 and _held_together(text, a, symbols):
                    a -= 1
                while a < at and b < len(text) and _held_together(text, b, symbols):
                    b += 1
                for i in range(a, b):
                    symbol[i - a] = symbols[min(text[i], np.uint32(BEYOND))]
                tokens = _cut(b - a, hmm, words, split, guess, symbol, score, jump, tag, ends)
            if a < at < b:
                left = a
                for t in range(tokens):
                    right = a + ends[t]
                    if left < at < right and not (left <= spans[s, 1] and spans[s, 2] <= right):
                        found[s] = True
                    left = right


@compiled
def _held_together(text: npt.NDArray[np.uint32], at: int, symbols: Ints) -> bool:
    """Whether the characters on both sides of a position may be of one token."""
    before = symbols[min(text[at - 1], np.uint32(BEYOND))] & _KIND
    after = symbols[min(text[at], np.uint32(BEYOND))] & _KIND
    return bool((before >= MARK and after >= MARK) or (before == CR and after == LF))


@compiled
def _decode(data: Bytes, begin: int, end: int, symbols: Ints, symbol: Ints, byte: Ints) -> int:
    """The number of characters; fills `symbol`, and `byte` with where each begins and the last ends."""
    n = 0
    while begin < end:
        byte[n] = begin
        b = int(data[begin])
        if b < 0x80:
            char, begin = b, begin + 1
        elif b < 0xE0:
            char, begin = (b & 31) << 6 | data[begin + 1] & 63, begin + 2
        elif b < 0xF0:
            char, begin = (b & 15) << 12 | (data[begin + 1] & 63) << 6 | data[begin + 2] & 63, begin + 3
        else:
            char, begin = BEYOND, begin + 4
        symbol[n] = symbols[char]
        n += 1
    byte[n] = end
    return n


@compiled
def _cut(
    length: int, hmm: bool, words: States, split: Flags, guess: Floats, symbol: Ints, score: Floats, jump: Ints,
    tag: Bytes, ends: Ints,
) -> int:  # fmt: skip
    """The number of tokens of a text, whose ends it fills in."""
    n = a = length * 0  # for a literal 0 Numba would compile all that it is passed to once more
    while a < length:
        kind = symbol[a] & _KIND
        b = a + 1
        if kind >= MARK:
            while b < length and symbol[b] & _KIND >= MARK:
                b += 1
            _best_path(a, b, words, symbol, score, jump)
            if hmm:
                n = _guess_words(a, b, words, split, guess, symbol, jump, tag, ends, n)
            else:
                n = _join_letters(a, b, symbol, jump, ends, n)
        else:
            if kind == CR and b < length and symbol[b] & _KIND == LF:
                b += 1
            ends[n] = b
            n += 1
        a = b
    return n


@compiled
def _best_path(a: int, b: int, words: States, symbol: Ints, score: Floats, jump: Ints) -> None:
    """Fill `jump` with where the word that begins at each character ends, from the right as in `Tokenizer.calc`."""
    unknown, root = words[0].logp, words[0].base
    score[b] = 0.0
    for i in range(b - 1, a - 1, -1):
        best, end = 0.0, -1
        state = np.int64(0)
        child = np.int64(root + (symbol[i] >> KIND_BITS))
        j = i + 1
        while words[child].check == state:
            state = child
            logp = words[state].logp
            if not math.isnan(logp):
                total = logp + score[j]
                if end < 0 or total >= best:  # of equal sums jieba takes the longer word
                    best, end = total, j
            base = words[state].base
            if j == b or base == 0:
                break
            child = np.int64(base + (symbol[j] >> KIND_BITS))
            j += 1
        if end < 0:
            best, end = unknown + score[i + 1], i + 1
        score[i] = best
        jump[i] = end


@compiled
def _join_letters(a: int, b: int, symbol: Ints, jump: Ints, ends: Ints, n: int) -> int:
    """Take the best path, single letters and digits side by side as one token."""
    while a < b:
        end = jump[a]
        if end - a == 1 and _latin(symbol[a]):
            while end < b and jump[end] - end == 1 and _latin(symbol[end]):
                end += 1
        ends[n] = end
        n += 1
        a = end
    return n


@compiled
def _latin(symbol: int) -> bool:
    kind = symbol & _KIND
    return LETTER <= kind <= DIGIT


@compiled
def _guess_words(
    a: int, b: int, words: States, split: Flags, guess: Floats, symbol: Ints, jump: Ints, tag: Bytes, ends: Ints, n: int
) -> int:
    """Take the best path, but cut runs of two or more single characters anew."""
    while a < b:
        end = jump[a]
        if end - a == 1:
            while end < b and jump[end] - end == 1:
                end += 1
        if jump[a] - a == 1 and end - a > 1:
            n = _cut_run(a, end, words, split, guess, symbol, tag, ends, n)
        else:
            ends[n] = end
            n += 1
        a = end
    return n


@compiled
def _cut_run(
    a: int, b: int, words: States, split: Flags, guess: Floats, symbol: Ints, tag: Bytes, ends: Ints, n: int
) -> int:
    """Cut as `finalseg.cut` does, but character by character what is a word that lost against its characters."""
    state = _find(a, b, words, symbol)
    if state > 0 and not math.isnan(words[state].logp):
        for end in range(a + 1, b + 1):
            ends[n] = end
            n += 1
        return n
    while a < b:
        han = symbol[a] & _KIND == HAN
        end = a + 1
        while end < b and (symbol[end] & _KIND == HAN) == han:
            end += 1
        if han:
            _tag(a, end, guess, symbol, tag)
            n = _cut_tagged(a, end, words, split, symbol, tag, ends, n)
        else:
            n = _cut_latin(a, end, symbol, ends, n)
        a = end
    return n


@compiled
def _find(a: int, b: int, words: States, symbol: Ints) -> int:
    """The state of the trie that symbol[a:b] leads to; 0 when there is none."""
    state = np.int64(0)
    for i in range(a, b):
        child = np.int64(words[state].base + (symbol[i] >> KIND_BITS))
        if words[child].check != state:
            return 0
        state = child
    return int(state)


@compiled
def _cut_latin(a: int, b: int, symbol: Ints, ends: Ints, n: int) -> int:
    r"""Split at matches of `finalseg.re_skip`, ([a-zA-Z0-9]+(?:\.\d+)?%?): they and what lies between are tokens."""
    while a < b:
        latin = _latin(symbol[a])
        end = a + 1
        while end < b and _latin(symbol[end]) == latin:
            end += 1
        if latin:
            if end + 1 < b and symbol[end] & _KIND == DOT and symbol[end + 1] & _KIND == DIGIT:
                end += 2
                while end < b and symbol[end] & _KIND == DIGIT:
                    end += 1
            if end < b and symbol[end] & _KIND == PERCENT:
                end += 1
        ends[n] = end
        n += 1
        a = end
    return n


@compiled
def _tag(a: int, b: int, guess: Floats, symbol: Ints, tag: Bytes) -> None:
    """Fill `tag` with the states of the likeliest path: Viterbi's algorithm, as `finalseg.viterbi` runs it.

    Each state has two that can stand before it; `tag` keeps one bit for each until the way back is known. Of equal
    sums jieba takes the later letter.
    """
    e_to_b, s_to_b, b_to_m, m_to_m = guess[1 + _E, _B], guess[1 + _S, _B], guess[1 + _B, _M], guess[1 + _M, _M]
    b_to_e, m_to_e, e_to_s, s_to_s = guess[1 + _B, _E], guess[1 + _M, _E], guess[1 + _E, _S], guess[1 + _S, _S]
    row = GUESS_ROWS + (symbol[a] >> KIND_BITS)
    at_b, at_m = guess[0, _B] + guess[row, _B], guess[0, _M] + guess[row, _M]
    at_e, at_s = guess[0, _E] + guess[row, _E], guess[0, _S] + guess[row, _S]
    for t in range(a + 1, b):
        row = GUESS_ROWS + (symbol[t] >> KIND_BITS)
        eb, sb = at_e + e_to_b + guess[row, _B], at_s + s_to_b + guess[row, _B]
        bm, mm = at_b + b_to_m + guess[row, _M], at_m + m_to_m + guess[row, _M]
        be, me = at_b + b_to_e + guess[row, _E], at_m + m_to_e + guess[row, _E]
        es, ss = at_e + e_to_s + guess[row, _S], at_s + s_to_s + guess[row, _S]
        tag[t] = (sb >= eb) << _B | (mm >= bm) << _M | (me >= be) << _E | (ss >= es) << _S
        at_b, at_m, at_e, at_s = max(eb, sb), max(bm, mm), max(be, me), max(es, ss)
    state = _S if at_s >= at_e else _E
    for t in range(b - 1, a, -1):
        later = tag[t] >> state & 1
        tag[t] = state
        state = (_E if state in (_B, _S) else _B) + later
    tag[a] = state


@compiled
def _cut_tagged(a: int, b: int, words: States, split: Flags, symbol: Ints, tag: Bytes, ends: Ints, n: int) -> int:
    """End a token at every tag E or S; a word that the model may not form falls into its characters."""
    for t in range(a, b):
        if tag[t] != _E and tag[t] != _S:
            continue
        if len(split) > 0 and t > a and split[_find(a, t + 1, words, symbol)]:
            for end in range(a + 1, t + 1):
                ends[n] = end
                n += 1
        ends[n] = t + 1
        n += 1
        a = t + 1
    return n
