"""Rated sites, kinds by address and outlets by name: what is known, how widely, and what inherits nothing."""

from __future__ import annotations

import csv
import gc
import time
from pathlib import Path

import pytest

from scoring import resources, settings
from scoring.documents.domains import registrable
from scoring.documents.files import from_text
from scoring.engine import load_engine
from scoring.errors import ConfigError
from scoring.pipeline import rate_document
from scoring.priors.outlet_kinds import HOSTING, OutletKind, OutletKinds
from scoring.priors.pooling import PriorRule, letter
from scoring.priors.public_ratings import Ratings
from scoring.priors.rated import COLUMNS, RatedOutlets
from scoring.priors.tables import UNKNOWN, load_priors, with_outlets
from scoring.probability import beta_interval
from scoring.schema import Prior
from training.priors.rated import rated_rows

PRIORS = load_priors()
RULE = settings.load(resources.config("priors.toml"), PriorRule)
TEXT = "Mayor Ines Roth said the bridge at Oxley will close on Monday for repairs."


def table(name: str) -> list[dict[str, str]]:
    with resources.priors(name).open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


RATED, RATERS, KINDS = table("rated.csv"), table("raters.csv"), table("outlet_kinds.csv")


def test_ten_thousand_outlets_are_known_each_with_raters_and_year() -> None:
    assert len(PRIORS.outlets) == len(RATED) + len(table("outlets.csv")) >= 10_000
    codes = {row["code"] for row in RATERS}
    for row in RATED:
        years = [int(code[1:]) for code in row["raters"].split()]
        assert years and {code[0] for code in row["raters"].split()} <= codes and 10 <= min(years) <= max(years) <= 26
    assert all(row["cited"] and row["licence"] and row["year"] for row in RATERS)


def test_rated_rows_are_sorted_whole_and_nobody_elses() -> None:
    domains = [row["domain"].encode() for row in RATED]
    assert domains == sorted(set(domains))
    assert [row["domain"] for row in RATED if registrable(row["domain"]) != row["domain"]] == []
    assert not {row["domain"] for row in RATED} & {row["domain"] for row in table("outlets.csv")}
    for row in RATED:
        assert 0 < float(row["mean"]) < 1 and 2 <= float(row["weight"]) <= 20
        assert row["reliability"] == letter(float(row["mean"]), RULE.letters)
    assert resources.priors("rated.csv").stat().st_size < 500_000


def test_every_rated_domain_is_found_and_nothing_between() -> None:
    for row in RATED[::7] + RATED[-1:]:
        prior = PRIORS.outlet(f"https://www.{row['domain']}/a/b")
        assert prior.known and f"{prior.mean:.2f}" == row["mean"] and prior.name is None
    for key in ("", "0", "zzzz.zz", RATED[0]["domain"][:-1], RATED[0]["domain"] + "a", "domain"):
        assert key not in PRIORS.outlets
    assert list(PRIORS.outlets)[-1] and PRIORS.outlets.get("no.such.example") is None


def small(tmp_path: Path, *rows: str) -> RatedOutlets:
    (tmp_path / "rated.csv").write_text("\n".join([",".join(COLUMNS), *rows]) + "\n", encoding="utf-8")
    return RatedOutlets(tmp_path / "rated.csv", resources.priors("raters.csv"))


@pytest.mark.parametrize("number", [0, 1, 2, 3, 8])
def test_search_in_small_tables(tmp_path: Path, number: int) -> None:
    names = [f"{letter_}.example" for letter_ in "bdfhjlnp"[:number]]
    rated = small(tmp_path, *(f"{name},0.5,14,C,L23" for name in names))
    assert list(rated) == names and len(rated) == number
    assert [name for name in names if name not in rated] == []
    assert [name for name in ("a.example", "c.example", "z.example", "b", "") if name in rated] == []


def test_raters_are_cited_with_their_years(tmp_path: Path) -> None:
    rated = small(tmp_path, "a.example,0.25,9.5,E,L23 W19", "münchen.example,0.70,8,B,W21")
    assert rated["a.example"] == Prior(0.25, 9.5, "E", "Lin et al. 2023; Wikipedia perennial sources 2019")
    assert rated["münchen.example"].reliability == "B"
    with pytest.raises(ConfigError, match="cannot be read"):
        len(RatedOutlets(tmp_path / "none.csv", tmp_path / "none.csv"))


def test_only_whole_sites_that_are_nobodys_host_are_rated() -> None:
    labels = {"wikipedia": {"b.example": ["gr"]}, "state_media": {}, "cred1": {"one.wordpress.com": ["fake"]}}
    ratings = Ratings(
        {"b.example": 0.9, "part.c.example": 0.9, "wordpress.com": 0.9, "listed.example": 0.9, "www.d.example": 0.2},
        labels,
        {"b.example": 2019},
    )
    rows = list(rated_rows(ratings, RULE, RATERS, PRIORS.outlet_kinds, {"listed.example"}))
    assert [(row["domain"], row["raters"]) for row in rows] == [("b.example", "L23 W19"), ("d.example", "L23")]
    assert len(rows[0]["mean"]) == 4


def test_a_look_up_takes_less_than_a_millisecond() -> None:
    addresses = [row["domain"] for row in RATED[:: len(RATED) // 200]]
    addresses += [f"nobody{i}gazette.example" for i in range(200)] + [f"u{i}.gov.uk" for i in range(200)]
    PRIORS.outlet("reuters.com")
    gc.collect()
    start = time.process_time()
    for address in addresses:
        PRIORS.outlet(address)
    assert (time.process_time() - start) / len(addresses) < 1e-3


def test_loading_does_not_read_the_rated_table(monkeypatch: pytest.MonkeyPatch) -> None:
    load_priors.cache_clear()
    monkeypatch.setattr(RatedOutlets, "_rows", property(lambda _: pytest.fail("read at the start")))
    try:
        assert load_priors().outlet("reuters.com").known
    finally:
        load_priors.cache_clear()


@pytest.mark.parametrize(
    ("address", "kind"),
    [
        ("https://www.health.gov.example.gov/", "government"),
        ("oxley.gov.uk", "government"),
        ("www.gov.uk", "government"),
        ("gov.uk", "government"),
        ("prefecture.gouv.fr", "government"),
        ("town.go.jp", "government"),
        ("fleet.mil", "military"),
        ("press.unhcr.org", "intergovernmental"),
        ("someoffice.int", "intergovernmental"),
        ("tarnvelm.edu", "university"),
        ("tarnvelm.ac.uk", "university"),
        ("einpresswire.com", "press-release wire"),
        ("x.com/somebody/status/1", HOSTING),
        ("https://t.me/s/nobody_we_know", HOSTING),
        ("somebody.substack.com", HOSTING),
        ("somebody.blogspot.com", HOSTING),
        ("blogspot.com", HOSTING),
        ("https://www.youtube.com/watch?v=1", HOSTING),
        ("sites.google.com/view/somebody", HOSTING),
    ],
)
def test_what_is_merely_a_kind_says_so_and_is_wide(address: str, kind: str) -> None:
    prior = PRIORS.outlet(address)
    low, high = beta_interval(prior.mean, prior.weight)
    assert not prior.known and prior.reference.startswith(f"only the kind is known, {kind}: ")
    assert high - low > 0.65 and (prior.reliability == "F") == (kind == HOSTING)


@pytest.mark.parametrize(
    "address",
    [
        "bbc.co.uk.evil.example",
        "www.reuters.com.evil.example",
        "rnicrosoft.com",
        "unhcr.org.evil.example",
        "fake-gov.uk",
        "oxley.gov.de",
        "gov.evil.example",
        "myunhcr.org",
        "edu.evil.example",
        "evil.example/bbc.co.uk",
        "reuters.com@evil.example",
        "xn--bbc-xyz.example",
    ],
)
def test_look_alikes_inherit_nothing(address: str) -> None:
    prior = PRIORS.outlet(address)
    assert (prior.known, prior.mean, prior.weight, prior.reliability) == (False, 0.5, 2.0, "F")


def test_an_account_that_bears_a_brand_is_said_to() -> None:
    prior = PRIORS.outlet("reuters-daily.blogspot.com")
    assert not prior.known and "its name resembles reuters.com" in prior.reference
    assert prior.reference.startswith("only the kind is known, hosting")


def test_a_listed_channel_and_a_rated_university_stay_what_they_are() -> None:
    assert PRIORS.outlet("t.me/rybar").known and PRIORS.outlet("harvard.edu") != PRIORS.outlet("tarnvelm.edu")
    assert PRIORS.outlet("cdc.gov").known and PRIORS.outlet("cdc.gov").weight > PRIORS.outlet("oxley.gov").weight


def test_each_kind_has_a_reason_and_one_figure() -> None:
    assert len({row["match"] for row in KINDS}) == len(KINDS)
    figures: dict[str, set[tuple[str, ...]]] = {}
    for row in KINDS:
        assert row["reason"].strip() and (row["name"] or row["match"].startswith(".")), row
        figures.setdefault(row["kind"], set()).add((row["mean"], row["weight"], row["reliability"]))
        expected = "F" if row["kind"] == HOSTING else letter(float(row["mean"]), RULE.letters)
        assert row["reliability"] == expected and float(row["weight"]) <= RULE.neutral["weight"] + 2
    assert set(map(len, figures.values())) == {1}


def test_of_two_rules_the_one_with_more_parts_counts() -> None:
    rows = [OutletKind(match, "", match, UNKNOWN) for match in (".int", "b.int", ".gov.*")]
    kinds = OutletKinds.of_rows(rows)
    matches = [kinds.of(a) for a in ("a.int", "a.b.int", "a.gov.in", "a.gov", "a.example")]
    assert [kind.match if kind else None for kind in matches] == [".int", "b.int", ".gov.*", None, None]


@pytest.mark.parametrize(
    ("name", "domain"),
    [
        ("Reuters", "reuters.com"),
        ("reuters", "reuters.com"),
        ("  REUTERS ", "reuters.com"),
        ("the BBC", "bbc.com"),
        ("BBC", "bbc.com"),
        ("New York Times", "nytimes.com"),
        ("the new york times", "nytimes.com"),
        ("AP", "apnews.com"),
        ("The Guardian", "theguardian.com"),
        ("YouTube", "youtube.com"),
        ("UNHCR", "unhcr.org"),
        ("Reutrs", None),
        ("ABC News", None),
        ("a small paper", None),
        ("reuters.com", None),
        ("", None),
        (None, None),
    ],
)
def test_names_as_people_type_them(name: str | None, domain: str | None) -> None:
    assert PRIORS.domain_of(name) == domain


def test_names_between_two_outlets_or_near_one_are_offered() -> None:
    assert PRIORS.outlet("Reutrs").reference == "did you mean Reuters (reuters.com)?"
    both = PRIORS.outlet("ABC News").reference
    assert "abc.net.au" in both and " or " in both and "abcnews.com" in both
    assert "nytimes.com" in PRIORS.outlet("nytimes").reference
    assert PRIORS.outlet("KTEN").reference == "did you mean kten.com?"
    assert PRIORS.outlet("Zzyzx Courier of Nowhere") == UNKNOWN


def test_a_page_elsewhere_that_bears_a_name_is_not_that_outlets() -> None:
    assert PRIORS.domain_of("Reuters", "https://www.reuters.com/world/1") == "reuters.com"
    assert PRIORS.domain_of("BBC", "https://www.bbc.co.uk/news/1") == "bbc.com"
    assert PRIORS.domain_of("Reuters", "https://evil.example/reuters.com/1") is None
    assert PRIORS.domain_of("Reuters", "https://reuters.com.co/1") is None


def test_own_outlets_have_names_and_ledgers_keep_them(tmp_path: Path) -> None:
    path = tmp_path / "own.csv"
    path.write_text(
        "domain,name,mean,weight,reliability,reference\n"
        "oxley.example,The Oxley Post,0.7,9,B,us\ntarn.example,Reuters,0.2,9,E,us\nkten.com,KTEN,0.4,9,D,us\n"
    )
    own = load_priors(path)
    assert own.domain_of("Oxley Post") == "oxley.example" and own.domain_of("KTEN") == "kten.com"
    assert own.domain_of("Reuters") is None and own.outlet("kten.com").mean == 0.4
    assert len(own.outlets) == len(PRIORS.outlets) + 2
    changed = with_outlets(own, {"kten.com": Prior(0.3, 20, "D", "ledger", name="KTEN")})
    assert changed.outlet("kten.com").weight == 20 and changed.outlet("reuters.com") == PRIORS.outlet("reuters.com")
    assert changed.domain_of("Oxley Post") == "oxley.example" and len(changed.outlets) == len(own.outlets)


def test_articles_are_rated_under_the_domain_of_a_named_outlet() -> None:
    engine = load_engine("rules")
    named, given = (rate_document(from_text(TEXT, outlet=o), engine) for o in ("Reuters", "reuters.com"))
    assert (named.document.outlet, named.outlet_prior) == ("reuters.com", given.outlet_prior)
    assert named.ratings == given.ratings
    assert named.provenance.warnings == ("outlet: Reuters was read as reuters.com", *given.provenance.warnings)
    near = rate_document(from_text(TEXT, outlet="Reutrs"), engine)
    assert near.document.outlet == "Reutrs" and not near.outlet_prior.known
    assert any("did you mean Reuters (reuters.com)?" in warning for warning in near.provenance.warnings)
    elsewhere = rate_document(from_text(TEXT, outlet="Reuters", url="https://evil.example/1"), engine)
    assert elsewhere.document.outlet == "Reuters" and elsewhere.outlet_prior.reliability == "F"
