"""Which communities somebody may look at, and which org paths of the one on screen."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from enum import StrEnum

from sqlalchemy import select

from backend.kernel.access import PERMISSIONS, Actor, Permission
from backend.kernel.errors import AccessDenied
from backend.kernel.unit_of_work import UnitOfWork
from backend.registry.models import OrgKind, OrgUnit


class Over(StrEnum):
    """How far a role must reach to open a page."""

    PART = "part"
    """Any part of the community on screen; the page shows that part."""
    COMMUNITY = "community"
    """The whole community, because what the page shows or edits belongs to it."""


async def communities_of(uow: UnitOfWork, actor: Actor) -> Sequence[OrgUnit]:
    """The communities of which the actor may see at least a part, in the order of their codes."""
    paths = actor.paths_of(PERMISSIONS[Permission.OPEN_WEB])
    units = await uow.session.scalars(
        select(OrgUnit).where(OrgUnit.kind == OrgKind.COMMUNITY, OrgUnit.valid_to.is_(None)).order_by(OrgUnit.code)
    )
    return [unit for unit in units if clipped(paths, unit.path)]


def clipped(paths: Iterable[str], community_path: str) -> tuple[str, ...]:
    """The parts of `paths` that lie in the community: the community itself, or units below it."""
    inside = {max(path, community_path, key=len) for path in paths if are_kin(path, community_path)}
    return tuple(sorted(inside))


def are_kin(one: str, other: str) -> bool:
    """Whether one unit lies above the other, or they are the same."""
    return one.startswith(other) or other.startswith(one)


def scope_for(actor: Actor, permission: Permission, over: Over, community_path: str) -> tuple[str, ...]:
    """The org paths that a page may show to this actor; raises AccessDenied when there are none."""
    scope = clipped(actor.paths_of(PERMISSIONS.get(permission, frozenset())), community_path)
    if not scope or (over is Over.COMMUNITY and community_path not in scope):
        raise AccessDenied
    return scope
