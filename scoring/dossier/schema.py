"""The nouns of a dossier: frozen dataclasses between its steps. Standard library only, beside the pipeline's own."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from scoring.schema import Claim, Document, Rating, Report, Strength

SCHEMA = "sourcegrade/dossier/1"
"""Name and version of the output format."""


class Relation(StrEnum):
    """What a claim says beside the claim that leads its group."""

    AGREES = "agrees"
    CONTRADICTS = "contradicts"
    NUMBER = "number"


class OriginKind(StrEnum):
    """The kind of an origin: a source that was asked, an outlet's own word, or articles that rest on each other."""

    SOURCE = "source"
    UNNAMED = "unnamed"
    OUTLET = "outlet"
    CIRCLE = "circle"


class Via(StrEnum):
    """How a mention comes by its claim from another article: by citing it, by its words, or by a credit line."""

    CITED = "cited"
    COPIED = "copied"
    CREDITED = "credited"


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """A claim of the dossier: the article's number and the claim's, both from 0."""

    article: int
    claim: int


@dataclass(frozen=True, slots=True)
class Origin:
    """Where claims of a group start; ``outlet`` is the publisher's domain where the origin is an outlet's own word."""

    name: str
    kind: OriginKind
    outlet: str | None = None


@dataclass(frozen=True, slots=True)
class Inheritance:
    """A mention that rests on another mention of the same group."""

    heir: Place
    of: Place
    via: Via


@dataclass(frozen=True, slots=True)
class Mention:
    """A claim in its group; ``origins`` are numbers of the group's origins, empty if no origin is known."""

    place: Place
    relation: Relation
    origins: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Copy:
    """An article that repeats passages of another.

    ``share`` in (0, 1] is that of the copy's own passages, ``decided_by`` says who came first: ``credit``, ``date``,
    or ``None`` where nothing tells.
    """

    copy: int
    original: int
    share: float
    decided_by: str | None
    credit: str | None = None


@dataclass(frozen=True, slots=True)
class Circle:
    """Outlets that rest on one another, in the order of their citations; ``places`` are the mentions of it."""

    outlets: tuple[str, ...]
    places: tuple[Place, ...]


@dataclass(frozen=True, slots=True)
class Step:
    """A wording that is surer than the one it rests on or follows; certainties in [0, 1]."""

    earlier: Place
    later: Place
    words_before: tuple[str, ...]
    words_after: tuple[str, ...]
    certainty_before: float
    certainty_after: float


@dataclass(frozen=True, slots=True)
class Corroborated:
    """Strength of a group's claim over all articles, natural log-odds of each reason, and what would move it."""

    strength: Strength
    best: Place
    factors: tuple[tuple[str, str, float], ...]
    would_settle: tuple[tuple[str, float], ...] = ()


@dataclass(frozen=True, slots=True)
class ClaimGroup:
    """Claims of several articles on one proposition.

    ``lead`` is the mention whose words stand for the group. ``mentions`` agree with it, give another number, or
    contradict it. ``supporting``, ``opposing`` and ``differing`` are the independent origins that agree, contradict,
    and give another number, by their place in ``origins``.
    """

    lead: Place
    mentions: tuple[Mention, ...]
    origins: tuple[Origin, ...]
    supporting: tuple[int, ...]
    opposing: tuple[int, ...]
    differing: tuple[int, ...]
    inherited: tuple[Inheritance, ...]
    circles: tuple[Circle, ...]
    steps: tuple[Step, ...]
    corroborated: Corroborated

    @property
    def disputed(self) -> bool:
        """Whether anybody contradicts it or gives another number."""
        return any(mention.relation is not Relation.AGREES for mention in self.mentions)


@dataclass(frozen=True, slots=True)
class OutletShare:
    """An outlet's claims in the groups, and how many of them start with it or with somebody it asked itself."""

    outlet: str
    name: str
    articles: int
    claims: int
    own: int
    copied: int

    @property
    def share(self) -> float | None:
        """Share of its claims that originate with it, in [0, 1]; ``None`` without claims."""
        return self.own / self.claims if self.claims else None


@dataclass(frozen=True, slots=True)
class Dossier:
    """Rated articles with their common claims: groups of two articles or more, strongest and most disputed first."""

    reports: tuple[Report, ...]
    groups: tuple[ClaimGroup, ...]
    copies: tuple[Copy, ...]
    outlets: tuple[OutletShare, ...]
    warnings: tuple[str, ...] = ()

    @property
    def numbered(self) -> tuple[tuple[str, ClaimGroup], ...]:
        """The groups with their ids, ``g1`` and so on, by which the output names them."""
        return tuple((f"g{number}", group) for number, group in enumerate(self.groups, start=1))

    def rating(self, place: Place) -> Rating:
        """The rating of a claim."""
        return self.reports[place.article].ratings[place.claim]

    def claim(self, place: Place) -> Claim:
        """A claim by its place."""
        return self.rating(place).claim

    def document(self, place: Place) -> Document:
        """The article that a claim stands in."""
        return self.reports[place.article].document

    def text(self, place: Place) -> str:
        """The words of a claim as they are read, for pages and screens."""
        return self.claim(place).text(self.document(place).text)

    def text_as_given(self, place: Place) -> str:
        """The words of a claim as the article has them, where its offsets count."""
        return self.claim(place).text(self.document(place).as_given)
