"""Figures that a paper can print: a function per kind, from the numbers to be plotted to a figure; `save` writes it.

The numbers come ready made, as DataFrames; nothing is counted or estimated here. Every day is a calendar
date in Asia/Shanghai. Widths, sizes of type and palettes are those of a venue (`venues`); colour never stands alone.
"""

from pipeline.figures.attention import attention
from pipeline.figures.calendar import calendar
from pipeline.figures.counterfactual import counterfactual
from pipeline.figures.export import save
from pipeline.figures.lags import lags
from pipeline.figures.multiples import multiples
from pipeline.figures.network import network
from pipeline.figures.panels import plotted
from pipeline.figures.ranks import ranks
from pipeline.figures.volume import volume
from pipeline.figures.words import words

__all__ = [
    "attention", "calendar", "counterfactual", "lags", "multiples", "network", "plotted", "ranks", "save", "volume",
    "words",
]  # fmt: skip
