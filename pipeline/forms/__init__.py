"""The forms of `pipeline.text` for whole Arrow columns, and the search for words in them, a million texts a second.

table     what each character becomes, asked of `pipeline.text` once; `phrases`: where that depends on its neighbours
kernel    one pass over the bytes of a column, compiled
column    the forms of a column: `normalised`, `folded`, `without_addresses`, `parts`, `with_letters`
screen    which texts hold one of some words

Every function gives what its namesake gives text by text. A text with a character whose form depends on others, such as
a combining mark, is left to the namesake.
"""

from pipeline.forms.column import Parts, folded, normalised, parts, with_letters, without_addresses
from pipeline.forms.screen import Screen

__all__ = ["Parts", "Screen", "folded", "normalised", "parts", "with_letters", "without_addresses"]
