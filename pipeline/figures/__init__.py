"""Figures that a paper can print: `volume` draws one, `save` writes it as PNG, PDF and CSV.

The numbers come ready made, as DataFrames; nothing is counted or estimated here. Every day is a calendar
date in Asia/Shanghai. The page is 7.0 in wide with 9 pt text, so it needs no scaling in a two-column paper,
and its colours hold 4.5:1 on white and stay apart in greyscale.
"""

from pipeline.figures.export import save
from pipeline.figures.volume import volume

__all__ = ["save", "volume"]
