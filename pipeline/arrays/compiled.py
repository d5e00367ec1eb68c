"""How functions of this room are compiled: without the interpreter lock, and once per machine.

Numba keeps what it compiled in `__pycache__` beside the source, as Python does, and where that folder cannot be
written in the user's cache folder; NUMBA_CACHE_DIR names another. Processes share it; files are replaced whole. It
notices a change of the module in which a function stands, but not of others that it uses: functions that call one
another stand in one module with their constants.
"""

import importlib
from collections.abc import Callable
from typing import TypeVar

import numba
import numpy as np
import numpy.typing as npt
from numba.np import linalg

Bytes = npt.NDArray[np.uint8]
Chars = npt.NDArray[np.uint32]
Flags = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.int32]
Longs = npt.NDArray[np.int64]
Table = npt.NDArray[np.int32]
"""Of two dimensions, as the others are of one."""

_Function = TypeVar("_Function", bound=Callable[..., object])


def compiled(function: _Function) -> _Function:
    """The function as machine code, made at its first call or read from what an earlier process kept."""
    try:
        made: _Function = numba.njit(cache=True, nogil=True)(function)
    except RuntimeError:  # no folder can be written: every process compiles for itself
        made = numba.njit(nogil=True)(function)
    return made


def _load_arrays() -> None:
    """Let Numba load all that it knows of arrays but SciPy's linear algebra, which takes as long as the rest together.

    No function here needs it. Numba asks again for a function that does.
    """
    asked, linalg.ensure_blas = linalg.ensure_blas, lambda: None
    try:
        importlib.import_module("numba.np.arraymath")
    finally:
        linalg.ensure_blas = asked


_load_arrays()
