"""Guanchao (观潮): daily series of what Chinese social media talks about."""

__version__ = "0.1.0"
