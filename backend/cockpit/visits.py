"""One visit to a page: who looks, at which community, what they typed, and what the page may answer."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from zoneinfo import ZoneInfo

from fastapi import Request

from backend.cockpit.forms import Typed
from backend.cockpit.places import Over, communities_of, scope_for
from backend.cockpit.sessions import SignedIn, signed_in
from backend.kernel.access import Actor, Permission
from backend.kernel.errors import AccessDenied, BadInput, DomainError, NotFound
from backend.kernel.unit_of_work import UnitOfWork
from backend.registry.models import OrgUnit


@dataclass(frozen=True, slots=True)
class Access:
    """What a route asks for; every route of the pages declares it, or the program does not start."""

    permission: Permission
    over: Over = Over.PART


@dataclass(frozen=True, slots=True)
class Page:
    """Show a template with these values."""

    template: str
    values: Mapping[str, Any] = field(default_factory=dict)
    status: int = 200


@dataclass(frozen=True, slots=True)
class GoTo:
    """Send the browser to a page of ours; `done` is the key of the words that tell what was done."""

    path: str
    done: str | None = None


@dataclass(frozen=True, slots=True)
class Download:
    """Give the browser a file to keep."""

    name: str
    content: bytes
    kind: str


Answer = Page | GoTo | Download


@dataclass
class Visit:
    """What a page gets. `scope` are the org paths that it may show; `problem` is why the form came back."""

    request: Request
    uow: UnitOfWork
    signed: SignedIn
    community: OrgUnit
    communities: Sequence[OrgUnit]
    scope: tuple[str, ...]
    typed: Typed = field(default_factory=Typed)
    problem: DomainError | None = None

    @property
    def actor(self) -> Actor:
        return self.signed.actor

    @property
    def zone(self) -> ZoneInfo:
        """The community's clock on the wall."""
        return ZoneInfo(self.community.time_zone)

    def asked(self, name: str, *, most: int = 100) -> str:
        """A word of the address after the question mark, cut to a sane length."""
        return self.request.query_params.get(name, "").strip()[:most]

    def asked_number(self, name: str, *, default: int, least: int, most: int) -> int:
        """A number of the address after the question mark; outside its bounds the nearest one."""
        value = self.asked(name, most=18)
        number = int(value) if value.isascii() and value.isdigit() else default
        return min(max(number, least), most)

    def id_in_path(self, name: str) -> int:
        """An id in the address; raises NotFound for anything that cannot be one."""
        value = str(self.request.path_params[name])
        if not (value.isascii() and value.isdigit() and len(value) <= 18):
            raise NotFound
        return int(value)


Handler = Callable[[Visit], Awaitable[Answer]]


async def begin_visit(
    request: Request, uow: UnitOfWork, secret: str | None, access: Access, typed: Typed | None = None
) -> Visit:
    """Find who is behind the cookie, what is on their screen, and whether they may open this page.

    Raises SessionEnded or AccessDenied. Roles are read anew each time: one that ended opens nothing any more.
    """
    signed = await signed_in(uow, secret)
    request.state.language = signed.actor.language
    communities = await communities_of(uow, signed.actor)
    if not communities:
        raise AccessDenied
    community = next((unit for unit in communities if unit.id == signed.community_id), communities[0])
    return Visit(
        request=request,
        uow=uow,
        signed=signed,
        community=community,
        communities=communities,
        scope=scope_for(signed.actor, access.permission, access.over, community.path),
        typed=typed or Typed(),
    )


def shown_again(visit: Visit, problem: DomainError, typed: Typed) -> Visit:
    """The visit on which a refused form comes back: with what was typed if it only needs mending."""
    visit.problem = problem
    visit.typed = typed if isinstance(problem, BadInput) else Typed()
    return visit
