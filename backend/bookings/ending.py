"""Somebody serves no longer: staff end it, and whoever had booked with them hears so."""

from __future__ import annotations

from sqlalchemy import select

from backend.bookings.errors import BookingMoved
from backend.bookings.events import ProviderEnded
from backend.bookings.models import Provider, Session
from backend.bookings.providers import provider_by_id
from backend.bookings.sessions import cancel_session
from backend.bookings.states import ProviderState, SessionState
from backend.kernel.access import Actor, Permission, check_access
from backend.kernel.audit import audit
from backend.kernel.unit_of_work import UnitOfWork
from backend.registry.models import OrgUnit


async def end_provider(uow: UnitOfWork, *, actor: Actor, provider_id: int, reason: str) -> Provider:
    """End an approved provider and cancel what lies ahead; twice changes nothing. Raises NotFound, BookingMoved."""
    provider = await provider_by_id(uow, provider_id)
    community = await uow.session.get_one(OrgUnit, provider.community_id)
    check_access(actor, Permission.MANAGE_BOOKINGS, community.path)
    if provider.state is ProviderState.ENDED:
        return provider
    if provider.state is not ProviderState.APPROVED:
        raise BookingMoved
    provider.state, provider.decided_at, provider.decided_by_id = ProviderState.ENDED, uow.now, actor.account_id
    ahead = await uow.session.scalars(
        select(Session.id)
        .where(Session.provider_id == provider.id, Session.state == SessionState.OPEN, Session.ends_at > uow.now)
        .order_by(Session.id)
    )
    session_ids = ahead.all()
    for session_id in session_ids:
        await cancel_session(uow, actor=actor, session_id=session_id, reason=reason)
    audit(
        uow, actor, "provider.end", f"provider:{provider.id}", org_path=community.path, after={"reason": reason[:200]}
    )
    uow.record(ProviderEnded(provider.id, reason[:200], len(session_ids)))
    return provider
