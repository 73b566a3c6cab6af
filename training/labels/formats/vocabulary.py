"""The words of the labelling scheme: labels of regions, names of ties, and values, as tools and people spell them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType

from scoring.schema import Basis, Group, Matter, Polarity, SourceType, Stance

CLAIM, SOURCE, CUE, HEDGE, IMPLIED = "Claim", "Source", "Cue", "Hedge", "Implied"
"""Labels. ``Implied`` marks a link that the text has no words for; where it stands does not matter."""
LABELS = (CLAIM, SOURCE, CUE, HEDGE, IMPLIED)
ATTRIBUTED, SAID, REPORTED, HEDGED, CONTINUES = "attributed by", "said by", "reported by", "hedged by", "continues"
TIES = (ATTRIBUTED, SAID, REPORTED, HEDGED, CONTINUES)
"""Names of ties: claim → innermost link, cue → source, link → the next outer one, claim → hedge, fragment → claim."""
BASIS, GROUP, TYPE, STANCE, STRENGTH, RESOLVED = "basis", "group", "type", "stance", "strength", "resolved"
POLARITY, MATTER = "polarity", "matter"
VALUES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        BASIS: tuple(Basis),
        GROUP: tuple(Group),
        TYPE: tuple(SourceType),
        STANCE: tuple(Stance),
        STRENGTH: tuple("12345"),
        POLARITY: tuple(Polarity),
        MATTER: tuple(Matter),
    }
)
"""The values that each key of a region may have; that of ``resolved`` is a name."""
SAYING: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {CLAIM: (BASIS, GROUP), SOURCE: (TYPE, STANCE), CUE: (STANCE, TYPE), IMPLIED: (TYPE, STANCE)}
)
"""Keys whose values can stand after a label and a colon; no value belongs to two keys of a label."""
_ALSO = {"content": CLAIM, "proposition": CLAIM, "hedge cue": HEDGE, "implied source": IMPLIED}
_ALSO_TIES = {"attributed to": ATTRIBUTED, "part of": CONTINUES, "fragment of": CONTINUES, "told by": REPORTED}
_ALSO_VALUES = {
    (TYPE, "organization"): "organisation", (GROUP, "weak"): "weakly_sourced", (BASIS, "quote"): "direct_quote",
}  # fmt: skip
_ALSO_KEYS = {"grade": STRENGTH, "source type": TYPE, "sourcetype": TYPE}


def _plain(word: str) -> str:
    return re.sub(r"[\s_-]+", " ", word).strip().casefold()


def label_of(word: str) -> str | None:
    """The label that a word names, whatever its capitals, hyphens and underscores."""
    plain = _plain(word)
    return plain.capitalize() if plain.capitalize() in LABELS else _ALSO.get(plain)


def tie_of(word: str) -> str | None:
    """The name of the tie that a word stands for."""
    plain = _plain(word)
    return plain if plain in TIES else _ALSO_TIES.get(plain)


def key_of(word: str) -> str | None:
    """The key of a value that a word names."""
    plain = _plain(word)
    return plain if plain in VALUES or plain == RESOLVED else _ALSO_KEYS.get(plain)


def value_of(key: str, word: str) -> str | None:
    """The value of a key that a word names."""
    plain = _plain(word).replace(" ", "_")
    return plain if plain in VALUES[key] else _ALSO_VALUES.get((key, plain))


def named_value(label: str, word: str) -> tuple[str, str] | None:
    """The key and value that a bare word stands for on a region: a basis or group on a claim, and so on."""
    for key in SAYING.get(label, ()):
        if value := value_of(key, word):
            return key, value
    return None


def compound(word: str) -> tuple[str, dict[str, str]] | None:
    """Label and values of a word such as ``Claim:direct_quote``; a bare basis or group belongs to a claim."""
    first, *rest = word.split(":")
    label = label_of(first)
    if label is None:
        known = named_value(CLAIM, word)
        return (CLAIM, dict([known])) if known else None
    pairs = [named_value(label, one) for one in rest]
    return None if None in pairs else (label, dict(pair for pair in pairs if pair))
