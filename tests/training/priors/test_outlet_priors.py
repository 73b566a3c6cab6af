"""The tables of priors: their form, and the rule that makes them from public ratings."""

import csv
import itertools
import json
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring import resources, settings
from scoring.documents.domains import registrable
from scoring.errors import ConfigError, InputError
from scoring.priors.pooling import RATERS, Observation, PriorRule, effective_weight, letter, pool
from scoring.priors.public_ratings import Ratings, read_tables, rows_of
from scoring.schema import SourceType
from scoring.text.names import normalised
from training.priors import outlets as outlet_priors
from training.priors.outlets import build, build_sources, observations

RULE = settings.load(resources.config("priors.toml"), PriorRule)
SHARED = Path(__file__).resolve().parents[4] / "shared"


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


def said(*words: tuple[str, float]) -> list[Observation]:
    return [Observation(mean, RULE.means(rater)["weight"], "", rater) for rater, mean in words]


def test_one_rater_is_pooled_with_the_neutral_start() -> None:
    start, weight = RULE.neutral, RULE.lin["weight"]
    assert pool([], RULE) == (start["mean"], start["weight"])
    mean, pooled = pool(said(("lin", 0.9)), RULE)
    assert pooled == start["weight"] + weight
    assert mean == pytest.approx((start["weight"] * start["mean"] + weight * 0.9) / pooled)


def test_raters_that_copy_one_another_are_not_counted_twice() -> None:
    two = said(("wikipedia", 0.8), ("cred1", 0.8))
    summed = sum(o.weight for o in two)
    assert effective_weight(two, RULE) == pytest.approx(summed / (1 + RULE.correlation["wikipedia-cred1"]))
    strangers = [replace(o, rater=f"rater {i}") for i, o in enumerate(two)]
    assert effective_weight(strangers, RULE) == summed
    copies = replace(RULE, correlation=dict.fromkeys(RULE.correlation, 0.999))
    assert effective_weight(said(*((r, 0.5) for r in RATERS)), copies) == pytest.approx(RULE.lin["weight"], abs=0.1)


def test_disagreement_against_a_value_by_hand() -> None:
    rule = replace(
        RULE,
        correlation=dict.fromkeys(RULE.correlation, 0.5),
        lin=RULE.lin | {"weight": 6.0},
        wikipedia=RULE.wikipedia | {"weight": 6.0},
        disagreement={"tolerance": 0.1},
    )
    two = [Observation(0.8, 6.0, "", "lin"), Observation(0.4, 6.0, "", "wikipedia")]
    mean, weight = pool(two, rule)  # 12 / 1.5 = 8 and the start's 2; spread 36 * 0.3**2 / 144 = 0.0225, of 0.6 * 0.4
    assert mean == pytest.approx((2 * 0.5 + 8 * 0.6) / 10)
    assert weight == pytest.approx(1 / (1 / 11 + 0.0225 / 0.24) - 1)


words = st.lists(st.tuples(st.sampled_from(RATERS), st.floats(0, 1)), min_size=1, max_size=4, unique_by=lambda w: w[0])


@given(words)
def test_weight_stays_between_the_start_and_all_that_was_said(found: list[tuple[str, float]]) -> None:
    mean, weight = pool(said(*found), RULE)
    start = RULE.neutral["weight"]
    assert 0 <= mean <= 1 and start <= weight <= start + effective_weight(said(*found), RULE) + 1e-9
    assert all((mean, weight) == pytest.approx(pool(list(p), RULE)) for p in itertools.permutations(said(*found)))


@given(words)
def test_a_rater_who_agrees_never_lowers_the_weight(found: list[tuple[str, float]]) -> None:
    before = said(*found)
    rated = sum(o.weight * o.mean for o in before) / sum(o.weight for o in before)
    for rater in {*RATERS} - {o.rater for o in before}:
        assert pool([*before, *said((rater, rated))], RULE)[1] >= pool(before, RULE)[1] - 1e-9


@given(st.floats(0.05, 0.45), st.floats(0.0, 0.5), st.floats(0.0, 0.5))
def test_the_further_apart_the_less_is_known(centre: float, one: float, other: float) -> None:
    near, far = sorted((min(one, centre), min(other, centre)))
    weights = {"lin": RULE.lin | {"weight": 6.0}, "wikipedia": RULE.wikipedia | {"weight": 6.0}}
    rule = replace(RULE, **weights)
    closer, wider = (
        pool([Observation(centre + d, 6.0, "", "lin"), Observation(centre - d, 6.0, "", "wikipedia")], rule)
        for d in (near, far)
    )
    assert wider[1] <= closer[1] + 1e-9 and wider[0] == pytest.approx(closer[0])


@pytest.mark.parametrize(
    ("table", "changed", "message"),
    [
        ("correlation", {"lin-wikipedia": 1.0}, "holds 1"),
        ("correlation", {"lin-cred1": -0.1}, "outside"),
        ("neutral", {"weight": 0.0}, "must be above 0"),
        ("wikipedia", {"gr": 1.5}, r"gr 1.5 lies outside \[0, 1\]"),
    ],
)
def test_a_rule_out_of_range_is_refused(table: str, changed: dict[str, float], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        replace(RULE, **{table: getattr(RULE, table) | changed})


def test_a_rule_that_lacks_a_key_is_named_by_file(tmp_path: Path) -> None:
    path = tmp_path / "rule.toml"
    path.write_text(resources.config("priors.toml").read_text(encoding="utf-8").replace("tolerance =", "leeway ="))
    with pytest.raises(ConfigError, match=r"rule.toml: \[disagreement\] lacks 'tolerance'"):
        settings.load(path, PriorRule)


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
    found = outlet_priors.read_ratings(tmp_path, RULE)
    assert found.lin == {"a.org": 0.75}
    assert found.labels["wikipedia"] == {"a.org": ["gr"], "a.net": ["gr"]}
    assert found.labels["state_media"] == {"b.org": ["ISFM"]}
    with pytest.raises(InputError, match="cannot be read"):
        outlet_priors.read_ratings(tmp_path / "none", RULE)


def tables(tmp_path: Path, **texts: str) -> list[Path]:
    paths = [tmp_path / name.replace("_", ".") for name in texts]
    for path, text in zip(paths, texts.values(), strict=True):
        path.write_text(text, encoding="utf-8")
    return paths


def test_tables_are_known_by_their_columns_in_any_order_of_files(tmp_path: Path) -> None:
    paths = tables(
        tmp_path,
        a_csv="domain,category\nnews.c.example,fake\nc.example/blog,fake\nd.example,mixed\n",
        b_csv="pc1,domain\n0.1,https://C.example/\n,e.example\n0.5,blogspot.com\n",
        c_jsonl='{"status": "gu", "domain": "d.example"}\n\n{"status": "gu"}\n{"status": "nc", "domain": "d.example"}\n',
    )
    read = read_tables(paths, RULE)
    assert [(c.rater, c.rows, c.bad, c.left_out) for c in read.counts] == [
        ("cred1", 3, 0, 1), ("lin", 3, 0, 2), ("wikipedia", 3, 0, 1),
    ]  # fmt: skip
    assert read.bad == ()
    rows = list(rows_of(read.ratings, {"c.example": "The C"}, RULE))
    assert [(row["domain"], row["name"], raters) for row, raters in rows] == [
        ("c.example", "The C", 2), ("d.example", "d.example", 2),
    ]  # fmt: skip
    assert rows[0][0]["reference"] == "Lin et al. 2023: 0.10; CRED-1: fake"
    assert "generally unreliable and no consensus; CRED-1: mixed" in rows[1][0]["reference"]
    assert read_tables(paths[::-1], RULE).ratings == read.ratings


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("domain,pc1\nx.org,high\n", ":1: pc1 'high' is no number; give one from 0 to 1"),
        ("domain,pc1\nx.org,nan\n", ":1: pc1 nan lies outside [0, 1]"),
        ("domain,pc1\nx.org,0.5\nx.org,0.6\n", ":2: domain x.org stands at "),
        ("domain,pc1\nx org.net,0.5\n", ":1: address 'x org.net' is none; write it as example.org"),
        ("domain,pc1\n=x.org,0.5\n", ":1: address '=x.org' is none"),
        ("domain,category\nx.org,dubious\n", ":1: category 'dubious' is not known; give one of fake, "),
        ("domain,category\nx.org,weight\n", ":1: category 'weight' is not known"),
        ("domain,category\ny.org,fake\nx.org,fake,more\n", ":2: holds more cells than the header's 2"),
        ("domain,category\ny.org,fake\nx.org\n", ":2: holds fewer cells than the header's 2"),
    ],
)
def test_bad_ratings_are_named_by_file_and_row(tmp_path: Path, text: str, message: str) -> None:
    (path,) = tables(tmp_path, r_csv=text)
    (bad,) = read_tables([path], RULE).bad
    assert bad.startswith(f"{path}{message}")


def test_bad_lines_of_json(tmp_path: Path) -> None:
    good = '{"status": "gr", "domain": "x.org"}\n'
    (path,) = tables(tmp_path, r_jsonl=f'{good}{{"status":\n[1]\n{{"domain": "y.org"}}\n')
    bad = read_tables([path], RULE).bad
    assert [b.removeprefix(str(path))[:2] for b in bad] == [":2", ":3", ":4"]
    assert "is no JSON" in bad[0] and "no JSON object" in bad[1] and "'status' is missing" in bad[2]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "holds no row"),
        ("name,score\nx,1\n", r"fit no rater \(name, score\); known are Lin et al. 2023: domain, pc1"),
        ("domain,pc1,category\nx.org,1,fake\n", "fit several raters"),
    ],
)
def test_tables_of_nobody(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(InputError, match=message):
        read_tables(tables(tmp_path, r_csv=text), RULE)


def test_the_fit_draws_few_shared_domains_to_the_others() -> None:
    hosts = [f"h{i}.example" for i in range(60)]
    fitted = Ratings({host: i / 60 for i, host in enumerate(hosts)})
    fitted.labels["wikipedia"] = {host: ["gr" if i > 30 else "d"] for i, host in enumerate(hosts)}
    fitted.labels["cred1"] = {host: ["fake" if i > 1 else "mixed"] for i, host in enumerate(hosts[:4])}
    found = {c.pair: c for c in outlet_priors.correlations(fitted, RULE)}
    assert found["lin-wikipedia"].drawn == pytest.approx(found["lin-wikipedia"].measured)
    assert found["lin-cred1"].measured < 0 < found["lin-cred1"].drawn
    assert found["state_media-cred1"].shared == 0
    with pytest.raises(InputError, match="share 50 domains"):
        outlet_priors.correlations(Ratings({"a.example": 0.5}), RULE)


@pytest.mark.shared
@pytest.mark.skipif(not (SHARED / "priors_sources").is_dir(), reason="needs ../shared/priors_sources")
def test_correlations_are_what_the_tables_give() -> None:
    found = outlet_priors.correlations(outlet_priors.read_ratings(SHARED / "priors_sources", RULE), RULE)
    assert {c.pair: round(c.drawn, 2) for c in found} == RULE.correlation


@pytest.mark.shared
@pytest.mark.skipif(not (SHARED / "priors_sources").is_dir(), reason="needs ../shared/priors_sources")
def test_shipped_tables_are_what_the_rule_makes() -> None:
    made = sorted(
        build(resources.priors("outlets_list.csv"), outlet_priors.read_ratings(SHARED / "priors_sources", RULE), RULE),
        key=lambda row: row["domain"],
    )
    assert made == OUTLETS
    assert list(build_sources(resources.priors("sources_list.csv"), made, KINDS)) == SOURCES
