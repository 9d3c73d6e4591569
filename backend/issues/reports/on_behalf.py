"""The person for whom somebody else reports, as the report keeps them: sealed."""

from __future__ import annotations

import json

from backend.issues.reports.new_report import OnBehalfOf
from backend.kernel.unit_of_work import UnitOfWork


def sealed_on_behalf_of(uow: UnitOfWork, person: OnBehalfOf | None) -> str | None:
    """The person for whom somebody reports, as the column keeps it."""
    if person is None:
        return None
    return uow.vault.seal(json.dumps({"name": person.name, "phone": person.phone}, ensure_ascii=False))


def opened_on_behalf_of(uow: UnitOfWork, sealed: str) -> OnBehalfOf:
    """What `sealed_on_behalf_of` wrote."""
    stored = json.loads(uow.vault.open(sealed))
    return OnBehalfOf(stored["name"], stored["phone"])
