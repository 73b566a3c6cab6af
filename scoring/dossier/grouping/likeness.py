"""How far two claims say the same, and whether they agree: names, numbers, dates and polarity beside the words.

A logistic regression over the cosine of their meanings (:mod:`scoring.dossier.grouping.paraphrase`), that of their
words, figures, dates and speakers. Words are stems and figures, weighted by ``ln(1 + n / df)`` over the claims of the
story (Spärck Jones 1972): words that all articles on a matter use do not tell its claims apart. The weights of the
regression stand in ``configs/dossier.toml``.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping
from functools import lru_cache

from scoring.dossier.grouping.propositions import SHARE, Proposition, stem
from scoring.dossier.schema import Relation
from scoring.dossier.settings import LikenessSettings
from scoring.probability import logistic
from scoring.text.spans import jaccard
from scoring.word_lists import lines, read_table

TOLERANCE = 0.05
"""Two figures count as one, rounded, up to this relative difference: 212 and "more than two hundred" are one count."""


TEMPLATE = 0.6
"""From this Jaccard index of all words but the names, two claims say the same of two people."""
TELLING = 13
"""Figures from this on tell as much as a word: 212 passengers are those of one ferry, two boats may be any."""


def weights(propositions: Iterable[Proposition], settings: LikenessSettings) -> dict[str, float]:
    """Squared weight of every feature over the claims of a story; rare ones weigh more, names less than the rest."""
    counted: Counter[str] = Counter()
    names: set[str] = set()
    number = 0
    for number, one in enumerate(propositions, start=1):  # noqa: B007
        counted.update(features(one))
        names |= one.names
    return {f: math.log(1 + number / df) ** 2 * _share(f, names, settings) for f, df in counted.items()}


def _share(feature: str, names: set[str], settings: LikenessSettings) -> float:
    if feature.startswith("@"):
        return settings.speaker
    return settings.name if feature in names else 1.0


@lru_cache(maxsize=1)
def _common() -> frozenset[str]:
    """Stems of the words of every matter."""
    return frozenset(map(stem, lines("common_words.txt")))


@lru_cache(maxsize=65536)
def features(one: Proposition) -> frozenset[str]:
    """Stems and figures of a claim; of two opposites ("open", "shut") the first stands for both."""
    folded = (_folded().get(s, s) for s in one.stems)
    figures = (f"#{value:g}" for value, _ in one.quantities)
    return frozenset(folded).union(figures, (f"@{name}" for name in one.speaker))


def likeness(
    a: Proposition, b: Proposition, cosine: float, weight: Mapping[str, float], settings: LikenessSettings
) -> float:
    """How far two claims say the same, in [0, 1]: a logistic regression, fitted to pairs of labelled stories.

    ``cosine`` compares their meanings; words, figures, dates and speakers count beside it. A denial is like the claim
    that it denies. Two claims that differ by their names alone are two claims.
    """
    values = signs(a, b, cosine, weight, settings)
    evidence = settings.bias + sum(getattr(settings, name) * value for name, value in values.items())
    return logistic(evidence) * (settings.names if _named_apart(a, b) else 1.0)


def signs(
    a: Proposition, b: Proposition, cosine: float, weight: Mapping[str, float], settings: LikenessSettings
) -> dict[str, float]:
    """What two claims share and do not, by the names of the weights (``training/dossier/pair_weights.py``)."""
    ours, theirs = ({value for value, _ in one.quantities} for one in (a, b))
    return {
        "meaning": cosine,
        "words": _words_alike(a, b, weight, settings),
        "years": float(_other_years(a, b)),
        "days": float(_other_days(a, b)),
        "same_figure": float(bool(ours & theirs)),
        "other_figures": float(bool(ours and theirs) and not ours & theirs),
        "other_speakers": float(bool(a.speaker and b.speaker) and not a.speaker & b.speaker),
        "length": float(abs(len(a.stems) - len(b.stems))),
    }


def _other_days(a: Proposition, b: Proposition) -> bool:
    """Whether they speak of different months or weekdays."""
    return any(
        one and other and one.isdisjoint(other) for one, other in ((a.months, b.months), (a.weekdays, b.weekdays))
    )


def _named_apart(a: Proposition, b: Proposition) -> bool:
    """Whether two claims differ by their names alone: "Mayor Holt was arrested", "Mayor Adler was arrested"."""
    apart = bool(a.names - b.stems and b.names - a.stems)
    return apart and jaccard(a.stems - a.names, b.stems - b.names) >= TEMPLATE


def _words_alike(a: Proposition, b: Proposition, weight: Mapping[str, float], settings: LikenessSettings) -> float:
    """The cosine of two claims' features, in [0, 1]."""
    fa, fb = features(a), features(b)
    common = fa & fb
    telling = sum(map(_tells, common))
    if not telling:
        return 0.0
    if a.quantities and b.quantities:
        differing = _differing(a, b)
        fa, fb = fa - differing, fb - differing
    of_a, of_b = (sum(map(weight.__getitem__, side)) for side in (fa, fb))
    alike = sum(map(weight.__getitem__, common)) / math.sqrt(of_a * of_b) if of_a and of_b else 0.0
    return min(1.0, alike) * (settings.single if telling == 1 else 1.0)


def _tells(feature: str) -> bool:
    """Whether a shared feature says what claims are about: a word that not all matters have, or a large figure."""
    if feature.startswith("#"):
        return float(feature[1:]) >= TELLING
    return not feature.startswith("@") and feature not in _common()


def _differing(a: Proposition, b: Proposition) -> frozenset[str]:
    """Different figures for one thing. They show that two claims disagree, not that they are about different things."""
    clash = [(v, w) for unit, v, w in _clashes(a, b) if unit != SHARE]
    return frozenset(f"#{value:g}" for pair in clash for value in pair)


def _other_years(a: Proposition, b: Proposition) -> bool:
    """A claim that names no year speaks of the year of its article."""
    if not a.years and not b.years:
        return False
    of_a, of_b = (one.years or ({one.day[:4]} if one.day else set()) for one in (a, b))
    return bool(of_a and of_b) and of_a.isdisjoint(of_b)


def relation(a: Proposition, b: Proposition) -> Relation:
    """Whether ``b`` agrees with ``a``, contradicts it, or gives another number for the same thing."""
    if (a.denied != b.denied) != _opposed(a, b):
        return Relation.CONTRADICTS
    return Relation.NUMBER if any(_clashes(a, b)) else Relation.AGREES


def _clashes(a: Proposition, b: Proposition) -> list[tuple[str, float, float]]:
    """Units that both claims count, with a value from each claim, where none of their values are equal."""
    clashes = []
    ours, theirs = _by_unit(a), _by_unit(b)
    for unit in ours.keys() & theirs.keys():
        if not any(_one(v, w) for v in ours[unit] for w in theirs[unit]):
            clashes.append((unit, min(ours[unit]), min(theirs[unit])))
    return clashes


@lru_cache(maxsize=65536)
def _by_unit(one: Proposition) -> dict[str, list[float]]:
    counted: dict[str, list[float]] = {}
    for value, unit in sorted(one.quantities):
        if unit:
            counted.setdefault(unit, []).append(value)
    return counted


def _one(a: float, b: float) -> bool:
    return abs(a - b) <= TOLERANCE * max(abs(a), abs(b))


def _opposed(a: Proposition, b: Proposition) -> bool:
    """Whether one claim holds a word and the other its opposite, and neither both."""
    apart, other = a.stems - b.stems, b.stems - a.stems
    return any(not _opposites().get(word, frozenset()).isdisjoint(other) for word in apart)


@lru_cache(maxsize=1)
def _opposites() -> dict[str, frozenset[str]]:
    opposites: dict[str, set[str]] = {}
    for one, other in read_table("opposites.csv", lambda row: (stem(row["one"]), stem(row["other"]))):
        opposites.setdefault(one, set()).add(other)
        opposites.setdefault(other, set()).add(one)
    return {word: frozenset(others) for word, others in opposites.items()}


@lru_cache(maxsize=1)
def _folded() -> dict[str, str]:
    """Each word with an opposite under the first of the pair by the alphabet."""
    return {word: min(word, *others) for word, others in _opposites().items()}
