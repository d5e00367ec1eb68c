"""Text as arrays: what compiled functions over Arrow columns need.

compiled   how a function becomes machine code
column     Arrow columns as buffers, and back, without a copy
words      some words as a double array; `trie` makes it
"""
