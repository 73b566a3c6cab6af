"""The tables of priors: their form, and the rule that makes them from public ratings."""

import csv
import json
from collections import Counter
from pathlib import Path

import pytest

from scoring import resources, settings
from scoring.domains import registrable
from scoring.errors import InputError
from scoring.priors import normalised
from scoring.schema import SourceType
from training import outlet_priors
from training.outlet_priors import Observation, PriorRule, Ratings, build, build_sources, letter, observations, pool

RULE = settings.load(resources.config("priors.toml"), PriorRule)
SHARED = Path(__file__).resolve().parents[2] / "shared"


def table(name: str) -> list[dict[str, str]]:
    with resources.priors(name).open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


OUTLETS, KINDS, SOURCES = table("outlets.csv"), table("source_kinds.csv"), table("sources.csv")


@pytest.mark.parametrize("rows", [OUTLETS, KINDS, SOURCES], ids=["outlets", "kinds", "sources"])
def test_rows_are_whole(rows: list[dict[str, str]]) -> None:
    for row in rows:
        assert 0 < float(row["mean"]) < 1 and 0 < float(row["weight"]) <= 60
        assert row["reliability"] in "ABCDEF" and row["reference"].strip(), row


def test_outlets_are_many_and_of_all_regions_and_kinds() -> None:
    assert len({row["name"] for row in OUTLETS}) >= 400
    assert len({row["country"] for row in OUTLETS}) >= 60
    kinds = Counter(row["kind"] for row in OUTLETS)
    for kind in ("agency", "broadcaster", "newspaper", "state", "think_tank", "fact_checker", "partisan", "channel"):
        assert kinds[kind] >= 15, kind
    assert kinds["fabricated"] >= 15 and set(kinds) <= set(RULE.kind)


def test_domains_are_unique_and_registrable() -> None:
    domains = [row["domain"] for row in OUTLETS]
    assert [d for d, n in Counter(domains).items() if n > 1] == []
    assert [d for d in domains if registrable(d) != d] == []


def test_letters_follow_the_mean() -> None:
    assert all(row["reliability"] == letter(float(row["mean"]), RULE.letters) for row in OUTLETS)


def test_sources_are_unique_and_typed() -> None:
    names = [n for row in SOURCES for n in {normalised(n) for n in (row["name"], *row["aliases"].split("|")) if n}]
    assert [n for n, count in Counter(names).items() if count > 1] == []
    assert len(SOURCES) >= 100 and {row["type"] for row in SOURCES} <= {t.value for t in SourceType}
    listed = {row["domain"] for row in OUTLETS}
    assert [row["name"] for row in SOURCES if row["domain"] and row["domain"] not in listed] == []


def ratings() -> Ratings:
    labels = {"wikipedia": {"a.org": ["gr", "nc"]}, "state_media": {"b.org": ["SC"]}, "cred1": {"c.org": ["fake"]}}
    return Ratings({"a.org": 0.8, "a.net": 0.2}, labels)


def test_each_rater_speaks_once() -> None:
    found = observations(["a.org", "a.net"], "newspaper", ratings(), RULE)
    assert [o.mean for o in found] == [0.8, pytest.approx((RULE.wikipedia["gr"] + RULE.wikipedia["nc"]) / 2)]
    assert found[1].reference == "Wikipedia perennial sources: generally reliable and no consensus"
    assert observations(["b.org"], "state", ratings(), RULE)[0].mean == RULE.state_media["SC"]
    assert observations(["c.org"], "fabricated", ratings(), RULE)[0].reference == "CRED-1: fake"


def test_the_unrated_have_the_light_prior_of_their_kind() -> None:
    (only,) = observations(["nobody.example"], "agency", ratings(), RULE)
    assert only.mean == RULE.kind["agency"] and "no public rating" in only.reference
    assert pool([only], RULE)[1] < pool(observations(["a.org"], "agency", ratings(), RULE), RULE)[1]


def test_pooling_is_a_weighted_mean_with_the_neutral_start() -> None:
    mean, weight = pool([Observation(0.9, 6, ""), Observation(0.3, 2, "")], RULE)
    start = RULE.neutral
    assert weight == start["weight"] + 8
    assert mean == pytest.approx((start["weight"] * start["mean"] + 6 * 0.9 + 2 * 0.3) / weight)


def test_all_domains_of_an_outlet_share_its_figures(tmp_path: Path) -> None:
    listed = tmp_path / "list.csv"
    listed.write_text("domains,name,country,kind\na.org www.a.net,The A,XX,newspaper\n")
    rows = list(build(listed, ratings(), RULE))
    assert [row["domain"] for row in rows] == ["a.org", "a.net"] and rows[0]["mean"] == rows[1]["mean"]


def test_mistakes_in_the_lists_are_named(tmp_path: Path) -> None:
    listed = tmp_path / "list.csv"
    listed.write_text("domains,name,country,kind\na.org,The A,XX,gazette\n")
    with pytest.raises(InputError, match=r"The A: kind 'gazette'"):
        list(build(listed, ratings(), RULE))
    listed.write_text("name,aliases,type,domain,kind\nThe B,,media,b.example,\n")
    with pytest.raises(InputError, match="The B"):
        list(build_sources(listed, OUTLETS, KINDS))


def test_public_lists_are_read(tmp_path: Path) -> None:
    (tmp_path / "lin2023_domain_ratings.csv").write_text("domain,pc1\na.org,0.75\n")
    entries = [
        {"alltext": "{{WP:RSPUSES|a.org|a.net}}", "status": "gr", "domain": "a.org"},
        {"alltext": "{{WP:RSPUSES|a.org/blogs}}", "status": "gu", "domain": "a.org"},
    ]
    (tmp_path / "wikipedia_rsp.jsonl").write_text("\n".join(map(json.dumps, entries)))
    (tmp_path / "state_media_matrix.csv").write_text("URL,Typology\nhttps://www.b.org/en/,ISFM?\n,SC\n")
    (tmp_path / "cred1.csv").write_text("domain,category\nc.org,conspiracy\n")
    found = outlet_priors.read_ratings(tmp_path)
    assert found.lin == {"a.org": 0.75}
    assert found.labels["wikipedia"] == {"a.org": ["gr"], "a.net": ["gr"]}
    assert found.labels["state_media"] == {"b.org": ["ISFM"]}
    with pytest.raises(InputError, match="cannot be read"):
        outlet_priors.read_ratings(tmp_path / "none")


@pytest.mark.shared
@pytest.mark.skipif(not (SHARED / "priors_sources").is_dir(), reason="needs ../shared/priors_sources")
def test_shipped_tables_are_what_the_rule_makes() -> None:
    made = sorted(
        build(resources.priors("outlets_list.csv"), outlet_priors.read_ratings(SHARED / "priors_sources"), RULE),
        key=lambda row: row["domain"],
    )
    assert made == OUTLETS
    assert list(build_sources(resources.priors("sources_list.csv"), made, KINDS)) == SOURCES
