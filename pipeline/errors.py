"""The one error that means "the data or the request is at fault".

Meaning lives in the class: the command line turns it into one sentence and exit code 1, and a
scheduler need not retry it. Anything else that is raised is a fault of the machine or of this program.
"""

import difflib
from collections.abc import Iterable

_MOST = 12


class InputError(ValueError):
    """A file, a dataset, a mapping or a question that cannot be used.

    The message is one sentence that names the file (and the line, where there is one) and says what to do.
    """


class Unobserved(InputError):
    """A file that holds a defect where a day's data should be: its day is a gap.

    `reason` says what the file holds instead, without naming the file.
    """

    def __init__(self, file: object, reason: str):
        super().__init__(f"{file}: {reason}; the day is not covered.")
        self.reason = reason


def unknown(what: str, given: str, known: Iterable[str]) -> InputError:
    """The InputError for a name that does not exist, with the nearest names that do."""
    names = sorted(known)
    near = difflib.get_close_matches(given, names, n=3, cutoff=0.5)
    shown = names[:_MOST] + (["…"] if len(names) > _MOST else [])
    hint = f"did you mean {' or '.join(near)}?" if near else f"known are: {', '.join(shown) or 'none'}."
    return InputError(f"There is no {what} {given!r}; {hint}")
