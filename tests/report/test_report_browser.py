"""The pages in a real browser: walked by keyboard, at two widths, light and dark, on paper, and by axe-core.

Chromium is Debian's (``apt-get install chromium``), driven by playwright's Python package; nothing is downloaded.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from scoring.report.entries import entry
from scoring.report.html.overview import overview_page
from scoring.report.html.page import article_page
from scoring.schema import Report

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
WIDTHS, SCHEMES = (360, 1600), ("light", "dark")
pytest.importorskip("playwright")
pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.skipif(CHROMIUM is None, reason="no chromium (apt-get install chromium)"),
]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as driver:
        started = driver.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        yield started
        started.close()


@pytest.fixture
def files(report: Report, tmp_path: Path) -> dict[str, Path]:
    """A page of the fixture's report, and an overview of it and seven others."""
    from dataclasses import replace

    pages = {"article": tmp_path / "varn.html", "overview": tmp_path / "index.html"}
    pages["article"].write_text(article_page(report, home=("index.html", "All articles")), encoding="utf-8")
    others = [
        entry(
            replace(
                report, document=replace(report.document, id=f"a{i}", title=f"Number {i}", published=f"2025-0{i}-03")
            ),
            "varn.html",
        )
        for i in range(1, 9)
    ]
    named = replace(others[0], title="Zebra", mean=0.9, outlet="a.example")
    pages["overview"].write_text(overview_page([named, *others[1:]], ["x.txt: the text is empty"]), encoding="utf-8")
    return pages


def opened(browser: Browser, path: Path, width: int = 1600, scheme: Any = "light", **options: Any) -> Page:
    """A page from disk; what the console complains of fails the test that closes it."""
    page = browser.new_page(viewport={"width": width, "height": 900}, color_scheme=scheme, **options)
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto(path.as_uri())
    return page


complaints: list[str] = []


@pytest.fixture(autouse=True)
def quiet() -> Iterator[None]:
    complaints.clear()
    yield
    assert complaints == []


def focus(page: Page) -> str:
    return page.evaluate("document.activeElement.id || document.activeElement.rel || document.activeElement.className")


def test_claims_are_walked_by_keyboard(browser: Browser, files: dict[str, Path]) -> None:
    page = opened(browser, files["article"])
    for _ in range(10):
        page.keyboard.press("Tab")
        if focus(page) == "m-c1":
            break
    page.keyboard.press("Tab")
    assert focus(page) == "m-c2"
    page.keyboard.press("Enter")
    panel = page.locator(".panel:visible")
    assert panel.get_attribute("id") == "c2"
    for words in ("stance", "claimed", "−0.70", "What would raise it", "D4", "Tidewatch"):
        assert words in panel.inner_text()
    assert page.locator(".chosen").count() == 2
    page.keyboard.press("ArrowRight")
    assert page.locator(".panel:visible").get_attribute("id") == "c3"
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowLeft")
    assert page.locator(".panel:visible").get_attribute("id") == "c1"
    page.keyboard.press("Escape")
    assert page.locator(".panel:visible").count() == 0
    assert focus(page) == "m-c1"


def test_what_lowers_has_a_colour_of_its_own(browser: Browser, files: dict[str, Path]) -> None:
    page = opened(browser, files["article"])
    drawn = (
        "() => [...document.querySelectorAll('.panel')].map(p => ['.up path', '.down path'].map(w => "
        "p.querySelector(`.factors ${w}`)).map(x => x && getComputedStyle(x).stroke)).find(([a, b]) => a && b)"
    )
    raises, lowers = page.evaluate(drawn)
    assert len({lowers, raises, "none"}) == 3


def test_a_claim_opens_without_a_script(browser: Browser, files: dict[str, Path]) -> None:
    page = opened(browser, files["article"], java_script_enabled=False)
    page.get_by_text("the keeper had sold the lamp").first.click()
    panel = page.locator(".panel:visible")
    assert panel.get_attribute("id") == "c2"
    panel.get_by_label("Next").click()
    assert page.locator(".panel:visible").get_attribute("id") == "c3"
    page.locator(".panel:visible").get_by_label("Close").click()
    assert page.locator(".panel:visible").count() == 0


def test_the_text_stays_where_it_is_when_a_claim_opens(browser: Browser, files: dict[str, Path]) -> None:
    page = opened(browser, files["article"])
    page.locator("#m-c2").scroll_into_view_if_needed()
    before = page.evaluate("scrollBy(0, 40), scrollY")
    page.locator("#m-c2").click()
    assert page.locator(".panel:visible").count() == 1
    assert page.evaluate("scrollY") == before
    box = page.locator(".panel:visible").bounding_box()
    text = page.locator(".text").bounding_box()
    assert box and text and text["x"] + text["width"] <= box["x"]


def test_a_link_to_a_claim_shows_it_in_the_text(browser: Browser, files: dict[str, Path]) -> None:
    page = browser.new_page(viewport={"width": 360, "height": 780})
    page.goto(files["article"].as_uri() + "#c5")
    page.wait_for_function("scrollY > 0")
    mark, panel = page.locator("#m-c5").bounding_box(), page.locator(".panel:visible").bounding_box()
    assert mark and panel and 0 <= mark["y"] < panel["y"]


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("name", ["article", "overview"])
def test_nothing_is_wider_than_the_page(browser: Browser, files: dict[str, Path], name: str, width: int) -> None:
    page = opened(browser, files[name], width)
    for place in ("", "#c2") if name == "article" else ("",):
        page.evaluate("place => { location.hash = place }", place)
        wider = page.evaluate(
            """() => [...document.querySelectorAll("body *")].filter((e) => !e.closest(".scroll, .vh, .skip, svg")
            && e.getBoundingClientRect().right > innerWidth + 1).map((e) => e.outerHTML.slice(0, 80))"""
        )
        assert wider == []
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("name", ["article", "overview"])
def test_axe_finds_nothing(browser: Browser, files: dict[str, Path], name: str, scheme: str) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    for width in WIDTHS:
        page = opened(browser, files[name], width, scheme, bypass_csp=True)
        for place in ("#c2", "#text") if name == "article" else ("",):
            page.evaluate("place => { location.hash = place }", place)
            found = axe.run(page)
            assert found.violations_count == 0, found.generate_report()


def test_dark_and_light_differ(browser: Browser, files: dict[str, Path]) -> None:
    colours = []
    for scheme in SCHEMES:
        page = opened(browser, files["article"], scheme=scheme)
        colours.append(page.evaluate("getComputedStyle(document.body).backgroundColor"))
    assert len(set(colours)) == 2


def test_all_panels_are_printed(browser: Browser, files: dict[str, Path], tmp_path: Path) -> None:
    page = opened(browser, files["article"], scheme="dark")
    page.emulate_media(media="print")
    assert page.locator(".panel:visible").count() == 6
    assert page.locator(".panel header a:visible").count() == 0
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    pdf = page.pdf(format="A4")
    assert pdf.startswith(b"%PDF")
    assert len(pdf) > 20_000


def test_articles_are_sorted_and_filtered(browser: Browser, files: dict[str, Path]) -> None:
    page = opened(browser, files["overview"])
    first = page.locator(".articles tbody tr:visible a").first
    assert first.inner_text() == "Zebra"
    page.get_by_role("button", name="title").click()
    assert first.inner_text() == "Number 2"
    page.get_by_role("button", name="title").click()
    assert first.inner_text() == "Zebra"
    page.get_by_role("searchbox").fill("number 3")
    assert page.locator(".articles tbody tr:visible").count() == 1
    assert page.get_by_role("status").inner_text() == "1 of 8 articles"


def test_the_order_is_seen_and_heard_and_undated_rows_stay_last(
    browser: Browser, report: Report, tmp_path: Path
) -> None:
    from dataclasses import replace

    first = replace(entry(report, "varn.html"), title="Early", published="2024-01-01")
    late, undated = replace(first, title="Late", published="2025-01-01"), replace(first, title="None", published=None)
    path = tmp_path / "index.html"
    path.write_text(overview_page([first, undated, late]), encoding="utf-8")
    page = opened(browser, path, 360)
    button, rows = page.get_by_role("button", name="date"), page.locator(".articles tbody a")
    for expected, arrow in ((["Late", "Early", "None"], "↓"), (["Early", "Late", "None"], "↑")):
        button.click()
        assert rows.all_inner_texts() == expected
        assert arrow in button.evaluate("b => getComputedStyle(b, '::after').content")
    page.get_by_role("button", name="strength").click()
    assert page.locator("th[aria-sort=descending]").inner_text() == "Strength"
    assert "6 claims: 3 · 1 · 2; sourcing score 0." in page.locator(".articles tbody tr").first.inner_text()


def test_an_overview_reads_without_a_script(browser: Browser, files: dict[str, Path]) -> None:
    page = opened(browser, files["overview"], java_script_enabled=False)
    assert page.locator(".controls").is_hidden()
    assert page.locator(".articles tbody tr:visible").count() == 8
    assert page.locator(".articles tbody tr a").first.inner_text() == "Zebra"
    assert page.locator("svg:visible").count() > 4


def test_hostile_words_run_nothing(browser: Browser, report: Report, tmp_path: Path) -> None:
    from dataclasses import replace

    words = '<script>document.title="run"</script><img src=x onerror=\'document.title="run"\'><svg onload=\'document.title="run"\'>'
    document = replace(report.document, title=words, outlet=words, id=words, url="javascript:document.title='run'")
    path = tmp_path / "hostile.html"
    path.write_text(article_page(replace(report, document=document)), encoding="utf-8")
    page = opened(browser, path)
    assert page.title() != "run"
    assert page.locator("img").count() == 0
    assert words in page.locator("h1").inner_text()
