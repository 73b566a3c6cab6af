"""The routes for programs."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query
from starlette.convertors import PathConvertor, register_url_convertor
from starlette.responses import JSONResponse, PlainTextResponse, Response

from scoring.priors.tables import registrable
from scoring.probability import beta_interval
from scoring.report.build import DIGITS
from scoring.serve.articles import Article, Batch
from scoring.serve.batches import rate_all
from scoring.serve.description import BATCH, COUNTS, ERRORS, HEALTH, PRIOR, RATING
from scoring.serve.refusals import Refusal
from scoring.serve.service import TheService


class _AddressConvertor(PathConvertor):
    """The rest of a path whatever it holds, the end of a line too, at which Starlette's own one stops."""

    regex = "(?s:.*)"


register_url_convertor("address", _AddressConvertor())
router = APIRouter()
WithText = Annotated[bool, Query(description="Whether article.text comes back.")]
JSON = "application/json"


@router.post("/v1/rate", summary="Rate an article", responses=RATING | ERRORS)
async def rate(article: Article, service: TheService, text: WithText = True) -> Response:
    """Every claim of the article with its chain of sources and its strength, by the published schema."""
    whole = await service.fetched(article)
    with service.queue.place():
        return Response(await service.rating(whole, "text", text=text), media_type=JSON)


@router.post("/v1/rate/batch", summary="Rate several articles", responses=BATCH | ERRORS)
async def rate_batch(batch: Batch, service: TheService, text: WithText = True) -> Response:
    """Ratings in the order given; in the place of an article that cannot be rated, its id and the error."""
    if len(batch.articles) > service.limits.items:
        raise Refusal(413, f"articles: {len(batch.articles)} are given; send at most {service.limits.items} at once")
    rated = await rate_all(service, batch.articles, text=text)
    return Response(b'{"results": [' + b",\n".join(rated) + b"]}", media_type=JSON)


@router.get("/v1/priors/{domain:address}", summary="What is known of an outlet beforehand", responses=PRIOR)
async def priors(domain: str, service: TheService) -> dict[str, Any]:
    """The prior of an outlet by domain or address; one that is not known has a wide, neutral one, and the letter F."""
    key = registrable(domain)
    if not key:
        raise Refusal(422, "domain: is none; give one such as example.org")
    prior = service.engine.priors.outlet(key)
    low, high = beta_interval(prior.mean, prior.weight)
    return {
        "domain": key,
        "name": prior.name if prior.known else None,
        "known": prior.known,
        "mean": round(prior.mean, DIGITS),
        "weight": round(prior.weight, DIGITS),
        "interval": [round(low, DIGITS), round(high, DIGITS)],
        "reliability": prior.reliability,
        "reference": prior.reference,
    }


@router.head("/healthz", include_in_schema=False)
@router.get("/healthz", summary="Whether articles can be rated", responses=HEALTH)
async def healthz(service: TheService) -> JSONResponse:
    """Status 200 when ready, 503 when the service is stopping; with versions and hashes."""
    provenance = service.engine.provenance
    state = {
        "status": "ready" if service.ready else "stopping",
        "version": provenance.version,
        "model": provenance.model,
        "model_sha256": provenance.model_sha256,
        "priors_sha256": provenance.priors_sha256,
        "config_sha256": provenance.config_sha256,
        "queue": {"places": service.queue.places, "taken": service.queue.taken},
        "fetches": service.fetcher is not None,
    }
    return JSONResponse(state, 200 if service.ready else 503)


@router.get("/metrics", summary="Counts for Prometheus", responses=COUNTS, response_class=PlainTextResponse)
async def metrics(service: TheService) -> Response:
    """Requests by route and status, times, articles, claims, the queue, and memory of the process."""
    return Response(service.counters.text(), media_type="text/plain; version=0.0.4; charset=utf-8")
