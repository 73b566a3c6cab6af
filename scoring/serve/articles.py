"""What is sent → Documents. The published form of a request, and the fields of the page's form."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import PurePath
from typing import Any, TypedDict

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from scoring.documents.decoding import check_binary, decode, sniff
from scoring.documents.files import KINDS, from_html, from_text
from scoring.errors import InputError
from scoring.report.build import to_dict
from scoring.schema import Document, Report
from scoring.serve.refusals import Refusal

LINE = 500
"""Most characters of a title or a name; longer ones are no such thing."""
ADDRESS = 2048
READABLE = ("text", "markdown", "html")
"""Kinds of file that the form takes."""

BY_OPTION, BY_FIELD = "(--outlet DOMAIN names it)", "(name the outlet to narrow it)"
"""How an outlet is named on the command line, and here."""


class Article(BaseModel):
    """An article to rate: its text, or its page as HTML; all else is optional."""

    model_config = ConfigDict(extra="forbid", strict=True)

    text: str | None = Field(default=None, description="The article; a paragraph a line.")
    html: str | None = Field(default=None, description="A saved page in place of the text; its main text is taken out.")
    url: str | None = Field(
        default=None,
        max_length=ADDRESS,
        description="Where it was published. With neither text nor html, it is fetched, if the service allows that.",
    )
    outlet: str | None = Field(default=None, max_length=ADDRESS, description="Domain or address of the publisher.")
    title: str | None = Field(default=None, max_length=LINE, description="Headline.")
    published: str | None = Field(default=None, max_length=LINE, description="Date as YYYY-MM-DD.")
    id: str | None = Field(default=None, max_length=LINE, description="Comes back with the rating.")


class Batch(BaseModel):
    """Articles to rate; each is checked on its own, and one that is wrong does not fail the others."""

    model_config = ConfigDict(extra="forbid")

    articles: list[Any] = Field(min_length=1, json_schema_extra={"items": {"$ref": "#/components/schemas/Article"}})


class Given(TypedDict):
    """What is known of an article beside its text."""

    outlet: str | None
    title: str | None
    url: str | None
    published: str | None


@dataclass(frozen=True, slots=True)
class Upload:
    """A file of the form."""

    name: str
    raw: bytes

    @property
    def html(self) -> bool:
        """Whether the file's ending says that it is a page."""
        return _kind(self.name) == "html"


def article_of(value: Any) -> Article:
    """Check one article of a batch.

    Raises
    ------
    Refusal
        422, naming the field.
    """
    try:
        return Article.model_validate(value)
    except ValidationError as error:
        raise Refusal(422, mistakes(error.errors())) from None


def id_of(value: Any) -> str | None:
    """The id that an article of a batch was sent with, even if everything else in it is wrong."""
    id = value.get("id") if isinstance(value, dict) else None
    return id if isinstance(id, str) and 0 < len(id) <= LINE else None


def only_address(article: Article) -> bool:
    """Whether only the article's address was sent, so that its page must be fetched to rate it."""
    return bool(article.url) and article.text is None and article.html is None


def mistakes(errors: Iterable[Mapping[str, Any]]) -> str:
    """Pydantic's findings in sentences of ours, without what was sent."""
    return "; ".join(dict.fromkeys(_mistake(error) for error in errors))[:2000]


def _mistake(error: Mapping[str, Any]) -> str:
    where = ".".join(str(part)[:60] for part in error["loc"] if part != "body") or "body"
    known = ", ".join(Article.model_fields)
    said = {
        "json_invalid": "the body is no JSON",
        "missing": f"{where}: is missing",
        "string_type": f"{where}: is no string; give one in quotation marks",
        "string_unicode": f"{where}: holds half a surrogate pair; give whole characters",
        "string_too_long": f"{where}: is longer than {error.get('ctx', {}).get('max_length')} characters",
        "extra_forbidden": f"{where}: is not known; known are {known}",
        "list_type": f"{where}: is no list of articles",
        "too_short": f"{where}: is empty; give at least one article",
        "model_type": f"{where}: is no object; give one with text",
        "model_attributes_type": f"{where}: is no object; give one with text",
        "bool_parsing": f"{where}: is neither true nor false",
    }
    return said.get(error["type"], f"{where}: {error['msg']}")


def document_of(article: Article, id: str, most: int) -> Document:
    """Read an article that was sent; HTML takes a while.

    Parameters
    ----------
    article
        As sent.
    id
        Stands in for an id that is missing.
    most
        Most characters of the text.

    Raises
    ------
    Refusal
        422 for none or both of text and html, 413 for a text too long.
    InputError
        It is empty, or the page holds no article.
    """
    given = Given(outlet=article.outlet, title=article.title, url=article.url, published=article.published)
    id = article.id or id
    if article.text is not None and article.html is not None:
        raise Refusal(422, "text and html are both given; give one of them")
    if article.html is not None:
        return from_html(article.html, id=id, check=_within(most), **given)
    if only_address(article):
        raise Refusal(
            422,
            "text: is missing, and addresses are not fetched here (start with --allow-fetch); "
            "give the article as text, or its page as html",
        )
    if article.text is None:
        raise Refusal(422, "text: is missing; give the article as text, or its page as html")
    check_length(len(article.text), most)
    return from_text(article.text, id=id, **given)


def check_length(characters: int, most: int) -> None:
    """Refuse a text so long that others would have to wait for it.

    Raises
    ------
    Refusal
        413.
    """
    if characters > most:
        raise Refusal(413, f"the text has {characters:,} characters; give at most {most:,}, or parts of it")


def _within(most: int) -> Callable[[str], None]:
    return lambda text: check_length(len(text), most)


def pasted(text: str, given: Given, most: int) -> Document:
    """What was pasted into the form: text, or the source of a page.

    Raises
    ------
    Refusal, InputError
        As :func:`document_of`.
    """
    if not text.strip():
        raise Refusal(422, "There is no text yet: paste an article, or choose a file.")
    if sniff(text) == "html":
        return from_html(text, id="pasted page", check=_within(most), **given)
    check_length(len(text), most)
    return from_text(text, id="pasted text", **given)


def uploaded(file: Upload, given: Given, most: int) -> Document:
    """A file of the form, by its ending.

    Raises
    ------
    Refusal
        415 for another kind of file; as :func:`document_of`.
    InputError
        It holds no text.
    """
    name = PurePath(file.name.replace("\\", "/")).name[-200:] or "file"
    kind = _kind(name)
    if kind not in READABLE:
        raise Refusal(415, f"{name}: is not a kind of file that is read here; give .txt, .md or a page saved as .html")
    if not file.raw.strip():
        raise InputError(f"{name}: is empty; give a file with an article")
    check_binary(file.raw[:8192], name)
    if kind == "html":
        return from_html(file.raw, id=name, check=_within(most), **given)
    text, warnings = decode(file.raw, name)
    check_length(len(text), most)
    return from_text(text, id=name, markdown=kind == "markdown" or None, warnings=warnings, **given)


def _kind(name: str) -> str | None:
    return KINDS.get(PurePath(name).suffix.lower())


def for_service(report: Report) -> Report:
    """The report with its warnings in words of the service: there is no command line here."""
    said = tuple(warning.replace(BY_OPTION, BY_FIELD) for warning in report.provenance.warnings)
    return replace(report, provenance=replace(report.provenance, warnings=said))


def rating_json(report: Report, *, text: bool) -> bytes:
    """A rating by the published schema."""
    return json.dumps(to_dict(report, text=text), allow_nan=False).encode()
