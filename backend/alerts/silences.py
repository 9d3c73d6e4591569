"""Silences and maintenance windows: who may hold alerts back, for how long, and who must agree."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select, update

from backend.alerts.care_models import Silence
from backend.alerts.errors import SecondPersonNeeded, SilenceInvalid
from backend.alerts.events import SilenceWanted
from backend.alerts.holding import ALONE_FOR_LIFE_SAFETY, forget_silences_read
from backend.alerts.models import Alert
from backend.alerts.states import OPEN_STATES, Ladder
from backend.kernel.access import Actor, Permission, check_access
from backend.kernel.alarms import AlarmKind
from backend.kernel.audit import audit
from backend.kernel.errors import AccessDenied, NotFound
from backend.kernel.unit_of_work import UnitOfWork
from backend.registry import queries

LONGEST = timedelta(days=30)
LONGEST_REASON = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class NewSilence:
    """What is held back: every matcher that is set must fit. Without any it is the whole community."""

    community_id: int
    starts_at: datetime
    ends_at: datetime
    reason: str
    kind: AlarmKind | None = None
    device_id: int | None = None
    grid_id: int | None = None
    subject: str | None = None
    is_maintenance: bool = False


async def add_silence(uow: UnitOfWork, *, actor: Actor, new: NewSilence) -> Silence:
    """Hold back what fits; it is recorded all the same, and what is still open at the end begins to call then.

    Life safety is held for two hours at most until a second person approves. Raises AccessDenied, SilenceInvalid.
    """
    path = await _check(uow, actor, new.community_id)
    reason = " ".join(new.reason.split())
    is_long = new.ends_at - new.starts_at > LONGEST
    if not reason or len(reason) > LONGEST_REASON or new.ends_at <= max(new.starts_at, uow.now) or is_long:
        raise SilenceInvalid
    assert actor.account_id is not None
    silence = Silence(
        community_id=new.community_id,
        grid_id=new.grid_id,
        kind=new.kind.value if new.kind is not None else None,
        device_id=new.device_id,
        subject=new.subject,
        is_maintenance=new.is_maintenance,
        starts_at=new.starts_at,
        ends_at=new.ends_at,
        reason=reason,
        author_id=actor.account_id,
    )
    uow.session.add(silence)
    await uow.session.flush()
    forget_silences_read(uow)
    audit(uow, actor, "silence.add", f"silence:{silence.id}", org_path=path, after=_written(silence))
    if new.ends_at - new.starts_at > ALONE_FOR_LIFE_SAFETY:
        uow.record(SilenceWanted(silence_id=silence.id))
    return silence


async def approve_silence(uow: UnitOfWork, *, actor: Actor, silence_id: int) -> None:
    """Let a silence hold life safety to its end. Raises SecondPersonNeeded for its author, NotFound, AccessDenied."""
    silence = await _silence(uow, silence_id)
    path = await _check(uow, actor, silence.community_id)
    if silence.author_id == actor.account_id:
        raise SecondPersonNeeded
    if silence.approved_by_id is None:
        silence.approved_by_id = actor.account_id
        audit(uow, actor, "silence.approve", f"silence:{silence.id}", org_path=path, after=_written(silence))


async def end_silence(uow: UnitOfWork, *, actor: Actor, silence_id: int) -> None:
    """End it now: what it holds begins to call at once, if it is still open. Twice is safe."""
    silence = await _silence(uow, silence_id)
    path = await _check(uow, actor, silence.community_id)
    if silence.ends_at <= uow.now:
        return
    silence.ends_at, silence.ended_by_id = max(uow.now, silence.starts_at), actor.account_id
    forget_silences_read(uow)
    held_by = ("maintenance" if silence.is_maintenance else "silence") + f":{silence.id}"
    await uow.session.flush()
    await uow.session.execute(
        update(Alert)
        .where(
            Alert.community_id == silence.community_id,
            Alert.hold_reason == held_by,
            Alert.ladder == Ladder.HELD,
            Alert.state.in_(OPEN_STATES),
        )
        .values(due_at=uow.now)
        .execution_options(synchronize_session=False)
    )
    audit(uow, actor, "silence.end", f"silence:{silence.id}", org_path=path, after=_written(silence))


async def silences_of(uow: UnitOfWork, *, actor: Actor, community_id: int) -> Sequence[Silence]:
    """Those that hold now or later, the first to end first; raises AccessDenied."""
    await _check(uow, actor, community_id)
    found = select(Silence).where(Silence.community_id == community_id, Silence.ends_at > uow.now)
    return (await uow.session.scalars(found.order_by(Silence.ends_at, Silence.id))).all()


async def _silence(uow: UnitOfWork, silence_id: int) -> Silence:
    silence = await uow.session.get(Silence, silence_id, with_for_update=True, populate_existing=True)
    if silence is None:
        raise NotFound
    return silence


async def _check(uow: UnitOfWork, actor: Actor, community_id: int) -> str:
    unit = await queries.org_unit(uow, community_id)
    check_access(actor, Permission.SILENCE_ALERTS, unit.path)
    if actor.account_id is None:
        raise AccessDenied  # a silence has an author whom one can ask
    return unit.path


def _written(silence: Silence) -> dict[str, object]:
    return {
        "kind": silence.kind,
        "device": silence.device_id,
        "grid": silence.grid_id,
        "subject": silence.subject,
        "maintenance": silence.is_maintenance,
        "from": silence.starts_at.isoformat(),
        "until": silence.ends_at.isoformat(),
        "approved_by": silence.approved_by_id,
    }
