"""Takes the picture of a report that README and the pages show (``make picture``).

Needs Debian's chromium and the Python package playwright (extra ``dev``). The page is the sample in ``reports/sample``.
"""

import shutil
from pathlib import Path

from playwright.sync_api import sync_playwright

HERE = Path(__file__).resolve().parent
SAMPLE = HERE.parents[1] / "reports" / "sample" / "channel_relay.txt.html"
CLAIM = "c2"
"""The claim whose panel stands open: its chain has two sources, and one of them is doubted."""
SIZE = {"width": 1200, "height": 740}


def main() -> None:
    """Open the sample at its claim, with the text at the top, and write ``report.png`` beside this file."""
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        page = browser.new_page(viewport=SIZE, color_scheme="light")
        page.goto(f"{SAMPLE.as_uri()}#{CLAIM}")
        page.evaluate("window.scrollTo(0, document.getElementById('text').getBoundingClientRect().top + scrollY - 32)")
        page.screenshot(path=HERE / "report.png")
        browser.close()


if __name__ == "__main__":
    main()
