"""The one error that means "the data or the request is at fault".

Meaning lives in the class: the command line turns it into one sentence and exit code 1, and a
scheduler need not retry it. Anything else that is raised is a fault of the machine or of this program.
"""

import difflib
from collections.abc import Iterable


class InputError(ValueError):
    """A file, a dataset, a mapping or a question that cannot be used.

    The message is one sentence that names the file (and the line, where there is one) and says what to do.
    """


def unknown(what: str, given: str, known: Iterable[str]) -> InputError:
    """The InputError for a name that does not exist, with the nearest names that do."""
    names = sorted(known)
    near = difflib.get_close_matches(given, names, n=3, cutoff=0.5)
    hint = f"did you mean {' or '.join(near)}?" if near else f"known are: {', '.join(names) or 'none'}."
    return InputError(f"There is no {what} {given!r}; {hint}")
