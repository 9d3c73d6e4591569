"""`/web/events`: server-sent events that tell an open page to fetch itself anew, or that its session has ended."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

from fastapi import Request
from fastapi.responses import Response, StreamingResponse
from starlette.exceptions import HTTPException

from backend.cockpit.desk import Desk
from backend.cockpit.live import BEAT_EVERY
from backend.cockpit.routing import StaffPages
from backend.cockpit.visits import Access, begin_visit
from backend.kernel.access import Permission
from backend.kernel.errors import DomainError

pages = StaffPages()
ASK_AGAIN_EVERY = 5.0
"""Seconds after which a silent stream checks that its listener may still listen."""


@pages.stream("/web/events", needs=Permission.OPEN_WEB)
async def events(desk: Desk, request: Request, access: Access) -> Response:
    """Tell of changes for as long as the session lives."""
    await _check(desk, request, access)
    if desk.live.is_full:
        raise HTTPException(503)
    return StreamingResponse(_told(desk, request, access), media_type="text/event-stream")


async def _check(desk: Desk, request: Request, access: Access) -> None:
    async with desk.work.look() as uow:
        await begin_visit(request, uow, desk.secret_of(request), access)


async def _told(desk: Desk, request: Request, access: Access) -> AsyncIterator[str]:
    now = asyncio.get_running_loop().time
    last_mark, checked_at, beat_at = None, now(), now()
    yield "retry: 2000\n\n"
    async for mark in desk.live.marks():
        if mark != last_mark or now() - checked_at >= ASK_AGAIN_EVERY:
            try:
                await _check(desk, request, access)
            except DomainError:
                yield "event: ended\ndata: \n\n"
                return
            checked_at = now()
        if mark != last_mark:
            yield f"event: mark\ndata: {mark}\n\n"
            last_mark, beat_at = mark, now()
        elif now() - beat_at >= BEAT_EVERY:
            yield ": still here\n\n"
            beat_at = now()
