"""Shared fixtures: a report made by hand, every field of it chosen."""

from __future__ import annotations

import gc
import os
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from types import MappingProxyType

import pytest
from hypothesis import settings

from scoring.cli.app import main
from scoring.schema import (
    Basis,
    Change,
    Claim,
    Document,
    Evidence,
    Factor,
    FactorKind,
    Form,
    Hedge,
    HedgeKind,
    Link,
    Polarity,
    Prior,
    Provenance,
    Rating,
    Report,
    Sentence,
    SourceType,
    Span,
    Stance,
    Strength,
    Summary,
)
from scoring.text.sentences import split

settings.register_profile("here", deadline=None)
settings.register_profile("ci", deadline=None, derandomize=True, print_blob=True)
settings.load_profile("ci" if os.environ.get("CI") else "here")
"""No example is bound in time, since the machine may be busy; in CI the examples are the same in each run."""

TWICE = 3.0
"""Most times that twice as much may take: n^1.2 takes 2.3, n² takes 4; the rest is slack for a busy machine."""
LEAST = 0.03
"""CPU seconds below which a measurement is noise."""
ROUNDS = 5
"""Measurements of either size at most, of which the shortest counts: whatever else runs only ever makes them longer."""

TEXT = (
    "The lighthouse at Varn Point has been dark since Tuesday.\n"
    "The Harbour Institute reported that the Tidewatch channel claimed the keeper had sold the lamp.\n"
    "“We checked every bolt ourselves,” engineer Odile Marrant said.\n"
    "Two port officials said repairs would take a month. The fuel reportedly ran out first.\n"
    "Marrant denied that the tower is unsafe.\n"
)


def at(words: str, text: str = TEXT) -> Span:
    """Where ``words`` first stand in ``text``."""
    start = text.index(words)
    return Span(start, start + len(words))


def link(source: str, type_: SourceType, cue: str | None = None, **more: object) -> Link:
    """A link whose words stand in the fixture's text."""
    given: dict[str, object] = {
        "stance": Stance.NEUTRAL,
        "form": Form.INDIRECT,
        "prior": Prior(0.6, 5.0, "C", "by kind", known=False),
    }
    return Link(source=at(source), type=type_, cue=at(cue) if cue else None, **(given | more))  # type: ignore[arg-type]


def rating(claim: Claim, probability: float, level: str, code: str, icd203: str, *factors: Factor) -> Rating:
    """A rating with an interval of 0.2 either side."""
    return Rating(
        claim=claim,
        evidence=Evidence(factors, code[0] if claim.chain else None, "B"),
        strength=Strength(
            probability, (probability - 0.2, probability + 0.2), level, icd203, "moderate", code[1], code
        ),
        would_raise=(Change("a second source independent of the first", min(1.0, probability + 0.15)),),
        would_lower=(Change("no source named", probability - 0.1),) if claim.chain else (),
    )


def sentences_of(text: str) -> tuple[Sentence, ...]:
    """The sentences of a text of which nothing is skipped."""
    return split(Document("", text))


def _ratings() -> tuple[Rating, ...]:
    institute = link("The Harbour Institute", SourceType.ORGANISATION, "reported")
    channel = link(
        "the Tidewatch channel", SourceType.SOCIAL, "claimed", stance=Stance.DISTANCING, resolved="Tidewatch",
        prior=Prior(0.35, 6.0, "D", "a table of channels", name="Tidewatch"),
    )  # fmt: skip
    engineer = link("engineer Odile Marrant", SourceType.PERSON, "said", form=Form.DIRECT, resolved="Odile Marrant")
    officials = link("Two port officials", SourceType.ANONYMOUS, "said")
    denier = replace(engineer, source=at("Marrant"), cue=at("denied"), stance=Stance.NEGATING, form=Form.INDIRECT)
    reportedly = Hedge(at("reportedly"), HedgeKind.EVIDENTIAL, 0.4)
    outlet = Factor(FactorKind.OUTLET, "Varn Courier", 0.2)
    dark = Claim("c1", (at("The lighthouse at Varn Point has been dark since Tuesday."),), (0,), Basis.ASSERTION, 0.9)
    sold = Claim("c2", (at("the keeper had sold the lamp"),), (1,), Basis.PARAPHRASE, 0.95, (institute, channel))
    bolts = Claim("c3", (at("We checked every bolt ourselves"),), (2,), Basis.DIRECT_QUOTE, 0.99, (engineer,))
    month = Claim("c4", (at("repairs would take a month"),), (3,), Basis.ANONYMOUS, 0.9, (officials,))
    fuel = Claim(
        "c5", (at("The fuel"), at("ran out first")), (4,), Basis.HEARSAY, 0.8, (), (reportedly,), certainty=0.4
    )
    unsafe = Claim(
        "c6", (at("the tower is unsafe"),), (5,), Basis.PARAPHRASE, 0.9, (denier,), polarity=Polarity.NEGATIVE
    )
    return (
        rating(dark, 0.574442516811659, "moderate", "B3", "likely", outlet),
        rating(
            sold, 0.32082130082460705, "weak", "D4", "unlikely", Factor(FactorKind.START, "before any evidence", 0.1), outlet,
            Factor(FactorKind.SOURCE, "social: Tidewatch", -0.6, at("the Tidewatch channel")),
            Factor(FactorKind.STANCE, "distancing", -0.7, at("claimed")), Factor(FactorKind.BASIS, "paraphrase", 0.25),
        ),
        rating(bolts, 0.75, "strong", "C2", "likely", outlet, Factor(FactorKind.BASIS, "direct_quote", 0.8)),
        rating(month, 0.48, "moderate", "C3", "roughly even chance", outlet),
        rating(fuel, 0.25, "weak", "B4", "unlikely", outlet, Factor(FactorKind.HEDGE, "evidential", -0.95, at("reportedly"))),
        rating(unsafe, 0.6, "strong", "C2", "likely", outlet),
    )  # fmt: skip


@pytest.fixture
def report() -> Report:
    """Six claims: bare, by a chain of two, quoted, to unnamed people, hearsay in two fragments, a denial."""
    return Report(
        document=Document(
            id="varn.txt", text=TEXT, title="Varn light out", outlet="varncourier.example", published="2025-02-03",
            extra=MappingProxyType({"desk": "coast", "grade": 3}),
        ),
        sentences=sentences_of(TEXT),
        outlet_prior=Prior(0.73, 14.0, "B", "made up for the tests", name="Varn Courier"),
        ratings=_ratings(),
        summary=Summary(6, 3, 1, 2, 0.4956, 4, 0.5123),
        provenance=Provenance("0.1.0", "rules", None, "a" * 64, "b" * 64, ("left out: heading (1)",)),
    )  # fmt: skip


@pytest.fixture
def bare_report(report: Report) -> Report:
    """No outlet, no claims, no extra columns: all that may be null is."""
    return replace(
        report,
        document=Document(id="note.txt", text="Why?\n", language=None),
        sentences=sentences_of("Why?\n"),
        outlet_prior=Prior(0.5, 2.0, "F", "nothing known", known=False, name="unknown outlet"),
        ratings=(),
        summary=Summary(0, 0, 0, 0, None, 0, None),
    )


@pytest.fixture
def command_line(capsys: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, str, str]]:
    """Run the command line; give its status, standard output and standard error."""

    def run(*arguments: object) -> tuple[int, str, str]:
        with pytest.raises(SystemExit) as left:
            main([str(argument) for argument in arguments])
        out, err = capsys.readouterr()
        assert "Traceback" not in out + err
        return int(left.value.code or 0), out, err

    return run


@pytest.fixture
def own_objects() -> Iterator[None]:
    """For tests that time something: the garbage collector leaves what other tests made out of its passes.

    In a run of all tests it looked through some millions of objects, for a second, whenever many new ones were made.
    """
    gc.freeze()
    yield
    gc.unfreeze()


@pytest.fixture
def check_growth(own_objects: None) -> Callable[..., None]:
    """Fail where work on twice as much takes far more than twice the CPU time.

    Called with ``prepare``, which gives for a size what is to be timed, and with the size to begin with: work too short
    to be measured is made up to eight times as large. What is prepared should differ each time where results are kept.
    ``most`` is how many times as long twice as much may take.
    """

    def check(prepare: Callable[[int], Callable[[], object]], size: int, most: float = TWICE) -> None:
        for n in (size, 2 * size, 4 * size, 8 * size):
            once = _cpu_seconds(prepare(n))
            if once >= LEAST:
                break
        twice = float("inf")
        for _ in range(ROUNDS):
            twice = min(twice, _cpu_seconds(prepare(2 * n)))
            if twice <= most * max(once, LEAST):
                return
            once = min(once, _cpu_seconds(prepare(n)))
        pytest.fail(
            f"{n:,} took {once:.3f} s of CPU time, {2 * n:,} took {twice:.3f} s, {twice / once:.1f} times as long"
        )

    return check


def _cpu_seconds(work: Callable[[], object]) -> float:
    gc.collect()
    began = time.process_time()
    work()
    return time.process_time() - began
