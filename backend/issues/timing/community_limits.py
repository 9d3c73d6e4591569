"""Limits of a community that no category has: when lateness climbs, how often to reopen, when to reply to an order."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import ForeignKey, Integer, String, select
from sqlalchemy.orm import Mapped, mapped_column

from backend.issues.errors import LimitInvalid
from backend.issues.limits import REOPEN_LIMIT, REOPEN_WINDOW
from backend.issues.states import ClockTarget
from backend.issues.timing.climbing import DEFAULT_LADDER, Ladder, Rung
from backend.kernel.access import Actor, Permission, check_access
from backend.kernel.audit import audit
from backend.kernel.tables import Base, BigId
from backend.kernel.unit_of_work import UnitOfWork
from backend.registry.models import OrgUnit

REPLY_WITHIN: Mapping[int, timedelta] = {1: timedelta(hours=24), 2: timedelta(hours=12), 3: timedelta(hours=4)}
"""By level of the order to hurry; our own rule, since none is published. Whoever issues may set another moment."""
LONGEST_CLIMB = 30 * 24 * 60
HOUR = timedelta(hours=1)
_LOADED = "limits of communities"


class CommunityLimit(Base):
    """A limit that staff have set; what has no row is as in LIMITS."""

    __tablename__ = "community_limit"

    community_id: Mapped[int] = mapped_column(BigId, ForeignKey("org_unit.id"), primary_key=True)
    name: Mapped[str] = mapped_column(String(24), primary_key=True)
    amount: Mapped[int] = mapped_column(Integer)


@dataclass(frozen=True, slots=True)
class Limit:
    """What a limit is where nobody has set it, and within what bounds it may be set."""

    usual: int
    least: int
    most: int


def rung_name(target: ClockTarget, place: int) -> str:
    """The name of the limit of one rung: minutes past due."""
    return f"climb_{target}_{place}"


LIMITS: Mapping[str, Limit] = {
    **{
        rung_name(target, place): Limit(rung.after_minutes, 0, LONGEST_CLIMB)
        for target, rungs in DEFAULT_LADDER.items()
        for place, rung in enumerate(rungs)
    },
    "reopen_days": Limit(REOPEN_WINDOW.days, 1, 90),
    "reopen_times": Limit(REOPEN_LIMIT, 0, 20),
    **{f"reply_{level}": Limit(within // HOUR, 1, 30 * 24) for level, within in REPLY_WITHIN.items()},
}
"""THE TABLE of these limits: minutes for rungs, days and times for reopening, hours for replies."""


async def limits_of(uow: UnitOfWork, community_id: int) -> Mapping[str, int]:
    """Every limit of LIMITS as it stands for the community; read once per unit of work."""
    loaded: dict[int, Mapping[str, int]] = uow.session.info.setdefault(_LOADED, {})
    if community_id not in loaded:
        rows = await uow.session.scalars(select(CommunityLimit).where(CommunityLimit.community_id == community_id))
        usual = {name: limit.usual for name, limit in LIMITS.items()}
        loaded[community_id] = usual | {row.name: row.amount for row in rows if row.name in LIMITS}
    return loaded[community_id]


async def ladder_of(uow: UnitOfWork, community_id: int) -> Ladder:
    """The default ladder with the community's minutes: who stands on a rung is the same everywhere."""
    limits = await limits_of(uow, community_id)
    return {
        target: tuple(Rung(limits[rung_name(target, place)], rung.role) for place, rung in enumerate(rungs))
        for target, rungs in DEFAULT_LADDER.items()
    }


async def set_limits(uow: UnitOfWork, *, actor: Actor, community: OrgUnit, amounts: Mapping[str, int]) -> None:
    """Set limits by name; what is not named stays. Twice is safe.

    Clocks that run already follow from their next look. Raises AccessDenied, and LimitInvalid for an unknown name,
    an amount out of bounds, or a rung that is not later than the one below it.
    """
    check_access(actor, Permission.EDIT_REFERENCE, community.path)
    before = dict(await limits_of(uow, community.id))
    after = before | dict(amounts)
    _check(after)
    changed = {name: amount for name, amount in after.items() if amount != before[name]}
    for name, amount in changed.items():
        await uow.session.merge(CommunityLimit(community_id=community.id, name=name, amount=amount))
    await uow.session.flush()
    uow.session.info.get(_LOADED, {}).pop(community.id, None)
    if changed:
        old = {name: before[name] for name in changed}
        what = f"org_unit:{community.id}"
        audit(uow, actor, "issue.set_limits", what, org_path=community.path, before=old, after=changed)


def _check(amounts: Mapping[str, int]) -> None:
    for name, amount in amounts.items():
        limit = LIMITS.get(name)
        if limit is None or not limit.least <= amount <= limit.most:
            raise LimitInvalid(name)
    for target, rungs in DEFAULT_LADDER.items():
        for place in range(1, len(rungs)):
            if amounts[rung_name(target, place)] <= amounts[rung_name(target, place - 1)]:
                raise LimitInvalid(rung_name(target, place))
