"""How functions of this room are compiled: without the interpreter lock, and once per machine.

Numba keeps what it compiled in `__pycache__` beside the source, as Python does, and where that folder cannot be
written in the user's cache folder; NUMBA_CACHE_DIR names another. Processes share it; files are replaced whole. It
notices a change of the module in which a function stands, but not of others that it uses: functions that call one
another stand in one module with their constants.
"""

from collections.abc import Callable
from typing import TypeVar

import numba

_Function = TypeVar("_Function", bound=Callable[..., object])


def compiled(function: _Function) -> _Function:
    """The function as machine code, made at its first call or read from what an earlier process kept."""
    try:
        made: _Function = numba.njit(cache=True, nogil=True)(function)
    except RuntimeError:  # no folder can be written: every process compiles for itself
        made = numba.njit(nogil=True)(function)
    return made
