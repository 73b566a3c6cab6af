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
"""Number of places in the code, innermost last, that are logged for an unforeseen error."""
MOST_REASON = 160
"""Characters of an unforeseen error's message that are shown; some libraries put the whole input into it."""


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
    """A ledger is missing or damaged, is another program's file, or cannot be written."""


class OutputError(UsageError):
    """The result cannot be written where it was asked for."""


def attempt(work: Callable[[], T], where: str, done: str) -> T | InputError:
    """Run ``work`` on one article or row; give its result, or the error that stopped it.

    This is the only place that catches errors of every kind.

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
        An option, a model or a configuration is wrong, so that the other rows cannot be rated either.
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
    """Turn an error that nobody foresaw into one line about the article or row at which it arose.

    The logger ``scoring.errors`` gets the places in the code at the level DEBUG.
    """
    _log.debug("%s: %s at %s", where, type(error).__name__, places(error), exc_info=error)
    reason = " ".join(f"{type(error).__name__}: {error}".split())[:MOST_REASON].rstrip(": ")
    return InputError(f"{where}: cannot be {done} ({reason}); report it")


def places(error: Exception) -> str:
    """File and line where an error arose, innermost last; not its message, which may hold words of an article."""
    frames = traceback.extract_tb(error.__traceback__)[-MOST_FRAMES:]
    return " > ".join(f"{Path(frame.filename).name}:{frame.lineno}" for frame in frames)
