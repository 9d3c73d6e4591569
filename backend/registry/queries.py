"""Reads of the registry: units, partners, chats and who holds which role where."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlalchemy import bindparam, or_, select

from backend.kernel.access import Role
from backend.kernel.errors import NotFound
from backend.kernel.unit_of_work import UnitOfWork
from backend.registry.models import Account, BoundChat, OrgKind, OrgUnit, Partner, RoleGrant

# Asked with every card that is drawn, so they are put together once.
_NEWEST_CHAT = select(BoundChat).where(BoundChat.ended_at.is_(None)).order_by(BoundChat.id.desc()).limit(1)
_CHAT_OF_UNIT = _NEWEST_CHAT.where(BoundChat.org_unit_id == bindparam("unit_id"))
_CHAT_OF_PARTNER = _NEWEST_CHAT.where(BoundChat.partner_id == bindparam("partner_id"))


def ids_in(path: str) -> list[int]:
    """The ids of an org path, from the root: `/1/4/` gives 1 and 4."""
    return [int(part) for part in path.split("/") if part]


async def org_unit(uow: UnitOfWork, unit_id: int) -> OrgUnit:
    """The unit of this id; raises NotFound."""
    unit = await uow.session.get(OrgUnit, unit_id)
    if unit is None:
        raise NotFound
    return unit


async def org_unit_by_code(uow: UnitOfWork, code: str) -> OrgUnit:
    """The unit of this code; raises NotFound."""
    unit = await uow.session.scalar(select(OrgUnit).where(OrgUnit.code == code))
    if unit is None:
        raise NotFound
    return unit


async def units_within(uow: UnitOfWork, paths: Iterable[str], *kinds: OrgKind) -> Sequence[OrgUnit]:
    """The units in force at or below one of `paths`, of the given kinds (all when none is named), by code."""
    today = uow.now.date()
    in_force = or_(OrgUnit.valid_to.is_(None), OrgUnit.valid_to >= today)
    below = or_(*(OrgUnit.path.startswith(path, autoescape=True) for path in paths))
    found = select(OrgUnit).where(below, in_force, OrgUnit.kind.in_(kinds or tuple(OrgKind)))
    return (await uow.session.scalars(found.order_by(OrgUnit.code))).all()


async def communities(uow: UnitOfWork) -> Sequence[OrgUnit]:
    """All communities in force."""
    return await units_within(uow, ("/",), OrgKind.COMMUNITY)


async def community_of(uow: UnitOfWork, unit: OrgUnit) -> OrgUnit | None:
    """The community to which a unit belongs (itself, if it is one); None above communities."""
    above = select(OrgUnit).where(OrgUnit.id.in_(ids_in(unit.path)), OrgUnit.kind == OrgKind.COMMUNITY)
    return await uow.session.scalar(above)


async def home_community(uow: UnitOfWork, account: Account) -> OrgUnit | None:
    """The community in which an account reports: its own, else the only one there is, else None (ask)."""
    if account.community_id is not None:
        return await uow.session.get(OrgUnit, account.community_id)
    all_of_them = await communities(uow)
    return all_of_them[0] if len(all_of_them) == 1 else None


async def partner(uow: UnitOfWork, partner_id: int) -> Partner:
    """The partner of this id; raises NotFound."""
    found = await uow.session.get(Partner, partner_id)
    if found is None:
        raise NotFound
    return found


async def partners_of(uow: UnitOfWork, community_id: int) -> Sequence[Partner]:
    """The partners of a community, by code."""
    found = select(Partner).where(Partner.community_id == community_id).order_by(Partner.code)
    return (await uow.session.scalars(found)).all()


async def binding_of_chat(uow: UnitOfWork, chat_id: int) -> BoundChat | None:
    """Whom a group chat serves now."""
    return await uow.session.scalar(select(BoundChat).where(BoundChat.chat_id == chat_id, BoundChat.ended_at.is_(None)))


async def live_chats(uow: UnitOfWork) -> Sequence[BoundChat]:
    """Every chat that serves somebody now, by id."""
    live = select(BoundChat).where(BoundChat.ended_at.is_(None)).order_by(BoundChat.id)
    return (await uow.session.scalars(live)).all()


async def chat_of_unit(uow: UnitOfWork, org_unit_id: int) -> BoundChat | None:
    """The chat that serves a unit now."""
    return await uow.session.scalar(_CHAT_OF_UNIT, {"unit_id": org_unit_id})


async def chat_of_partner(uow: UnitOfWork, partner_id: int) -> BoundChat | None:
    """The chat that serves a partner now."""
    return await uow.session.scalar(_CHAT_OF_PARTNER, {"partner_id": partner_id})


async def holders_of(uow: UnitOfWork, org_unit_id: int, *roles: Role) -> Sequence[Account]:
    """The accounts that hold one of `roles` on exactly this unit, by id; who blocked the bot is among them."""
    found = (
        select(Account)
        .join(RoleGrant, RoleGrant.account_id == Account.id)
        .where(RoleGrant.org_unit_id == org_unit_id, RoleGrant.ended_at.is_(None), RoleGrant.role.in_(roles))
        .order_by(Account.id)
        .distinct()
    )
    return (await uow.session.scalars(found)).all()


async def on_duty(uow: UnitOfWork, org_unit_id: int, *roles: Role) -> Sequence[Account]:
    """Those of `holders_of` who are on duty and can be reached."""
    holders = await holders_of(uow, org_unit_id, *roles)
    return [account for account in holders if account.on_duty and account.blocked_at is None]


async def live_grants(uow: UnitOfWork, account_id: int) -> Sequence[tuple[RoleGrant, OrgUnit]]:
    """The roles that an account holds now, with their units, oldest first."""
    rows = await uow.session.execute(
        select(RoleGrant, OrgUnit)
        .join(OrgUnit, OrgUnit.id == RoleGrant.org_unit_id)
        .where(RoleGrant.account_id == account_id, RoleGrant.ended_at.is_(None))
        .order_by(RoleGrant.id)
    )
    return [(grant, unit) for grant, unit in rows]
