"""Staff invitations: one-use links that grant a role to whoever opens them first."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, select, update

from backend.kernel.access import Actor, Role
from backend.kernel.audit import audit
from backend.kernel.errors import DomainError
from backend.kernel.unit_of_work import UnitOfWork
from backend.registry import queries
from backend.registry.accounts import actor_of_account
from backend.registry.errors import InvitationExpired, InvitationUnknown, InvitationUsed
from backend.registry.grants import add_grant, check_fits, check_granting
from backend.registry.models import Account, Invitation, OrgUnit, Partner, RoleGrant

LIFE = timedelta(hours=72)
REMEMBERED = timedelta(days=30)
"""So long after its end a link still says that it is too old; later it is unknown."""
PAYLOAD = "join-"
"""What a deep link's payload begins with when it grants a role; the rest is the token."""
TOKEN_BYTES = 16
"""128 bits: 22 characters of a deep link, which takes 64."""


@dataclass(frozen=True, slots=True)
class OpenInvitation:
    """What the inviter hands on. The token is shown once; the database keeps only its digest."""

    token: str
    role: Role
    unit_name: str
    expires_at: datetime


async def invite(
    uow: UnitOfWork, *, actor: Actor, role: Role, unit: OrgUnit, partner: Partner | None = None, life: timedelta = LIFE
) -> OpenInvitation:
    """Make a link for a role at or below the actor's own, inside the actor's own unit.

    Raises AccessDenied, RoleTooHigh, RoleDoesNotFit.
    """
    check_granting(actor, role, unit)
    check_fits(role, unit, partner)
    token = secrets.token_urlsafe(TOKEN_BYTES)
    invitation = Invitation(
        token_digest=_digest(token),
        role=role,
        org_unit_id=unit.id,
        partner_id=partner.id if partner else None,
        created_at=uow.now,
        created_by_id=actor.account_id,
        expires_at=uow.now + life,
    )
    uow.session.add(invitation)
    await uow.session.flush()
    after = {"role": role.value, "org_unit": unit.code}
    audit(uow, actor, "invitation.make", f"invitation:{invitation.id}", org_path=unit.path, after=after)
    return OpenInvitation(token, role, unit.name, invitation.expires_at)


async def accept_invitation(uow: UnitOfWork, *, actor: Actor, account: Account, token: str) -> RoleGrant:
    """Take the role that a link grants; the first to open it has it, and opening it again changes nothing for them.

    Raises InvitationUnknown (also when the inviter may no longer grant the role), InvitationUsed, InvitationExpired.
    """
    invitation = await uow.session.scalar(select(Invitation).where(Invitation.token_digest == _digest(token)))
    if invitation is None:
        raise InvitationUnknown
    unit = await queries.org_unit(uow, invitation.org_unit_id)
    partner = await queries.partner(uow, invitation.partner_id) if invitation.partner_id else None
    if invitation.used_by_id != account.id:
        await _check_inviter(uow, invitation, unit)
        await _use(uow, invitation, account)
        audit(uow, actor, "invitation.accept", f"invitation:{invitation.id}", org_path=unit.path)
    elif (held := await _still_held(uow, invitation, account)) is not None:
        return held
    else:
        raise InvitationUsed  # the role was ended since: an old link does not bring it back
    return await add_grant(uow, actor=actor, account=account, role=invitation.role, unit=unit, partner=partner)


async def _use(uow: UnitOfWork, invitation: Invitation, account: Account) -> None:
    """Mark the link as used by this account; of two at once the database lets one through."""
    if invitation.used_at is None and invitation.expires_at <= uow.now:
        raise InvitationExpired
    used = await uow.session.execute(
        update(Invitation)
        .where(Invitation.id == invitation.id, Invitation.used_at.is_(None))
        .values(used_at=uow.now, used_by_id=account.id)
    )
    if not used.rowcount:  # type: ignore[attr-defined]  # a CursorResult: the statement is an update
        raise InvitationUsed


async def _still_held(uow: UnitOfWork, invitation: Invitation, account: Account) -> RoleGrant | None:
    live = select(RoleGrant).where(
        RoleGrant.account_id == account.id,
        RoleGrant.role == invitation.role,
        RoleGrant.org_unit_id == invitation.org_unit_id,
        RoleGrant.ended_at.is_(None),
    )
    return await uow.session.scalar(live)


async def _check_inviter(uow: UnitOfWork, invitation: Invitation, unit: OrgUnit) -> None:
    """Raise InvitationUnknown when whoever made the link has lost the right to: it must not outlive their role."""
    if invitation.created_by_id is None:
        return  # made in a shell on the server
    inviter = await uow.session.get(Account, invitation.created_by_id)
    if inviter is None:
        raise InvitationUnknown
    try:
        check_granting(await actor_of_account(uow, inviter), invitation.role, unit)
    except DomainError as error:
        raise InvitationUnknown from error


async def forget_expired_invitations(uow: UnitOfWork, *, remembered: timedelta = REMEMBERED) -> int:
    """Delete links that ended longer ago than that; the audit trail keeps who made and used them. Returns how many."""
    done = await uow.session.execute(delete(Invitation).where(Invitation.expires_at < uow.now - remembered))
    return int(done.rowcount)  # type: ignore[attr-defined]


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
