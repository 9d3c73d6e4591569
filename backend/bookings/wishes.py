"""The library of learning wishes: what is wished for, and the courses that answer it."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from sqlalchemy import func, select
from sqlalchemy.dialects import postgresql, sqlite

from backend.bookings.beneficiaries import my_child, myself
from backend.bookings.errors import WishInvalid
from backend.bookings.events import WishAnswered, WishMade
from backend.bookings.models import Child, Offering, Session
from backend.bookings.providers import approved_provider, providers_of
from backend.bookings.states import ProviderState, WishState
from backend.bookings.wish_models import Wish
from backend.kernel.access import Actor, Permission, may
from backend.kernel.audit import audit
from backend.kernel.errors import AccessDenied, NotFound
from backend.kernel.unit_of_work import UnitOfWork
from backend.registry.homes import home_of
from backend.registry.models import OrgUnit

LONGEST_WORDS = 200
OPEN = (WishState.OPEN, WishState.ANSWERED)


@dataclass(frozen=True, slots=True)
class Topic:
    """What can be wished for; `offering` is the course of a new community that teaches it."""

    key: str
    emoji: str
    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class WishGroup:
    """Wishes of one topic that wait: how many, and the ages of the children among them."""

    topic: str
    count: int
    online_fine: int
    youngest: int | None
    oldest: int | None


@cache
def topics() -> Mapping[str, Topic]:
    """The topics by key, in the order of the file."""
    rows = tomllib.loads(Path(__file__).with_name("offerings.toml").read_text(encoding="utf-8"))["topics"]
    return {row["key"]: Topic(**row) for row in rows}


async def make_wish(
    uow: UnitOfWork,
    *,
    actor: Actor,
    community: OrgUnit,
    topic: str,
    child_id: int | None = None,
    words: str = "",
    is_online_fine: bool = False,
) -> tuple[Wish, bool]:
    """Enter a wish, for a child of one's own or for oneself; the same wish again gives the first one and False."""
    if topic not in topics() or len(words) > LONGEST_WORDS:
        raise WishInvalid
    if actor.account_id is None:
        raise AccessDenied
    learner = await my_child(uow, actor, child_id) if child_id is not None else await myself(uow, actor)
    key = learner.key if child_id is not None else f"account:{actor.account_id}"
    row = {
        "community_id": community.id,
        "account_id": actor.account_id,
        "child_id": child_id,
        "learner": key,
        "topic": topic,
        "words": words.strip(),
        "is_online_fine": is_online_fine,
        "grid_id": (await home_of(uow, actor.person_id)).grid_id if actor.person_id is not None else None,
        "state": WishState.OPEN,
        "created_at": uow.now,
    }
    insert = sqlite.insert if uow.is_sqlite else postgresql.insert
    wish = await uow.session.scalar(insert(Wish).values(row).on_conflict_do_nothing().returning(Wish))
    if wish is None:
        same = select(Wish).where(Wish.learner == key, Wish.topic == topic, Wish.state.in_(OPEN))
        return (await uow.session.scalars(same)).one(), False
    audit(uow, actor, "wish.make", f"wish:{wish.id}", org_path=community.path, after={"topic": topic})
    uow.record(WishMade(wish.id))
    return wish, True


async def withdraw_wish(uow: UnitOfWork, *, actor: Actor, wish_id: int) -> None:
    """Take a wish back; twice changes nothing. Raises NotFound for somebody else's."""
    wish = await uow.session.get(Wish, wish_id)
    if wish is None or wish.account_id != actor.account_id:
        raise NotFound
    if wish.state in OPEN:
        wish.state = WishState.WITHDRAWN


async def my_wishes(uow: UnitOfWork, *, actor: Actor) -> Sequence[Wish]:
    """The actor's wishes that wait or were answered."""
    rows = await uow.session.scalars(
        select(Wish).where(Wish.account_id == actor.account_id, Wish.state.in_(OPEN)).order_by(Wish.id)
    )
    return rows.all()


async def groups_of_wishes(uow: UnitOfWork, *, actor: Actor, community: OrgUnit) -> list[WishGroup]:
    """What waits, by topic, the most wished for first: for approved providers and for staff; no child is named."""
    await _check_may_look(uow, actor, community)
    age = uow.now.year - Child.birth_year
    rows = await uow.session.execute(
        select(
            Wish.topic,
            func.count(),
            func.count().filter(Wish.is_online_fine.is_(True)),
            func.min(age),
            func.max(age),
        )
        .outerjoin(Child, Child.id == Wish.child_id)
        .where(Wish.community_id == community.id, Wish.state == WishState.OPEN)
        .group_by(Wish.topic)
        .order_by(func.count().desc(), Wish.topic)
    )
    return [WishGroup(*row) for row in rows]


async def _check_may_look(uow: UnitOfWork, actor: Actor, community: OrgUnit) -> None:
    if may(actor, Permission.MANAGE_BOOKINGS, community.path):
        return
    if actor.account_id is None or not await providers_of(uow, actor.account_id, ProviderState.APPROVED):
        raise AccessDenied


async def answer_wishes(uow: UnitOfWork, *, actor: Actor, session_id: int, topic: str) -> int:
    """Offer a course to all who wished for its topic and whose age fits; returns how many hear of it. Twice is safe."""
    session = await uow.session.get(Session, session_id)
    if session is None:
        raise NotFound
    await approved_provider(uow, actor, session.provider_id, for_offering=session.offering_id)
    offering = await uow.session.get_one(Offering, session.offering_id)
    rows = await uow.session.execute(
        select(Wish, Child.birth_year)
        .outerjoin(Child, Child.id == Wish.child_id)
        .where(Wish.community_id == session.community_id, Wish.topic == topic, Wish.state == WishState.OPEN)
        .order_by(Wish.id)
        .with_for_update(of=Wish)
    )
    told = 0
    for wish, birth_year in rows.all():
        age = uow.now.year - birth_year if birth_year else None
        if age is not None and not (offering.lowest_age or 0) <= age <= (offering.highest_age or 200):
            continue
        wish.state, wish.session_id = WishState.ANSWERED, session.id
        uow.record(WishAnswered(wish.id, session.id))
        told += 1
    return told
