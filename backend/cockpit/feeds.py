"""`/calendar/<token>.ics`: somebody's bookings for the calendar of their telephone, which cannot sign in."""

from __future__ import annotations

import re

from fastapi import APIRouter, Request
from fastapi.responses import Response
from starlette.exceptions import HTTPException

from backend.bookings import read_feed
from backend.bookings.feeds import TOKEN_LETTERS
from backend.cockpit.desk import desk_of
from backend.kernel.errors import NotFound

router = APIRouter()
TOKEN = re.compile(rf"[0-9a-f]{{{TOKEN_LETTERS}}}")


@router.get("/calendar/{token}.ics", include_in_schema=False, response_model=None)
async def tell_bookings(request: Request) -> Response:
    """The calendar; what is no token, and one that was renewed, are not found alike."""
    token = str(request.path_params["token"])
    if TOKEN.fullmatch(token) is None:
        raise HTTPException(404)
    async with desk_of(request).work.look() as uow:
        try:
            calendar = await read_feed(uow, token)
        except NotFound as error:
            raise HTTPException(404) from error
    return Response(calendar, media_type="text/calendar; charset=utf-8")
