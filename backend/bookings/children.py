"""Children under 14: records of their guardian, kept only with recorded consent (PIPL, articles 28 and 31)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy import func, select, update

from backend.bookings.errors import ChildInvalid, TooManyChildren
from backend.bookings.models import Child, GuardianConsent
from backend.kernel.access import Actor
from backend.kernel.audit import audit
from backend.kernel.errors import AccessDenied, NotFound
from backend.kernel.unit_of_work import UnitOfWork
from backend.registry.homes import home_of
from backend.registry.models import OrgUnit

CONSENT_VERSION = "2026-11"
"""Of the text `wish.consent`; a new wording is a new version, and is asked for anew."""

GROWN_UP = 14
MOST_CHILDREN = 8
LONGEST_NAME, LONGEST_PICK_UP = 40, 120


async def add_child(
    uow: UnitOfWork,
    *,
    actor: Actor,
    community: OrgUnit,
    name: str,
    birth_year: int,
    birth_month: int,
    pick_up: str = "",
) -> Child:
    """Keep a child's record; the guardian has just agreed to the text of CONSENT_VERSION.

    Raises ChildInvalid, TooManyChildren, AccessDenied for somebody without an account.
    """
    if actor.account_id is None:
        raise AccessDenied
    name = name.strip()
    if not 0 < len(name) <= LONGEST_NAME or not is_child(birth_year, birth_month, uow.now.date()):
        raise ChildInvalid
    count = await uow.session.scalar(
        select(func.count()).where(Child.guardian_id == actor.account_id, Child.removed_at.is_(None))
    )
    if (count or 0) >= MOST_CHILDREN:
        raise TooManyChildren(MOST_CHILDREN)
    grid_id = (await home_of(uow, actor.person_id)).grid_id if actor.person_id is not None else None
    child = Child(
        community_id=community.id,
        guardian_id=actor.account_id,
        name_sealed=uow.vault.seal(name),
        initial=name[0],
        birth_year=birth_year,
        birth_month=birth_month,
        grid_id=grid_id,
        pick_up_sealed=uow.vault.seal(pick_up.strip()[:LONGEST_PICK_UP]) if pick_up.strip() else None,
    )
    uow.session.add(child)
    await uow.session.flush()
    uow.session.add(
        GuardianConsent(child_id=child.id, guardian_id=actor.account_id, text_version=CONSENT_VERSION, given_at=uow.now)
    )
    audit(uow, actor, "child.add", f"child:{child.id}", org_path=community.path, after={"consent": CONSENT_VERSION})
    return child


def is_child(birth_year: int, birth_month: int, today: date) -> bool:
    """Whether somebody born in that month is under 14, and born at all."""
    if not 1 <= birth_month <= 12:
        return False
    age = today.year - birth_year - (today.month < birth_month)
    return 0 <= age < GROWN_UP and (birth_year, birth_month) <= (today.year, today.month)


async def my_children(uow: UnitOfWork, *, actor: Actor) -> Sequence[tuple[Child, str]]:
    """The actor's children with their names, for the guardian's own eyes."""
    rows = await uow.session.scalars(
        select(Child)
        .where(Child.guardian_id == actor.account_id, Child.removed_at.is_(None))
        .order_by(Child.birth_year, Child.id)
    )
    return [(child, uow.vault.open(child.name_sealed)) for child in rows]


async def remove_child(uow: UnitOfWork, *, actor: Actor, child_id: int) -> None:
    """Withdraw consent: name and pick-up person are wiped at once; what is left says only that there was a booking."""
    child = await uow.session.get(Child, child_id)
    if child is None or child.guardian_id != actor.account_id:
        raise NotFound
    if child.removed_at is not None:
        return
    await wipe_child(uow, child)
    community = await uow.session.get_one(OrgUnit, child.community_id)
    audit(uow, actor, "child.remove", f"child:{child.id}", org_path=community.path)


async def wipe_child(uow: UnitOfWork, child: Child) -> None:
    """Remove what names the child and end the consent; for the program itself. Twice is safe."""
    child.removed_at = child.removed_at or uow.now
    child.name_sealed, child.initial, child.pick_up_sealed = "", "", None
    await uow.session.execute(
        update(GuardianConsent)
        .where(GuardianConsent.child_id == child.id, GuardianConsent.ended_at.is_(None))
        .values(ended_at=uow.now)
    )
