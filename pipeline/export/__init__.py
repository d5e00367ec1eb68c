"""Packages of the daily tables for others: a Frictionless data package with what is needed to understand and cite it.

suppression   which cells are withheld so that none tells of a few people
fields        what every table and column means
package       CSV, Parquet, datapackage.json, SHA256SUMS
documents     README, codebook, licences, CITATION.cff, ethics; `datasheet` the questions of a datasheet
latex         tables for a paper
"""
