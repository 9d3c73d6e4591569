"""Reads of neighbours' help: what is open, and what concerns me. Places and full names are for those involved."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, or_, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import aliased

from backend.kernel.access import Actor
from backend.kernel.unit_of_work import UnitOfWork
from backend.points.errors import NotForThem
from backend.points.help.models import HelpKind, HelpOffer, HelpRequest, HelpStatus
from backend.points.help.requests import request_row, speaks_for_asker
from backend.points.help.rules import LIVE
from backend.points.people import masked, own_person
from backend.registry.models import OrgUnit, Person


@dataclass(frozen=True, slots=True)
class HelpCard:
    """A request as its reader may see it: for strangers the name is masked and the place empty."""

    id: int
    kind: HelpKind
    status: HelpStatus
    words: str
    name: str
    place: str
    grid: str
    helper: str
    made_at: datetime
    until_at: datetime
    is_mine: bool
    """Whether the reader speaks for who is helped."""
    is_helper: bool
    have_said: bool
    """Whether the reader's side says already that it is done."""


async def open_help(uow: UnitOfWork, *, actor: Actor, page: int = 0, size: int = 6) -> list[HelpCard]:
    """What neighbours of the actor's community ask for and nobody has taken, oldest first."""
    person = await uow.session.get_one(Person, own_person(actor))
    found = _cards().where(
        HelpRequest.community_id == person.community_id,
        HelpRequest.status == HelpStatus.OPEN,
        HelpRequest.until_at > uow.now,
        HelpRequest.person_id != person.id,
    )
    rows = await uow.session.execute(found.order_by(HelpRequest.id).offset(page * size).limit(size))
    return [_card(uow, *row, is_mine=False, is_helper=False) for row in rows]


async def my_help(uow: UnitOfWork, *, actor: Actor, most: int = 10) -> list[HelpCard]:
    """What the actor asked for, for whomever, and what they promised, as long as it is not over."""
    mine = or_(HelpRequest.asked_by_id == actor.account_id, HelpRequest.helper_account_id == actor.account_id)
    if actor.person_id is not None:
        mine = or_(mine, HelpRequest.person_id == actor.person_id)
    found = _cards().where(HelpRequest.status.in_(LIVE), mine).order_by(HelpRequest.id.desc()).limit(most)
    rows = (await uow.session.execute(found)).all()
    return [
        _card(
            uow,
            *row,
            is_mine=row[0].helper_account_id != actor.account_id,
            is_helper=row[0].helper_account_id == actor.account_id,
        )
        for row in rows
    ]


async def help_card(uow: UnitOfWork, *, actor: Actor, request_id: int) -> HelpCard:
    """One request as this actor may see it. Raises NotFound, and NotForThem for somebody of another community."""
    request = await request_row(uow, request_id)
    is_helper = request.helper_account_id is not None and request.helper_account_id == actor.account_id
    is_mine = await speaks_for_asker(uow, actor, request)
    if not (is_helper or is_mine or request.status is HelpStatus.OPEN):
        raise NotForThem
    row = (await uow.session.execute(_cards().where(HelpRequest.id == request_id))).one()
    return _card(uow, *row, is_mine=is_mine, is_helper=is_helper)


_Helper = aliased(Person)


def _cards() -> Select[HelpRequest, str, str | None, str | None]:
    return (
        select(HelpRequest, Person.name, _Helper.name, OrgUnit.name)
        .join(Person, Person.id == HelpRequest.person_id)
        .outerjoin(_Helper, _Helper.id == HelpRequest.helper_person_id)
        .outerjoin(OrgUnit, OrgUnit.id == HelpRequest.grid_id)
        .execution_options(populate_existing=True)
    )


def _card(
    uow: UnitOfWork,
    request: HelpRequest,
    name: str,
    helper: str | None,
    grid: str | None,
    *,
    is_mine: bool,
    is_helper: bool,
) -> HelpCard:
    is_involved = is_mine or is_helper
    said = request.helper_said_at if is_helper else request.other_said_at
    return HelpCard(
        id=request.id,
        kind=request.kind,
        status=request.status,
        words=uow.vault.open(request.words_sealed),
        name=name if is_involved else masked(name),
        place=uow.vault.open(request.place_sealed) if is_involved else "",
        grid=grid or "",
        helper=(helper or "") if is_involved else "",
        made_at=request.made_at,
        until_at=request.until_at,
        is_mine=is_mine,
        is_helper=is_helper,
        have_said=said is not None,
    )


async def offer_help(uow: UnitOfWork, *, actor: Actor, kinds: Sequence[HelpKind]) -> None:
    """Hear of requests of these kinds from now on; none at all ends it."""
    person = await uow.session.get_one(Person, own_person(actor))
    dialect = sqlite if uow.is_sqlite else postgresql
    values = {
        "account_id": actor.account_id,
        "person_id": person.id,
        "community_id": person.community_id,
        "kinds": sorted({kind.value for kind in kinds}),
        "made_at": uow.now,
    }
    row = dialect.insert(HelpOffer).values(values)
    changed = {"kinds": values["kinds"], "made_at": uow.now}
    await uow.session.execute(row.on_conflict_do_update(index_elements=[HelpOffer.account_id], set_=changed))


async def offered_kinds(uow: UnitOfWork, *, actor: Actor) -> frozenset[HelpKind]:
    """With what the actor is glad to help."""
    found = select(HelpOffer.kinds).where(HelpOffer.account_id == actor.account_id)
    kinds = await uow.session.scalar(found)
    return frozenset(HelpKind(kind) for kind in kinds or ())


async def glad_helpers(uow: UnitOfWork, request_id: int, *, most: int = 30) -> list[int]:
    """The accounts of those who want to hear of this request, without who asks and who is helped."""
    request = await request_row(uow, request_id)
    found = (
        select(HelpOffer.account_id, HelpOffer.kinds)
        .where(
            HelpOffer.community_id == request.community_id,
            HelpOffer.person_id != request.person_id,
            HelpOffer.account_id != (request.asked_by_id or 0),
        )
        .order_by(HelpOffer.account_id)
    )
    rows = await uow.session.execute(found)
    return [row.account_id for row in rows if request.kind in row.kinds][:most]
