"""What ``import scoring`` offers: the names, where they come from, and that nothing that they give is missing."""

from __future__ import annotations

import ast
import dataclasses
import subprocess
import sys
import typing
from collections.abc import Iterator
from pathlib import Path

import pytest

import scoring
from scoring import schema

VERBS = {"compare", "from_text", "load_engine", "rate", "rate_document", "read", "to_frame"}
ERRORS = {"InputError", "SourcegradeError", "UsageError"}
NOUNS = {
    "Basis", "Change", "Channel", "Claim", "Document", "Detail", "Dossier", "Engine", "Evidence", "Factor", "FactorKind", "Form", "Group",
    "Hedge", "HedgeKind", "Hyperlink", "Link", "Polarity", "Matter", "Prior", "Profile", "Provenance", "Rating", "Report",
    "Sentence", "Skipped", "SourceType", "Span", "Stance", "Strength", "Summary", "Term",
}  # fmt: skip
SOURCE = Path(scoring.__file__)


def test_the_names_are_these() -> None:
    assert set(scoring.__all__) == VERBS | ERRORS | NOUNS | {"__version__"}
    assert len(scoring.__all__) == len(set(scoring.__all__))


@pytest.mark.parametrize("name", sorted(VERBS | ERRORS | NOUNS))
def test_each_name_is_there_and_says_what_it_is(name: str) -> None:
    words = getattr(scoring, name).__doc__
    assert words and not words.startswith(f"{name}("), "a dataclass without a docstring has its signature for one"
    assert name in dir(scoring)


def test_what_is_not_there_is_refused() -> None:
    with pytest.raises(AttributeError, match="module 'scoring' has no attribute 'rank'"):
        scoring.rank  # noqa: B018


def test_all_names_can_be_imported_at_once() -> None:
    code = "before = set(globals()); from scoring import *; print(*sorted(set(globals()) - before - {'before'}))"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=SOURCE.parents[1]
    )
    assert set(done.stdout.split()) == set(scoring.__all__)


def test_type_checkers_find_each_name_where_it_is_loaded_from() -> None:
    """They see imports only: those of the module, and those that it makes for them alone."""
    tree = ast.parse(SOURCE.read_text(encoding="utf-8"))
    places = {a.name: n.module for n in ast.walk(tree) if isinstance(n, ast.ImportFrom) for a in n.names}
    assert {name for name in scoring.__all__ if name not in places} == set()
    assert {name: places[name] for name in scoring._MODULES} == scoring._MODULES


def types_within(annotation: object) -> Iterator[type]:
    """The classes that an annotation names, and those that the fields and properties of these name."""
    if isinstance(annotation, type) and annotation.__module__ == schema.__name__:
        yield annotation
        within = typing.get_type_hints(annotation) if dataclasses.is_dataclass(annotation) else {}
        given = [typing.get_type_hints(p.fget) for p in vars(annotation).values() if isinstance(p, property)]
        for inner in (*within.values(), *(hint for hints in given for hint in hints.values())):
            yield from types_within(inner)
    for inner in typing.get_args(annotation):
        yield from types_within(inner)


def test_the_nouns_that_a_report_is_made_of_are_all_there() -> None:
    nouns = {noun.__name__ for noun in types_within(schema.Report)}
    assert len(nouns) > 20 and nouns - set(scoring.__all__) == set()


def test_articles_are_read_rated_and_compared_by_these_names_alone(tmp_path: Path) -> None:
    saved = tmp_path / "article.txt"
    saved.write_text("The mayor said on Monday that the mill at Oxley had burnt down overnight.", encoding="utf-8")
    (document,) = scoring.read(str(saved), outlet="oxley.example")
    engine = scoring.load_engine("rules")
    assert isinstance(document, scoring.Document) and isinstance(engine, scoring.Engine)
    report = scoring.rate_document(document, engine)
    assert isinstance(report, scoring.Report) and report.ratings[0].claim.basis is scoring.Basis.PARAPHRASE
    other = scoring.from_text("Mara Quist said that the mill at Oxley had burnt down overnight.", outlet="tarn.example")
    assert isinstance(scoring.compare([document, other], model="rules"), scoring.Dossier)


def test_an_article_that_cannot_be_read_is_an_error_among_the_others(tmp_path: Path) -> None:
    (error,) = scoring.read(str(tmp_path / "nowhere.txt"))
    assert isinstance(error, scoring.InputError) and isinstance(error, scoring.SourcegradeError)
