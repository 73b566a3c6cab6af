"""The pages for people: the form, the report, errors, and the description of the API. None needs a script."""

from __future__ import annotations

import base64
import hashlib
import tomllib
from collections.abc import AsyncIterator, Iterator, Mapping
from functools import lru_cache
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from jinja2 import ChoiceLoader, Environment, FileSystemLoader
from markupsafe import Markup
from starlette.datastructures import FormData, UploadFile
from starlette.exceptions import HTTPException
from starlette.formparsers import MultiPartException, MultiPartParser
from starlette.responses import HTMLResponse, JSONResponse, Response

from scoring import resources
from scoring.report.html import page
from scoring.serve.articles import ADDRESS, LINE, Article, Given, Upload, document_of, pasted, uploaded
from scoring.serve.description import describe
from scoring.serve.refusals import Refusal
from scoring.serve.service import Service, TheService, weight

router = APIRouter(include_in_schema=False)
HOME = ("/", "Rate another article")
FIELDS = {"text": None, "outlet": ADDRESS, "title": LINE, "url": ADDRESS}
"""Fields of the form with their most characters; the text has a limit of its own."""
MOST_FIELDS = 12
SHIPPED_EXAMPLE = "harbour-strike"
FRAMES = "; frame-ancestors 'none'"
"""The part of the policy that browsers read from a header only, not from the page."""


class _InMemory(MultiPartParser):
    """A parser of forms that keeps files in memory, so that no article is left on a disk, however large it is."""

    spool_max_size = 2**31


async def _form_of(request: Request) -> AsyncIterator[FormData]:
    """The fields of the form; its file is closed when the form has been answered."""
    filled = await _parsed(request)
    try:
        yield filled
    finally:
        await filled.close()


async def _parsed(request: Request) -> FormData:
    """The fields of the form. The request has been read, and its size checked, before this."""
    bounds = {"max_files": 1, "max_fields": MOST_FIELDS, "max_part_size": 2**31}
    try:
        if not request.headers["content-type"].lower().startswith("multipart/"):
            return await request.form(**bounds)
        return await _InMemory(request.headers, request.stream(), **bounds).parse()
    except (MultiPartException, HTTPException, KeyError) as error:
        said = str(getattr(error, "message", None) or getattr(error, "detail", ""))
        if said.startswith("Too many"):
            raise Refusal(400, f"the form has more than {MOST_FIELDS} fields or one file; send those of /") from None
        raise Refusal(400, "the form cannot be read: it is cut off, or its boundary is missing or wrong") from None


TheForm = Annotated[FormData, Depends(_form_of)]


@router.head("/")
@router.get("/")
async def form(service: TheService, example: str | None = None) -> HTMLResponse:
    """The form, empty or with an example in it."""
    return form_page(service, _example() if example is not None else {})


@router.post("/")
async def report(filled: TheForm, service: TheService) -> HTMLResponse:
    """The report on what was sent, or the form again with a sentence on what is wrong."""
    given = {name: value for name in FIELDS if isinstance(value := filled.get(name), str)}
    try:
        fields, file = await _sent(filled, given)
        whole = await _fetched(fields, service) if file is None else None
        with service.queue.place():
            return await _report(fields, file, whole, service)
    except Refusal as refusal:
        return form_page(service, given, refusal)


async def _sent(filled: FormData, given: Mapping[str, str]) -> tuple[dict[str, str | None], Upload | None]:
    """The fields without white space around, empty ones as none; and the file, if one was chosen."""
    fields: dict[str, str | None] = {name: given.get(name, "").strip() or None for name in FIELDS}
    for name, most in FIELDS.items():
        if most and len(fields[name] or "") > most:
            raise Refusal(422, f"{name}: is longer than {most} characters")
    file = filled.get("file")
    if not isinstance(file, UploadFile) or not (file.filename or file.size):
        return fields, None
    if fields["text"]:
        raise Refusal(422, "There is both a text and a file; keep one of them.")
    return fields, Upload(file.filename or "file", await file.read())


async def _fetched(fields: Mapping[str, str | None], service: Service) -> Article | None:
    """The page of an address, where nothing else is given and addresses are fetched."""
    if service.fetcher is None or fields["text"] or not fields["url"]:
        return None
    return await service.fetched(Article(**fields))


async def _report(
    fields: Mapping[str, str | None], file: Upload | None, whole: Article | None, service: Service
) -> HTMLResponse:
    text, url, most = fields["text"], fields["url"], service.limits.characters
    given = Given(outlet=fields["outlet"], title=fields["title"], url=url, published=None)
    if file is not None:
        size = weight(file.raw) if file.html else len(file.raw)
        shown = await service.rated(lambda: uploaded(file, given, most), _page, size)
    elif whole is not None:
        size = len(whole.text or "") or weight(whole.html or "")
        shown = await service.rated(lambda: document_of(whole, url or "", most), _page, size)
    else:
        shown = await service.rated(lambda: pasted(text or "", given, most), _page, len(text or ""))
    return HTMLResponse(shown, headers={"content-security-policy": page.policy() + FRAMES})


def _page(report: Any) -> str:
    return page.article_page(report, home=HOME)


def form_page(service: Service, given: Mapping[str, str], refusal: Refusal | None = None) -> HTMLResponse:
    """The form, with what was typed into it and what was wrong with it."""
    status, headers = (refusal.status, dict(refusal.headers)) if refusal else (200, {})
    values = {
        "given": dict.fromkeys(FIELDS, "") | dict(given),
        "error": refusal,
        "fetches": service.fetcher is not None,
        "limits": service.limits,
        "engine": service.engine.provenance,
    }
    return _answer("form.html", status, headers, **values)


def error_page(refusal: Refusal) -> HTMLResponse:
    """A page that says what is wrong, with a way back."""
    return _answer("error.html", refusal.status, dict(refusal.headers), error=refusal)


@router.get("/docs")
async def docs(request: Request, service: TheService) -> HTMLResponse:
    """The description of the API, laid out."""
    described = describe(request.app)
    schemas = described["components"]["schemas"]
    return _answer(
        "docs.html", 200, {}, operations=list(_operations(described)), article=schemas["Article"]["properties"],
        limits=service.limits, host=request.headers.get("host", ""), engine=service.engine.provenance,
    )  # fmt: skip


@router.get("/openapi.json")
async def openapi(request: Request) -> JSONResponse:
    """The description of the API for programs."""
    return JSONResponse(describe(request.app))


@router.get("/favicon.ico")
async def favicon() -> Response:
    """No icon: browsers ask for one, and the answer is empty."""
    return Response(status_code=204)


def _operations(described: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    for path, methods in described["paths"].items():
        for method, operation in methods.items():
            yield {"path": path, "method": method.upper(), **operation}


def _answer(template: str, status: int, headers: dict[str, str], **values: Any) -> HTMLResponse:
    html = _environment().get_template(template).render(values)
    own = {
        "content-security-policy": policy() + FRAMES,
        "referrer-policy": "same-origin",  # with no-referrer a browser sends "Origin: null" along with the form
    }
    return HTMLResponse(html, status, headers | own)


@lru_cache(maxsize=1)
def _environment() -> Environment:
    """The report's templates and ours, with the same escaping."""
    base = page.environment()
    folders = [FileSystemLoader(resources.service_template("")), base.loader]
    made = base.overlay(loader=ChoiceLoader([folder for folder in folders if folder]))
    made.globals = base.globals | {"style": Markup(_style()), "policy": policy()}
    return made


@lru_cache(maxsize=1)
def _style() -> str:
    return page.style() + resources.service_template("service.css").read_text(encoding="utf-8")


@lru_cache(maxsize=1)
def policy() -> str:
    """The Content-Security-Policy of these pages: one style sheet, no script at all."""
    digest = base64.b64encode(hashlib.sha256(_style().encode()).digest()).decode()
    return f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'self'"


@lru_cache(maxsize=1)
def _example() -> dict[str, str]:
    """A shipped article with its outlet."""
    index = tomllib.loads(resources.example("index.toml").read_text(encoding="utf-8"))
    entry = index[SHIPPED_EXAMPLE]
    return {"text": resources.example(entry["file"]).read_text(encoding="utf-8"), "outlet": entry["outlet"]}
