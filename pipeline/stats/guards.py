"""What stands in place of a number where the data do not allow one: the reason, in one sentence.

A measure that cannot be taken is missing (NaN) and its column `note` begins with "not enough data"; a caller may show
the note, and never has to guess what an empty cell means. `note` is empty where the number stands.
"""

LEAST_POSTS_OF_A_BURST = 5
LEAST_DAYS_BEFORE_AN_EVENT = 28
LEAST_PERIODS = 2
LEAST_DAYS_AFTER_A_PEAK = 20
LEAST_POINTS_OF_A_FORECAST = 200
LEAST_CHARACTERS = 8
LEAST_AUTHORS = 5


def few(have: int, least: int, what: str) -> str:
    """The note for too few of something; empty where there are enough.

    >>> few(14, 28, "counted days before the event")
    'not enough data: 14 counted days before the event, and at least 28 are needed'
    >>> few(28, 28, "counted days before the event")
    ''
    """
    return "" if have >= least else lacking(f"{have} {what}, and at least {least} are needed")


def lacking(reason: str) -> str:
    """The note for a reason other than too few."""
    return f"not enough data: {reason}"
