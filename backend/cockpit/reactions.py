"""THE TABLE: what shuts the web door. The composition root merges it with the other tables of reactions."""

from __future__ import annotations

from backend.cockpit.sessions import end_sessions_of
from backend.kernel.events import ReactionTable
from backend.kernel.unit_of_work import UnitOfWork
from backend.registry.events import AccountForgotten, RoleEnded


async def shut_the_door(uow: UnitOfWork, event: RoleEnded | AccountForgotten) -> None:
    """End all sessions of whoever lost a role; who still has another one asks for a new link."""
    await end_sessions_of(uow, account_id=event.account_id)


REACTIONS: ReactionTable = {RoleEnded: (shut_the_door,), AccountForgotten: (shut_the_door,)}
