"""What machines watch: `/healthz` (alive), `/readyz` (may get work), `/metrics` (how much, how late)."""

from __future__ import annotations

import hmac

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, PlainTextResponse, Response
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Gauge, generate_latest
from starlette.exceptions import HTTPException

from backend.cockpit.desk import Desk, desk_of
from backend.cockpit.origins import is_local
from backend.cockpit.reads.vitals import Vitals, vitals
from backend.messaging.contents import Lane
from backend.messaging.health import lane_healths
from backend.migrations.running import current_revision, head_revision

router = APIRouter()

BEARER = "Bearer "


@router.get("/healthz", include_in_schema=False, response_model=None)
async def tell_alive(_request: Request) -> Response:
    """The process answers; nothing else is asked."""
    return PlainTextResponse("ok\n")


@router.get("/readyz", include_in_schema=False, response_model=None)
async def tell_ready(request: Request) -> Response:
    """Whether the database answers, its schema is this program's, and messages leave in time; 503 otherwise."""
    checks = await _checks(desk_of(request))
    return JSONResponse(checks, status_code=200 if all(checks.values()) else 503)


async def _checks(desk: Desk) -> dict[str, bool]:
    database = desk.work.database
    if not await database.is_reachable():
        return {"database": False}
    if await current_revision(database.engine) != head_revision():
        return {"database": True, "schema": False}
    async with desk.work.look() as uow:
        # Bulk may take hours; that is no reason to send people elsewhere.
        late = [lane for lane in await lane_healths(uow) if lane.is_late and lane.lane is not Lane.BULK]
    return {"database": True, "schema": True, "outbox": not late}


@router.get("/metrics", include_in_schema=False, response_model=None)
async def tell_metrics(request: Request) -> Response:
    """Counts for Prometheus: to loopback, or to whoever shows the token of the settings; others find no such page."""
    desk = desk_of(request)
    if not (_shows_token(request, desk) or is_local(request)):
        raise HTTPException(404)
    async with desk.work.look() as uow:
        present = _gauges(await vitals(uow), desk.live.listeners)
    return Response(generate_latest(desk.metrics.registry) + present, media_type=CONTENT_TYPE_LATEST)


def _shows_token(request: Request, desk: Desk) -> bool:
    token = desk.settings.metrics_token
    if token is None:
        return False
    shown = request.headers.get("authorization", "")
    return hmac.compare_digest(shown.encode(), f"{BEARER}{token.get_secret_value()}".encode())


def _gauges(read: Vitals, listeners: int) -> bytes:
    registry = CollectorRegistry()
    depth = Gauge("youlin_outbox_waiting", "Messages that are due and not sent.", ["lane"], registry=registry)
    age = Gauge("youlin_outbox_oldest_seconds", "How long the first has been due.", ["lane"], registry=registry)
    for lane in read.lanes:
        depth.labels(lane.lane.name.lower()).set(lane.waiting)
        age.labels(lane.lane.name.lower()).set(lane.oldest.total_seconds())
    issues = Gauge("youlin_issues_open", "Open issues.", ["status"], registry=registry)
    for status, count in read.issues.items():
        issues.labels(status.value).set(count)
    Gauge("youlin_clocks_overdue", "Limits that have run out.", registry=registry).set(read.clocks_overdue)
    Gauge("youlin_pages_listening", "Open pages that hear of changes.", registry=registry).set(listeners)
    return generate_latest(registry)
