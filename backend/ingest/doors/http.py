"""The HTTP door: platforms, cameras and devices push; they hear 200 once it is stored, and 503 to push again."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import structlog
from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse, PlainTextResponse

from backend.ingest.batching import BatchWriter, NotStored
from backend.ingest.doors.senders import MOST_BYTES, SENDERS, Push
from backend.ingest.errors import NotProven, TooLarge, Undecodable
from backend.ingest.models import Platform
from backend.ingest.parcels import Door, Fate, Parcel, digest_of
from backend.ingest.push.native import read_native
from backend.ingest.push.onenet import prove_address
from backend.ingest.push.pushed import Pushed
from backend.ingest.sources import FoundSource, find_source, signing_token
from backend.ingest.usage import SourceUsage
from backend.kernel.database import DatabaseAway
from backend.kernel.metrics import Metrics
from backend.kernel.unit_of_work import UnitOfWork, Work

BODY_SECONDS = 15.0
RETRY_AFTER_SECONDS = 10
LONGEST_KEY = 128
LONGEST_QUERY = 2_000
BEARER = "bearer "

FindByToken = Callable[[UnitOfWork, str], Awaitable[str | None]]
"""The external id of the enrolled device that owns this token."""

log = structlog.get_logger(__name__)


@dataclass(frozen=True, kw_only=True)
class HttpDoor:
    """What the routes need. `origin_of` tells where a request comes from, behind a proxy of ours too."""

    work: Work
    writer: BatchWriter
    metrics: Metrics
    origin_of: Callable[[Request], str]
    find_by_token: FindByToken
    usage: SourceUsage


class _Refused(Exception):
    """The request ends here; the reason is counted and told."""

    def __init__(self, status: int, reason: str, **headers: str) -> None:
        super().__init__(reason)
        self.status = status
        self.reason = reason
        self.headers = headers


def ingest_router(door: HttpDoor) -> APIRouter:
    """The routes below `/ingest`. A key travels in the address, or as a bearer token where the sender can set one."""
    router = APIRouter(prefix="/ingest", include_in_schema=False)

    async def native(request: Request) -> Response:
        return await _answered(door, _take_native(door, request))

    async def push(request: Request, platform: Platform, key: str = "") -> Response:
        return await _answered(door, _take_push(door, request, platform, key))

    async def prove(request: Request, key: str) -> Response:
        return await _answered(door, _prove(door, request, key))

    async def ping(request: Request, key: str) -> Response:
        return await _answered(door, _pong(door, request, key))

    posts: dict[str, Callable[..., Awaitable[Response]]]
    posts = {"/native": native, "/{platform}": push, "/{platform}/{key}": push, "/{platform}/{key}/notify": push}
    for path, endpoint in posts.items():
        router.add_api_route(path, endpoint, methods=["POST"], response_model=None, max_body_size=MOST_BYTES)
    router.add_api_route("/onenet/{key}", prove, methods=["GET"], response_model=None)
    router.add_api_route("/watch_cloud/{key}/ping", ping, methods=["GET"], response_model=None)
    return router


async def _answered(door: HttpDoor, taking: Awaitable[Response]) -> Response:
    """What was taken, or the refusal as the sender hears it."""
    try:
        return await taking
    except _Refused as refused:
        reason, status, headers = refused.reason, refused.status, refused.headers
    except NotProven as error:
        reason, status, headers = error.reason.value, 403, {}
    except TooLarge as error:
        reason, status, headers = error.reason.value, 413, {}
    except Undecodable as error:
        reason, status, headers = error.reason.value, 400, {}
    except (NotStored, DatabaseAway):
        reason, status, headers = "not_stored", 503, {"Retry-After": str(RETRY_AFTER_SECONDS)}
    door.metrics.ingest_refused.labels(Door.HTTP.value, reason).inc()
    return JSONResponse({"error": reason}, status_code=status, headers=headers)


async def _take_native(door: HttpDoor, request: Request) -> Response:
    """Our own JSON, from a device that shows its own token."""
    token = _bearer(request)
    async with door.work.look() as uow:
        device = await door.find_by_token(uow, token) if token else None
    if device is None:
        raise _Refused(403, "wrong_token")
    body = await _body(request)
    return await _hand_in(door, read_native(device, body), digest_of(body), None)


async def _take_push(door: HttpDoor, request: Request, platform: Platform, key: str) -> Response:
    key = key or _bearer(request)
    source = await _source(door, request, platform, key)
    sender = SENDERS[platform]
    with _refusals_noted(door, source):
        body = await _body(request)
        if len(body) > sender.most_bytes:
            raise TooLarge
        pushed = sender.read(
            Push(
                key=key,
                body=body,
                content_type=request.headers.get("content-type", ""),
                event=request.query_params.get("event", "")[:64],
                now=door.work.clock.now(),
            )
        )
        answer = await _hand_in(door, pushed, digest_of(body), source.community_id, sender.answers_in)
    door.usage.note_push(source.id)
    return answer


@contextmanager
def _refusals_noted(door: HttpDoor, source: FoundSource) -> Iterator[None]:
    """What is refused inside stands with its source, where staff look when a platform stays quiet."""
    try:
        yield
    except _Refused as refused:
        door.usage.note_refusal(source.id, refused.reason)
        raise
    except Undecodable as error:
        door.usage.note_refusal(source.id, error.reason.value)
        raise


async def _prove(door: HttpDoor, request: Request, key: str) -> Response:
    """OneNET asks, before it first pushes, whether this address knows the token."""
    source = await _source(door, request, Platform.ONENET, key)
    given = {name: request.query_params.get(name, "")[:LONGEST_QUERY] for name in ("msg", "nonce", "signature")}
    token = signing_token(key)
    with _refusals_noted(door, source):
        answer = prove_address(token, message=given["msg"], nonce=given["nonce"], signature=given["signature"])
    return PlainTextResponse(answer)


async def _pong(door: HttpDoor, request: Request, key: str) -> Response:
    """A watch cloud asks whether we are there."""
    await _source(door, request, Platform.WATCH_CLOUD, key)
    return PlainTextResponse("pong")


async def _source(door: HttpDoor, request: Request, platform: Platform, key: str) -> FoundSource:
    """Who shows this key, asked before anything of the body is read."""
    if not 0 < len(key) <= LONGEST_KEY:
        raise _Refused(403, "wrong_key")
    async with door.work.look() as uow:
        source = await find_source(uow, platform, key)
    if source is None:
        raise _Refused(403, "wrong_key")
    if not source.may_come_from(door.origin_of(request)):
        log.warning("ingest.wrong_network", source_id=source.id)
        door.usage.note_refusal(source.id, "wrong_network")
        raise _Refused(403, "wrong_network")
    return source


def _bearer(request: Request) -> str:
    given = request.headers.get("authorization", "")
    return given[len(BEARER) :].strip()[:LONGEST_KEY] if given[: len(BEARER)].lower() == BEARER else ""


async def _body(request: Request) -> bytes:
    """The whole body, in time; its size is bounded by the route. Nothing is unpacked: that is how bombs are sent."""
    if request.headers.get("content-encoding", "identity").lower() != "identity":
        raise _Refused(415, "packed_body")
    try:
        async with asyncio.timeout(BODY_SECONDS):
            return await request.body()
    except TimeoutError:
        raise _Refused(408, "slow_body") from None


async def _hand_in(
    door: HttpDoor, pushed: Pushed, digest: str, community_id: int | None, answers_in: str = ""
) -> Response:
    """Store and answer. Devices that nobody has enrolled are no fault of the platform, which must not push again."""
    for reason in pushed.skipped:
        door.metrics.ingest_refused.labels(Door.HTTP.value, reason.value).inc()
    fate: Fate | None = None
    if pushed.observations or pushed.uplinks:
        fate = await door.writer.hand_in(
            Parcel(
                door=Door.HTTP,
                received_at=door.work.clock.now(),
                observations=pushed.observations,
                uplinks=pushed.uplinks,
                community_id=community_id,
                digest=digest,
            )
        )
    if fate is Fate.POISONOUS:
        raise _Refused(500, "not_storable")
    if pushed.reply is not None:
        return Response(pushed.reply, media_type=answers_in)
    return JSONResponse({"fate": fate.value if fate else "nothing_to_store", "skipped": len(pushed.skipped)})
