"""The service's pages for people: the form, the report on what was sent, and sentences on what is wrong with it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from scoring.engine import load_engine

pytest.importorskip("fastapi", reason="needs the extra serve")

from starlette.testclient import TestClient

from scoring.serve.app import make_app
from scoring.serve.limits import shipped
from scoring.serve.refusals import Refusal

TEXT = (
    "The keeper said on Monday that the lamp was sold.\n"
    "“We checked every bolt,” engineer Odile Marrant said.\n"
    "Two officials said repairs would take a month. The fuel reportedly ran out first.\n"
)
LIMITS = replace(shipped(), max_body=20_000, characters=5_000, items=3)


@pytest.fixture(scope="module")
def client() -> Iterator[TestClient]:
    with TestClient(make_app(load_engine("rules"), LIMITS), base_url="http://127.0.0.1:8000") as made:
        yield made


def test_the_form_gives_the_report(client: TestClient) -> None:
    from scoring.report.html.page import policy

    form = client.get("/")
    assert form.status_code == 200 and "<script" not in form.text
    filled = client.get("/?example").text
    assert "Port Sorrow" in filled and "harbourpost.example" in filled
    answer = client.post("/", data={"text": TEXT, "outlet": "example.org", "title": "Lamp & sons"})
    assert answer.status_code == 200 and "Lamp &amp; sons" in answer.text and 'id="c1"' in answer.text
    assert 'href="/">Rate another article' in answer.text
    assert answer.headers["content-security-policy"] == policy() + "; frame-ancestors 'none'"


@pytest.mark.parametrize(
    ("name", "raw", "status", "words"),
    [
        ("a.txt", TEXT.encode(), 200, 'id="c1"'),
        ("a.md", f"# Lamp\n\n{TEXT}".encode(), 200, 'id="c1"'),
        ("a.HTML", f"<html><body><article><p>{TEXT}</p></article></body></html>".encode(), 200, 'id="c1"'),
        ("a.pdf", b"%PDF-1.7", 415, "give .txt, .md or a page saved as .html"),
        ("a.txt", b"", 422, "is empty"),
        ("a.txt", b"\x00\x01\x02\x03" * 50, 422, "Not rated"),
        ("a.txt", b"word " * 1001, 413, "at most 5,000"),
    ],
)  # fmt: skip
def test_files_of_the_form(client: TestClient, name: str, raw: bytes, status: int, words: str) -> None:
    answer = client.post("/", data={"outlet": "example.org"}, files={"file": (name, raw)})
    assert answer.status_code == status and words in answer.text


def test_mistakes_in_the_form_are_said_on_it(client: TestClient) -> None:
    nothing = client.post("/", data={"text": "  ", "outlet": "kept.example"})
    assert nothing.status_code == 422 and "There is no text yet" in nothing.text and "kept.example" in nothing.text
    both = client.post("/", data={"text": TEXT}, files={"file": ("a.txt", TEXT.encode())})
    assert both.status_code == 422 and "keep one of them" in both.text and "lamp was sold" in both.text
    wide = client.post(
        "/", content=b"x" * 20_001, headers={"content-type": "multipart/form-data", "accept": "text/html"}
    )
    assert wide.status_code == 413 and "The article is larger than 19.5 kB." in wide.text
    assert "413" not in wide.text and "<bdi>There is nothing here; " in client.get("/x", headers=PEOPLE).text
    long = client.post("/", data={"text": TEXT, "title": "t" * 501})
    assert long.status_code == 422 and "Headline: is longer than 500 characters." in long.text
    torn = client.post("/", content=b"--x", headers={"content-type": "multipart/form-data; boundary=x"})
    assert torn.status_code in (400, 422)
    edgeless = client.post("/", content=b"--x", headers={"content-type": "multipart/form-data"})
    assert edgeless.status_code == 400 and "boundary is missing" in edgeless.text
    fields = {f"f{number}": "x" for number in range(100)}
    for many in (client.post("/", data=fields), client.post("/", data=fields, files={"file": ("a.txt", b"x")})):
        assert many.status_code == 400 and "more than 12 fields" in many.text


PEOPLE = {"accept": "text/html"}
HOSTILE = "<script>alert(1)</script><img src=x onerror=alert(2)>\u202eevil\u202c"


def test_nothing_of_an_article_becomes_markup(client: TestClient) -> None:
    answer = client.post(
        "/",
        data={"outlet": HOSTILE, "title": HOSTILE, "url": "javascript:alert(3)"},
        files={
            "file": (
                f"{HOSTILE}.txt",
                f'{HOSTILE} The keeper said "<b onclick=alert(4)>it is</b>" so.\n{TEXT}'.encode(),
            )
        },
    )
    assert answer.status_code == 200
    for bad in ("<script>alert", "<img", "<b onclick", "\u202e", 'href="javascript:'):
        assert bad not in answer.text
    wrong = client.post("/", data={"outlet": f'">{HOSTILE}', "text": ""}, files={"file": (f"{HOSTILE}.exe", b"x")})
    assert wrong.status_code == 415 and "<script" not in wrong.text and "<img" not in wrong.text
    assert "\u202e" not in wrong.text and 'value="&#34;&gt;&lt;script' in wrong.text


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ("url: the page could not be fetched", "Address: the page could not be fetched."),
        ("the text has 9 characters; give 5", "The text has 9 characters; give 5."),
        ("the body cannot be read: it is torn", "The body cannot be read: it is torn."),
        ("my file.txt: is empty", "my file.txt: is empty."),
        ("Keep one of them.", "Keep one of them."),
    ],
)
def test_messages_are_sentences_on_pages(said: str, sentence: str) -> None:
    assert Refusal(422, said).sentence == sentence


def test_a_page_too_large_is_told_in_megabytes() -> None:
    with TestClient(make_app(load_engine("rules"), shipped()), base_url="http://localhost") as client:
        sent = {"content-type": "multipart/form-data", "content-length": "4194305"}
        answer = client.post("/", content=b"x", headers=sent | PEOPLE)
        assert answer.status_code == 413 and "<bdi>The article is larger than 4 MB.</bdi>" in answer.text
        for_programs = client.post("/", content=b"x", headers=sent | {"accept": "application/json"})
        assert "larger than 4,194,304 bytes" in for_programs.json()["error"]["message"]
