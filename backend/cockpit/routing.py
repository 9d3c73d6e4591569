"""The one way through every page: cookie, access, form, one unit of work, one handler, one answer."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, replace

from fastapi import APIRouter, Request
from fastapi.responses import Response
from sqlalchemy.orm.exc import StaleDataError

from backend.cockpit.desk import Desk, desk_of
from backend.cockpit.errors import ChangedMeanwhile, SessionEnded
from backend.cockpit.forms import Typed, check_csrf, check_origin, read_form, take_nonce
from backend.cockpit.places import Over
from backend.cockpit.refusals import status_of
from backend.cockpit.sessions import csrf_of, keep_awake
from backend.cockpit.visits import Access, Handler, Page, Visit, begin_visit, shown_again
from backend.kernel.access import Permission
from backend.kernel.errors import BadInput, Conflict, DomainError
from backend.kernel.unit_of_work import UnitOfWork

Endpoint = Callable[[Request], Awaitable[Response]]
StreamHandler = Callable[[Desk, Request, Access], Awaitable[Response]]
Decorator = Callable[[Handler], Handler]


@dataclass(frozen=True, slots=True)
class Declared:
    """One route with what it asks for; the list of all is what tests walk through."""

    method: str
    path: str
    access: Access


@dataclass(frozen=True, slots=True)
class Again:
    """The page on which a refused form comes back, and whether looking at it is written down."""

    page: Handler
    leaves_trace: bool


class StaffPages:
    """Routes for signed-in staff. A route cannot be made without saying which permission it needs."""

    def __init__(self) -> None:
        self.router = APIRouter()
        self.declared: list[Declared] = []
        self._traced: set[Handler] = set()

    def page(self, path: str, *, needs: Permission, over: Over = Over.PART, leaves_trace: bool = False) -> Decorator:
        """A page to look at; nothing is written, unless the looking itself is (`leaves_trace`) in the audit trail."""

        def decorate(handler: Handler) -> Handler:
            if leaves_trace:
                self._traced.add(handler)

            async def endpoint(request: Request) -> Response:
                return await _look(desk_of(request), request, Access(needs, over), handler, leaves_trace=leaves_trace)

            self._add("GET", path, Access(needs, over), endpoint)
            return handler

        return decorate

    def action(
        self, path: str, *, needs: Permission, over: Over = Over.COMMUNITY, again: Handler | None = None
    ) -> Decorator:
        """A form that was sent. What the rules refuse is shown on the page `again`, above what was typed."""

        def decorate(handler: Handler) -> Handler:
            async def endpoint(request: Request) -> Response:
                shown = Again(again, again in self._traced) if again is not None else None
                return await _act(desk_of(request), request, Access(needs, over), handler, shown)

            self._add("POST", path, Access(needs, over), endpoint)
            return handler

        return decorate

    def stream(self, path: str, *, needs: Permission) -> Callable[[StreamHandler], StreamHandler]:
        """A page that goes on talking; it opens its own units of work."""

        def decorate(handler: StreamHandler) -> StreamHandler:
            async def endpoint(request: Request) -> Response:
                return await handler(desk_of(request), request, Access(needs))

            self._add("GET", path, Access(needs), endpoint)
            return handler

        return decorate

    def _add(self, method: str, path: str, access: Access, endpoint: Endpoint) -> None:
        self.declared.append(Declared(method, path, access))
        self.router.add_api_route(path, endpoint, methods=[method], include_in_schema=False, response_model=None)


async def _look(
    desk: Desk, request: Request, access: Access, handler: Handler, *, leaves_trace: bool = False
) -> Response:
    async with _looking(desk, leaves_trace=leaves_trace) as uow:
        visit = await begin_visit(request, uow, desk.secret_of(request), access)
        response = desk.renderer.answer(visit, await handler(visit))
    if visit.signed.is_seen_stale:
        async with desk.work.begin() as uow:
            await keep_awake(uow, visit.signed.session_id)
    return response


def _looking(desk: Desk, *, leaves_trace: bool) -> AbstractAsyncContextManager[UnitOfWork]:
    return desk.work.begin() if leaves_trace else desk.work.look()


async def _act(desk: Desk, request: Request, access: Access, handler: Handler, again: Again | None) -> Response:
    typed, secret = await _own_form(desk, request)
    try:
        return await _act_once(desk, request, access, handler, typed, secret)
    except (BadInput, Conflict) as problem:
        if again is None:
            raise
        return await _show_again(desk, request, access, again, problem, typed)


async def _act_once(
    desk: Desk, request: Request, access: Access, handler: Handler, typed: Typed, secret: str
) -> Response:
    try:
        async with desk.work.begin() as uow:
            visit = await begin_visit(request, uow, secret, access, typed)
            await take_nonce(uow, visit.signed.session_id, typed)
            await keep_awake(uow, visit.signed.session_id)
            response = desk.renderer.answer(visit, await handler(visit))
    except StaleDataError as error:
        raise ChangedMeanwhile from error
    return response


async def _own_form(desk: Desk, request: Request) -> tuple[Typed, str]:
    """Refuse what our pages did not send before any transaction begins."""
    typed = await read_form(request)
    check_origin(request, desk.settings.public_url)
    secret = desk.secret_of(request)
    if not secret:
        raise SessionEnded
    check_csrf(typed, csrf_of(secret))
    return typed, secret


async def _show_again(
    desk: Desk, request: Request, access: Access, again: Again, problem: DomainError, typed: Typed
) -> Response:
    async with _looking(desk, leaves_trace=again.leaves_trace) as uow:
        visit: Visit = shown_again(await begin_visit(request, uow, desk.secret_of(request), access), problem, typed)
        answer = await again.page(visit)
        assert isinstance(answer, Page)
        return desk.renderer.answer(visit, replace(answer, status=status_of(problem)))
