"""Answers that say no: JSON for programs, the page with a sentence for people."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from starlette.responses import JSONResponse, Response

from scoring.serve.refusals import Refusal

FOR_PROGRAMS = ("/v1/", "/healthz", "/metrics", "/openapi.json")
HEADERS = {
    "content-security-policy": "default-src 'none'; base-uri 'none'; frame-ancestors 'none'",
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "cache-control": "no-store",
}
"""Headers of every answer that does not set them itself."""


def error_object(refusal: Refusal) -> dict[str, Any]:
    """A refusal as an object of JSON."""
    return {"status": refusal.status, "message": str(refusal)}


def answer(path: str, headers: Mapping[str, str], refusal: Refusal) -> Response:
    """The answer to a refused request, in the form that the client reads: JSON or a page."""
    if not path.startswith(FOR_PROGRAMS) and "text/html" in headers.get("accept", ""):
        from scoring.serve.pages import error_page

        return error_page(refusal)
    return JSONResponse({"error": error_object(refusal)}, refusal.status, dict(refusal.headers))
