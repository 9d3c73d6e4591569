"""The entrance: a page that any link preview may fetch without harm, and the button that spends the link."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from backend.cockpit.desk import desk_of
from backend.cockpit.entry import LONGEST_TOKEN, enter_web
from backend.cockpit.errors import LinkSpent, TooManyTries
from backend.cockpit.forms import check_origin, read_form
from backend.cockpit.origins import origin_of
from backend.cockpit.visits import Page

router = APIRouter()


@router.get("/web/enter", include_in_schema=False, response_model=None)
async def show_entrance(request: Request) -> Response:
    """The token stands behind `#`, so it does not reach us here; the page puts it into the form."""
    return desk_of(request).renderer.plain(request, Page("enter.html"))


@router.post("/web/enter", include_in_schema=False, response_model=None)
async def enter(request: Request) -> Response:
    """Spend the link and give this browser its session."""
    desk = desk_of(request)
    typed = await read_form(request)
    check_origin(request, desk.settings.public_url)
    origin, now = origin_of(request), desk.work.clock.now()
    if desk.throttle.is_closed(origin, now):
        raise TooManyTries
    try:
        token = typed.text("token", least=1, most=LONGEST_TOKEN)
        async with desk.work.begin() as uow:
            secret = await enter_web(uow, token=token)
    except LinkSpent:
        desk.throttle.count_wrong(origin, now)
        raise
    response = RedirectResponse("/web", status_code=303)
    desk.set_cookie(response, secret)
    return response


@router.get("/", include_in_schema=False, response_model=None)
async def show_way_in(_request: Request) -> Response:
    """Who types only the host gets to the pages."""
    return RedirectResponse("/web", status_code=303)
