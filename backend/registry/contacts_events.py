"""Facts about contacts; `backend.notify` says who hears them."""

from __future__ import annotations

from dataclasses import dataclass, field

from backend.kernel.events import Event


@dataclass(frozen=True, slots=True)
class ProofAsked(Event):
    """A code is to be brought to a method. It stands nowhere else in clear, so the message is made from this."""

    proof_id: int
    method_id: int
    code: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class ContactOptedOut(Event):
    """Who has this telephone wants no more messages: staff must find another way for these contacts."""

    telephone_id: int
    contact_ids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class ContactOptedIn(Event):
    """Who has this telephone wants to be reached again."""

    telephone_id: int
    contact_ids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class MethodFailing(Event):
    """What was sent by this way lately did not arrive, several times in a row."""

    method_id: int
    contact_id: int
