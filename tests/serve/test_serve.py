"""The service by its routes: what is asked, what comes back, and what is refused with which words."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import jsonschema
import pytest

from scoring import resources
from scoring.attribution.inference import RulesFinder
from scoring.engine import load_engine
from scoring.pipeline import rate

pytest.importorskip("fastapi", reason="needs the extra serve")

from starlette.testclient import TestClient

from scoring.serve.app import make_app
from scoring.serve.description import describe
from scoring.serve.limits import Limits, shipped

TEXT = (
    "The keeper said on Monday that the lamp was sold.\n"
    "“We checked every bolt,” engineer Odile Marrant said.\n"
    "Two officials said repairs would take a month. The fuel reportedly ran out first.\n"
)
LIMITS = replace(shipped(), max_body=20_000, characters=5_000, items=3)


def client_of(limits: Limits = LIMITS, **options: Any) -> TestClient:
    return TestClient(make_app(load_engine("rules"), limits, **options), base_url="http://127.0.0.1:8000")


@pytest.fixture(scope="module")
def client() -> Iterator[TestClient]:
    with client_of() as made:
        yield made


@pytest.fixture(scope="module")
def schema() -> dict[str, Any]:
    return dict(json.loads(resources.template("rating.schema.json").read_text(encoding="utf-8")))


def test_a_rating_is_what_the_library_gives(client: TestClient, schema: dict[str, Any]) -> None:
    from scoring.report.build import to_dict

    sent = {"text": TEXT, "outlet": "https://www.example.org/x", "title": "Lamp", "published": "2025-02-03", "id": "a7"}
    found = client.post("/v1/rate", json=sent).json()
    jsonschema.validate(found, schema)
    given = to_dict(rate(TEXT, outlet="example.org", title="Lamp", published="2025-02-03", model="rules"))
    assert found == given | {"id": "a7"}
    assert found["summary"]["claims"] >= 4


def test_warnings_are_in_words_of_the_service(client: TestClient) -> None:
    warnings = client.post("/v1/rate", json={"text": TEXT}).json()["provenance"]["warnings"]
    assert any("outlet: none given" in one and "(name the outlet to narrow it)" in one for one in warnings)
    batch = client.post("/v1/rate/batch", json={"articles": [{"text": TEXT}]}).text
    assert "--" not in "".join(warnings) and "--outlet" not in batch
    page = client.post("/", data={"text": TEXT}).text
    assert "name the outlet to narrow it" in page and "--outlet" not in page


def test_the_text_may_be_left_out(client: TestClient) -> None:
    article = client.post("/v1/rate?text=false", json={"text": TEXT}).json()["article"]
    assert "text" not in article and article["characters"] == len(TEXT)


def test_a_saved_page_is_read(client: TestClient) -> None:
    page = f"<html><head><title>Lamp</title></head><body><nav>Home</nav><article><p>{TEXT}</p></article></body></html>"
    found = client.post("/v1/rate", json={"html": page, "url": "https://example.org/a"}).json()
    assert found["article"]["outlet"] == "example.org" and "keeper said" in found["article"]["text"]


def test_one_wrong_article_does_not_fail_the_batch(client: TestClient, schema: dict[str, Any]) -> None:
    batch = {"articles": [{"text": TEXT, "id": "good"}, {"txt": "x", "id": "typo"}, 7]}
    answer = client.post("/v1/rate/batch", json=batch)
    good, typo, number = answer.json()["results"]
    assert answer.status_code == 200
    jsonschema.validate(good, schema)
    assert good["id"] == "good"
    assert typo["error"]["status"] == 422 and "txt: is not known; known are text, html" in typo["error"]["message"]
    assert typo["id"] == "typo" and number["id"] == "3" and number["error"]["status"] == 422


def test_a_wrong_article_of_a_batch_keeps_its_id(client: TestClient) -> None:
    batch = {"articles": [{"text": 7, "id": "b"}, {"txt": "x", "id": 5}, {"text": TEXT, "id": "i" * 501}]}
    assert [one["id"] for one in client.post("/v1/rate/batch", json=batch).json()["results"]] == ["b", "2", "3"]


@pytest.mark.parametrize(
    ("body", "status", "words"),
    [
        ('{"text": ""}', 422, "the text is empty"),
        ("{}", 422, "text: is missing"),
        ('{"text": 3}', 422, "text: is no string"),
        ('{"text": null, "html": null}', 422, "text: is missing"),
        ('{"text": "a", "html": "b"}', 422, "both given"),
        ('{"text": "a", "outlett": "b"}', 422, "outlett: is not known"),
        ('{"text": "a", "title": "%s"}' % ("t" * 501), 422, "title: is longer than 500"),
        ('{"text": "%s"}' % ("word " * 1001), 413, "at most 5,000"),
        ('{"text": "a"', 422, "the body is no JSON"),
        ("[" * 9000, 400, "nested too deep"),
        ("[]", 422, "no object"),
        ("", 422, "body: is missing"),
        ('{"text": ' + "9" * 5000 + "}", 400, "a number in it has too many digits"),
        ('{"text": "a", "id": "\\ud800"}', 422, "id: holds half a surrogate pair"),
        ('{"text": 1e99999}', 422, "text: is no string"),
        (b"\xff\xfe\xfa", 400, "cannot be read as UTF-8"),
        (b'{"text": "\xe4"}', 400, "cannot be read as UTF-8"),
        ('{"html": "<html><body></body></html>"}', 422, "no article found"),
    ],
)  # fmt: skip
def test_what_cannot_be_rated_is_said(client: TestClient, body: str | bytes, status: int, words: str) -> None:
    answer = client.post("/v1/rate", content=body, headers={"content-type": "application/json"})
    assert (answer.status_code, answer.json()["error"]["status"]) == (status, status)
    assert words in answer.json()["error"]["message"]
    assert "Traceback" not in answer.text and "pydantic" not in answer.text


def test_half_a_surrogate_pair_is_replaced(client: TestClient) -> None:
    answer = client.post(
        "/v1/rate", content=b'{"text": "The lamp \\ud800 broke."}', headers={"content-type": "application/json"}
    )
    assert answer.json()["article"]["text"] == "The lamp \ufffd broke."


def test_batches_have_bounds(client: TestClient) -> None:
    answer = client.post("/v1/rate/batch", json={"articles": [{"text": TEXT}] * 4})
    assert answer.status_code == 413 and "at most 3" in answer.json()["error"]["message"]
    for empty in ({"articles": []}, {}, {"articles": "x"}):
        assert client.post("/v1/rate/batch", json=empty).status_code == 422


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", ""])
def test_other_kinds_of_body(client: TestClient, kind: str) -> None:
    answer = client.post("/v1/rate", content=b"{}", headers={"content-type": kind} if kind else {})
    assert answer.status_code == 415 and "send application/json" in answer.json()["error"]["message"]
    assert client.post("/", content=b"{}", headers={"content-type": "application/json"}).status_code == 415
    packed = {"content-type": "application/json", "content-encoding": "gzip"}
    assert client.post("/v1/rate", content=b"x", headers=packed).status_code == 415


def test_what_is_not_there(client: TestClient) -> None:
    assert client.get("/nothing").json()["error"]["status"] == 404
    answer = client.put("/v1/rate")
    assert answer.status_code == 405 and answer.headers["allow"] == "POST"
    for body in (b"x", b"x" * 30_000):
        answer = client.put("/v1/rate", content=body)
        assert (answer.status_code, answer.headers["allow"], answer.headers["connection"]) == (405, "POST", "close")
    assert client.put("/nothing", content=b"x").status_code == 404
    page = client.get("/<script>alert(1)</script>", headers={"accept": "text/html"})
    assert page.status_code == 404 and "<script" not in page.text and "Back to the form" in page.text


def test_priors(client: TestClient) -> None:
    known = client.get("/v1/priors/reuters.com").json()
    assert known["known"] and known["reliability"] in "AB" and known["name"] == "Reuters"
    assert client.get("/v1/priors/https://www.reuters.com/world/").json() == known
    unknown = client.get("/v1/priors/nobody-knows.example").json()
    assert not unknown["known"] and unknown["reliability"] == "F" and unknown["mean"] == 0.5
    for nothing in ("nothing", "a%0Ab", "%0A", "%00"):
        answer = client.get(f"/v1/priors/{nothing}")
        assert answer.status_code == 422 and "domain: is none" in answer.json()["error"]["message"]


@pytest.mark.parametrize("outlet", ["<script>alert(1)</script>", "..", "a/b\\c", "<b>.example", "Post"])
def test_an_outlet_that_is_no_domain(client: TestClient, outlet: str) -> None:
    found = client.post("/v1/rate", json={"text": TEXT, "outlet": outlet}).json()["provenance"]["warnings"]
    assert [one for one in found if "no domain" in one] == [
        f"outlet: {outlet} is no domain and no known outlet's exact name; give a domain, such as example.org"
    ]
    assert not any("known outlets" in one for one in found)
    known = client.post("/v1/rate", json={"text": TEXT, "outlet": "t.me/somebody"}).json()["provenance"]["warnings"]
    assert not any("no domain" in one for one in known)


def test_health_tells_versions_and_hashes(client: TestClient) -> None:
    state = client.get("/healthz").json()
    assert state["status"] == "ready" and len(state["priors_sha256"]) == len(state["config_sha256"]) == 64
    assert client.head("/healthz").status_code == 200
    with client_of() as stopping:
        stopping.app.app.state.service.ready = False  # type: ignore[attr-defined]
        assert stopping.get("/healthz").status_code == 503


def test_metrics_count_by_route() -> None:
    with client_of() as client:
        client.post("/v1/rate", json={"text": TEXT})
        client.get("/v1/priors/reuters.com")
        client.get("/some/secret?text=private")
        said = client.get("/metrics").text
    assert 'sourcegrade_requests_total{method="POST",route="/v1/rate",status="200"} 1.0' in said
    assert 'route="/v1/priors/{domain:address}"' in said and 'route="other",status="404"' in said
    assert "sourcegrade_articles_total 1.0" in said and "secret" not in said and "private" not in said


def test_the_description_is_whole(client: TestClient, schema: dict[str, Any]) -> None:
    described = client.get("/openapi.json").json()
    assert set(described["paths"]) == {"/v1/rate", "/v1/rate/batch", "/v1/priors/{domain}", "/healthz", "/metrics"}
    schemas = described["components"]["schemas"]
    for reference in set(json.dumps(described).split('"$ref": "')[1:]):
        name = reference.partition('"')[0].removeprefix("#/components/schemas/")
        assert name in schemas
    found = client.post("/v1/rate", json={"text": TEXT}).json()
    whole = {"$ref": "#/components/schemas/Rating", "components": described["components"]}
    jsonschema.Draft202012Validator(whole).validate(found)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.Draft202012Validator(whole).validate(found | {"claims": [{}]})
    assert describe(client.app.app) is describe(client.app.app)  # type: ignore[attr-defined]


def test_docs_are_a_page_of_our_own(client: TestClient) -> None:
    docs = client.get("/docs").text
    assert "/v1/rate/batch" in docs and "<script" not in docs and "cdn" not in docs.lower()


def test_headers_of_every_answer(client: TestClient) -> None:
    for answer in (client.get("/"), client.get("/nothing"), client.get("/healthz"), client.post("/v1/rate", json={})):
        rules = answer.headers["content-security-policy"]
        assert "default-src 'none'" in rules and "frame-ancestors 'none'" in rules and "base-uri 'none'" in rules
        assert "unsafe" not in rules and answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["referrer-policy"] in ("no-referrer", "same-origin")
        assert "set-cookie" not in answer.headers and "access-control-allow-origin" not in answer.headers


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "localhost.evil.example:8000"])
def test_foreign_names_are_not_served(client: TestClient, host: str) -> None:
    assert client.get("/healthz", headers={"host": host}).status_code == 421


@pytest.mark.parametrize(
    "host",
    ["evil.example@localhost", "localhost/x", "localhost?x", "localhost#x", "localhost:8000:9", "local%68ost", "local host",
     "localhost\\x", "localhost:x", "localhost:800000", "::1", "[::1", "[localhost]", "[127.0.0.1]", "[::1%25lo]", "localhost,x",
     "@localhost", ":8000", ".localhost", "localhost..", "http://localhost"],
)  # fmt: skip
def test_what_is_no_host(client: TestClient, host: str) -> None:
    answer = client.get("/healthz", headers={"host": host})
    assert answer.status_code == 400 and "the header Host is missing or wrong" in answer.json()["error"]["message"]


def test_names_that_are_served() -> None:
    with client_of(hosts=["Desk.example"]) as client:
        for host in (
            "desk.example:8000",
            "localhost",
            "LOCALHOST:1",
            "localhost.:1",
            "localhost:",
            "127.0.0.1",
            "[::1]:8000",
            "192.0.2.7",
        ):
            assert client.get("/healthz", headers={"host": host}).status_code == 200
        assert client.get("/healthz", headers={"host": ""}).status_code == 400


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 200),
        ({"origin": "http://127.0.0.1:8000"}, 200),
        ({"sec-fetch-site": "same-origin", "origin": "null"}, 200),
        ({"sec-fetch-site": "none"}, 200),
        ({"origin": "https://evil.example"}, 403),
        ({"origin": "http://127.0.0.1:9999"}, 403),
        ({"origin": "https://127.0.0.1:8000"}, 403),
        ({"origin": "null"}, 403),
        ({"sec-fetch-site": "cross-site"}, 403),
        ({"sec-fetch-site": "same-site", "origin": "http://127.0.0.1:8000"}, 403),
    ],
)
def test_posts_from_other_sites_are_refused(client: TestClient, headers: dict[str, str], status: int) -> None:
    assert client.post("/v1/rate", json={"text": TEXT}, headers=headers).status_code == status


def test_behind_a_proxy_a_named_host_may_be_https() -> None:
    with client_of(hosts=["desk.example"]) as client:
        for host, status in (("desk.example", 200), ("localhost", 403), ("127.0.0.1:8000", 403)):
            headers = {"host": host, "origin": f"https://{host}"}
            assert client.post("/v1/rate", json={"text": TEXT}, headers=headers).status_code == status


def test_the_log_holds_no_text() -> None:
    lines: list[str] = []
    with client_of(say=lines.append) as client:
        client.post("/v1/rate?text=true", json={"text": "Secret words were said by the keeper."})
        client.get("/nothing%0Aforged?q=private")
    assert [line.rpartition(" ")[0].rpartition(" ")[0] for line in lines] == [
        "POST /v1/rate 200",
        "GET /nothing%0Aforged 404",
    ]


def test_a_mistake_of_ours_is_said_without_words_of_the_article() -> None:
    class Broken:
        name = "broken"

        def __call__(self, document: Any, sentences: Any) -> Any:
            raise ValueError(document.text)

    lines: list[str] = []
    app = make_app(replace(load_engine("rules"), finder=Broken()), LIMITS, say=lines.append)  # type: ignore[arg-type]
    with TestClient(app, base_url="http://localhost") as client:
        answer = client.post("/v1/rate", json={"text": "Secret words."})
        batch = client.post("/v1/rate/batch", json={"articles": [{"text": "Secret words."}]})
    assert answer.status_code == 500 and "Secret" not in answer.text
    assert "Secret" not in "".join(lines) and "ValueError at" in lines[0] and "test_serve.py" in lines[0]
    assert batch.status_code == 200 and batch.json()["results"][0]["error"]["status"] == 500


def test_an_article_that_nobody_foresaw_costs_itself_alone() -> None:
    class Picky:
        name = "picky"

        def __call__(self, document: Any, sentences: Any) -> Any:
            if "Secret" in document.text:
                raise ZeroDivisionError(document.text)
            return RulesFinder()(document, sentences)

    lines: list[str] = []
    app = make_app(replace(load_engine("rules"), finder=Picky()), LIMITS, say=lines.append)  # type: ignore[arg-type]
    with TestClient(app, base_url="http://localhost") as client:
        sent = [
            {"text": TEXT, "id": "a"},
            {"text": "Secret words.", "id": "b"},
            {"html": "<!><svg><a <body><a>", "id": "c"},
        ]
        answer = client.post("/v1/rate/batch", json={"articles": sent})
    good, bad, damaged = answer.json()["results"]
    assert answer.status_code == 200 and good["summary"]["claims"] >= 4
    assert bad == {"id": "b", "error": {"status": 500, "message": "something went wrong here; the log says where"}}
    assert damaged["error"] == {"status": 422, "message": "c: no article found in the page; give its text as .txt"}
    assert "ZeroDivisionError at" in lines[0] and "test_serve.py" in lines[0] and "Secret" not in "".join(lines)


def test_no_address_is_fetched_unless_allowed(client: TestClient) -> None:
    answer = client.post("/v1/rate", json={"url": "https://example.org/a"})
    assert answer.status_code == 422 and "not fetched here (start with --allow-fetch)" in answer.text
    assert 'name="url"' not in client.get("/").text
