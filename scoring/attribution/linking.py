"""Spans → relations, and relations → chains.

A relation whose cue stands inside the content of another is a further link of that one's chain.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from scoring.attribution.labels import PAIR_CONTENT, PAIR_SOURCE, runs
from scoring.lexicons import holds_cue
from scoring.schema import AttributionRelation, Sentence, Span
from scoring.spans import count_words, sentences_of

_CITED_FIRST = re.compile(r"\s*(?:citing|quoting)\s[^,;“”\"\n]{3,90},\s+")
_CITED_LAST = re.compile(r",\s+(?:citing|quoting)\s[^,;“”\"\n]{3,90}$")
_DIVIDES = re.compile(r'[,;:—–()“”"\n]')
_THAT = re.compile(r"that\s+", re.I)
MAX_GAP_WORDS = 2
"""Content runs this few words apart are one: a lone missed word inside a content is the model's slip."""
LEAST_SHARE = 0.2
"""A further fragment of a content weighs at least this share of the heaviest; lighter ones are stray words
(both chosen on held-out training articles, reports/evaluation/attribution.md)."""


LEAST_SOURCE = 0.3
"""A tagged source whose words are this likely on average to be a cue's own is its source, though none of them is more
likely its source than not."""
WHOLE = 0.5
"""Share of a sentence's words from which a content that began elsewhere takes it in."""
QUOTES = '“”"«‘'


@dataclass(frozen=True, slots=True)
class Words:
    """The words of one window: offsets and number of the paragraph, arrays of shape ``(words,)``."""

    starts: np.ndarray
    ends: np.ndarray
    paragraphs: np.ndarray

    def span(self, start: int, end: int) -> Span:
        """The text span of the half-open word span."""
        return Span(int(self.starts[start]), int(self.ends[end - 1]))


def relation(
    words: Words, cue: tuple[int, int], cue_probability: float, roles: np.ndarray, tagged: Sequence[tuple[int, int]]
) -> AttributionRelation | None:
    """The relation of one cue, or ``None`` where nothing is its content.

    Parameters
    ----------
    words
        The window's words.
    cue
        Half-open word span of the cue.
    cue_probability
        In [0, 1].
    roles
        Probabilities ``(words, 3)`` of none, source and content of this cue.
    tagged
        Half-open word spans of all sources of the window, whatever their cue.
    """
    best = roles.argmax(axis=1)
    best[cue[0] : cue[1]] = 0
    contents = _fragments(words, best, roles[:, PAIR_CONTENT])
    if not contents:
        return None
    source = _source(cue, best, roles[:, PAIR_SOURCE], tagged)
    kept = [roles[s:e, PAIR_CONTENT].mean() for s, e in contents]
    kept += [roles[source[0] : source[1], PAIR_SOURCE].mean()] if source else []
    return AttributionRelation(
        source=words.span(*source) if source else None,
        cue=words.span(*cue),
        contents=tuple(words.span(*content) for content in contents),
        probability=float(cue_probability * np.mean(kept)),
    )


def _source(
    cue: tuple[int, int], best: np.ndarray, probability: np.ndarray, tagged: Sequence[tuple[int, int]]
) -> tuple[int, int] | None:
    """The source of a cue: which one it is the pairing says, how far it reaches the tags say."""
    found = runs((best == PAIR_SOURCE).tolist())
    heaviest = max(found, key=lambda s: probability[s[0] : s[1]].sum()) if found else None
    whole = [t for t in tagged if t[1] <= cue[0] or t[0] >= cue[1]]
    if heaviest:
        met = [t for t in whole if t[0] < heaviest[1] and heaviest[0] < t[1]]
        return max(met, key=lambda t: probability[t[0] : t[1]].sum()) if met else heaviest
    likely = [t for t in whole if probability[t[0] : t[1]].mean() >= LEAST_SOURCE]
    return max(likely, key=lambda t: probability[t[0] : t[1]].mean()) if likely else None


def _fragments(words: Words, best: np.ndarray, probability: np.ndarray) -> list[tuple[int, int]]:
    """The content's fragments: the heaviest run, and those of its paragraph that are not light beside it."""
    found = _joined(words, best)
    if not found:
        return []
    weights = [float(probability[s:e].sum()) for s, e in found]
    heaviest = max(range(len(found)), key=weights.__getitem__)
    home = words.paragraphs[found[heaviest][0]]
    return [
        run
        for run, weight in zip(found, weights, strict=True)
        if words.paragraphs[run[0]] == home and weight >= LEAST_SHARE * weights[heaviest]
    ]


def _joined(words: Words, best: np.ndarray) -> list[tuple[int, int]]:
    """Content runs within paragraphs, those joined that only a few words without a role keep apart."""
    joined: list[tuple[int, int]] = []
    for start, end in (part for run in runs((best == PAIR_CONTENT).tolist()) for part in _by_paragraph(words, run)):
        if joined and _close(words, best, joined[-1][1], start):
            joined[-1] = (joined[-1][0], end)
        else:
            joined.append((start, end))
    return joined


def _close(words: Words, best: np.ndarray, left: int, right: int) -> bool:
    same = bool(words.paragraphs[left - 1] == words.paragraphs[right])
    return same and right - left <= MAX_GAP_WORDS and not best[left:right].any()


def _by_paragraph(words: Words, run: tuple[int, int]) -> list[tuple[int, int]]:
    cuts = [run[0] + int(i) + 1 for i in np.flatnonzero(np.diff(words.paragraphs[run[0] : run[1]]))]
    return list(zip([run[0], *cuts], [*cuts, run[1]], strict=True))


def parents(relations: Sequence[AttributionRelation]) -> list[int | None]:
    """For each relation the index of the one that it stands in: the tightest whose content holds its cue.

    A cue that two contents hold in common has the shorter as its parent, so that following the
    parents yields the chain from the inside out. A relation never stands in one that stands in it.
    """
    contents = [(c.start, c.end, i) for i, relation in enumerate(relations) for c in relation.contents]
    starts, ends, owners = np.array(contents, dtype=np.int64).reshape(-1, 3).T
    found: list[int | None] = []
    for i, inner in enumerate(relations):
        anchor = inner.cue or inner.source
        if anchor is None:
            found.append(None)
            continue
        holders = {int(j) for j in owners[(starts <= anchor.start) & (anchor.end <= ends)]} - {i}
        outer = [j for j in holders if not _holds(inner, relations[j])]
        found.append(min(outer, key=lambda j: (_length(relations[j]), j)) if outer else None)
    return found


def _holds(outer: AttributionRelation, inner: AttributionRelation) -> bool:
    anchor = inner.cue or inner.source
    return anchor is not None and any(content.contains(anchor) for content in outer.contents)


def _length(relation: AttributionRelation) -> int:
    return sum(span.end - span.start for span in relation.contents)


def chain(index: int, parent: Sequence[int | None]) -> list[int]:
    """Indices of the relations from the outermost to ``index``."""
    path = [index]
    while (above := parent[path[-1]]) is not None and above not in path:
        path.append(above)
    return path[::-1]


def children(parent: Sequence[int | None]) -> dict[int, list[int]]:
    """The relations that stand directly in each, by index."""
    below: dict[int, list[int]] = {}
    for i, above in enumerate(parent):
        if above is not None:
            below.setdefault(above, []).append(i)
    return below


def unread(text: str, relations: Sequence[AttributionRelation]) -> list[tuple[int, int]]:
    """Contents, as offsets and disjoint, that hold the words of a cue but no cue that was found."""
    cues = sorted(relation.cue for relation in relations if relation.cue)
    found: list[tuple[int, int]] = []
    for content in sorted(c for relation in relations for c in relation.contents):
        first = bisect_left(cues, content.start, key=lambda cue: cue.start)
        known = first < len(cues) and content.contains(cues[first])
        free = not known and (not found or found[-1][1] <= content.start)
        if free and holds_cue(text, content):
            opening = _THAT.match(text, content.start, content.end)
            found.append((opening.end() if opening else content.start, content.end))
    return found


def tidied(relation: AttributionRelation, sentences: Sequence[Sentence], text: str) -> AttributionRelation | None:
    """The relation without a source or scraps of a content in sentences other than that of its cue.

    ``None`` if no content is left. A source stands in the sentence of its cue (giving up those that do not raises
    complete F1 on PolNeAR dev from 69.6 to 70.5). A content reaches into another sentence as a whole or not at all:
    where less than half of that sentence's words belong to it, and no quotation mark opens there, they are the model's
    slip.
    """
    if relation.cue and relation.source and not _same_sentence(sentences, relation.cue, relation.source):
        relation = replace(relation, source=None)
    home = {i for span in (relation.cue, relation.source) if span for i in sentences_of(sentences, span)}
    contents = []
    for content in (_without_citation(content, text) for content in relation.contents):
        kept = [
            part
            for i in sentences_of(sentences, content)
            if (part := _part(content, sentences[i].span)) and (i in home or _is_whole(part, sentences[i].span, text))
        ]
        if kept:
            last = sentences[sentences_of(sentences, kept[-1])[-1]].span
            contents.append(Span(kept[0].start, _to_the_end(kept[-1], last, relation, text)))
    return replace(relation, contents=_whole_clause(contents, relation, sentences, text)) if contents else None


def _without_citation(content: Span, text: str) -> Span:
    """The content without "citing two officials," before or after it: who is cited is a source, not what is said."""
    opening = _CITED_FIRST.match(text, content.start, content.end)
    closing = _CITED_LAST.search(text, content.start, content.end)
    start = opening.end() if opening else content.start
    end = closing.start() if closing and closing.start() > start else content.end
    return Span(start, end)


def _whole_clause(
    contents: list[Span], relation: AttributionRelation, sentences: Sequence[Sentence], text: str
) -> tuple[Span, ...]:
    """What stands before source and cue reaches from the sentence's start to them, unless a mark divides it."""
    around = [span for span in (relation.source, relation.cue) if span]
    begin = min((span.start for span in around), default=0)
    if contents[-1].end > begin:
        return tuple(contents)
    whole = list(contents)
    start = sentences[sentences_of(sentences, whole[0])[0]].span.start
    if start < whole[0].start and not _DIVIDES.search(text, start, whole[0].start):
        whole[0] = Span(start, whole[0].end)
    rest = text[whole[-1].end : begin].rstrip(" ,")
    if rest and not _DIVIDES.search(rest):
        whole[-1] = Span(whole[-1].start, whole[-1].end + len(rest))
    return tuple(whole)


def _same_sentence(sentences: Sequence[Sentence], one: Span, other: Span) -> bool:
    return bool(set(sentences_of(sentences, one)) & set(sentences_of(sentences, other)))


def apart(relations: Sequence[AttributionRelation], sentences: Sequence[Sentence]) -> list[AttributionRelation]:
    """The relations, each without what it took of a sentence that has a cue and source of its own."""
    homes = [set(sentences_of(sentences, r.cue)) if r.cue else set() for r in relations]
    spoken = {number for r, home in zip(relations, homes, strict=True) if r.source for number in home}
    kept = []
    for found, home in zip(relations, homes, strict=True):
        own = tuple(c for c in found.contents if not _elsewhere(c, home, spoken, sentences))
        if own:
            kept.append(replace(found, contents=own))
    return kept


def _elsewhere(content: Span, home: set[int], spoken: set[int], sentences: Sequence[Sentence]) -> bool:
    numbers = set(sentences_of(sentences, content))
    return bool(home) and not numbers & home and numbers <= spoken


TAIL = 2
"""A content that stops this few words before its sentence does goes on to its end."""


def _to_the_end(part: Span, sentence: Span, relation: AttributionRelation, text: str) -> int:
    """The end of the part, or of its sentence without the final stop where hardly a word is left of it."""
    rest = Span(part.end, max(part.end, sentence.end))
    met = any(other.overlaps(rest) for other in (relation.source, relation.cue) if other)
    if met or not 1 <= count_words(text, [rest]) <= TAIL or not rest.of(text)[:1].isspace():
        return part.end
    return part.end + len(rest.of(text).rstrip(" .!?\n"))


def _part(content: Span, sentence: Span) -> Span:
    return Span(max(content.start, sentence.start), min(content.end, sentence.end))


def _is_whole(part: Span, sentence: Span, text: str) -> bool:
    opened = part.start > sentence.start and text[part.start - 1 : part.start + 1].strip()[:1] in QUOTES
    return opened or count_words(text, [part]) >= WHOLE * count_words(text, [sentence])
