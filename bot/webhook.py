"""The webhook: the secret is checked, and Telegram hears 200 only after the commit."""

from __future__ import annotations

import hmac
import json

import structlog
from aiogram import Bot
from fastapi import APIRouter, Request, Response

from backend.kernel.database import DatabaseAway
from backend.kernel.faults import fault_point
from bot.handling import UpdateHandler
from bot.polling import parsed

log = structlog.get_logger(__name__)

PATH = "/telegram/{door}"
SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105 - the header's name, not a secret
LARGEST_BODY = 1 << 20


def webhook_router(bots: dict[str, Bot], handler: UpdateHandler, secret: str) -> APIRouter:
    """The route that Telegram posts to, one door per bot. Forged: 403 and nothing is read; our failure: 500, so
    that Telegram brings the update again."""
    router = APIRouter()

    @router.post(PATH, include_in_schema=False)
    async def receive(door: str, request: Request) -> Response:
        given = request.headers.get(SECRET_HEADER, "")
        if door not in bots or not hmac.compare_digest(given.encode(), secret.encode()):
            return Response(status_code=403)
        body = await _bounded_body(request)
        if body is None:
            return Response(status_code=413)
        return await _handle(bots[door], door, body)

    async def _handle(bot: Bot, door: str, body: bytes) -> Response:
        try:
            raw = json.loads(body)
        except (ValueError, RecursionError):
            return Response(status_code=400)
        update = parsed(bot, raw) if isinstance(raw, dict) else None
        if update is None:
            return Response(status_code=200)
        try:
            await handler.handle(bot, door, update)
        except DatabaseAway as error:
            log.warning("webhook.deferred", error=type(error).__name__)
            return Response(status_code=500)
        fault_point("before_confirm")
        return Response(status_code=200)

    return router


async def _bounded_body(request: Request) -> bytes | None:
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > LARGEST_BODY:
            return None
    return bytes(body)
