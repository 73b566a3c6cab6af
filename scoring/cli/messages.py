"""What goes to standard error: notes and errors in one style, and progress if standard error is a terminal."""

from __future__ import annotations

import logging
import os
import sys
import threading
import traceback
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rich.progress import Progress

Say = Callable[[str], None]
"""Puts a message on standard error."""
Advance = Callable[[], None]
"""Notes that one more piece of the work is done."""
INTERRUPTED = 130
"""Exit status after Ctrl-C: 128 + SIGINT."""
PATIENCE = 0.7
"""Seconds before a spinner is shown: a shorter wait needs none, and the spinner would flicker."""
_log = logging.getLogger("scoring")
"""Modules log what they load, and how long it took, to loggers below this one; nothing of it is shown unless asked."""


class _Screen(logging.Handler):
    """Puts each record, as one harmless line, on what is standard error at that moment."""

    def emit(self, record: logging.LogRecord) -> None:
        """Show a record."""
        if sys.stderr is not None:  # it is None if it was closed before the start; print would take standard output
            print(f"sourcegrade: {_neutral(record.getMessage())}", file=sys.stderr, flush=True)
            if record.exc_info:
                traceback.print_exception(record.exc_info[1], file=sys.stderr)


def _neutral(words: str) -> str:
    """Words of any origin as one line that standard error can show and that cannot steer it."""
    from scoring.report.terminal.screen import neutral

    return neutral(words, getattr(sys.stderr, "encoding", None) or "utf-8")


_screen = _Screen()


def begin() -> None:
    """Show notes and errors from now on, but no details."""
    _log.handlers = [_screen]
    _log.propagate = False
    _log.setLevel(logging.INFO)


def be_quiet() -> None:
    """Show errors only, and no progress."""
    _log.setLevel(logging.ERROR)


def be_verbose() -> None:
    """Also show what is loaded, from where, and how long it took."""
    _log.setLevel(logging.DEBUG)


def is_verbose() -> bool:
    """Whether details are wanted, such as where in the program an error was."""
    return _log.isEnabledFor(logging.DEBUG)


def say(message: str) -> None:
    """Put a note on standard error, unless only errors are wanted."""
    _log.info("%s", message)


def complain(message: str) -> None:
    """Put an error on standard error."""
    _log.error("%s", message)


def answer(line: object) -> None:
    """Put a line on standard output for the next program, such as what was written; on a terminal it is harmless."""
    from scoring.writing.controls import harmless

    if sys.stdout is None:
        return
    text = str(line)
    try:
        print(harmless(text).replace("\n", " ") if sys.stdout.isatty() else text)
    except UnicodeEncodeError:  # a name that the encoding of the terminal lacks
        print(text.encode(sys.stdout.encoding, "replace").decode(sys.stdout.encoding))


def show(lines: Iterable[str]) -> None:
    """Put lines for people on standard output: their words cannot steer a terminal, and they keep their indent."""
    from scoring.report.terminal.screen import neutral

    encoding = getattr(sys.stdout, "encoding", None) or "utf-8"
    for line in lines:
        words = line.lstrip(" ")
        print(line[: len(line) - len(words)] + neutral(words, encoding))


def moving() -> bool:
    """Whether progress can be shown: standard error is a terminal, and notes are wanted there."""
    return (
        sys.stderr is not None
        and sys.stderr.isatty()
        and os.environ.get("TERM") != "dumb"
        and _log.isEnabledFor(logging.INFO)
    )


@contextmanager
def bar(what: str, total: int | None) -> Iterator[Advance]:
    """Show how much of the work is done, with the time it took and the time left.

    Parameters
    ----------
    what
        The work, in a word or two.
    total
        The number of its pieces; ``None`` if that is not known beforehand, and then they are only counted.
    """
    if not moving():
        yield lambda: None
        return
    from rich.progress import BarColumn, MofNCompleteColumn, TimeElapsedColumn, TimeRemainingColumn

    with _progress("{task.description}", BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(),
                   TimeRemainingColumn()) as shown:  # fmt: skip
        task = shown.add_task(_neutral(what), total=total)
        yield lambda: shown.advance(task)


@contextmanager
def waiting(what: str) -> Iterator[None]:
    """If the block takes longer than a moment, show until it ends that work goes on, and since when."""
    if not moving():
        yield
        return
    from rich.progress import SpinnerColumn, TimeElapsedColumn

    spinners: list[Progress] = []

    def spin() -> None:
        made = _progress(SpinnerColumn(), "{task.description}", TimeElapsedColumn())
        made.add_task(_neutral(what), total=None)
        made.tasks[0].start_time = made.get_time() - PATIENCE
        made.start()
        spinners.append(made)

    timer = threading.Timer(PATIENCE, spin)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
        timer.join()
        for made in spinners:
            made.stop()


def _progress(*columns: Any) -> Progress:
    from rich.console import Console
    from rich.progress import Progress

    console = Console(stderr=True, markup=False, highlight=False)
    return Progress(*columns, console=console, redirect_stdout=False, transient=True)
