"""The directional rules end to end: pairs of texts that differ in one thing, read and rated as users' texts are.

``cases/directional.jsonl`` holds one pair a line. ``holds`` says what must be true of the claims that ``find`` picks:
``more``, ``at least`` and ``same`` compare probabilities, ``wider`` the widths of the intervals; ``turned`` and
``denied`` are for denials, see ``HOLDS``. A claim that is not found fails its pair.
Run as a program (``python tests/test_minimal_pairs.py``) it prints a table, and both sides of each pair that fails;
with ``--held`` the table alone of ``cases/directional_held.jsonl``, pairs that no rule or word list is tuned on.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

from scoring.documents.files import from_text
from scoring.engine import load_engine
from scoring.pipeline import rate_document
from scoring.schema import Polarity, Rating

CASES = Path(__file__).parent / "cases" / "directional.jsonl"
HELD = CASES.with_name("directional_held.jsonl")
RULES = ("1", "2", "3", "4", "5", "6", "7", "8", "denial", "enemy", "interest", "own", "condition")
LEAST_OF_ALL = 0.95
LEAST_OF_A_RULE = 0.85
LEAST_SHAPES = 4


@dataclass(frozen=True, slots=True)
class Side:
    """A text, words that stand in the claim that is meant, and the publisher's domain if it is known."""

    text: str
    find: str
    outlet: str | None


@dataclass(frozen=True, slots=True)
class Pair:
    """Two texts that differ in one thing, and what the rule says of their claims."""

    id: str
    rule: str
    shape: str
    more: Side
    less: Side
    holds: str
    why: str


def _strength(rating: Rating) -> float:
    return rating.strength.probability


def _width(rating: Rating) -> float:
    low, high = rating.strength.interval
    return high - low


def _denied(rating: Rating) -> bool:
    return rating.claim.polarity is Polarity.NEGATIVE


def _like(more: Rating, less: Rating) -> bool:
    return _denied(more) == _denied(less)


HOLDS: dict[str, Callable[[Rating, Rating], bool]] = {
    "more": lambda more, less: _like(more, less) and _strength(more) > _strength(less),
    "at least": lambda more, less: _strength(more) >= _strength(less),
    "same": lambda more, less: _like(more, less) and _strength(more) == _strength(less),
    "wider": lambda more, less: _like(more, less) and _width(more) > _width(less),
    # a statement and its denial: a proposition that is denied keeps one minus the strength of the denial
    "turned": lambda more, less: not _denied(more) and _denied(less) and _strength(more) > 1 - _strength(less),
    # two denials: the stronger one leaves less
    "denied": lambda more, less: _denied(more) and _denied(less) and _strength(more) > _strength(less),
}


def _pair(line: str) -> Pair:
    row = json.loads(line)
    sides = {name: Side(**row.pop(name)) for name in ("more", "less")}
    return Pair(**(row | sides | {"rule": str(row["rule"])}))


def _pairs(cases: Path) -> tuple[Pair, ...]:
    return tuple(_pair(line) for line in cases.read_text(encoding="utf-8").splitlines())


PAIRS = _pairs(CASES)


@cache
def ratings(text: str, outlet: str | None) -> tuple[Rating, ...]:
    return rate_document(from_text(text, outlet=outlet), load_engine()).ratings


def found(side: Side) -> Rating | None:
    """The claim that holds the words; of several on the same words, by parallel sources, the weakest."""
    holding = [r for r in ratings(side.text, side.outlet) if side.find in r.claim.text(side.text)]
    if len({rating.claim.spans for rating in holding}) != 1:
        return None
    return min(holding, key=_strength)


def held(pair: Pair) -> bool:
    more, less = found(pair.more), found(pair.less)
    return more is not None and less is not None and HOLDS[pair.holds](more, less)


def of_rule(rule: str) -> list[Pair]:
    return [pair for pair in PAIRS if pair.rule == rule]


def failing(pairs: Sequence[Pair]) -> list[Pair]:
    return [pair for pair in pairs if not held(pair)]


def share(pairs: Sequence[Pair]) -> float:
    return 1 - len(failing(pairs)) / len(pairs)


def read(side: Side) -> str:
    """How a side was read, in one line."""
    rating = found(side)
    if rating is None:
        texts = " | ".join(r.claim.text(side.text) for r in ratings(side.text, side.outlet))
        return f"no single claim holds {side.find!r}; claims: {texts or 'none'}"
    claim = rating.claim
    links = [
        f"{link.type} {link.source.of(side.text) if link.source else '-'}"
        f"{f' = {link.resolved}' if link.resolved else ''} ({link.stance})"
        for link in claim.chain
    ]
    hedges = [hedge.span.of(side.text) for hedge in claim.hedges]
    low, high = rating.strength.interval
    return (
        f"{rating.strength.probability:.4f} [{low:.2f}, {high:.2f}] {claim.polarity} {claim.basis}"
        f" <{' > '.join(links)}> {hedges or ''} {claim.text(side.text)!r}"
    )


def explained(pair: Pair) -> str:
    sides = (("more", pair.more), ("less", pair.less))
    lines = [f"    {name} {side.outlet or ''} {side.text}\n      {read(side)}" for name, side in sides]
    return "\n".join([f"  {pair.id} ({pair.holds}; {pair.shape}): {pair.why}", *lines])


def explain(pairs: Sequence[Pair]) -> str:
    wrong = failing(pairs)
    return f"{len(wrong)} of {len(pairs)} pairs fail\n" + "\n".join(map(explained, wrong))


@pytest.mark.parametrize("pair", (*PAIRS, *_pairs(HELD)), ids=lambda pair: pair.id)
def test_pairs_are_well_made(pair: Pair) -> None:
    assert pair.rule in RULES and pair.holds in HOLDS and pair.shape and pair.why
    assert pair.more != pair.less
    for side in (pair.more, pair.less):
        assert side.text.count(side.find) == 1, f"{pair.id}: {side.find!r} must stand once in {side.text!r}"


def test_every_rule_is_tried_in_several_shapes() -> None:
    assert len(PAIRS) >= 200 and len({pair.id for pair in PAIRS}) == len(PAIRS)
    assert {pair.rule for pair in PAIRS} == set(RULES)
    for rule in RULES:
        assert len({pair.shape for pair in of_rule(rule)}) >= LEAST_SHAPES


@pytest.mark.parametrize("rule", RULES)
def test_rule_holds(rule: str) -> None:
    pairs = of_rule(rule)
    assert share(pairs) >= LEAST_OF_A_RULE, explain(pairs)


def test_the_rules_hold() -> None:
    assert share(PAIRS) >= LEAST_OF_ALL, explain(PAIRS)


def main() -> None:
    held_out = "--held" in sys.argv
    tried = _pairs(HELD) if held_out else PAIRS
    for rule in (*(rule for rule in RULES if any(pair.rule == rule for pair in tried)), "all"):
        pairs = [pair for pair in tried if rule in ("all", pair.rule)]
        wrong = failing(pairs)
        print(f"{rule:9} {len(pairs):4} pairs {len(pairs) - len(wrong):4} held  {share(pairs):6.1%}")
        if rule != "all" and not held_out:
            print("".join(explained(pair) + "\n" for pair in wrong), end="")


if __name__ == "__main__":
    main()
