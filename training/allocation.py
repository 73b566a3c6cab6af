"""Memory of a training step is kept for the next one: a third of the time on a CPU went into asking for it anew."""

from __future__ import annotations

import ctypes
import sys

M_TRIM_THRESHOLD, M_TOP_PAD, M_MMAP_MAX = -1, -2, -4
"""Parameters of mallopt(3)."""
MOST = 2**31 - 1


def keep_memory() -> None:
    """Tell the C library to give no memory back to the system, and to take it in large portions; Linux only."""
    if not sys.platform.startswith("linux"):
        return
    try:
        mallopt = ctypes.CDLL(None).mallopt
    except (AttributeError, OSError):  # another C library than glibc
        return
    for parameter, value in ((M_MMAP_MAX, 0), (M_TRIM_THRESHOLD, MOST), (M_TOP_PAD, 2**28)):
        mallopt(parameter, value)
