"""The short numbers that people say aloud: given out per community and year, read back from what somebody typed."""

from __future__ import annotations

import re
import unicodedata
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy import Table, bindparam
from sqlalchemy.dialects import postgresql, sqlite

from backend.issues.models import IssueCounter
from backend.kernel.unit_of_work import UnitOfWork
from backend.registry.models import OrgUnit


class Number(NamedTuple):
    """An issue's number in its community; `Issue.number` writes it out."""

    year: int
    serial: int


_counter: Table = IssueCounter.__table__  # type: ignore[assignment]


def _taking(dialect: Any) -> Any:
    first = dialect.insert(_counter).values(community_id=bindparam("community"), year=bindparam("this_year"), last=1)
    key = [_counter.c.community_id, _counter.c.year]
    return first.on_conflict_do_update(index_elements=key, set_={"last": _counter.c.last + 1}).returning(
        _counter.c.last
    )


_TAKE_ON_SQLITE, _TAKE = _taking(sqlite), _taking(postgresql)


async def next_number(uow: UnitOfWork, community: OrgUnit) -> Number:
    """Take the community's next number of its local year.

    The counter's row stays locked until the commit, so two reports at once never get the same number, and one
    that is rolled back leaves no gap.
    """
    year = uow.now.astimezone(ZoneInfo(community.time_zone)).year
    taken = _TAKE_ON_SQLITE if uow.is_sqlite else _TAKE
    last = await uow.run(taken, {"community": community.id, "this_year": year})
    return Number(year, int(last.scalar_one()))


_SPOKEN = re.compile(r"[#№]?\s*(?:(?:20)?(?P<year>\d{2})\s*[-‐-―−_/ ]\s*)?(?P<serial>\d{1,7})")


def number_in(typed: str, this_year: int) -> Number | None:
    """Read `26-0123`, `#26 123`, `2026-123` or, for this year, `123`, full-width digits too; None if it is none."""
    found = _SPOKEN.fullmatch(unicodedata.normalize("NFKC", typed).strip())
    if found is None:
        return None
    year = 2000 + int(found["year"]) if found["year"] else this_year
    return Number(year, int(found["serial"]))
