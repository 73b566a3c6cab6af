"""The values that fields of the output can have, in the words of the glossary in ``data/README.md``."""

from __future__ import annotations

from enum import StrEnum


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


class Group(StrEnum):
    """The three groups that the bases fall into."""

    SOURCED = "sourced"
    WEAKLY_SOURCED = "weakly_sourced"
    UNSOURCED = "unsourced"


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


class Position(StrEnum):
    """What the innermost source speaks about, as far as it bears on belief."""

    AGAINST_INTEREST = "against_interest"
    OWN = "own"
    OTHER = "other"
    RIVAL = "rival"
