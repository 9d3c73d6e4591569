"""Who may know of an alert and act on it: those who serve its grid, the office, and the contacts of its person."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select

from backend.alerts.models import Alert
from backend.alerts.resolving import family_of
from backend.kernel.access import WORKERS, Actor, Door, Permission, may
from backend.kernel.errors import AccessDenied, NotFound
from backend.kernel.unit_of_work import UnitOfWork
from backend.registry import queries
from backend.registry.contacts import Rung
from backend.registry.models import OrgUnit


@dataclass(frozen=True, slots=True)
class Hand:
    """Who speaks: `who` tells hands apart in the fold; a contact of the family has a relation."""

    who: str
    name: str
    account_id: int | None = None
    contact_id: int | None = None
    relation: str = ""


async def alert_by_id(uow: UnitOfWork, alert_id: int, *, lock: bool = False) -> Alert:
    """The alert, held if `lock`; raises NotFound."""
    query = select(Alert).where(Alert.id == alert_id)
    if lock:
        query = query.with_for_update().execution_options(populate_existing=True)
    alert: Alert | None = await uow.session.scalar(query)
    if alert is None:
        raise NotFound
    return alert


async def hand_of(uow: UnitOfWork, actor: Actor, alert: Alert, contact_id: int | None = None) -> Hand:
    """As whom the actor acts on the alert. Raises AccessDenied.

    `contact_id` is what a telephone call or SMS proved; in chat the account itself may be a contact's.
    """
    if contact_id is not None or actor.account_id is not None:
        contact = await _contact(uow, alert, actor, contact_id)
        if contact is not None:
            return Hand(
                f"contact:{contact.contact_id}",
                contact.name,
                account_id=actor.account_id,
                contact_id=contact.contact_id,
                relation=contact.relation.value,
            )
    if contact_id is None and await may_handle(uow, actor, alert):
        return Hand(_who(actor), actor.name, account_id=actor.account_id)
    raise AccessDenied


async def may_handle(uow: UnitOfWork, actor: Actor, alert: Alert) -> bool:
    """Whether the actor serves where the alert is. What lies in no grid is the business of all workers there."""
    unit: OrgUnit = await queries.org_unit(uow, alert.grid_id or alert.community_id)
    if may(actor, Permission.HANDLE_ALERT, unit.path):
        return True
    below = any(grant.role in WORKERS and grant.org_path.startswith(unit.path) for grant in actor.grants)
    return below and alert.grid_id is None


async def _contact(uow: UnitOfWork, alert: Alert, actor: Actor, contact_id: int | None) -> Rung | None:
    for rung in await family_of(uow, alert):
        if contact_id is not None and rung.contact_id == contact_id:
            return rung
        if contact_id is None and rung.account_id is not None and rung.account_id == actor.account_id:
            return rung
    return None


def _who(actor: Actor) -> str:
    if actor.account_id is not None:
        return f"account:{actor.account_id}"
    return f"person:{actor.person_id}" if actor.person_id is not None else f"door:{Door(actor.door).value}"
