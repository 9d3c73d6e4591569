"""The session of a unit of work: what it has read once it does not ask for again."""

from __future__ import annotations

from typing import Any

from sqlalchemy import event
from sqlalchemy.orm import Session


class RememberingSession(Session):
    """Holds its rows until it ends; a plain session forgets them as soon as nobody else holds them."""


@event.listens_for(RememberingSession, "loaded_as_persistent")
@event.listens_for(RememberingSession, "pending_to_persistent")
def _hold(session: Session, row: Any) -> None:
    session.info.setdefault("held rows", []).append(row)
