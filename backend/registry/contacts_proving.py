"""A way is proved: by a code that is said back, by staff who have spoken with the person there, by every answer."""

from __future__ import annotations

import hmac
import secrets
from datetime import timedelta

from sqlalchemy import func, select

from backend.kernel.access import Actor
from backend.kernel.audit import audit
from backend.kernel.unit_of_work import UnitOfWork
from backend.registry.contacts_editing import access_method
from backend.registry.contacts_errors import MethodOptedOut, ProofTooSoon
from backend.registry.contacts_events import ProofAsked
from backend.registry.contacts_models import ContactMethod, MethodProof, MethodState
from backend.registry.contacts_refusing import CALLER

CODE_DIGITS = 6
LIFE = timedelta(minutes=15)
GAP = timedelta(minutes=1)
MOST_A_DAY = 5
MOST_TRIES = 5


async def send_proof(uow: UnitOfWork, *, actor: Actor, method_id: int) -> MethodProof:
    """Send a code to a way by that way: six digits, once, for a quarter of an hour. An earlier code ends.

    Raises MethodOptedOut, ProofTooSoon, NotFound, AccessDenied.
    """
    method = await access_method(uow, actor, method_id)
    if method.state is MethodState.OPTED_OUT:
        raise MethodOptedOut
    await _check_rate(uow, method)
    code = f"{secrets.randbelow(10**CODE_DIGITS):0{CODE_DIGITS}d}"
    await _end_earlier(uow, method_id)
    proof = MethodProof(
        method_id=method_id, code_digest=_digest(uow, method_id, code), sent_at=uow.now, expires_at=uow.now + LIFE
    )
    uow.session.add(proof)
    await uow.session.flush()
    audit(uow, actor, "contact.send_proof", f"contact:{method.contact_id}", after={"method": method_id})
    uow.record(ProofAsked(proof_id=proof.id, method_id=method_id, code=code))
    return proof


async def confirm_method(uow: UnitOfWork, *, actor: Actor, method_id: int, code: str) -> bool:
    """Take the code that the contact told staff: True and the way counts from now on, False when it is not right.

    A wrong code is an answer and no error, because the try must be stored: after five the code is worth nothing.
    """
    method = await access_method(uow, actor, method_id)
    return await _take_code(uow, actor, method, code)


async def confirm_at_telephone(uow: UnitOfWork, *, telephone_id: int, code: str) -> bool:
    """Take the code that came back from the telephone itself; False when no way there waits for it."""
    waiting = await uow.session.scalars(
        select(ContactMethod).where(
            ContactMethod.telephone_id == telephone_id,
            ContactMethod.ended_at.is_(None),
            ContactMethod.state == MethodState.PENDING,
        )
    )
    for method in waiting:
        if await _take_code(uow, CALLER, method, code):
            return True
    return False


async def _take_code(uow: UnitOfWork, actor: Actor, method: ContactMethod, code: str) -> bool:
    proof = await uow.session.scalar(
        select(MethodProof)
        .where(MethodProof.method_id == method.id, MethodProof.used_at.is_(None), MethodProof.expires_at > uow.now)
        .order_by(MethodProof.id.desc())
        .limit(1)
        .with_for_update()
    )
    if proof is None or proof.tries >= MOST_TRIES or method.state is MethodState.OPTED_OUT:
        return False
    proof.tries += 1
    digits = "".join(str(int(sign)) for sign in code if sign.isdecimal())
    if not hmac.compare_digest(proof.code_digest, _digest(uow, method.id, digits)):
        return False
    proof.used_at = uow.now
    _verify(uow, method)
    audit(uow, actor, "contact.confirm_method", f"contact:{method.contact_id}", after={"method": method.id})
    return True


async def vouch_for_method(uow: UnitOfWork, *, actor: Actor, method_id: int) -> None:
    """Let a way count because the actor has spoken with the person there: for those who cannot say a code back.

    Raises MethodOptedOut.
    """
    method = await access_method(uow, actor, method_id)
    if method.state is MethodState.OPTED_OUT:
        raise MethodOptedOut
    _verify(uow, method)
    audit(uow, actor, "contact.vouch", f"contact:{method.contact_id}", after={"method": method_id})


async def note_proven(uow: UnitOfWork, method_id: int) -> None:
    """Somebody answered by this way: it works, whatever failed before. For the program itself."""
    method = await uow.session.get(ContactMethod, method_id)
    if method is None or method.ended_at is not None or method.state is MethodState.OPTED_OUT:
        return
    method.last_proven_at = uow.now
    if method.state is MethodState.FAILING:
        method.state = MethodState.VERIFIED


async def note_failing(uow: UnitOfWork, method_id: int) -> bool:
    """What was sent by this way did not arrive, again and again; True when that is news."""
    method = await uow.session.get(ContactMethod, method_id)
    if method is None or method.state is not MethodState.VERIFIED:
        return False
    method.state = MethodState.FAILING
    return True


def _verify(uow: UnitOfWork, method: ContactMethod) -> None:
    method.state, method.verified_at, method.last_proven_at = MethodState.VERIFIED, uow.now, uow.now


def _digest(uow: UnitOfWork, method_id: int, code: str) -> str:
    return uow.vault.lookup(f"proof {method_id}", code)


async def _check_rate(uow: UnitOfWork, method: ContactMethod) -> None:
    """Count codes by the telephone, not by the contact: it is its owner who is woken."""
    of_telephone = (
        ContactMethod.telephone_id == method.telephone_id if method.telephone_id else ContactMethod.id == method.id
    )
    sent = (
        select(func.count(), func.max(MethodProof.sent_at))
        .join(ContactMethod, ContactMethod.id == MethodProof.method_id)
        .where(of_telephone, MethodProof.sent_at > uow.now - timedelta(days=1))
    )
    count, last = (await uow.session.execute(sent)).one()
    if count >= MOST_A_DAY:
        raise ProofTooSoon(24 * 60)
    if last is not None and last > uow.now - GAP:
        raise ProofTooSoon(1)


async def _end_earlier(uow: UnitOfWork, method_id: int) -> None:
    earlier = await uow.session.scalars(
        select(MethodProof).where(MethodProof.method_id == method_id, MethodProof.expires_at > uow.now)
    )
    for proof in earlier:
        proof.expires_at = uow.now
