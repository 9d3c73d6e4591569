"""The org units of a community as a tree, with the group chats and partners that serve them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import or_, select

from backend.kernel.unit_of_work import UnitOfWork
from backend.registry.models import BoundChat, OrgUnit, Partner
from backend.registry.queries import partners_of, units_within


@dataclass(frozen=True, slots=True)
class UnitLine:
    """A unit, how deep it lies below the community, and its chats."""

    unit: OrgUnit
    depth: int
    chats: Sequence[BoundChat]


@dataclass(frozen=True, slots=True)
class PartnerLine:
    partner: Partner
    chats: Sequence[BoundChat]


async def units_shown(uow: UnitOfWork, community: OrgUnit, paths: Sequence[str]) -> list[UnitLine]:
    """The units of the community that `paths` reach, each with the chats bound to it."""
    units = await units_within(uow, paths)
    chats = await _chats(uow, [unit.id for unit in units], [])
    top = community.path.count("/")
    return [UnitLine(unit, max(unit.path.count("/") - top, 0), chats.get(("unit", unit.id), ())) for unit in units]


async def partners_shown(uow: UnitOfWork, community: OrgUnit) -> list[PartnerLine]:
    """The community's partners, each with the chats bound to it."""
    partners = await partners_of(uow, community.id)
    chats = await _chats(uow, [], [partner.id for partner in partners])
    return [PartnerLine(partner, chats.get(("partner", partner.id), ())) for partner in partners]


async def _chats(
    uow: UnitOfWork, units: Sequence[int], partners: Sequence[int]
) -> Mapping[tuple[str, int], list[BoundChat]]:
    found = await uow.session.scalars(
        select(BoundChat)
        .where(BoundChat.ended_at.is_(None))
        .where(or_(BoundChat.org_unit_id.in_(units), BoundChat.partner_id.in_(partners)))
        .order_by(BoundChat.id)
    )
    chats: dict[tuple[str, int], list[BoundChat]] = {}
    for chat in found:
        key = ("partner", chat.partner_id) if chat.partner_id is not None else ("unit", chat.org_unit_id or 0)
        chats.setdefault(key, []).append(chat)
    return chats
