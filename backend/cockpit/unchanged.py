"""Nobody overwrites what they have not seen: a form carries the mark of what its page showed."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from sqlalchemy import select

from backend.cockpit.errors import ChangedMeanwhile
from backend.cockpit.visits import Visit
from backend.registry.models import OrgUnit


def mark_of(shown: Any) -> str:
    """A short mark of a value of plain JSON; another value has another mark."""
    text = json.dumps(shown, ensure_ascii=False, sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:20]


async def hold_reference(visit: Visit) -> None:
    """Let one editor at a time change what belongs to this community, until the transaction ends."""
    await visit.uow.session.execute(
        select(OrgUnit.id).where(OrgUnit.id == visit.community.id).with_for_update(key_share=True)
    )


def check_unchanged(visit: Visit, present: Any) -> None:
    """Raise ChangedMeanwhile unless the thing is still as the sent form showed it (its field `was`)."""
    if visit.typed.get("was", "") != mark_of(present):
        raise ChangedMeanwhile
