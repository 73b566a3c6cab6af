"""Lists of words in ``data/lexicons``: read once, checked row by row, given as sets or as regular expressions.

``data/lexicons/README.md`` says what each list is for.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Callable
from functools import lru_cache
from typing import TypeVar

from scoring import resources
from scoring.errors import ConfigError

T = TypeVar("T")

TABLES = ("grammar_words.csv", "news_words.csv")
"""Tables whose rows hold a ``list`` and one ``word`` of it."""
TITLES = "titles.csv"
"""A table whose rows hold a ``title`` and the ``lists`` that it belongs to, separated by ``|``."""


def read_table(name: str, read: Callable[[dict[str, str]], T]) -> tuple[T, ...]:
    """The rows of a table of ``data/lexicons``, each converted by ``read``.

    Raises
    ------
    ConfigError
        A row has more or fewer cells than the header, or ``read`` refuses it; the message names file and line.
    """
    path = resources.lexicon(name)
    rows = []
    with path.open(encoding="utf-8", newline="") as file:
        table = csv.DictReader(file)
        for row in table:
            try:
                if None in row or None in row.values():
                    raise ValueError(f"found another number of cells than the header's {len(table.fieldnames or ())}")
                rows.append(read(row))
            except (KeyError, ValueError, TypeError, AttributeError) as error:
                where = f"{path}:{table.line_num}"
                raise ConfigError(f"{where}: {error}; see README.md beside it for the columns") from error
    return tuple(rows)


def lines(name: str) -> tuple[str, ...]:
    """The lines of a list of ``data/lexicons`` with one entry on each; lines that begin with ``#`` are left out."""
    text = resources.lexicon(name).read_text(encoding="utf-8")
    return tuple(line for line in text.splitlines() if line and not line.startswith("#"))


def yes(cell: str) -> bool:
    """Whether a cell holds "yes"; an error if it holds neither "yes" nor "no"."""
    if cell not in ("yes", "no"):
        raise ValueError(f"found {cell!r}, expected yes or no")
    return cell == "yes"


def words(*names: str) -> frozenset[str]:
    """The words of one or several lists, as they are written there.

    Raises
    ------
    ConfigError
        A list does not exist.
    """
    return frozenset().union(*map(_words, names))


def either(*names: str, capital: bool = False) -> str:
    """A regular expression, as one group, for any word of one or several lists.

    The longest words come first, so that "prime minister" is found before "prime". ``*`` in a list stands for any
    ending. With ``capital`` each word begins with a capital: "Mr" for "mr".
    """
    forms = (word[0].upper() + word[1:] if capital else word for word in words(*names))
    ranked = sorted(forms, key=lambda form: (-len(form), form))
    return f"(?:{'|'.join(map(_expression, ranked))})"


def _expression(word: str) -> str:
    return re.escape(word).replace(re.escape("*"), r"\w*")


def _words(name: str) -> frozenset[str]:
    listed = word_lists().get(name)
    if listed is None:
        tables = ", ".join((*TABLES, TITLES))
        raise ConfigError(f"{resources.lexicon(TABLES[0]).parent}: no list {name!r} in {tables}; put it there again")
    return listed


@lru_cache(maxsize=1)
def word_lists() -> dict[str, frozenset[str]]:
    """All lists of words and of titles, by name."""
    lists: dict[str, set[str]] = {}

    def add(name: str, word: str) -> None:
        if not name or not word or name != name.strip() or word != word.strip():
            raise ValueError(f"found list {name!r} and word {word!r}, expected both without white space around them")
        if word in lists.setdefault(name, set()):
            raise ValueError(f"{word!r} stands twice in the list {name!r}")
        lists[name].add(word)

    def add_title(row: dict[str, str]) -> None:
        for name in row["lists"].split("|"):
            add(name, row["title"])

    for table in TABLES:
        read_table(table, lambda row: add(row["list"], row["word"]))
    read_table(TITLES, add_title)
    return {name: frozenset(listed) for name, listed in lists.items()}
