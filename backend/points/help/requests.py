"""Asking for help: for oneself or for somebody who may not have a telephone of this kind; calling it off."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import Row, func, select, update
from sqlalchemy.dialects import postgresql, sqlite

from backend.kernel.access import Actor
from backend.kernel.audit import audit
from backend.kernel.errors import NotFound
from backend.kernel.unit_of_work import UnitOfWork
from backend.points.errors import HelpGone, NotForThem, TooMuchHelp, WordsMissing
from backend.points.events import HelpAsked, HelpEnded
from backend.points.help.models import HelpKind, HelpRequest, HelpStatus
from backend.points.help.rules import FROM, LIFE, LIVE, LONGEST_PLACE, LONGEST_WORDS, MOST_ASKED, HelpAction
from backend.points.people import acted_for, may_use_points_of
from backend.points.words import clean
from backend.registry.homes import home_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What somebody asks for. `source` is a fact that asks by itself, such as a meal to be brought."""

    kind: HelpKind
    words: str = ""
    place: str = ""
    person_id: int | None = None
    life: timedelta = LIFE
    source: str | None = None


async def ask_help(uow: UnitOfWork, *, actor: Actor, asked: Asked) -> int:
    """Ask for help; the id of the request. The place by default is the person's home; only the helper reads it.

    Raises NotAResident, NotForThem, WordsMissing, TooMuchHelp.
    """
    person_id = await acted_for(uow, actor, asked.person_id)
    words = clean(asked.words, LONGEST_WORDS)
    if not words:
        raise WordsMissing
    home = await home_of(uow, person_id)
    await _check_room(uow, person_id)
    place = clean(asked.place, LONGEST_PLACE) or (home.address.label if home.address else "")
    values = {
        "community_id": home.person.community_id,
        "grid_id": home.grid_id,
        "kind": asked.kind,
        "person_id": person_id,
        "asked_by_id": actor.account_id,
        "words_sealed": uow.vault.seal(words),
        "place_sealed": uow.vault.seal(place),
        "status": HelpStatus.OPEN,
        "made_at": uow.now,
        "until_at": uow.now + asked.life,
        "by_worker": False,
        "source": asked.source,
    }
    dialect = sqlite if uow.is_sqlite else postgresql
    row = dialect.insert(HelpRequest).values(values).on_conflict_do_nothing().returning(HelpRequest.id)
    made: int | None = await uow.session.scalar(row)
    if made is None:
        return int(await uow.session.scalar(select(HelpRequest.id).where(HelpRequest.source == asked.source)) or 0)
    on_behalf = person_id if person_id != actor.person_id else None
    audit(uow, actor, "help.ask", f"help:{made}", org_path=home.org_path, on_behalf_of=on_behalf)
    uow.record(HelpAsked(request_id=made))
    return made


async def _check_room(uow: UnitOfWork, person_id: int) -> None:
    live = select(func.count()).where(HelpRequest.person_id == person_id, HelpRequest.status.in_(LIVE))
    if int(await uow.session.scalar(live) or 0) >= MOST_ASKED:
        raise TooMuchHelp(MOST_ASKED)


async def cancel_help(uow: UnitOfWork, *, actor: Actor, request_id: int) -> None:
    """Call a request off, as long as nobody says that it is done. Raises NotFound, NotForThem, HelpGone."""
    request = await request_row(uow, request_id)
    if not await speaks_for_asker(uow, actor, request):
        raise NotForThem
    await move(uow, request_id, HelpAction.CANCEL, status=HelpStatus.CANCELLED, ended_at=uow.now)
    uow.record(HelpEnded(request_id=request_id))


async def lapse_help(uow: UnitOfWork, limit: int = 100) -> int:
    """End what nobody took in time; returns how many. Twice is safe."""
    due = await uow.session.scalars(
        select(HelpRequest.id)
        .where(HelpRequest.status == HelpStatus.OPEN, HelpRequest.until_at <= uow.now)
        .order_by(HelpRequest.id)
        .limit(limit)
    )
    lapsed = 0
    for request_id in due.all():
        if await try_move(uow, request_id, HelpAction.LAPSE, status=HelpStatus.LAPSED, ended_at=uow.now):
            uow.record(HelpEnded(request_id=request_id))
            lapsed += 1
    return lapsed


async def request_row(uow: UnitOfWork, request_id: int) -> Row[Any]:
    """A request as it stands in the database now. Raises NotFound."""
    row = (await uow.session.execute(select(HelpRequest.__table__).where(HelpRequest.id == request_id))).first()
    if row is None:
        raise NotFound
    return row


async def speaks_for_asker(uow: UnitOfWork, actor: Actor, request: Row[Any]) -> bool:
    """Whether the actor is the person, asked for them, or may act for them; never the helper."""
    if request.helper_account_id is not None and request.helper_account_id == actor.account_id:
        return False
    if actor.person_id is not None and actor.person_id == request.person_id:
        return True
    if actor.account_id is not None and actor.account_id == request.asked_by_id:
        return True
    return await may_use_points_of(uow, actor, request.person_id)


async def move(uow: UnitOfWork, request_id: int, action: HelpAction, **values: Any) -> None:
    """Change a request if its state allows `action`; raises HelpGone."""
    if not await try_move(uow, request_id, action, **values):
        raise HelpGone


async def try_move(uow: UnitOfWork, request_id: int, action: HelpAction, *conditions: Any, **values: Any) -> bool:
    """Change a request if its state and `conditions` allow it; of two at once the database lets one through."""
    changed = (
        update(HelpRequest)
        .where(HelpRequest.id == request_id, HelpRequest.status.in_(FROM[action]), *conditions)
        .values(**values)
        .returning(HelpRequest.id)
        .execution_options(synchronize_session=False)
    )
    return await uow.session.scalar(changed) is not None
