"""Between units: staff report a matter up, superiors hand one down; and who reported anonymously, with a reason."""

from __future__ import annotations

from collections.abc import Sequence

from backend.issues.demands.between_units import Sending, send_issue_down, send_issue_up
from backend.issues.views.issue_view import IssueView, reveal_reporter, view_issue
from backend.kernel.access import OFFICE, Permission, may
from backend.kernel.errors import BadInput, NotFound
from backend.notify.presses import StaffButton, StaffPress
from backend.registry.models import OrgKind, OrgUnit
from backend.registry.queries import community_of, ids_in, org_unit, units_within
from handlers.common.asking import Asked, ask
from handlers.common.keyboards import Row, in_columns, keyboard
from handlers.common.pressing import Pressing
from handlers.common.replies import Reply
from handlers.common.showing import is_private, say


async def further_buttons(on: Pressing[StaffPress], issue: IssueView) -> Row:
    """Up, down and the reporter, as far as this person may."""
    path = (await org_unit(on.uow, issue.unit_id)).path
    offered = (
        (StaffButton.SEND_UP, may(on.actor, Permission.SEND_UP, path)),
        (StaffButton.SEND_DOWN, may(on.actor, Permission.SEND_DOWN, path)),
        (StaffButton.REPORTER, on.actor.has_role(*OFFICE) and any(each.is_anonymous for each in issue.reports)),
    )
    return [
        (on.words.plain(f"staff.button.{button.value}"), StaffPress(button, issue.issue_id))
        for button, is_offered in offered
        if is_offered
    ]


async def send_up(on: Pressing[StaffPress]) -> Reply:
    """First to which unit above the community, then in which words."""
    issue = await view_issue(on.uow, actor=on.actor, issue_id=on.press.issue_id)
    if on.press.value is not None:
        return await ask(on.call, on.state, on.words, "staff.send_up", issue.issue_id, on.press.value)
    community = await _community(on, issue)
    above = [await org_unit(on.uow, unit_id) for unit_id in ids_in(community.path)[:-1]]
    return _offer(on, issue, StaffButton.SEND_UP, above[::-1])


async def send_down(on: Pressing[StaffPress]) -> Reply:
    """First to which grid of the community, then in which words."""
    issue = await view_issue(on.uow, actor=on.actor, issue_id=on.press.issue_id)
    if on.press.value is not None:
        return await ask(on.call, on.state, on.words, "staff.send_down", issue.issue_id, on.press.value)
    community = await _community(on, issue)
    grids = await units_within(on.uow, (community.path,), OrgKind.GRID)
    return _offer(on, issue, StaffButton.SEND_DOWN, [community, *grids])


async def ask_who_reported(on: Pressing[StaffPress]) -> Reply:
    """The answer stands where the question does: so it is asked in private only."""
    if not is_private(on.call):
        raise BadInput("error.only_in_private")
    return await ask(on.call, on.state, on.words, "staff.reporter", on.press.issue_id)


async def _community(on: Pressing[StaffPress], issue: IssueView) -> OrgUnit:
    community = await community_of(on.uow, await org_unit(on.uow, issue.unit_id))
    if community is None:
        raise NotFound
    return community


def _offer(on: Pressing[StaffPress], issue: IssueView, button: StaffButton, units: Sequence[OrgUnit]) -> Reply:
    buttons = [(unit.name, StaffPress(button, issue.issue_id, unit.id)) for unit in units]
    return say(on.call, on.words("staff.to_which_unit", number=issue.number), keyboard(*in_columns(buttons, 2)))


async def sent_up(asked: Asked) -> Reply:
    sending = Sending(to_unit_id=asked.value or 0, words=asked.text)
    await send_issue_up(asked.uow, actor=asked.actor, sending=sending, issue_id=asked.target)
    return say(asked.event, asked.words("staff.sent_up"))


async def sent_down(asked: Asked) -> Reply:
    sending = Sending(to_unit_id=asked.value or 0, words=asked.text)
    await send_issue_down(asked.uow, actor=asked.actor, sending=sending, issue_id=asked.target)
    return say(asked.event, asked.words("staff.sent_down"))


async def reveal(asked: Asked) -> Reply:
    """Names in private only; that they were asked for, and why, stands in the audit trail first."""
    issue = await view_issue(asked.uow, actor=asked.actor, issue_id=asked.target)
    lines = []
    for report in issue.reports:
        if report.is_anonymous:
            found = await reveal_reporter(asked.uow, actor=asked.actor, report_id=report.report_id, reason=asked.text)
            lines.append(asked.words("staff.reporter_is", name=found.name, text=found.words[:300]))
    return say(asked.event, "\n".join(lines) or asked.words("staff.reporter_none"))
