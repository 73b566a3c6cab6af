"""Reports → a table of pandas, a row a claim; ``--format parquet`` writes the same."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

from scoring.documents.decoding import whole_characters
from scoring.evidence.strength import CONFIDENCE, ICD203, LEVELS
from scoring.report.formats import COLUMNS, claim_row
from scoring.schema import Basis, Group, Polarity, Report


def _ordered(words: Iterable[str]) -> pd.CategoricalDtype:
    return pd.CategoricalDtype(list(words), ordered=True)


TYPES: dict[str, pd.api.extensions.ExtensionDtype | str] = {
    **dict.fromkeys(COLUMNS, pd.StringDtype()),
    **dict.fromkeys(("start", "end"), "Int64"),
    **dict.fromkeys(("probability", "low", "high"), "float64"),
    "basis": pd.CategoricalDtype([basis.value for basis in Basis]),
    "polarity": pd.CategoricalDtype([polarity.value for polarity in Polarity]),
    "group": _ordered(group.value for group in reversed(Group)),
    "level": _ordered(word for _, word in LEVELS),
    "icd203": _ordered(word for _, word in ICD203),
    "confidence": _ordered(word for _, word in reversed(CONFIDENCE)),
}
"""The dtype of each column; an empty table has them, too."""


def to_frame(reports: Report | Iterable[Report]) -> pd.DataFrame:
    """A table of claims: a row a claim, in the order of the reports and of their claims.

    Parameters
    ----------
    reports
        One report or several, such as :func:`scoring.rate` gives. An article without claims has no row; without any
        row the table has the same columns of the same types.

    Returns
    -------
    pandas.DataFrame
        With a plain index. ``id`` and ``claim`` together name a row, where ids are unique. Figures have four digits.

        =========== ===================== ==========================================================================
        column      dtype                 what it holds
        =========== ===================== ==========================================================================
        id          string                the article's id
        outlet      string                registrable domain; missing where it is not known
        claim       string                the claim's id in its article, such as ``c3``
        start, end  Int64                 code points in the article's text, half-open; of all its fragments together
        text        string                the claim's words, `` … `` between fragments
        basis       category              what it rests on, such as ``direct_quote``
        group       category, ordered     ``unsourced`` < ``weakly_sourced`` < ``sourced``
        chain       string                names of its sources, outermost first, `` > `` between; empty without any
        hedges      string                the words that hedge it, joined by commas; empty without any
        polarity    category              ``positive``, or ``negative`` for what is denied
        probability float64               evidential strength, in [0, 1]
        low, high   float64               bounds of its central interval, in [0, 1]
        level       category, ordered     ``very weak`` < … < ``very strong``
        code        string                Admiralty pair: source A–F, content 1–6
        icd203      category, ordered     words of ICD 203, ``almost no chance`` < … < ``almost certain``
        confidence  category, ordered     ``low`` < ``moderate`` < ``high``, by the width of the interval
        =========== ===================== ==========================================================================
    """
    given = [reports] if isinstance(reports, Report) else reports
    rows = [claim_row(rating, report.document) for report in given for rating in report.ratings]
    cells = zip(*rows, strict=True) if rows else [()] * len(COLUMNS)
    columns = {name: _column(values, name) for name, values in zip(COLUMNS, cells, strict=True)}
    return pd.DataFrame(columns)


def _column(values: Iterable[object], name: str) -> pd.Series:
    """Half a surrogate pair, which Arrow cannot hold, becomes U+FFFD."""
    whole = [whole_characters(value) if isinstance(value, str) else value for value in values]
    return pd.Series(whole, dtype=TYPES[name])
