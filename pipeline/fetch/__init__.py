"""One file of JSON over HTTP: whole and as promised in its place, or not there at all.

What arrives is written under a hidden name beside its place, judged, synced and renamed. A transfer that breaks off is
resumed where the server can (RFC 9110: Range with If-Range, for which only a strong ETag will do) and begun anew where
it cannot; the part stays for the next run. Only what may be better in a moment is asked for again: no answer, a broken
connection, a server that is busy or at fault. A login page, another kind of JSON and a refusal stay what they are.
"""

from pipeline.fetch.fetcher import MOST, Fetcher, Manners
from pipeline.fetch.part import Outcome, sync

__all__ = ["MOST", "Fetcher", "Manners", "Outcome", "sync"]
