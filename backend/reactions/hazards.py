"""A resident's hazard earns points once somebody has looked at it, and gives them back when it turns out to be none."""

from __future__ import annotations

from backend.issues import events as issues
from backend.issues.hazards import hazard_reports
from backend.issues.states import IssueAction, IssueStatus
from backend.kernel.access import CLOCK_ACTOR
from backend.kernel.unit_of_work import UnitOfWork
from backend.points.earning.awarding import award
from backend.points.earning.taking_back import take_back

TAKEN_ON = frozenset({IssueAction.ACCEPT, IssueAction.DISPATCH, IssueAction.CLAIM, IssueAction.PASS})
"""What says that a human looked and found it true. The program does some of these too: then nobody has."""
FOUND_VOID = frozenset({IssueStatus.REJECTED, IssueStatus.CANCELLED})


async def pay_for_hazard(uow: UnitOfWork, event: issues.IssueMoved) -> None:
    """Pay each report of a hazard when somebody else than its reporter takes it on; take it back when it is void."""
    if event.to_status in FOUND_VOID:
        for report in await hazard_reports(uow, event.issue_id):
            key = f"report:{report.report_id}"
            await take_back(uow, event_key=key, actor=CLOCK_ACTOR, reason=event.to_status.value)
    elif event.action in TAKEN_ON and event.actor_account_id is not None:
        for report in await hazard_reports(uow, event.issue_id):
            if report.account_id != event.actor_account_id:
                await award(
                    uow,
                    rule="hazard_report",
                    person_id=report.person_id,
                    event_key=f"report:{report.report_id}",
                    community_id=report.community_id,
                    actor=CLOCK_ACTOR,
                )
