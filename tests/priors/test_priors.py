"""Look-up of priors, domains that imitate, and the arithmetic of Beta distributions."""

import math
import re
from pathlib import Path

import pytest

from scoring.documents.domains import imitated, registrable
from scoring.errors import ConfigError
from scoring.priors.tables import load_priors
from scoring.probability import beta_cdf, beta_interval, centre
from scoring.schema import SourceType
from scoring.text.names import normalised

PRIORS = load_priors()
HEADER = "domain,name,mean,weight,reliability,reference\n"


@pytest.mark.parametrize(
    ("address", "domain"),
    [
        ("https://www.BBC.co.uk/news/1?x=2", "bbc.co.uk"),
        ("news.bbc.co.uk.", "bbc.co.uk"),
        ("http://user:pw@edition.cnn.com:8080/a", "cnn.com"),
        ("https://t.me/rybar/123", "t.me/rybar"),
        ("https://t.me/s/Rybar", "t.me/rybar"),
        ("news.harbourpost.example", "harbourpost.example"),
        ("someone.blogspot.com/2022/11", "someone.blogspot.com"),
        ("harbourpost.example", "harbourpost.example"),
        ("münchen.de", "münchen.de"),
        ("", ""),
        ("not a domain", ""),
        ("localhost", ""),
        ("://", ""),
    ],
)
def test_registrable(address: str, domain: str) -> None:
    assert registrable(address) == domain


@pytest.mark.parametrize(
    ("domain", "original"),
    [
        ("bbc-dispatch.us", "bbc"),
        ("reuters.com.co", "reuters"),
        ("theguardlan.com", "theguardian"),
        ("cnn-trending.com", "cnn"),
        ("washington-post.press", "washingtonpost"),
    ],
)
def test_imitations_inherit_nothing(domain: str, original: str) -> None:
    found = PRIORS.outlet(domain)
    assert not found.known and found.reliability == "F" and found.mean == 0.5
    assert re.search(rf"resembles {original}\.", found.reference)


def test_no_known_outlet_counts_as_an_imitation_elsewhere() -> None:
    for name in (
        "dailyherald.com",
        "harbourpost.example",
        "ledger-tribune.net",
        "valleycourier.org",
        "mountainews.info",
    ):
        assert imitated(name, PRIORS.brands) is None


def test_known_outlets_and_subdomains() -> None:
    reuters = PRIORS.outlet("https://www.reuters.com/world")
    assert reuters.known and reuters.reliability == "A" and reuters.mean > 0.85
    assert PRIORS.outlet("graphics.reuters.com") == reuters
    assert PRIORS.outlet("pravda.com.ua") != PRIORS.outlet("pravda.ru")
    assert PRIORS.outlet("infowars.com").reliability == "E"
    assert PRIORS.outlet(None).reliability == "F"
    unknown = PRIORS.outlet("a-small-paper.example")
    assert not unknown.known and beta_interval(unknown.mean, unknown.weight)[0] < 0.1


@pytest.mark.parametrize(
    "name", ["ISW", "the ISW", "Institute for the Study of War (ISW)", "The Institute for the Study of War"]
)
def test_aliases(name: str) -> None:
    assert PRIORS.source_type(name) is SourceType.ORGANISATION
    assert PRIORS.source(name, SourceType.ORGANISATION).known


def test_names_are_compared_whole() -> None:
    assert PRIORS.source("Pravda", SourceType.MEDIA) != PRIORS.source("Ukrainska Pravda", SourceType.MEDIA)
    assert PRIORS.source_type("an economist") is None and PRIORS.source_type("The Economist") is SourceType.MEDIA
    assert PRIORS.source_type("Hill") is None and PRIORS.source_type("the Hill") is SourceType.MEDIA
    assert PRIORS.source("Reutersville", SourceType.PERSON) == PRIORS.kind("person")
    assert normalised("The U.N.'s") == "the un"


def test_kinds_are_in_order() -> None:
    means = [PRIORS.kind(k).mean for k in ("document", "organisation", "person", "anonymous", "generic")]
    assert means == sorted(means, reverse=True)
    assert all(PRIORS.kind(kind.value) == PRIORS.described(kind, "") for kind in SourceType)


def test_own_outlets_are_added_and_replaced(tmp_path: Path) -> None:
    path = tmp_path / "own.csv"
    path.write_text(
        HEADER + "reuters.com,Reuters,0.4,3,D,our own reading\nourtown.example,Our Town,0.9,12,A,we know them\n"
    )
    priors = load_priors(path)
    assert priors.outlet("reuters.com").reliability == "D"
    assert priors.outlet("www.ourtown.example").name == "Our Town"
    assert priors.outlet("bbc.co.uk") == PRIORS.outlet("bbc.co.uk")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("domain,name\nx.org,X\n", "column 'mean' is missing"),
        (HEADER + "x.org,X,high,3,B,r\n", ":1: mean 'high' is no number"),
        (HEADER + "x.org,X,0.5,3,B,r\ny.org,X,1.5,3,B,r\n", r":2: mean 1.5 lies outside \[0, 1\]"),
        (HEADER + "x.org,X,0.5,0,B,r\n", ":1: weight 0.0 must be above 0"),
        (HEADER + "x.org,X,0.5,inf,B,r\n", ":1: weight inf must be"),
        (HEADER + "x.org,X,0.5,3,B,r\nwww.x.org,X,0.5,3,B,r\n", r":2: domain x.org stands at .*:1 already"),
        (HEADER + "x.org,X,0.5,3,G,r\n", ":1: reliability 'G'"),
        (HEADER + "nowhere,X,0.5,3,B,r\n", ":1: domain 'nowhere' is none"),
    ],
)
def test_bad_tables_are_named_by_file_and_row(tmp_path: Path, content: str, message: str) -> None:
    path = tmp_path / "own.csv"
    path.write_text(content)
    with pytest.raises(ConfigError, match=message):
        load_priors(path)


def test_unreadable_tables(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="cannot be read"):
        load_priors(tmp_path / "none.csv")
    path = tmp_path / "latin.csv"
    path.write_bytes(HEADER.encode() + b"x.org,Z\xe9ro,0.5,3,B,r\n")
    with pytest.raises(ConfigError, match="UTF-8"):
        load_priors(path)


def test_beta_arithmetic_against_known_values() -> None:
    assert beta_cdf(0.3, 1, 1) == pytest.approx(0.3)
    assert beta_cdf(0.5, 2, 2) == pytest.approx(0.5)
    assert beta_cdf(0.2, 3, 5) == pytest.approx(1 - sum(math.comb(7, k) * 0.2**k * 0.8 ** (7 - k) for k in range(3)))
    assert beta_interval(0.5, 2.0) == pytest.approx((0.05, 0.95), abs=1e-6)
    low, high = beta_interval(0.7, 10.0)
    assert beta_cdf(low, 7, 3) == pytest.approx(0.05, abs=1e-5) and beta_cdf(high, 7, 3) == pytest.approx(
        0.95, abs=1e-5
    )


def test_centre_of_a_prior() -> None:
    assert centre(0.5) == 0.0 and centre(0.8) == pytest.approx(math.log(4))
    assert centre(0.0) == pytest.approx(math.log(0.01 / 0.99)) and centre(1.0) == pytest.approx(-centre(0.0))
