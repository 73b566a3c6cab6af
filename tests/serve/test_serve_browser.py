"""The service in a real browser: paste an article, get the report, walk its claims, read the factors, print it.

Chromium is Debian's (``apt-get install chromium``), driven by playwright's Python package; nothing is downloaded.
"""

from __future__ import annotations

import shutil
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from scoring.engine import load_engine

pytest.importorskip("fastapi", reason="needs the extra serve")
pytest.importorskip("playwright")

from scoring.serve.app import make_app
from scoring.serve.limits import shipped
from scoring.serve.server import listening, server

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
WIDTHS, SCHEMES = (360, 1600), ("light", "dark")
pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.skipif(CHROMIUM is None, reason="no chromium (apt-get install chromium)"),
]
TEXT = (
    "The Harbour Institute reported that the lamp of Varn had been sold.\n"
    "“We checked every bolt ourselves,” engineer Odile Marrant said.\n"
    "Two port officials said repairs would take a month. The fuel reportedly ran out first.\n"
)
complaints: list[str] = []
dialogs: list[str] = []


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as driver:
        started = driver.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        yield started
        started.close()


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with listening("127.0.0.1", 0) as taken:
        running = server(make_app(load_engine("rules"), shipped()), shipped())
        thread = threading.Thread(target=running.run, kwargs={"sockets": [taken]})
        thread.start()
        yield f"http://127.0.0.1:{taken.getsockname()[1]}"
        running.should_exit = True
        thread.join(10)


@pytest.fixture(autouse=True)
def quiet() -> Iterator[None]:
    """No page asks anything, breaks a rule of its policy, or fails in its script."""
    complaints.clear()
    dialogs.clear()
    yield
    assert complaints == [] and dialogs == []


def opened(browser: Browser, address: str, width: int = 1600, scheme: Any = "light", **options: Any) -> Page:
    page = browser.new_page(viewport={"width": width, "height": 900}, color_scheme=scheme, **options)

    def dismiss(dialog: Any) -> None:
        dialogs.append(dialog.message)
        dialog.dismiss()

    def complain(message: Any) -> None:
        if message.type in ("error", "warning") and "status of 4" not in message.text:
            complaints.append(message.text)

    page.on("dialog", dismiss)
    page.on("console", complain)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto(address)
    return page


def test_paste_an_article_read_the_report_and_print_it(browser: Browser, address: str, tmp_path: Path) -> None:
    page = opened(browser, address)
    page.get_by_label("Text of the article").fill(TEXT)
    page.get_by_label("Outlet").fill("varncourier.example")
    page.get_by_label("Headline").fill("Varn light out")
    page.keyboard.press("Enter")
    page.wait_for_selector("#c1", state="attached")
    assert page.locator("h1").inner_text() == "Varn light out"
    assert "to unnamed people" in page.locator(".verdict").inner_text()
    badge = page.locator("#m-c1")
    badge.focus()
    page.keyboard.press("Enter")
    panel = page.locator(".panel:target")
    assert panel.get_attribute("id") == "c1" and "Harbour Institute" in panel.inner_text()
    seen = ["c1"]
    while panel.get_by_label("Next").count():
        page.keyboard.press("ArrowRight")
        seen.append(str(panel.get_attribute("id")))
        assert panel.locator(".factors tbody tr").count() >= 3
    assert seen == [f"c{n}" for n in range(1, len(seen) + 1)] and len(seen) >= 4
    assert "reportedly" in panel.inner_text()
    page.keyboard.press("Escape")
    assert panel.count() == 0
    page.emulate_media(media="print")
    page.pdf(path=str(tmp_path / "report.pdf"))
    assert (tmp_path / "report.pdf").read_bytes().startswith(b"%PDF") and page.locator("#c2").is_visible()
    page.close()


def test_a_file_without_any_script(browser: Browser, address: str, tmp_path: Path) -> None:
    (tmp_path / "article.txt").write_text(TEXT, encoding="utf-8")
    page = opened(browser, address, java_script_enabled=False)
    page.get_by_label("or a file").set_input_files(tmp_path / "article.txt")
    page.get_by_role("button", name="Rate the claims").click()
    page.locator("#m-c2").click()
    assert page.locator(".panel:target .factors").is_visible()
    page.get_by_role("link", name="Rate another article").click()
    assert page.get_by_label("Text of the article").input_value() == ""
    page.close()


def test_a_mistake_is_said_and_what_was_typed_is_kept(browser: Browser, address: str) -> None:
    page = opened(browser, address, width=360)
    page.get_by_label("Outlet").fill("kept.example")
    page.get_by_role("button", name="Rate the claims").click()
    assert "There is no text yet" in page.get_by_role("alert").inner_text()
    assert page.get_by_label("Outlet").input_value() == "kept.example"
    page.close()


def test_an_example_can_be_tried(browser: Browser, address: str) -> None:
    page = opened(browser, address)
    page.get_by_role("link", name="Fill in an example").click()
    page.get_by_role("button", name="Rate the claims").click()
    assert page.locator(".text .badge").count() > 5
    page.close()


BAD = (
    "<script>alert(1)</script><img src=x onerror=alert(2)>",
    '"><svg onload=alert(3)>\u202e</textarea><script>alert(4)</script>',
    "javascript:alert(5)",
    "<style>*{display:none}</style><base href=//evil.example><meta http-equiv=refresh content='0;url=//evil.example'>",
)


@pytest.mark.parametrize("bad", BAD)
def test_hostile_articles_stay_words(browser: Browser, address: str, tmp_path: Path, bad: str) -> None:
    page = opened(browser, address)
    page.get_by_label("Text of the article").fill(f"{bad}\n{bad} said the keeper “{bad}” reportedly knew.\n{TEXT}")
    page.get_by_label("Outlet").fill(bad)
    page.get_by_label("Headline").fill(bad)
    page.get_by_role("button", name="Rate the claims").click()
    page.wait_for_selector("#c1", state="attached")
    assert bad.replace("\u202e", "[U+202E]") in page.locator("h1").inner_text()
    assert page.locator(".verdict").is_visible() and page.url.startswith(address)
    assert page.locator("article script, article img, article svg, article style, h1 *, .byline script").count() == 0
    file = tmp_path / f"{bad.replace('/', '_')[:80]}.exe"
    file.write_bytes(b"x")
    page.goto(address)
    page.get_by_label("or a file").set_input_files(file)
    page.get_by_role("button", name="Rate the claims").click()
    assert "not a kind of file" in page.get_by_role("alert").inner_text()
    page.close()


def test_a_page_of_another_site_may_not_post_here(browser: Browser, address: str) -> None:
    foreign = address.replace("127.0.0.1", "localhost")
    page = opened(browser, f"{foreign}/docs")
    page.route("**/elsewhere", lambda route: route.fulfill(
        content_type="text/html",
        body=f"<form method=post action='{address}/'><input name=text value='The keeper said so.'><button>Go</button></form>",
    ))  # fmt: skip
    page.goto(f"{foreign}/elsewhere")
    page.get_by_role("button").click()
    page.wait_for_url(f"{address}/")
    assert "pages of other sites are refused" in page.locator("body").inner_text()
    page.close()


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("width", WIDTHS)
def test_pages_fit_and_are_accessible(browser: Browser, address: str, width: int, scheme: str) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    page = opened(browser, f"{address}/?example", width, scheme, bypass_csp=True)
    for path in ("/?example", "/docs", "/nothing"):
        page.goto(address + path)
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        found = axe.run(page)
        assert found.violations_count == 0, found.generate_report()
    page.close()


def test_each_status_stands_beside_what_it_means(browser: Browser, address: str) -> None:
    page = opened(browser, f"{address}/docs")
    for status, meaning in zip(page.locator(".codes dt").all(), page.locator(".codes dd").all(), strict=True):
        left, right = status.bounding_box(), meaning.bounding_box()
        assert left and right and left["y"] == right["y"] and left["x"] + left["width"] <= right["x"]
