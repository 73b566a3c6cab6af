"""A page as PDF, by weasyprint (extra ``pdf``), which needs Pango of the system."""

from __future__ import annotations

import re
from functools import lru_cache

from scoring import resources
from scoring.errors import UsageError

DEBIAN = ("libpango-1.0-0", "libpangoft2-1.0-0", "libharfbuzz-subset0", "fonts-liberation")
"""The packages of Debian and Ubuntu that weasyprint needs: libraries for drawing, and fonts."""
_INSTEAD = """
.factors td, .bar { background-image: none !important; }
.bar { border: solid #d9d4c8; border-width: 0 1px; }
.mark.bQ { text-decoration: underline solid 1.5px !important; background: #dcebee; }
.with-bar { display: block !important; white-space: nowrap; }
.with-bar svg { display: inline-block !important; width: 2.2cm !important; vertical-align: middle; }
"""
"""weasyprint paints a narrow gradient over the whole cell, double lines singly, and lets flexible boxes overflow."""
_DRAWING = re.compile(r"<svg\b[^>]*>")
_COLOUR = re.compile(r"(--[\w-]+):\s*([^;]+);")
_USE = re.compile(r"var\((--[\w-]+)\)")


def check() -> None:
    """Make sure that PDF can be written.

    Raises
    ------
    UsageError
        weasyprint or what it draws with is missing; the message says how to install both.
    """
    try:
        import weasyprint  # noqa: F401
    except (ImportError, OSError) as error:
        raise UsageError(
            f"--format pdf: weasyprint cannot be loaded ({str(error).splitlines()[0]}); "
            f"{resources.installing('pdf')}, and on Debian or Ubuntu apt-get install {' '.join(DEBIAN)}"
        ) from error


def to_pdf(page: str) -> bytes:
    """A page of an article or the overview as PDF; nothing is fetched for it."""
    import weasyprint

    drawn = _DRAWING.sub(lambda found: f"{found.group()}<style>{_drawing_style()}</style>", page)
    more = weasyprint.CSS(string=_INSTEAD)
    return bytes(weasyprint.HTML(string=drawn, url_fetcher=_refuse).write_pdf(stylesheets=[more], pdf_tags=True))


def _refuse(url: str, *_more: object, **_options: object) -> dict[str, object]:
    raise ValueError(f"{url}: a page needs nothing from elsewhere")


@lru_cache(maxsize=1)
def _drawing_style() -> str:
    """The rules for drawings with the colours of a light page in place; the page's own do not reach into them."""
    colours = dict(reversed(_COLOUR.findall(resources.template("page.css").read_text(encoding="utf-8"))))
    rules = resources.template("drawings.css").read_text(encoding="utf-8")
    return _USE.sub(lambda use: colours[use.group(1)].strip(), rules)
