"""Text → windows of word pieces for the encoder, each piece with its place in the text.

Whole paragraphs are packed into a window, with a ``[SEP]`` between them, until the next one no longer fits. So the
encoder often sees a quotation together with its speaker in the paragraph before, and windows are nearly full.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from scoring.errors import ModelError
from scoring.text.sentences import paragraphs

if TYPE_CHECKING:
    from tokenizers import Tokenizer

NO_WORD = -1
BEGINNINGS = ("[CLS]", "<s>")
SEPARATORS = ("[SEP]", "</s>")
"""Names that BERT and MPNet give to the pieces before a text and after each part of it."""


@dataclass(frozen=True, slots=True)
class Window:
    """Word pieces of one encoder input. All arrays have the shape ``(pieces,)``.

    Parameters
    ----------
    ids
        Vocabulary ids, special tokens included.
    starts, ends
        Code-point offsets into the text; ``start == end`` on special tokens.
    words
        Number of the word that a piece belongs to, rising from 0; ``NO_WORD`` on special tokens.
    """

    ids: np.ndarray
    starts: np.ndarray
    ends: np.ndarray
    words: np.ndarray


def windows(text: str, tokenizer: Tokenizer, limit: int) -> list[Window]:
    """Pack the paragraphs of ``text`` into windows of at most ``limit`` pieces.

    No text is left out: a paragraph longer than a window is spread over several.
    """
    begin, separator = _special(tokenizer, BEGINNINGS), _special(tokenizer, SEPARATORS)
    packed: list[Window] = []
    rows: list[tuple[int, int, int, int]] = []
    # two pieces of each window are special: the one before the text and the one after it
    for piece_rows in _paragraph_rows(text, list(paragraphs(text)), tokenizer, limit - 2):
        if rows and len(rows) + len(piece_rows) + 2 > limit:
            packed.append(_window(rows, begin))
            rows = []
        rows += [*piece_rows, (separator, piece_rows[-1][2], piece_rows[-1][2], NO_WORD)]
    if rows:
        packed.append(_window(rows, begin))
    return packed


def _special(tokenizer: Tokenizer, names: tuple[str, ...]) -> int:
    for token in names:
        number = tokenizer.token_to_id(token)
        if number is not None:
            return int(number)
    raise ModelError(f"the tokenizer has no {' or '.join(names)}; it must be a word-piece tokenizer of BERT's kind")


def _paragraph_rows(
    text: str, spans: Sequence[tuple[int, int]], tokenizer: Tokenizer, limit: int
) -> Iterator[list[tuple[int, int, int, int]]]:
    """Rows ``(id, start, end, word)`` of each paragraph, in portions of at most ``limit`` pieces."""
    encodings = tokenizer.encode_batch([text[s:e] for s, e in spans], add_special_tokens=False)
    for (start, _), encoding in zip(spans, encodings, strict=True):
        rows = [
            (piece, start + s, start + e, NO_WORD if word is None else word)
            for piece, (s, e), word in zip(encoding.ids, encoding.offsets, encoding.word_ids, strict=True)
        ]
        for i in range(0, len(rows), limit):
            yield rows[i : i + limit]


def _window(rows: Sequence[tuple[int, int, int, int]], begin: int) -> Window:
    table = np.array([(begin, rows[0][1], rows[0][1], NO_WORD), *rows], dtype=np.int64)
    new_word = np.diff(table[:, 3], prepend=NO_WORD) != 0
    words = np.where(table[:, 3] == NO_WORD, NO_WORD, np.cumsum(new_word & (table[:, 3] != NO_WORD)) - 1)
    return Window(table[:, 0], table[:, 1], table[:, 2], words)
