"""When Python looks for garbage."""

import atexit
import gc

_MANY = 100_000, 50, 50


def rarely() -> None:
    """Have it looked for rarely, and not at the end of the process, where all memory goes back anyway.

    For a process that does one thing and ends, call it before modules are loaded: what Numba and SQLAlchemy make lives
    until the end, and looking through it again and again takes 0.4 s of CPU time.
    """
    gc.set_threshold(*_MANY)
    atexit.register(gc.freeze)
