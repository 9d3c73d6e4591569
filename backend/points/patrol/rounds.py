"""A patrol round: a resident says it with a proof, the grid's worker looks, and then it earns points."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import Row, select, update
from sqlalchemy.dialects import postgresql, sqlite

from backend.kernel.access import WORKERS, Actor, Permission, check_access
from backend.kernel.audit import audit
from backend.kernel.errors import NotFound
from backend.kernel.geo import Point
from backend.kernel.unit_of_work import UnitOfWork
from backend.points.earning.awarding import award
from backend.points.errors import AlreadyDecided, OwnHelp, PatrolElsewhere, PatrolIsWork, PatrolUnproven, PatrolWaits
from backend.points.events import PatrolDecided, PatrolSaid
from backend.points.patrol.models import PatrolRound, PatrolState
from backend.points.people import live_together, own_person, path_of
from backend.points.words import clean
from backend.registry.homes import home_of
from backend.registry.places import grid_at

LIFE = timedelta(days=2)
"""So long a round waits for somebody to look at it."""
LONGEST_WORDS = 200


@dataclass(frozen=True, slots=True)
class Proof:
    """Where the resident was, or what they saw; one of both is needed."""

    point: Point | None = None
    photo: str | None = None
    words: str = ""


async def say_patrolled(uow: UnitOfWork, *, actor: Actor, proof: Proof) -> int:
    """Keep a round and ask the grid's workers; the id of the round.

    Raises NotAResident, PatrolIsWork for those whose job it is, PatrolUnproven, PatrolElsewhere for a place outside
    the community, PatrolWaits while an earlier round is not decided.
    """
    person_id = own_person(actor)
    if actor.has_role(*WORKERS):
        raise PatrolIsWork
    if proof.point is None and proof.photo is None:
        raise PatrolUnproven
    home = await home_of(uow, person_id)
    community_id = home.person.community_id
    grid_id = await _grid_of(uow, community_id, proof.point) if proof.point is not None else home.grid_id
    await _lapse(uow, person_id)
    dialect = sqlite if uow.is_sqlite else postgresql
    row = dialect.insert(PatrolRound).values(
        community_id=community_id,
        grid_id=grid_id,
        person_id=person_id,
        account_id=actor.account_id,
        longitude=proof.point.longitude if proof.point is not None else None,
        latitude=proof.point.latitude if proof.point is not None else None,
        photo_file_id=proof.photo,
        words_sealed=uow.vault.seal(clean(proof.words, LONGEST_WORDS)),
        state=PatrolState.SAID,
        said_at=uow.now,
    )
    made: int | None = await uow.session.scalar(row.on_conflict_do_nothing().returning(PatrolRound.id))
    if made is None:
        raise PatrolWaits
    audit(uow, actor, "patrol.say", f"patrol:{made}", org_path=await path_of(uow, grid_id or community_id))
    uow.record(PatrolSaid(round_id=made))
    return made


async def _grid_of(uow: UnitOfWork, community_id: int, point: Point) -> int:
    grid = await grid_at(uow, point, within=await path_of(uow, community_id))
    if grid is None:
        raise PatrolElsewhere
    return grid.id


async def _lapse(uow: UnitOfWork, person_id: int) -> None:
    """Let go of what nobody looked at, so that it does not stand in the way for ever."""
    await uow.session.execute(
        update(PatrolRound)
        .where(
            PatrolRound.person_id == person_id,
            PatrolRound.state == PatrolState.SAID,
            PatrolRound.said_at <= uow.now - LIFE,
        )
        .values(state=PatrolState.LAPSED)
        .execution_options(synchronize_session=False)
    )


async def decide_patrol(uow: UnitOfWork, *, actor: Actor, round_id: int, is_true: bool) -> None:
    """Confirm a round, which then earns points within its limits, or refuse it.

    Raises NotFound, AccessDenied, OwnHelp for oneself and one's household, AlreadyDecided.
    """
    patrol = await patrol_row(uow, round_id)
    path = await path_of(uow, patrol.grid_id or patrol.community_id)
    check_access(actor, Permission.USE_POINTS_FOR_OTHERS, path)
    if actor.person_id is not None and (
        actor.person_id == patrol.person_id or await live_together(uow, actor.person_id, patrol.person_id)
    ):
        raise OwnHelp
    decided = await uow.session.scalar(
        update(PatrolRound)
        .where(PatrolRound.id == round_id, PatrolRound.state == PatrolState.SAID)
        .values(
            state=PatrolState.CONFIRMED if is_true else PatrolState.REFUSED,
            decided_at=uow.now,
            decided_by_id=actor.account_id,
        )
        .returning(PatrolRound.id)
        .execution_options(synchronize_session=False)
    )
    if decided is None:
        raise AlreadyDecided
    if is_true:
        await award(
            uow,
            rule="patrol",
            person_id=patrol.person_id,
            event_key=f"patrol:{round_id}",
            community_id=patrol.community_id,
            actor=actor,
        )
    audit(uow, actor, "patrol.decide", f"patrol:{round_id}", org_path=path, after={"is_true": is_true})
    uow.record(PatrolDecided(round_id=round_id))


async def patrol_row(uow: UnitOfWork, round_id: int) -> Row[Any]:
    """A round as it stands in the database now. Raises NotFound."""
    row = (await uow.session.execute(select(PatrolRound.__table__).where(PatrolRound.id == round_id))).first()
    if row is None:
        raise NotFound
    return row
