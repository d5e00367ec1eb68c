"""Measures: documented functions from numbers to numbers, each tested against published values."""
