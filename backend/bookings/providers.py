"""Freelancers, retired professionals and schools apply with their trade; staff approve them."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from backend.bookings.errors import AlreadyApplied, BookingMoved, NotApproved, SessionInvalid
from backend.bookings.events import ProviderApplied, ProviderDecided
from backend.bookings.models import Offering, Provider
from backend.bookings.states import ProviderState, SessionKind
from backend.kernel.access import Actor, Permission, check_access
from backend.kernel.audit import audit
from backend.kernel.errors import AccessDenied, NotFound
from backend.kernel.unit_of_work import UnitOfWork
from backend.registry.models import OrgUnit

TEACHING = "course"
"""The trade of those who teach: any course, not one service."""

_OPEN = (ProviderState.APPLIED, ProviderState.APPROVED)
LONGEST_TITLE, LONGEST_ABOUT = 60, 500


async def apply_as_provider(
    uow: UnitOfWork, *, actor: Actor, community: OrgUnit, trade: str, title: str, about: str = ""
) -> Provider:
    """Ask to offer a service (the offering's key) or courses (TEACHING). Raises AlreadyApplied, SessionInvalid."""
    if actor.account_id is None:
        raise AccessDenied
    if trade != TEACHING and await _offering(uow, community.id, trade) is None:
        raise NotFound
    if not title.strip():
        raise SessionInvalid
    if await _of_trade(uow, actor.account_id, trade) is not None:
        raise AlreadyApplied
    provider = Provider(
        community_id=community.id,
        account_id=actor.account_id,
        trade=trade,
        title=title.strip()[:LONGEST_TITLE],
        about=about.strip()[:LONGEST_ABOUT],
        applied_at=uow.now,
    )
    uow.session.add(provider)
    await uow.session.flush()
    audit(uow, actor, "provider.apply", f"provider:{provider.id}", org_path=community.path)
    uow.record(ProviderApplied(provider.id))
    return provider


async def decide_provider(uow: UnitOfWork, *, actor: Actor, provider_id: int, approve: bool) -> Provider:
    """Staff approve or refuse an application; the same decision twice changes nothing. Raises BookingMoved."""
    provider = await _held(uow, provider_id)
    community = await uow.session.get_one(OrgUnit, provider.community_id)
    check_access(actor, Permission.MANAGE_BOOKINGS, community.path)
    wanted = ProviderState.APPROVED if approve else ProviderState.REFUSED
    if provider.state is wanted:
        return provider
    if provider.state is not ProviderState.APPLIED:
        raise BookingMoved  # an old button: whoever serves is ended, with all that they had promised
    provider.state, provider.decided_at, provider.decided_by_id = wanted, uow.now, actor.account_id
    audit(
        uow, actor, "provider.decide", f"provider:{provider.id}", org_path=community.path, after={"state": wanted.value}
    )
    uow.record(ProviderDecided(provider.id))
    return provider


async def approved_provider(
    uow: UnitOfWork, actor: Actor, provider_id: int, *, for_offering: int | None = None
) -> tuple[Provider, Offering]:
    """The provider, if it is the actor, or staff act for them, and what they offer. Raises NotApproved."""
    provider = await _held(uow, provider_id)
    community = await uow.session.get_one(OrgUnit, provider.community_id)
    if provider.account_id != actor.account_id:
        check_access(actor, Permission.MANAGE_BOOKINGS, community.path)
    if provider.state is not ProviderState.APPROVED:
        raise NotApproved
    if for_offering is not None:
        offering = await uow.session.get(Offering, for_offering)
    else:
        offering = await _offering(uow, provider.community_id, provider.trade)
    if offering is None or not offering.is_active or offering.community_id != provider.community_id:
        raise NotApproved
    teaches = provider.trade == TEACHING and offering.kind is SessionKind.COURSE
    if not teaches and offering.key != provider.trade:
        raise NotApproved
    return provider, offering


async def providers_of(uow: UnitOfWork, account_id: int, *states: ProviderState) -> Sequence[Provider]:
    """What somebody offers, or asked to offer."""
    rows = await uow.session.scalars(
        select(Provider)
        .where(Provider.account_id == account_id, Provider.state.in_(states or _OPEN))
        .order_by(Provider.id)
    )
    return rows.all()


async def providers_to_decide(uow: UnitOfWork, *, actor: Actor, community: OrgUnit) -> Sequence[Provider]:
    """Applications that wait for staff, the oldest first."""
    check_access(actor, Permission.MANAGE_BOOKINGS, community.path)
    rows = await uow.session.scalars(
        select(Provider)
        .where(Provider.community_id == community.id, Provider.state == ProviderState.APPLIED)
        .order_by(Provider.id)
    )
    return rows.all()


async def provider_by_id(uow: UnitOfWork, provider_id: int) -> Provider:
    """A provider by id; raises NotFound. What they may do is checked where they do it."""
    return await _held(uow, provider_id)


async def _held(uow: UnitOfWork, provider_id: int) -> Provider:
    provider = await uow.session.get(Provider, provider_id, populate_existing=True)
    if provider is None:
        raise NotFound
    return provider


async def _of_trade(uow: UnitOfWork, account_id: int, trade: str) -> Provider | None:
    found: Provider | None = await uow.session.scalar(
        select(Provider).where(Provider.account_id == account_id, Provider.trade == trade, Provider.state.in_(_OPEN))
    )
    return found


async def _offering(uow: UnitOfWork, community_id: int, key: str) -> Offering | None:
    found: Offering | None = await uow.session.scalar(
        select(Offering).where(Offering.community_id == community_id, Offering.key == key)
    )
    return found
