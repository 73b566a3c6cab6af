"""Articles → dossier, in one line: rated, compared, grouped, traced to their origins, weighed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from pathlib import Path

import numpy as np

from scoring.dossier import settings as dossier_settings
from scoring.dossier.corroboration import corroborate, sides
from scoring.dossier.grouping.clusters import grouped
from scoring.dossier.grouping.likeness import relation
from scoring.dossier.grouping.paraphrase import load_claim_encoder
from scoring.dossier.grouping.parts import in_parts
from scoring.dossier.grouping.propositions import Proposition, proposition
from scoring.dossier.grouping.stories import find_stories
from scoring.dossier.schema import ClaimGroup, Dossier, Mention, Place, Relation
from scoring.dossier.settings import DossierSettings
from scoring.dossier.tracing.copies import find_copies
from scoring.dossier.tracing.hardening import find_steps
from scoring.dossier.tracing.origins import Traced, find_circles, outlet_shares, trace
from scoring.dossier.tracing.outlets import read_outlets
from scoring.dossier.tracing.rests import Sources, shared_passages
from scoring.dossier.tracing.speakers import profiles
from scoring.engine import load_engine
from scoring.errors import UsageError
from scoring.evidence.weights import ScoreSettings
from scoring.pipeline import rate_document
from scoring.schema import Document, Report, when

LED_BY = 24
"""In a large group only the first so many mentions decide what most of them agree on."""


def compare(
    documents: Iterable[Document],
    *,
    model: str | None = None,
    priors: Path | None = None,
    config: Path | None = None,
    ledger: Path | None = None,
    as_of: date | None = None,
) -> Dossier:
    """Rate articles and compare their claims.

    Parameters
    ----------
    documents
        Two or more, with outlet and date where known: :func:`scoring.documents.files.from_text` makes one.
    model, priors, config, ledger, as_of
        The same as in :func:`scoring.pipeline.rate`.

    Raises
    ------
    SourcegradeError
        There are fewer than two articles, or a file is missing or wrong.
    """
    engine = load_engine(model, priors, config, ledger, as_of)
    return compare_reports([rate_document(document, engine) for document in documents], engine.score)


def compare_reports(reports: Sequence[Report], score: ScoreSettings, config: Path | None = None) -> Dossier:
    """Compare the claims of rated articles.

    Parameters
    ----------
    reports
        Two or more, in any order.
    score
        The weights of evidence by which they were rated.
    config
        Settings instead of the shipped ``dossier.toml``.

    Raises
    ------
    UsageError
        There are fewer than two.
    """
    if len(reports) < 2:
        raise UsageError(f"compare: found {len(reports)} article(s); give two or more, as files, a folder or rows")
    chosen = dossier_settings.load(config)
    reports = [in_parts(report) for report in reports]
    documents = [report.document for report in reports]
    said = [[proposition(rating.claim, report.document) for rating in report.ratings] for report in reports]
    outlets = read_outlets(reports)
    copies = find_copies(reports, outlets, chosen.copies)
    sources = Sources(reports, outlets, copies, profiles(reports), shared_passages(copies))
    stories = find_stories(documents, said, chosen.stories)
    shared = (group for story in stories for group in _groups(story, said, sources, score, chosen))
    groups = tuple(sorted(shared, key=_rank))
    return Dossier(tuple(reports), groups, copies.copies, outlet_shares(groups, sources), _warnings(documents))


def _groups(
    story: Sequence[int],
    said: Sequence[Sequence[Proposition]],
    sources: Sources,
    score: ScoreSettings,
    settings: DossierSettings,
) -> Iterator[ClaimGroup]:
    """The groups of a story that two articles or more share."""
    places = [Place(article, claim) for article in story for claim in range(len(said[article]))]
    meant = _meanings([_text(place, sources.reports) for place in places])
    propositions = [said[place.article][place.claim] for place in places]
    stands = [(p.article, sources.reports[p.article].ratings[p.claim].claim.id) for p in places]
    for members in grouped(propositions, stands, meant, settings.likeness):
        mine = [places[i] for i in members]
        if len({place.article for place in mine}) > 1:
            yield _group(mine, [said[p.article][p.claim] for p in mine], sources, score, settings)


def _meanings(texts: Sequence[str]) -> np.ndarray:
    """Vectors of claims; what is said twice is read once."""
    number = {text: i for i, text in enumerate(dict.fromkeys(texts))}
    return load_claim_encoder().embed(list(number))[[number[text] for text in texts]]


def _text(place: Place, reports: Sequence[Report]) -> str:
    report = reports[place.article]
    return report.ratings[place.claim].claim.text(report.document.text)


def _group(
    places: Sequence[Place],
    said: Sequence[Proposition],
    sources: Sources,
    score: ScoreSettings,
    settings: DossierSettings,
) -> ClaimGroup:
    """A group with its origins, circles and steps, weighed."""
    traced = trace(places, said, sources)
    lead = _lead(places, said, sources)
    mentioned = (Mention(p, relation(said[lead], s), o) for p, s, o in zip(places, said, traced.of, strict=True))
    mentions = tuple(sorted(mentioned, key=lambda m: (*when(sources.reports[m.place.article].document), m.place)))
    agree, against, numbers = sides(mentions)
    counts = (len(agree), len(against), len(numbers))
    return ClaimGroup(
        lead=places[lead],
        mentions=mentions,
        origins=traced.origins,
        supporting=agree,
        opposing=against,
        differing=numbers,
        inherited=traced.inherited,
        circles=find_circles(traced.inherited, sources.outlets),
        steps=find_steps(mentions, traced.inherited, sources.reports),
        corroborated=corroborate(_candidates(mentions, traced), sources.reports, counts, score, settings.corroboration),
    )


def _lead(places: Sequence[Place], said: Sequence[Proposition], sources: Sources) -> int:
    """The mention that words the group: the earliest of those that most others agree with, if possible no denial."""
    exemplars = said[:LED_BY]

    def rank(i: int) -> tuple[int, bool, str, str, Place]:
        agreeing = sum(relation(said[i], other) is Relation.AGREES for other in exemplars)
        return (-agreeing, said[i].denied, *when(sources.reports[places[i].article].document), places[i])

    return min(range(len(places)), key=rank)


def _candidates(mentions: Sequence[Mention], traced: Traced) -> list[Mention]:
    """Mentions that agree and did not inherit the claim; those without an origin only if there are no others."""
    heirs = {one.heir for one in traced.inherited}
    agreeing = [m for m in mentions if m.relation is Relation.AGREES]
    own = [m for m in agreeing if m.place not in heirs]
    return [m for m in own if m.origins] or own or agreeing


def _rank(group: ClaimGroup) -> tuple[bool, int, float, Place]:
    """The most disputed first, by independent origins on either side, then the strongest."""
    against = len(group.opposing) + len(group.differing)
    both = min(len(group.supporting), against) + against
    return (not against, -both, -group.corroborated.strength.probability, group.lead)


def _warnings(documents: Sequence[Document]) -> tuple[str, ...]:
    """What the dossier could not know."""
    undated = sum(document.published is None for document in documents)
    nameless = sum(document.outlet is None for document in documents)
    warnings = []
    if undated:
        warnings.append(f"dates: {undated} of {len(documents)} articles have none; who came first is then not known")
    if nameless:
        warnings.append(
            f"outlets: {nameless} of {len(documents)} articles name none; each counts as an outlet of its own"
        )
    return tuple(warnings)
