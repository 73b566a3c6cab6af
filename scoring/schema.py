"""The nouns of the pipeline: frozen dataclasses that one step hands to the next. Standard library only.

Offsets are code points into ``Document.text``, half-open. The glossary in ``data/README.md`` defines the terms.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import Any

SCHEMA = "sourcegrade/rating/1"
"""Name and version of the output format."""
__all__ = [
    "SCHEMA",
    "AttributionRelation",
    "Basis",
    "Change",
    "Channel",
    "Claim",
    "Detail",
    "Document",
    "Evidence",
    "Factor",
    "FactorKind",
    "Form",
    "Group",
    "Hedge",
    "HedgeKind",
    "Hyperlink",
    "Link",
    "Matter",
    "Polarity",
    "Prior",
    "Profile",
    "Provenance",
    "Rating",
    "Report",
    "Sentence",
    "Skipped",
    "SourceType",
    "Span",
    "Stance",
    "Strength",
    "Summary",
    "Term",
    "when",
]  # fmt: skip


class Group(StrEnum):
    """The three groups that the bases fall into."""

    SOURCED = "sourced"
    WEAKLY_SOURCED = "weakly_sourced"
    UNSOURCED = "unsourced"


class SourceType(StrEnum):
    """What kind of source a link of the chain is."""

    PERSON = "person"
    ORGANISATION = "organisation"
    MEDIA = "media"
    SOCIAL = "social"
    DOCUMENT = "document"
    ANONYMOUS = "anonymous"
    GENERIC = "generic"
    AUTHOR = "author"

    @property
    def acts(self) -> bool:
        """Whether such a source can have acts, plans and opponents of its own."""
        return self in (SourceType.PERSON, SourceType.ORGANISATION, SourceType.SOCIAL, SourceType.ANONYMOUS)

    @property
    def best_group(self) -> Group:
        """The best group of a claim that has such a source in its chain: unnamed people weaken what they pass on."""
        if self is SourceType.ANONYMOUS:
            return Group.WEAKLY_SOURCED
        return Group.UNSOURCED if self is SourceType.GENERIC else Group.SOURCED


class Basis(StrEnum):
    """What a claim rests on; ``group`` is the coarse view."""

    DIRECT_QUOTE = "direct_quote"
    DOCUMENT = "document"
    PARAPHRASE = "paraphrase"
    ANONYMOUS = "anonymous"
    HEARSAY = "hearsay"
    SPECULATION = "speculation"
    ASSERTION = "assertion"

    @property
    def group(self) -> Group:
        """The group of this basis."""
        if self in (Basis.DIRECT_QUOTE, Basis.DOCUMENT, Basis.PARAPHRASE):
            return Group.SOURCED
        return Group.WEAKLY_SOURCED if self is Basis.ANONYMOUS else Group.UNSOURCED


class Stance(StrEnum):
    """How the cue presents the content."""

    FACTIVE = "factive"
    NEUTRAL = "neutral"
    DISTANCING = "distancing"
    INFERENTIAL = "inferential"
    INTENTIONAL = "intentional"
    NEGATING = "negating"


class Form(StrEnum):
    """How much of the content stands in quotation marks: all, none, or some."""

    DIRECT = "direct"
    INDIRECT = "indirect"
    MIXED = "mixed"


class HedgeKind(StrEnum):
    """Kinds of hedge cue."""

    EVIDENTIAL = "evidential"
    EPISTEMIC = "epistemic"
    BOOSTER = "booster"
    APPROXIMATOR = "approximator"


class Polarity(StrEnum):
    """Whether the claim's text is put forward or denied."""

    POSITIVE = "positive"
    NEGATIVE = "negative"


class Matter(StrEnum):
    """What a claim speaks of, seen from who says it, as far as this makes it more or less credible.

    Who says it is the innermost source, or the article itself where there is none.
    """

    AGAINST_INTEREST = "against_interest"
    OWN = "own"
    WITNESSED = "witnessed"
    FINDING = "finding"
    FACT = "fact"
    ACCUSATION = "accusation"
    SELF_PRAISE = "self_praise"
    FORECAST = "forecast"
    JUDGEMENT = "judgement"
    UNKNOWABLE = "unknowable"


class FactorKind(StrEnum):
    """What a factor stands for; the values are the names in the output."""

    START = "start"
    OUTLET = "outlet"
    BASIS = "basis"
    SOURCE = "source"
    STANCE = "stance"
    FORM = "form"
    MATTER = "matter"
    HEDGE = "hedge"
    CONDITION = "condition"
    CHAIN = "chain"
    CHAIN_STANCE = "chain stance"
    RELAYED = "relayed"
    ORIGINS = "origins"
    CONTRADICTION = "contradiction"
    CALIBRATION = "calibration"
    # of the article's sourcing score
    SOURCES = "sources"
    OTHERS = "others"
    NAMED = "named"
    ON_RECORD = "on record"
    SOURCED = "sourced"
    EXPERTS = "experts"
    INDEPENDENT = "independent"
    DOCUMENTS = "documents"
    FIGURES = "figures"
    CAUTIONS = "cautions"
    HEARD = "heard"
    OPINION = "opinion"
    ACCUSATIONS = "accusations"
    HEARSAY = "hearsay"
    RELEASES = "releases"


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A half-open stretch ``[start, end)`` of code points."""

    start: int
    end: int

    def of(self, text: str) -> str:
        """The stretch of ``text``."""
        return text[self.start : self.end]

    def overlaps(self, other: Span) -> bool:
        """Whether the two share a code point."""
        return self.start < other.end and other.start < self.end

    def contains(self, other: Span) -> bool:
        """Whether ``other`` lies within this span."""
        return self.start <= other.start and other.end <= self.end


@dataclass(frozen=True, slots=True)
class Skipped:
    """A stretch that is never read as a claim, and why: ``advertisement``, ``heading``, ``caption`` and so on."""

    span: Span
    reason: str


@dataclass(frozen=True, slots=True)
class Hyperlink:
    """Words that link to another page; ``url`` is absolute, http or https."""

    span: Span
    url: str


@dataclass(frozen=True, slots=True)
class Document:
    """An article as read.

    ``text`` is what the program reads. ``given`` is the input's own text where it differs (other line ends, hard
    wraps, NULs); both have equally many code points. ``where`` is ``file:row``, for messages. ``outlet`` is a
    registrable domain, ``published`` an ISO date with its ``time``, ``language`` an ISO 639-1 code. ``skipped`` are
    the parts that hold no claims, ``links`` the links to other pages, ``extra`` the other columns of an input row,
    ``warnings`` what a reader of the rating must know about how the text was read.
    """

    id: str
    text: str
    title: str | None = None
    outlet: str | None = None
    url: str | None = None
    published: str | None = None
    time: str | None = None
    language: str | None = "en"
    skipped: tuple[Skipped, ...] = ()
    warnings: tuple[str, ...] = ()
    extra: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))
    links: tuple[Hyperlink, ...] = ()
    given: str | None = None
    where: str | None = None

    @property
    def as_given(self) -> str:
        """The text that outputs show and that their offsets count in; it has the length of ``text``."""
        return self.text if self.given is None else self.given


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence outside the skipped parts; ``paragraph`` numbers the non-empty lines of the text from 0."""

    span: Span
    paragraph: int


@dataclass(frozen=True, slots=True)
class AttributionRelation:
    """Who (source) is said (cue) to have put forward what (content); inside another content it is a further link."""

    source: Span | None
    cue: Span | None
    contents: tuple[Span, ...]
    probability: float = 1.0  # in [0, 1], by the model, that the whole relation is right

    @property
    def spans(self) -> tuple[Span, ...]:
        """Source, cue and contents; what is missing is left out."""
        return tuple(span for span in (self.source, self.cue, *self.contents) if span)


@dataclass(frozen=True, slots=True)
class Prior:
    """What is known of an outlet or source beforehand: a Beta distribution."""

    mean: float  # in [0, 1]
    weight: float  # > 0, the number of observations it counts for
    reliability: str  # the Admiralty letter, A–F
    reference: str  # where the figure is from
    known: bool = True  # false for a fallback
    name: str | None = None


@dataclass(frozen=True, slots=True)
class Detail:
    """Something that the article says of a source, in its words, and where it says so."""

    text: str
    span: Span


@dataclass(frozen=True, slots=True)
class Profile:
    """What the article says of a source anywhere in its text; ``None`` for what it does not say.

    ``name`` is the full name without title, ``title`` the office or role with its body, ``standing`` why the source is
    in a position to know, or why it is not named.
    """

    name: Detail | None = None
    title: Detail | None = None
    standing: Detail | None = None

    def line(self) -> str | None:
        """Name, title and standing in one line; ``None`` if there is neither title nor standing."""
        if not (self.title or self.standing):
            return None
        return ", ".join(" ".join(one.text.split()) for one in (self.name, self.title, self.standing) if one)


NO_PROFILE = Profile()
"""The profile of a source of which the article says nothing."""


@dataclass(frozen=True, slots=True)
class Link:
    """One source of a chain; ``resolved`` names whom a pronoun, a description or a short name stands for.

    ``profile`` is what the article says of the source anywhere in its text.
    """

    source: Span | None
    type: SourceType
    stance: Stance
    form: Form
    cue: Span | None = None
    resolved: str | None = None
    probability: float = 1.0
    prior: Prior | None = None
    profile: Profile = NO_PROFILE

    def words(self, text: str) -> str:
        """The article's words for the source; empty if it has none."""
        return self.source.of(text) if self.source else ""

    def name(self, text: str) -> str | None:
        """The name that the source stands for, else the article's words for it; ``None`` if there are neither."""
        return self.resolved or self.words(text) or None

    def label(self, text: str) -> str:
        """The name as it is shown: the resolved name, else the article's words up to a comma, else the type."""
        return self.resolved or self.words(text).split(",")[0] or f"({self.type.value})"

    @property
    def known_name(self) -> str | None:
        """The name in the priors, if they know the source itself and not only its kind."""
        return self.prior.name if self.prior and self.prior.known else None


@dataclass(frozen=True, slots=True)
class Hedge:
    """A hedge cue; ``certainty`` in [0, 1] is what remains with it, where a plain statement has 1."""

    span: Span
    kind: HedgeKind
    certainty: float


@dataclass(frozen=True, slots=True)
class Claim:
    """One proposition with the sources between it and the reader, outermost first.

    ``sentences`` are indices of the sentences it stands in, ``links`` the hyperlinks in them. ``matter_span`` is
    where words show what the claim speaks of, ``conditions`` the words on which it
    hangs ("if"). Probabilities lie in [0, 1].
    """

    id: str
    spans: tuple[Span, ...]
    sentences: tuple[int, ...]
    basis: Basis
    basis_probability: float
    chain: tuple[Link, ...] = ()
    hedges: tuple[Hedge, ...] = ()
    polarity: Polarity = Polarity.POSITIVE
    certainty: float = 1.0
    links: tuple[Hyperlink, ...] = ()
    matter: Matter = Matter.FACT
    matter_span: Span | None = None
    conditions: tuple[Span, ...] = ()

    @property
    def group(self) -> Group:
        """The group of the weakest link: that of the basis, or the best that a link of the chain allows."""
        return max((self.basis.group, *(link.type.best_group for link in self.chain)), key=list(Group).index)

    @property
    def relayed(self) -> Link | None:
        """The outer link that decides the group, where the innermost source alone would give a better one."""
        if self.group is self.basis.group:
            return None
        return next(link for link in self.chain if link.type.best_group is self.group)

    def text(self, text: str) -> str:
        """The claim's words, fragments joined by an ellipsis."""
        return " … ".join(span.of(text) for span in self.spans)


@dataclass(frozen=True, slots=True)
class Factor:
    """One reason for the rating: its natural log-odds, and the words that it comes from, if any."""

    kind: FactorKind
    value: str
    log_odds: float
    span: Span | None = None


@dataclass(frozen=True, slots=True)
class Term:
    """A share, >= 0, of a prior's log-odds: the part of a factor that is uncertain."""

    share: float
    prior: Prior


@dataclass(frozen=True, slots=True)
class Channel:
    """An outer link; it passes on what it was told with probability ``kept * (least + (1 - least) * reliability)``."""

    prior: Prior
    least: float
    kept: float


@dataclass(frozen=True, slots=True)
class Evidence:
    """The factors of a claim with their uncertainty; ``channels`` run outwards, ``residual`` is in log-odds².

    ``invented`` is the probability that something nobody said holds; ``hedged`` means that the claim is hearsay or
    speculation.
    """

    factors: tuple[Factor, ...]
    source_reliability: str | None
    outlet_reliability: str
    terms: tuple[Term, ...] = ()
    channels: tuple[Channel, ...] = ()
    residual: float = 0.0
    invented: float = 0.0
    origins: int = 1
    hedged: bool = False


@dataclass(frozen=True, slots=True)
class Strength:
    """Evidential strength in [0, 1] with its central interval, in words and as an Admiralty pair."""

    probability: float
    interval: tuple[float, float]
    level: str
    icd203: str
    confidence: str
    credibility: str
    code: str


@dataclass(frozen=True, slots=True)
class Change:
    """A change of the evidence, and the probability that the claim would then have."""

    change: str
    probability: float


@dataclass(frozen=True, slots=True)
class Rating:
    """A claim with its evidence, its strength, and the changes that would raise or lower it."""

    claim: Claim
    evidence: Evidence
    strength: Strength
    would_raise: tuple[Change, ...] = ()
    would_lower: tuple[Change, ...] = ()


@dataclass(frozen=True, slots=True)
class Summary:
    """The article in figures; ``mean_strength`` and ``sourcing_score``, in [0, 1], are ``None`` without claims.

    ``sourcing_interval`` is the score's central interval, ``sourcing_reasons`` says in a sentence what moved it most.
    """

    claims: int
    sourced: int
    weakly_sourced: int
    unsourced: int
    mean_strength: float | None
    distinct_sources: int
    sourcing_score: float | None
    sourcing_factors: tuple[Factor, ...] = ()
    sourcing_interval: tuple[float, float] | None = None
    sourcing_reasons: str | None = None


@dataclass(frozen=True, slots=True)
class Provenance:
    """What made a rating: versions and hashes (SHA-256, hexadecimal), and what the reader must know."""

    version: str
    model: str
    model_sha256: str | None
    priors_sha256: str
    config_sha256: str
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Report:
    """A rated article."""

    document: Document
    sentences: tuple[Sentence, ...]
    outlet_prior: Prior
    ratings: tuple[Rating, ...]
    summary: Summary
    provenance: Provenance


def when(document: Document) -> tuple[str, str]:
    """Date and time for sorting; an unknown date or time comes last."""
    return document.published or "9999", document.time or "99"
