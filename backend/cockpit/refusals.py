"""THE TABLE of refusals: which error is told by which HTTP status, and the pages that say them in words."""

from __future__ import annotations

import secrets

import structlog
from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse, Response
from starlette.exceptions import HTTPException as StarletteHTTPException

from backend.cockpit.desk import desk_of
from backend.cockpit.errors import LinkSpent, NotAForm, SessionEnded, TooManyTries
from backend.kernel.errors import AccessDenied, BadInput, Conflict, DomainError, NotFound

log = structlog.get_logger(__name__)

STATUSES: tuple[tuple[type[DomainError], int], ...] = (
    (SessionEnded, 401),
    (LinkSpent, 410),
    (TooManyTries, 429),
    (AccessDenied, 403),
    (NotFound, 404),
    (Conflict, 409),
    (NotAForm, 415),
    (BadInput, 422),
)
"""The first class that fits counts."""

WORDS_OF_STATUS = {
    404: "web.error.no_page",
    405: "web.error.no_page",
    413: "web.error.too_large",
    503: "web.error.too_busy",
}


def status_of(error: DomainError) -> int:
    """The HTTP status for a refusal."""
    return next((status for kind, status in STATUSES if isinstance(error, kind)), 400)


def add_refusals(app: FastAPI) -> None:
    """Tell every refusal and every fault in the reader's words, and none of our insides."""
    app.add_exception_handler(DomainError, _refuse)
    app.add_exception_handler(StarletteHTTPException, _refuse_http)
    app.add_exception_handler(Exception, _apologise)


async def _refuse(request: Request, error: Exception) -> Response:
    assert isinstance(error, DomainError)
    status = status_of(error)
    desk = desk_of(request)
    if not _is_page(request):
        return JSONResponse({"error": error.key}, status_code=status)
    response = desk.renderer.refusal(request, error, status)
    if isinstance(error, SessionEnded):
        desk.drop_cookie(response)
    return response


async def _refuse_http(request: Request, error: Exception) -> Response:
    assert isinstance(error, StarletteHTTPException)
    if not _is_page(request):
        return JSONResponse({"error": error.detail}, status_code=error.status_code, headers=error.headers)
    key = WORDS_OF_STATUS.get(error.status_code, "web.error.not_a_form")
    return desk_of(request).renderer.refusal(request, DomainError(key), error.status_code)


async def _apologise(request: Request, error: Exception) -> Response:
    """A fault of ours: the person gets a number to tell us, the log gets the same number with the cause."""
    number = secrets.token_hex(4)
    log.error("web.fault", reference=number, path=request.scope.get("path"), exc_info=error)
    if not _is_page(request):
        return JSONResponse({"error": "internal", "reference": number}, status_code=500)
    return desk_of(request).renderer.refusal(request, DomainError("web.error.fault", number=number), 500)


def _is_page(request: Request) -> bool:
    return request.url.path == "/" or request.url.path.startswith("/web")
