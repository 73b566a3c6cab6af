"""What the network reads of each claim: where it stands, what it rests on, and the chain of its sources."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from scoring.attribution.labels import (
    BASES,
    CHAIN_ROLES,
    CLAIM_HEADS,
    LINKS,
    TYPES,
    claim_columns,
    runs,
)
from scoring.attribution.linking import Words
from scoring.attribution.segments import Segment
from scoring.attribution.word_labels import softmax
from scoring.schema import Span

LEAST_POINTED = 0.1
"""Least mean probability of the words of a span to be the source or cue that a claim points at."""
SURE, LIKELY = 0.4, 0.2
"""Probabilities of a word that is pointed at for sure, and of those beside it that then belong to it. On 105 held-out
articles 0.5 and 0.25 name 0.5 % fewer sources rightly, 0.3 and 0.15 lose as much of the length of chains."""
SOURCE, CUE = CHAIN_ROLES.index("source"), CHAIN_ROLES.index("cue")
BESIDE = 2
"""Words that may stand between two sources of the same words: "and", "as well"."""
FITTING = {
    "direct_quote": ("person", "organisation", "media", "social", "document"),
    "document": ("document",),
    "paraphrase": ("person", "organisation", "media", "social"),
    "anonymous": ("anonymous",),
    "hearsay": ("generic", "person", "organisation", "media", "social", "document"),
    "speculation": ("author",),
    "assertion": ("author",),
}
"""Types that the innermost source of a claim with a basis may have; hearsay, speculation and assertion need none."""
ALONE = ("hearsay", "speculation", "assertion")


@dataclass(frozen=True, slots=True)
class PointedLink:
    """Source and cue that a claim points at, with the probability in [0, 1] of the words."""

    source: Span | None
    cue: Span | None
    probability: float
    also: tuple[Span, ...] = ()
    """Further sources of the same words: the ministry in "the mayor and the ministry said"."""


@dataclass(frozen=True, slots=True)
class ReadClaim:
    """A claim as the network reads it.

    ``probabilities`` gives for each question of ``CLAIM_HEADS`` the probabilities of its answers; ``links`` are those
    that it points at, the innermost first. ``certainty`` is the probability in [0, 1] that it is a claim with the
    likeliest basis.
    """

    spans: tuple[Span, ...]
    probabilities: dict[str, np.ndarray]
    links: tuple[PointedLink, ...]
    certainty: float

    def likeliest(self) -> tuple[int, int | None]:
        """Numbers in ``BASES`` and ``TYPES`` of the likeliest basis with a fitting type of source; no type without."""
        basis, kind, depth = (np.log(self.probabilities[q].clip(1e-6)) for q in ("basis", "type", "depth"))
        alone, sourced = depth[0], float(np.logaddexp.reduce(depth[1:]))
        best = -np.inf
        answer: tuple[int, int | None] = (0, None)
        for i, name in enumerate(BASES):
            score, fitting = max((sourced + kind[TYPES.index(t)], TYPES.index(t)) for t in FITTING[name])
            sourceless = name in ALONE and alone >= score
            score = basis[i] + (alone if sourceless else score)
            if score > best:
                best, answer = score, (i, None if sourceless else fitting)
        return answer

    def answer(self, question: str) -> int:
        """Number of the likeliest answer."""
        return int(self.probabilities[question].argmax())


def read_claim(
    words: Words,
    stretches: Sequence[Segment],
    inside: np.ndarray,
    answers: np.ndarray,
    roles: np.ndarray,
    *,
    tagged: Mapping[str, Sequence[Segment]],
) -> ReadClaim:
    """A claim from the outputs of the claim head; it is as certain as its words are claimed and its basis is likely.

    Parameters
    ----------
    words
        The window's words.
    stretches
        Half-open word spans of the claim.
    inside
        Probabilities ``(words,)`` that a word is claimed.
    answers
        Logits ``(sum(CLAIM_HEADS),)``.
    roles
        Logits ``(words, LINKS * len(CHAIN_ROLES))``.
    tagged
        Half-open word spans that were tagged as ``source`` and ``cue`` in the window.
    """
    probabilities = {question: softmax(answers[claim_columns(question)]) for question in CLAIM_HEADS}
    shares = softmax(roles.reshape(len(roles), LINKS, len(CHAIN_ROLES)))
    links = tuple(_link(words, shares[:, number], tagged) for number in range(LINKS))
    claimed = np.concatenate([inside[start:end] for start, end in stretches])
    spans = tuple(words.span(*stretch) for stretch in stretches)
    claim = ReadClaim(spans, probabilities, links, certainty=float(claimed.mean()))
    basis, _ = claim.likeliest()
    return replace(claim, certainty=claim.certainty * float(probabilities["basis"][basis]))


def _link(words: Words, shares: np.ndarray, tagged: Mapping[str, Sequence[Segment]]) -> PointedLink:
    """The link that the shares ``(words, CHAIN_ROLES)`` point at."""
    sources = _pointed(shares[:, SOURCE], tagged["source"])
    cues = _pointed(shares[:, CUE], tagged["cue"])[:1]
    sure = [shares[s:e, role].mean() for role, spans in ((SOURCE, sources[:1]), (CUE, cues)) for s, e in spans]
    return PointedLink(
        words.span(*sources[0]) if sources else None, words.span(*cues[0]) if cues else None,
        float(np.mean(sure)) if sure else 0.0, tuple(words.span(*other) for other in sources[1:]),
    )  # fmt: skip


def _pointed(probability: np.ndarray, tagged: Sequence[Segment]) -> list[Segment]:
    """The words that are pointed at, the best first, then others that stand beside it, as two sources joined by "and".

    Where they meet a tagged span, they reach as far as that does: one or the other often loses a first or last word.
    """
    likely = runs((probability > LIKELY).tolist())
    candidates = [s for s in likely if probability[s[0] : s[1]].max() > SURE]
    if not candidates:
        met = [t for t in tagged if probability[t[0] : t[1]].mean() >= LEAST_POINTED]
        return [max(met, key=lambda t: probability[t[0] : t[1]].mean())] if met else []
    best = max(candidates, key=lambda s: probability[s[0] : s[1]].sum())
    beside = [s for s in candidates if s != best and 0 < max(s[0] - best[1], best[0] - s[1]) <= BESIDE]
    if beside:
        return [best, *beside]
    met = [t for t in tagged if t[0] < best[1] and best[0] < t[1]]
    start, end = max(met, key=lambda t: probability[t[0] : t[1]].sum(), default=best)
    return [(min(start, best[0]), max(end, best[1]))]
