"""Whether an issue is a hazard that residents reported, and by whom: what is worth something to the community."""

from __future__ import annotations

from typing import NamedTuple

from sqlalchemy import bindparam, select
from sqlalchemy.orm import aliased

from backend.issues.categories.models import Category
from backend.issues.models import Issue, Report
from backend.issues.states import ReportSource
from backend.kernel.unit_of_work import UnitOfWork
from backend.registry.models import Account

HAZARDS = frozenset({"fire", "sewage", "lift", "building", "utility", "public"})
"""Keys of groups whose problems are hazards; a grade of red or orange makes any problem one."""
GRAVE = frozenset({"red", "orange"})

_group = aliased(Category)
_REPORTS = (
    select(Report.id, Account.id, Account.person_id, Issue.community_id, Issue.risk_grade, Category.key, _group.key)
    .join(Issue, Issue.id == Report.issue_id)
    .join(Category, Category.id == Issue.category_id)
    .outerjoin(_group, _group.id == Category.parent_id)
    .join(Account, Account.id == Report.account_id)
    .where(
        Report.issue_id == bindparam("issue_id"),
        Report.source == ReportSource.RESIDENT,
        Account.person_id.is_not(None),
    )
    .order_by(Report.id)
)
"""Asked with every move of every issue, so put together once."""


class HazardReport(NamedTuple):
    report_id: int
    account_id: int
    person_id: int
    community_id: int


async def hazard_reports(uow: UnitOfWork, issue_id: int) -> list[HazardReport]:
    """The reports of residents whom the registry knows on an issue that is a hazard; none on any other issue."""
    rows = await uow.session.execute(_REPORTS, {"issue_id": issue_id})
    return [
        HazardReport(report_id, account_id, person_id, community_id)
        for report_id, account_id, person_id, community_id, grade, key, above in rows
        if person_id is not None and (grade.value in GRAVE or {key, above} & HAZARDS)
    ]
