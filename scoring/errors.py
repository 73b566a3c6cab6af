"""The tree of errors. Each message says what is wrong, where, what was found, and what would be right."""

from __future__ import annotations

import logging
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

_log = logging.getLogger(__name__)
T = TypeVar("T")
MOST_FRAMES = 4
"""Places of the program, innermost last, that tell where an unforeseen error arose."""
MOST_REASON = 160
"""Characters of an unforeseen error that are shown; some libraries put the whole input into theirs."""


class SourcegradeError(Exception):
    """Base of all errors that a user can mend; the command line prints its message as one line."""


class InputError(SourcegradeError):
    """An article or a row cannot be read; the other inputs still can."""


class UsageError(SourcegradeError):
    """An option, a configuration or a model folder is wrong; nothing can be rated."""


class ConfigError(UsageError):
    """A configuration file holds an unknown key or a value of the wrong kind."""


class ModelError(UsageError):
    """A model folder lacks a file or holds one that is damaged."""


class LedgerError(UsageError):
    """A ledger is missing, damaged, somebody else's file, or cannot be written."""


class OutputError(UsageError):
    """The result cannot be written where it was asked for."""


def attempt(work: Callable[[], T], where: str, done: str) -> T | InputError:
    """What ``work`` gives for one article or row, or why it gives nothing: the one place where any error is survived.

    Parameters
    ----------
    work
        Reads or rates what stands at ``where``.
    where
        ``file:row``, or ``file``.
    done
        What is attempted, as a participle: ``read``, ``rated``.

    Raises
    ------
    SourcegradeError
        An option, a model or a configuration is wrong, which ends more than this row.
    """
    try:
        return work()
    except InputError as error:
        return error
    except SourcegradeError:
        raise
    except Exception as error:
        return unforeseen(error, where, done)


def unforeseen(error: Exception, where: str, done: str) -> InputError:
    """An error that nobody foresaw as that of the article or row at which it came up, in one line.

    Where it arose is logged at the level DEBUG, to ``scoring.errors``.
    """
    _log.debug("%s: %s at %s", where, type(error).__name__, places(error), exc_info=error)
    reason = " ".join(f"{type(error).__name__}: {error}".split())[:MOST_REASON].rstrip(": ")
    return InputError(f"{where}: cannot be {done} ({reason}); report it")


def places(error: Exception) -> str:
    """Where an error arose, innermost last, without what it says: that may hold words of an article."""
    frames = traceback.extract_tb(error.__traceback__)[-MOST_FRAMES:]
    return " > ".join(f"{Path(frame.filename).name}:{frame.lineno}" for frame in frames)
