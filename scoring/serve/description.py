"""The description of the API by OpenAPI 3.1, with the published schema of ratings in it."""

from __future__ import annotations

import json
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from scoring import resources
from scoring._version import __version__

Responses = dict[int | str, dict[str, Any]]
COMPONENTS = "#/components/schemas/"


def _answer(description: str, schema: dict[str, Any]) -> dict[str, Any]:
    return {"description": description, "content": {"application/json": {"schema": schema}}}


_ERROR = {"$ref": f"{COMPONENTS}Refused"}
_ANY: Responses = {
    400: _answer("No valid request, or one without a host", _ERROR),
    421: _answer("For a host that is not served here", _ERROR),
    500: _answer("A mistake of the service; its log says where", _ERROR),
}


def _with_any(own: Responses) -> Responses:
    """The answers of a route with those that every route may give, by status."""
    return dict(sorted((_ANY | own).items(), key=lambda each: int(each[0])))


RATING: Responses = {200: _answer("The rating", {"$ref": f"{COMPONENTS}Rating"})}
BATCH: Responses = {200: _answer("The ratings in order", {"$ref": f"{COMPONENTS}Ratings"})}
PRIOR = _with_any(
    {
        200: _answer("The prior", {"$ref": f"{COMPONENTS}OutletPrior"}),
        422: _answer("No domain", _ERROR),
    }
)
HEALTH = _with_any(
    {
        200: _answer("Ready", {"$ref": f"{COMPONENTS}State"}),
        503: _answer("Stopping", {"anyOf": [{"$ref": f"{COMPONENTS}State"}, _ERROR]}),
    }
)
COUNTS = _with_any(
    {
        200: {
            "description": "Counts in the text format of Prometheus",
            "content": {"text/plain": {"schema": {"type": "string"}}},
        },
    }
)
_REFUSALS: Responses = {
    403: _answer("Sent by a page of another site", _ERROR),
    408: _answer("The body did not arrive in time", _ERROR),
    413: _answer("Larger than is allowed", _ERROR),
    415: _answer("A body of another kind", _ERROR),
    422: _answer("A field is wrong; the message names it", _ERROR),
    429: _answer(
        "The queue is full, or too many addresses are being fetched; Retry-After says when to come again", _ERROR
    ),
    502: _answer("The address holds no page that can be read; only where addresses are fetched", _ERROR),
    503: _answer("Not done in time, or before the service stopped", _ERROR),
    504: _answer("The address does not answer in time; only where addresses are fetched", _ERROR),
}
ERRORS = _with_any(_REFUSALS)
_REFUSED = {
    "type": "object",
    "required": ["error"],
    "properties": {
        "id": {"type": "string", "description": "In batches: which article."},
        "error": {
            "type": "object",
            "required": ["status", "message"],
            "properties": {"status": {"type": "integer"}, "message": {"type": "string"}},
        },
    },
}
_RATINGS = {
    "type": "object",
    "required": ["results"],
    "properties": {
        "results": {"type": "array", "items": {"anyOf": [{"$ref": f"{COMPONENTS}Rating"}, _ERROR]}},
    },
}
_STATE = {
    "type": "object",
    "required": ["status", "version", "model", "queue", "fetches"],
    "properties": {
        "status": {"enum": ["ready", "stopping"]},
        "version": {"type": "string"},
        "model": {"type": "string"},
        "model_sha256": {"type": ["string", "null"]},
        "priors_sha256": {"type": "string"},
        "config_sha256": {"type": "string"},
        "queue": {
            "type": "object",
            "required": ["places", "taken"],
            "properties": {"places": {"type": "integer"}, "taken": {"type": "integer"}},
        },
        "fetches": {"type": "boolean", "description": "Whether pages are fetched by their address."},
    },
}


def _given(field: str) -> dict[str, Any]:
    """The schema by which an article is given in this field, and not in the other one."""
    others = {name: {"type": "null"} for name in ("text", "html") if name != field}
    return {"required": [field], "properties": {field: {"type": "string", "pattern": r"\S"}, **others}}


def describe(app: FastAPI) -> dict[str, Any]:
    """The description; made once."""
    if app.openapi_schema is None:
        made = get_openapi(
            title="sourcegrade",
            version=__version__,
            summary="What the claims of a news article rest on, and how strongly.",
            routes=app.routes,
        )
        schemas = made.setdefault("components", {}).setdefault("schemas", {})
        for name in ("HTTPValidationError", "ValidationError"):
            schemas.pop(name, None)
        schemas |= _published() | {"Refused": _REFUSED, "Ratings": _RATINGS, "State": _STATE}
        schemas["OutletPrior"] = _outlet_prior()
        fetches = app.state.service.fetcher is not None
        schemas["Article"]["anyOf"] = [_given(field) for field in ("text", "html", "url")[: 3 if fetches else 2]]
        app.openapi_schema = made
    return app.openapi_schema


def _published() -> dict[str, Any]:
    """The schema of ratings as components: its definitions get a name of their own each."""
    schema = json.loads(resources.template("rating.schema.json").read_text(encoding="utf-8"))
    text = json.dumps({key: value for key, value in schema.items() if key not in ("$schema", "$id")})
    moved = json.loads(text.replace('"#/$defs/', f'"{COMPONENTS}Rating.'))
    parts = {f"Rating.{name}": part for name, part in moved.pop("$defs").items()}
    return {"Rating": moved, **parts}


def _outlet_prior() -> dict[str, Any]:
    """The prior of a rating, with its domain and name."""
    own = {"domain": {"type": "string"}, "name": {"type": ["string", "null"]}}
    prior = dict(_published()["Rating.outlet_prior"])
    return prior | {"required": [*own, *prior["required"]], "properties": own | prior["properties"]}
