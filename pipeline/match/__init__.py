"""What counts as a mention: the terms of a lexicon in texts in normal form.

matcher   the rules, text by text, each verdict explained
rules     a lexicon as arrays
columns   the same verdicts for whole columns: `places` finds the words, `kernel` judges them, `disguise` drops inserted
          marks; these three are compiled
"""

from pipeline.match.columns import Columns
from pipeline.match.matcher import NOTHING, VERSION, Cut, Matcher

__all__ = ["NOTHING", "VERSION", "Columns", "Cut", "Matcher"]
