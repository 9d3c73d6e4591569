"""What the office reads of a reporter it reads in private: a group's screen is everybody's screen."""

from __future__ import annotations

import pytest

from backend.issues.models import Category
from backend.issues.states import Acceptance
from backend.kernel.access import Role
from backend.messaging.presses import Press
from backend.notify.presses import IssueButton, IssuePress, MenuButton, MenuPress, StaffButton, StaffPress
from handlers.reports.presses import ReportButton, ReportPress
from handlers.staff.desk import InvitePress
from handlers.staff.finding import FindPress, StatisticsPress
from tests.chat.town import Town
from tests.journeys.scenes import reports_corridor

REPORTER = "Wang Fang"
SECRET = "我是三栋的王芳，请别说出去"


async def a_strangers_report_lies_on_the_desk(town: Town) -> None:
    """The office's group gets a card with buttons."""
    async with town.world.work.begin() as uow:
        category = await uow.session.get_one(Category, town.world.categories["corridor"].id)
        category.acceptance = Acceptance.STAFF
    await reports_corridor(town.phone(REPORTER), SECRET)


def in_group(town: Town, key: str = "community") -> str:
    return "\n".join(str(message) for message in town.phone("staff Chen").messages(town.group(key)))


async def test_the_desk_in_a_group_opens_an_issue_in_private_only(town: Town) -> None:
    chen, group = town.phone("staff Chen"), town.group("community")
    await chen.starts()
    await chen.sees("友邻")
    await a_strangers_report_lies_on_the_desk(town)
    card = await chen.sees("26-0001", in_chat=group)

    pressed = await chen.presses_forged(StaffPress(StaffButton.VIEW, 1).pack(), card)

    assert "私聊" in (pressed["text"] or "")
    await chen.sees("26-0001", REPORTER, SECRET)
    assert REPORTER not in in_group(town)


async def test_who_reported_anonymously_is_not_asked_for_in_a_group(town: Town) -> None:
    chen, group = town.phone("staff Chen"), town.group("community")
    await a_strangers_report_lies_on_the_desk(town)
    card = await chen.sees("26-0001", in_chat=group)

    pressed = await chen.presses_forged(StaffPress(StaffButton.REPORTER, 1).pack(), card)

    assert "私聊" in (pressed["text"] or "")
    said = [message for message in chen.messages(group) if message["service"] is None]
    assert said == [chen.now(card)]


PRIVATE_PRESSES = (
    IssuePress(IssueButton.VIEW, 1),
    IssuePress(IssueButton.COMMENT, 1),
    MenuPress(MenuButton.MINE),
    MenuPress(MenuButton.WEB),
    MenuPress(MenuButton.PRIVACY, "export"),
    MenuPress(MenuButton.REPORT),
    ReportPress(ReportButton.GO_ON),
    InvitePress(Role.GRID_WORKER, 5),
    FindPress(0),
    StatisticsPress(1, 30),
)


@pytest.mark.parametrize("press", PRIVATE_PRESSES, ids=lambda press: press.pack())
async def test_a_forged_press_in_a_group_shows_nothing_of_a_private_chat_there(town: Town, press: Press) -> None:
    chen, group = town.phone("staff Chen"), town.group("grid-1")
    await reports_corridor(town.phone(REPORTER))
    card = await chen.sees("26-0001", in_chat=group)
    before = in_group(town, "grid-1")

    pressed = await chen.presses_forged(press.pack(), card)

    assert "私聊" in (pressed["text"] or "")
    assert in_group(town, "grid-1") == before
