"""The order of the stages. One function = one task; JSON in, JSON out; re-running any of them is harmless.

initialise    make the data home, the key and the database
discover      files in the landing folders that were not ingested yet
ingest        one file into the lake and the ledger
inspect       what an ingest of a file would do
plan, count   the days to be counted, and counting them
counted       the datasets that have counts
draw, charts  figures with the table of their numbers
notebook      an executed notebook
summary       the table of topics
status        what is in the ledger: datasets, gaps, rejects
forget        remove everything of a dataset
sweep         remove what a killed run left in the lake
"""

from pipeline.jobs.count import count, plan
from pipeline.jobs.home import forget, initialise, status, sweep
from pipeline.jobs.ingest import discover, ingest
from pipeline.jobs.inspect import inspect
from pipeline.jobs.method import Method
from pipeline.jobs.publish import LEAD_TOPICS, charts, counted, draw, notebook, summary
from pipeline.settings import Settings

__all__ = [
    "LEAD_TOPICS",
    "Method",
    "Settings",
    "charts",
    "count",
    "counted",
    "discover",
    "draw",
    "forget",
    "ingest",
    "initialise",
    "inspect",
    "notebook",
    "plan",
    "status",
    "summary",
    "sweep",
]
