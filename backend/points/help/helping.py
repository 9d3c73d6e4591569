"""Helping: to take a request, to give it back, and both sides saying that it is done."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Row, case, func, select, update

from backend.kernel.access import Actor, Permission, may
from backend.kernel.audit import audit
from backend.kernel.unit_of_work import UnitOfWork
from backend.points.earning.awarding import Award, award
from backend.points.errors import HelpGone, NotAResident, NotForThem, OwnHelp, TooMuchHelp
from backend.points.events import HelpConfirmed, HelpDone, HelpGivenBack, HelpTaken, HelpUnconfirmed
from backend.points.help.models import HelpRequest, HelpStatus
from backend.points.help.requests import move, request_row, speaks_for_asker, try_move
from backend.points.help.rules import ASK_WORKER_AFTER, DEFAULT_RULE, EARNS, MOST_TAKEN, HelpAction
from backend.points.people import live_together, own_person, path_of
from backend.registry.models import Person


async def take_help(uow: UnitOfWork, *, actor: Actor, request_id: int) -> None:
    """Promise to help. Taking one's own again changes nothing; of two at once one has it.

    Raises NotFound, NotAResident, OwnHelp (also within a household), TooMuchHelp, HelpGone.
    """
    helper = own_person(actor)
    request = await request_row(uow, request_id)
    if request.helper_person_id == helper and request.status is not HelpStatus.OPEN:
        return
    await _check_helper(uow, request, helper)
    await move(
        uow,
        request_id,
        HelpAction.TAKE,
        status=HelpStatus.TAKEN,
        helper_person_id=helper,
        helper_account_id=actor.account_id,
        taken_at=uow.now,
    )
    audit(uow, actor, "help.take", f"help:{request_id}", org_path=await path_of(uow, request.community_id))
    uow.record(HelpTaken(request_id=request_id))


async def _check_helper(uow: UnitOfWork, request: Row[Any], helper: int) -> None:
    person = await uow.session.get(Person, helper)
    if person is None or person.community_id != request.community_id:
        raise NotAResident
    if helper == request.person_id or await live_together(uow, helper, request.person_id):
        raise OwnHelp
    taken = select(func.count()).where(HelpRequest.helper_person_id == helper, HelpRequest.status == HelpStatus.TAKEN)
    if int(await uow.session.scalar(taken) or 0) >= MOST_TAKEN:
        raise TooMuchHelp(MOST_TAKEN)


async def give_back_help(uow: UnitOfWork, *, actor: Actor, request_id: int) -> None:
    """The helper cannot come after all; others may take it. Raises NotFound, NotForThem, HelpGone."""
    request = await request_row(uow, request_id)
    if request.helper_account_id is None or request.helper_account_id != actor.account_id:
        raise NotForThem
    nobody: dict[str, Any] = dict.fromkeys(("helper_person_id", "helper_account_id", "taken_at"))
    await move(uow, request_id, HelpAction.GIVE_BACK, status=HelpStatus.OPEN, **nobody)
    uow.record(HelpGivenBack(request_id=request_id, helper_account_id=request.helper_account_id))


async def say_helped(uow: UnitOfWork, *, actor: Actor, request_id: int) -> HelpStatus:
    """Say that it is done: the helper, or whoever speaks for the person helped. Points come when both have.

    Saying it again changes nothing. Raises NotFound, NotForThem, HelpGone.
    """
    request = await request_row(uow, request_id)
    is_helper = request.helper_account_id is not None and request.helper_account_id == actor.account_id
    if not (is_helper or await speaks_for_asker(uow, actor, request)):
        raise NotForThem
    mine, theirs = HelpRequest.helper_said_at, HelpRequest.other_said_at
    if not is_helper:
        mine, theirs = theirs, mine
    said: dict[Any, Any] = {
        mine.key: uow.now,
        "status": case((theirs.is_not(None), HelpStatus.CONFIRMED.value), else_=HelpStatus.DONE.value),
        "ended_at": case((theirs.is_not(None), uow.now)),
    }
    if not is_helper:
        said |= {"confirmed_by_id": actor.account_id, "by_worker": await _is_worker(uow, actor, request)}
    if not await try_move(uow, request_id, HelpAction.SAY_DONE, mine.is_(None), **said):
        return await _said_already(uow, request_id, is_helper=is_helper)
    status = HelpStatus((await request_row(uow, request_id)).status)
    await (_pay(uow, actor, request_id) if status is HelpStatus.CONFIRMED else _tell(uow, request_id))
    return status


async def _is_worker(uow: UnitOfWork, actor: Actor, request: Row[Any]) -> bool:
    path = await path_of(uow, request.grid_id or request.community_id)
    return actor.person_id != request.person_id and may(actor, Permission.USE_POINTS_FOR_OTHERS, path)


async def _said_already(uow: UnitOfWork, request_id: int, *, is_helper: bool) -> HelpStatus:
    request = await request_row(uow, request_id)
    if (request.helper_said_at if is_helper else request.other_said_at) is None:
        raise HelpGone
    return HelpStatus(request.status)


async def _tell(uow: UnitOfWork, request_id: int) -> None:
    uow.record(HelpDone(request_id=request_id))


async def _pay(uow: UnitOfWork, actor: Actor, request_id: int) -> Award:
    request = await request_row(uow, request_id)
    audit(uow, actor, "help.confirm", f"help:{request_id}", org_path=await path_of(uow, request.community_id))
    uow.record(HelpConfirmed(request_id=request_id))
    return await award(
        uow,
        rule=EARNS.get(request.kind, DEFAULT_RULE),
        person_id=request.helper_person_id,
        other_person_id=request.person_id,
        event_key=f"help:{request_id}",
        community_id=request.community_id,
        actor=actor,
    )


async def ask_workers(uow: UnitOfWork, limit: int = 100) -> int:
    """Ask the grid worker about help of which only the helper says that it is done; returns how many."""
    asked = await uow.session.scalars(
        update(HelpRequest)
        .where(
            HelpRequest.id.in_(
                select(HelpRequest.id)
                .where(
                    HelpRequest.status == HelpStatus.DONE,
                    HelpRequest.helper_said_at <= uow.now - ASK_WORKER_AFTER,
                    HelpRequest.other_said_at.is_(None),
                    HelpRequest.worker_asked_at.is_(None),
                )
                .limit(limit)
            )
        )
        .values(worker_asked_at=uow.now)
        .returning(HelpRequest.id)
        .execution_options(synchronize_session=False)
    )
    ids = asked.all()
    for request_id in ids:
        uow.record(HelpUnconfirmed(request_id=request_id))
    return len(ids)
