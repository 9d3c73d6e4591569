"""A relative asks where the elder is; whoever is asked shares it for a while or does not, and then it is forgotten."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, exists, select

from backend.alerts.events import PlaceAsked, PlaceEnded, PlaceShared
from backend.alerts.models import Alert
from backend.alerts.place_models import OPEN, PlaceRequest, PlaceState
from backend.alerts.states import OPEN_STATES
from backend.kernel.access import CLOCK_ACTOR, Actor
from backend.kernel.alarms import SubjectKind
from backend.kernel.audit import audit
from backend.kernel.errors import Conflict, NotFound
from backend.kernel.geo import Point, is_on_earth
from backend.kernel.unit_of_work import UnitOfWork
from backend.registry.contacts_models import ContactScope
from backend.registry.homes import home_of
from backend.registry.models import Account
from backend.registry.relatives import Elder, my_elder

ANSWER_WITHIN = timedelta(minutes=30)
LONGEST_SHARE = timedelta(hours=8)
"""Telegram lets people share for ever; a relative's worry does not last for ever."""
BATCH = 50


@dataclass(frozen=True, slots=True)
class LivePlace:
    """A place as it arrives from a chat: the message that goes on moving, and until when."""

    message_id: int
    point: Point
    until: datetime


@dataclass(frozen=True, slots=True)
class SeenPlace:
    """Where somebody is who shares it with the relative just now."""

    point: Point
    at: datetime
    until: datetime
    name: str


async def ask_for_place(uow: UnitOfWork, *, actor: Actor, contact_id: int) -> int:
    """Ask the elder in her chat, and who has an open alert of hers in hand, to share where they are.

    Returns how many are asked. Raises NotFound where nobody can be, Conflict while the last question is open,
    AccessDenied without the elder's consent to her place being seen.
    """
    elder = await my_elder(uow, actor=actor, contact_id=contact_id, scope=ContactScope.PLACE)
    if await uow.session.scalar(select(exists().where(*_open_of_contact(uow, contact_id)))):
        raise Conflict("family.error.place_asked")
    asked = [account for account in await _who_can_share(uow, elder) if account.id != actor.account_id]
    if not asked:
        raise NotFound("family.error.nobody_shares")
    for account in asked:
        row = PlaceRequest(
            community_id=elder.person.community_id,
            person_id=elder.person.id,
            contact_id=contact_id,
            account_id=account.id,
            state=PlaceState.ASKED,
            asked_at=uow.now,
            until=uow.now + ANSWER_WITHIN,
        )
        uow.session.add(row)
        await uow.session.flush()
        await _write_down(uow, actor, "place.ask", row)
        uow.record(PlaceAsked(row.id))
    return len(asked)


async def share_place(uow: UnitOfWork, *, actor: Actor, place: LivePlace) -> Sequence[PlaceRequest]:
    """Somebody who was asked shares where they are: with those who asked, with nobody else. Empty: nobody asked."""
    if not is_on_earth(place.point):
        return []
    rows = await _held(uow, PlaceRequest.account_id == actor.account_id, PlaceRequest.until > uow.now)
    for row in rows:
        row.state, row.message_id = PlaceState.SHARED, place.message_id
        row.until = min(place.until, uow.now + LONGEST_SHARE)
        _put(uow, row, place.point)
        await _write_down(uow, actor, "place.share", row)
        uow.record(PlaceShared(row.id))
    return rows


async def move_place(uow: UnitOfWork, *, actor: Actor, message_id: int, point: Point) -> bool:
    """They have moved; False where this message is shared with nobody (any more)."""
    rows = await _held(
        uow,
        PlaceRequest.account_id == actor.account_id,
        PlaceRequest.message_id == message_id,
        PlaceRequest.state == PlaceState.SHARED,
        PlaceRequest.until > uow.now,
    )
    for row in rows if is_on_earth(point) else ():
        _put(uow, row, point)
    return bool(rows)


async def stop_sharing(
    uow: UnitOfWork, *, actor: Actor, message_id: int | None = None, request_id: int | None = None
) -> bool:
    """Who was asked does not want to, or not any longer; twice is safe. False where nothing of theirs was open."""
    named = (
        PlaceRequest.id == request_id
        if request_id is not None
        else (PlaceRequest.message_id == message_id) & (PlaceRequest.state == PlaceState.SHARED)
    )
    rows = await _held(uow, PlaceRequest.account_id == actor.account_id, named)
    for row in rows:
        await _end(uow, actor, row, PlaceState.ENDED if row.state is PlaceState.SHARED else PlaceState.DECLINED)
    return bool(rows)


async def see_place(uow: UnitOfWork, *, actor: Actor, contact_id: int) -> SeenPlace | None:
    """Where the elder, or who is with her, is just now; every look is written down. None: nobody shares it.

    Raises NotFound, AccessDenied: also when the elder took her consent back meanwhile.
    """
    await my_elder(uow, actor=actor, contact_id=contact_id, scope=ContactScope.PLACE)
    newest = (
        select(PlaceRequest)
        .where(*_open_of_contact(uow, contact_id), PlaceRequest.state == PlaceState.SHARED)
        .order_by(PlaceRequest.place_at.desc())
        .limit(1)
    )
    row = await uow.session.scalar(newest)
    if row is None or row.place_sealed is None or row.place_at is None:
        return None
    longitude, latitude = uow.vault.open_json(row.place_sealed)
    name = (await uow.session.get_one(Account, row.account_id)).display_name
    return SeenPlace(Point(latitude=latitude, longitude=longitude), row.place_at, row.until, name)


async def has_ended_places(uow: UnitOfWork) -> bool:
    """Whether anything is to be ended by now: asked before the write lock is taken."""
    return bool(await uow.session.scalar(select(exists().where(*_over(uow)))))


async def end_places(uow: UnitOfWork, limit: int = BATCH) -> int:
    """End what nobody answered and what was shared for long enough; the places are erased."""
    found = select(PlaceRequest).where(*_over(uow)).order_by(PlaceRequest.id).limit(limit)
    rows = (await uow.session.scalars(found.with_for_update(skip_locked=True))).all()
    for row in rows:
        await _end(uow, CLOCK_ACTOR, row, PlaceState.ENDED)
    return len(rows)


async def _who_can_share(uow: UnitOfWork, elder: Elder) -> Sequence[Account]:
    takers = await uow.session.scalars(
        select(Alert.takers).where(
            Alert.subject_kind == SubjectKind.PERSON,
            Alert.subject_id == elder.person.id,
            Alert.state.in_(OPEN_STATES),
        )
    )
    helpers = {int(who.partition(":")[2]) for row in takers for who in row if who.startswith("account:")}
    found = select(Account).where(
        (Account.person_id == elder.person.id) | Account.id.in_(helpers),
        Account.forgotten_at.is_(None),
        Account.blocked_at.is_(None),
    )
    return (await uow.session.scalars(found.order_by(Account.id))).all()


async def _held(uow: UnitOfWork, *which: ColumnElement[bool]) -> Sequence[PlaceRequest]:
    found = select(PlaceRequest).where(PlaceRequest.state.in_(OPEN), *which).order_by(PlaceRequest.id)
    return (await uow.session.scalars(found.with_for_update())).all()


async def _end(uow: UnitOfWork, actor: Actor, row: PlaceRequest, state: PlaceState) -> None:
    was_shared = row.state is PlaceState.SHARED
    row.state, row.ended_at, row.place_sealed, row.message_id = state, uow.now, None, None
    await _write_down(uow, actor, "place.end", row)
    uow.record(PlaceEnded(row.id, was_shared=was_shared, was_declined=state is PlaceState.DECLINED))


def _put(uow: UnitOfWork, row: PlaceRequest, point: Point) -> None:
    row.place_sealed = uow.vault.seal_json([point.longitude, point.latitude])
    row.place_at = uow.now


def _open_of_contact(uow: UnitOfWork, contact_id: int) -> tuple[ColumnElement[bool], ...]:
    return PlaceRequest.contact_id == contact_id, PlaceRequest.state.in_(OPEN), PlaceRequest.until > uow.now


def _over(uow: UnitOfWork) -> tuple[ColumnElement[bool], ...]:
    return PlaceRequest.state.in_(OPEN), PlaceRequest.until <= uow.now


async def _write_down(uow: UnitOfWork, actor: Actor, action: str, row: PlaceRequest) -> None:
    home = await home_of(uow, row.person_id)
    facts = {"request": row.id, "contact": row.contact_id, "account": row.account_id, "state": row.state.value}
    audit(uow, actor, action, f"person:{row.person_id}", org_path=home.org_path, after=facts)
