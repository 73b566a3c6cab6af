"""Attributions, sources and sentences → claims: the one arrow of this package."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from scoring.claims.annotated import Reading, Statement
from scoring.claims.attributed import attributed_statements
from scoring.claims.denials import by_verdict
from scoring.claims.headlines import attributed_headline
from scoring.claims.hedging import certainty, conditions_of, hedges_of
from scoring.claims.interest import judged, matter
from scoring.claims.network import read_statements
from scoring.claims.own_voice import own_statements
from scoring.claims.plausible import plausible
from scoring.documents.links import links_by_sentence, merged
from scoring.schema import Basis, Claim, Hedge, Hyperlink, Span


def find_claims(reading: Reading) -> tuple[Claim, ...]:
    """Claims of the article in the order of the text, numbered ``c1``, ``c2`` and so on.

    They are what the network reads as claims. Of a text that the rules have read they are what plausible relations
    attribute, and what the article says in its own voice, where no relation is.
    """
    if reading.attributions.claims is None:
        reading = reading.with_relations(plausible(reading))
        statements = [*attributed_statements(reading), *own_statements(reading)]
    else:
        statements = list(read_statements(reading))
        if not statements and len(reading.sentences) == 1:  # a headline alone, which the network reads as a heading
            statements = list(own_statements(reading.with_relations(())))
        statements = _headline(reading, statements)
    statements = [by_verdict(reading, statement) for statement in statements]
    statements.sort(key=lambda statement: statement.spans[0])
    links = links_by_sentence(reading.document, reading.sentences)
    words = list(zip(hedges_of(reading, statements), conditions_of(reading, statements), strict=True))
    return tuple(_claim(reading, i, statements[i], words[i], links) for i in range(len(statements)))


def _headline(reading: Reading, statements: list[Statement]) -> list[Statement]:
    """The statements; for a single line read as one bare statement, what it attributes in a headline's few words."""
    bare = len(reading.sentences) == 1 and [s.basis for s in statements] == [Basis.ASSERTION]
    if not bare:
        return statements
    attributed = attributed_headline(reading)
    return [attributed or replace(statements[0], matters=None)]  # "Firm to open store" announces, and is no forecast


def _claim(
    reading: Reading,
    index: int,
    statement: Statement,
    words: tuple[tuple[Hedge, ...], tuple[Span, ...]],
    links: Sequence[tuple[Hyperlink, ...]],
) -> Claim:
    hedges, conditions = words
    sentences = reading.sentence_numbers(statement.spans)
    about, telling = matter(statement.chain, statement.spans, reading.document.text)
    if statement.matters:
        about, telling = judged(statement.matters, about, telling)
    return Claim(
        id=f"c{index + 1}",
        spans=statement.spans,
        sentences=sentences,
        basis=statement.basis,
        basis_probability=statement.basis_probability,
        chain=statement.chain,
        hedges=hedges,
        polarity=statement.polarity,
        certainty=certainty(reading, statement.spans, hedges),
        links=merged(link for number in sentences for link in links[number]) if links else (),
        matter=about,
        matter_span=telling,
        conditions=conditions,
    )
