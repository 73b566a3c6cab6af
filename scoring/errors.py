"""The tree of errors. Each message says what is wrong, where, what was found, and what would be right."""

from __future__ import annotations


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
