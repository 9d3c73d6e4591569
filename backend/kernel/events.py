"""Facts that a service records; reactions and notifications hear them in the same transaction."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from backend.kernel.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class Event:
    """Base of all facts: named `NounPastTense`, holding ids rather than rows."""


Reaction = Callable[["UnitOfWork", Any], Awaitable[None]]
"""Called with the unit of work and the event; it may write and record further events, never commit."""

ReactionTable = Mapping[type[Event], tuple[Reaction, ...]]
"""Event class -> who reacts, in this order. Exactly the class counts, not its bases."""


def merged(*tables: ReactionTable) -> ReactionTable:
    """Join tables: of one event first the reactions of the first table, then of the second."""
    joined: dict[type[Event], tuple[Reaction, ...]] = {}
    for table in tables:
        for event, reactions in table.items():
            joined[event] = joined.get(event, ()) + reactions
    return joined
