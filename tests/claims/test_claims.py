"""Relations and sentences → claims with basis, chain, hedges and polarity; relations given by hand."""

from collections.abc import Mapping, Sequence

import pytest

from scoring import resources, settings
from scoring.attribution.continuation import continued
from scoring.attribution.find import Attributions
from scoring.attribution.parallel import separated
from scoring.claims.annotated import ClaimSettings, Reading
from scoring.claims.find import find_claims
from scoring.documents.files import from_text
from scoring.evidence.origins import count_origins
from scoring.pipeline import rate
from scoring.priors.tables import load_priors
from scoring.schema import AttributionRelation, Basis, Claim, Polarity, SourceType, Span, Stance
from scoring.sources.reader import Source, read_sources
from scoring.text.quotes import quoted
from scoring.text.sentences import split

SETTINGS = settings.load(resources.config("claims.toml"), ClaimSettings)


def find(text: str, words: str, after: int = 0) -> Span:
    start = text.index(words, after)
    return Span(start, start + len(words))


def said(text: str, source: str | None, cue: str | None, *contents: str) -> AttributionRelation:
    return AttributionRelation(
        find(text, source) if source else None,
        find(text, cue) if cue else None,
        tuple(find(text, content) for content in contents),
    )


def claims(text: str, relations: Sequence[AttributionRelation] = (), outlet: str | None = None) -> list[Claim]:
    document = from_text(text, outlet=outlet)
    sentences = split(document)
    mask = quoted(text)
    attributions = Attributions(separated(text, continued(document, tuple(relations), mask)), mask)
    sources = read_sources(document, attributions, load_priors())
    return list(find_claims(Reading(document, sentences, attributions, sources, load_priors(), SETTINGS)))


def sources_of(text: str, phrases: Sequence[Span]) -> Mapping[Span, Source]:
    """The phrases read as sources of attributions."""
    relations = tuple(AttributionRelation(phrase, None, (phrase,)) for phrase in phrases)
    return read_sources(from_text(text), Attributions(relations, quoted(text)), load_priors())


@pytest.mark.parametrize(
    ("text", "basis"),
    [
        ("The bridge at Oxley closed on Monday.", Basis.ASSERTION),
        ("The bridge at Oxley may close on Monday.", Basis.SPECULATION),
        ("The bridge at Oxley undoubtedly closed because of the storm.", Basis.SPECULATION),
        ("Apparently the bridge at Oxley was never inspected.", Basis.SPECULATION),
        ("The bridge at Oxley has reportedly been closed since Monday.", Basis.HEARSAY),
        ("The bridge is said to have been closed by the army.", Basis.HEARSAY),
        ("While the storm may have passed, the bridge at Oxley stays closed.", Basis.ASSERTION),
        ("The bridge will open on May 30, the day of the fair.", Basis.ASSERTION),
    ],
)
def test_own_voice(text: str, basis: Basis) -> None:
    (claim,) = claims(text)
    assert claim.basis is basis and claim.chain == () and claim.text(text) == text


@pytest.mark.parametrize(
    "text", ["Who closed the bridge at Oxley?", "Advertisement:", "So sad!", "Sign up for our newsletter."]
)
def test_what_is_no_claim(text: str) -> None:
    assert claims(text) == []


@pytest.mark.parametrize("text", ["Mayor Quits Over Scandal", "Man 'killed by swarm of bees'"])
def test_a_headline_by_itself_is_a_claim(text: str) -> None:
    (rating,) = rate(text).ratings
    assert rating.claim.text(text) == text


@pytest.mark.parametrize(
    ("source", "type_", "basis"),
    [
        ("Mayor Ines Roth", SourceType.PERSON, Basis.PARAPHRASE),
        ("The Ministry of Transport", SourceType.ORGANISATION, Basis.PARAPHRASE),
        ("Reuters", SourceType.MEDIA, Basis.PARAPHRASE),
        ("A Telegram channel", SourceType.SOCIAL, Basis.PARAPHRASE),
        ("A press release", SourceType.DOCUMENT, Basis.DOCUMENT),
        ("Two officials", SourceType.ANONYMOUS, Basis.ANONYMOUS),
        ("Rumours", SourceType.GENERIC, Basis.HEARSAY),
    ],
)
def test_type_and_basis(source: str, type_: SourceType, basis: Basis) -> None:
    text = f"{source} said that the bridge will open in May."
    (claim,) = claims(text, [said(text, source, "said", "that the bridge will open in May.")])
    assert claim.chain[0].type is type_ and claim.basis is basis
    assert claim.chain[0].stance is Stance.NEUTRAL


def test_quotes_of_the_named_are_direct_and_of_the_unnamed_anonymous() -> None:
    text = "“The piers are cracked,” Ines Roth said."
    (claim,) = claims(text, [said(text, "Ines Roth", "said", "The piers are cracked,")])
    assert claim.basis is Basis.DIRECT_QUOTE
    text = "“The piers are cracked,” an engineer said."
    (claim,) = claims(text, [said(text, "an engineer", "said", "The piers are cracked,")])
    assert claim.basis is Basis.ANONYMOUS


def test_chain_of_two_and_the_rest_of_the_outer_content() -> None:
    text = "The channel claimed that officials noted their openness to more trade with the port."
    relations = [
        said(text, "The channel", "claimed", "that officials noted their openness to more trade with the port."),
        said(text, "officials", "noted", "their openness to more trade with the port."),
    ]
    (claim,) = claims(text, relations)
    assert [link.source.of(text) for link in claim.chain if link.source] == ["The channel", "officials"]
    assert claim.basis is Basis.ANONYMOUS


def test_told_an_outlet_and_citing() -> None:
    text = "Ines Roth told the BBC that the bridge had been sabotaged by divers."
    (claim,) = claims(text, [said(text, "Ines Roth", "told", "that the bridge had been sabotaged by divers.")])
    assert [link.type for link in claim.chain] == [SourceType.MEDIA, SourceType.PERSON]
    text = "Citing two harbour officials, Reuters reported that the bridge had been sabotaged by divers."
    (claim,) = claims(text, [said(text, "Reuters", "reported", "that the bridge had been sabotaged by divers.")])
    assert [link.type for link in claim.chain] == [SourceType.MEDIA, SourceType.ANONYMOUS]
    assert claim.basis is Basis.ANONYMOUS


def test_denial_turns_polarity() -> None:
    text = "Ines Roth denied that the bridge had ever been closed to lorries."
    (claim,) = claims(text, [said(text, "Ines Roth", "denied", "that the bridge had ever been closed to lorries.")])
    assert claim.polarity is Polarity.NEGATIVE and claim.chain[0].stance is Stance.NEGATING


def test_pronouns_and_descriptions_are_resolved() -> None:
    text = (
        "Ines Roth said the bridge was safe for cars. She added that lorries must wait for the new piers.\n"
        "The Tern channel claimed that divers were seen at night. The channel said the army had known of them."
    )
    found = claims(
        text,
        [
            said(text, "Ines Roth", "said", "the bridge was safe for cars."),
            said(text, "She", "added", "that lorries must wait for the new piers."),
            said(text, "The Tern channel", "claimed", "that divers were seen at night."),
            said(text, "The channel", "said the army"[:4], "the army had known of them."),
        ],
    )
    assert found[1].chain[0].resolved == "Ines Roth"
    assert found[3].chain[0].resolved and "Tern" in found[3].chain[0].resolved


def test_own_clause_beside_an_attribution() -> None:
    text = "Ines Roth said the bridge was safe, and the council has already paid for nine new piers this spring."
    found = claims(text, [said(text, "Ines Roth", "said", "the bridge was safe")])
    assert [c.basis for c in found] == [Basis.PARAPHRASE, Basis.ASSERTION]


def test_hedges_of_a_content_do_not_make_it_speculation() -> None:
    text = "Ines Roth said the bridge may be closed until the spring."
    (claim,) = claims(text, [said(text, "Ines Roth", "said", "the bridge may be closed until the spring.")])
    assert claim.basis is Basis.PARAPHRASE
    assert [h.span.of(text).split()[0] for h in claim.hedges] == ["may"]
    assert claim.certainty < 1


def test_block_and_list_frames() -> None:
    text = (
        "Source: Harbour Studies Institute (HSI)\n\n"
        'Quote: "The Tern channel claimed that nine ships left the port of Oxley.\n\n'
        'The council has paid for nine new piers this spring."\n\n'
        "To quote the HSI's Key Takeaways on 12 March:\n\nTwo convoys turned back at the strait.\n"
    )
    inner = said(text, "The Tern channel", "claimed", "that nine ships left the port of Oxley.")
    first, second, third = claims(text, [inner])
    assert [link.source.of(text) for link in first.chain if link.source] == [
        "Harbour Studies Institute (HSI)",
        "The Tern channel",
    ]
    assert first.basis is Basis.PARAPHRASE
    assert second.basis is Basis.DIRECT_QUOTE and len(second.chain) == 1
    assert third.basis is Basis.DIRECT_QUOTE
    assert third.chain[0].type is SourceType.DOCUMENT
    assert third.chain[0].resolved == "Harbour Studies Institute's Key Takeaways"


def test_origins_count_independent_sources_once() -> None:
    text = (
        "Ines Roth said that the bridge will stay closed until the spring fair. "
        "The council announced that the bridge will stay closed until the spring fair. "
        "Ines Roth repeated that the bridge will stay closed until the spring fair."
    )
    content = "that the bridge will stay closed until the spring fair."
    places = [find(text, content), find(text, content, 60), find(text, content, 140)]
    sources = [find(text, "Ines Roth"), find(text, "The council"), find(text, "Ines Roth", 100)]
    cues = [find(text, "said"), find(text, "announced"), find(text, "repeated")]
    relations = [AttributionRelation(s, c, (p,)) for s, c, p in zip(sources, cues, places, strict=True)]
    found = claims(text, relations)
    assert count_origins(found, text) == [2, 2, 2]
    assert count_origins([found[0], found[2]], text) == [1, 1]


@pytest.mark.parametrize(
    ("one", "other", "origins"),
    [
        ("the bridge is safe for heavy lorries", "the bridge is not safe for heavy lorries", 1),
        ("12 people were killed in the blast", "40 people were killed in the blast", 1),
        ("12 people were killed in the blast", "12 people were killed in that blast", 2),
        ("no", "it is on us", 1),
    ],
)
def test_only_the_same_numbers_and_negation_corroborate(one: str, other: str, origins: int) -> None:
    text = f'Ines Roth said "{one}". Mara Quist wrote "{other}".'
    found = claims(text, [said(text, "Ines Roth", "said", one), said(text, "Mara Quist", "wrote", other)])
    assert count_origins(found, text) == [origins, origins]


def test_unnamed_people_of_one_role_are_one_origin() -> None:
    content = "the bridge was closed on Monday"
    text = f"Two officials said {content}. Three senior officials wrote {content}. A driver noted {content}."
    spots = [find(text, content), find(text, content, 50), find(text, content, 105)]
    people = [("Two officials", "said"), ("Three senior officials", "wrote"), ("A driver", "noted")]
    relations = [
        AttributionRelation(find(text, who), find(text, cue), (spot,))
        for (who, cue), spot in zip(people, spots, strict=True)
    ]
    found = claims(text, relations)
    assert count_origins(found, text) == [2, 2, 2]
    assert count_origins(found[:2], text) == [1, 1]


def test_an_outer_denial_denies_the_whole() -> None:
    text = "The ministry denied that Anna Hale had said the port was mined by divers."
    outer = said(text, "The ministry", "denied", "that Anna Hale had said the port was mined by divers")
    (claim,) = claims(text, [outer, said(text, "Anna Hale", "had said", "the port was mined by divers")])
    assert claim.polarity is Polarity.NEGATIVE and len(claim.chain) == 1
    assert claim.text(text).startswith("that Anna Hale had said")


@pytest.mark.parametrize("cue", ["did not say", "has not confirmed", "has not yet commented", "declined to say"])
def test_an_absence_is_the_articles_own_assertion(cue: str) -> None:
    text = f"The mayor {cue} whether the dam had failed near the town."
    (claim,) = claims(text, [said(text, "The mayor", cue, "whether the dam had failed near the town")])
    assert claim.basis is Basis.ASSERTION and claim.chain == () and claim.polarity is Polarity.POSITIVE


def test_a_negated_belief_is_a_denial() -> None:
    text = "The mayor does not believe that the dam had failed near the town."
    (claim,) = claims(text, [said(text, "The mayor", "does not believe", "that the dam had failed near the town")])
    assert claim.polarity is Polarity.NEGATIVE


@pytest.mark.parametrize("cue", ["may be seeking", "raised questions about", "is keeping an eye on"])
def test_guesses_and_topics_attribute_nothing(cue: str) -> None:
    text = f"The ministry {cue} to secure a deal with the northern harbour towns."
    found = claims(text, [said(text, "The ministry", cue, "to secure a deal with the northern harbour towns")])
    assert [claim.chain for claim in found] == [()]


def test_the_publisher_is_the_author_and_no_link() -> None:
    text = "Reuters has learned that the bank will close its branches. Anna Hale told Reuters that the bank is sound."
    relations = [
        said(text, "Reuters", "has learned", "that the bank will close its branches"),
        said(text, "Anna Hale", "told", "that the bank is sound"),
    ]
    own, told = claims(text, relations, "reuters.com")
    assert own.basis is Basis.ASSERTION and own.chain[0].type is SourceType.AUTHOR
    assert [link.type for link in told.chain] == [SourceType.PERSON]
    _, elsewhere = claims(text, relations, "bbc.co.uk")
    assert [link.type for link in elsewhere.chain] == [SourceType.MEDIA, SourceType.PERSON]


def test_two_people_are_two_claims_with_one_hedge() -> None:
    text = "Anna Hale and Paul Reed said the bridge may be closed until Friday."
    found = claims(text, [said(text, "Anna Hale and Paul Reed", "said", "the bridge may be closed until Friday")])
    assert [link.source.of(text) for claim in found for link in claim.chain if link.source] == [
        "Anna Hale",
        "Paul Reed",
    ]
    assert [len(claim.hedges) for claim in found] == [1, 1] and count_origins(found, text) == [2, 2]


def test_reports_inside_somebodys_words_are_hearsay() -> None:
    text = "The minister said there are reports that the dam has failed near the town."
    content = "there are reports that the dam has failed near the town"
    (claim,) = claims(text, [said(text, "The minister", "said", content)])
    assert claim.basis is Basis.HEARSAY
    assert [link.type for link in claim.chain] == [SourceType.PERSON, SourceType.GENERIC]


def test_clauses_that_differ_in_hedging_are_claims_of_their_own() -> None:
    text = "Kane has played for two clubs, and he will reportedly move to a third in spring."
    assert [claim.basis for claim in claims(text)] == [Basis.ASSERTION, Basis.HEARSAY]


@pytest.mark.parametrize(
    ("text", "phrase", "stands_for"),
    [
        ("The Food Safety Office sent two inspectors. The jars were clean, the office said.", "the office", "Food Safety Office"),
        ("The Museum of Natural History opened late. It was the lock, the museum said.", "the museum", "Museum of Natural History"),
        ("He sold it to the counting firm Densit. The march drew 62,000, the firm said.", "the firm", "Densit"),
        ("The transport ministry said so. Trains will stop, according to the union.", "the union", None),
        ("“It is over,” he said. “All of it,” she said.", "she", None),
        ("The chief executive of Alder Health, Martin Oyle, said so.", "The chief executive of Alder Health, Martin Oyle", "Martin Oyle"),
    ],
)  # fmt: skip
def test_descriptions_stand_for_what_has_their_name(text: str, phrase: str, stands_for: str | None) -> None:
    spans = [find(text, words) for words in ("The transport ministry", phrase) if words in text]
    spans += [find(text, "he", text.index(" he "))] if " he " in text else []
    found = sources_of(text, spans)
    assert found[find(text, phrase)].resolved == stands_for


def test_reporters_of_the_outlet_are_the_outlet_and_nobody_s_he() -> None:
    text = "The roof fell in at two, our reporter saw. The sprinklers never came on, he said."
    found = sources_of(text, [find(text, "our reporter"), find(text, "he", text.index("on, "))])
    ours, he = found.values()
    assert ours.type is SourceType.AUTHOR and he.resolved is None
