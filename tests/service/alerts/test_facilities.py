"""An alarm of a facility: a card at the centre and in the grid, an issue on the one list, both closed together."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from backend.alerts import AckKind, AlertState, clear_alert
from backend.alerts.issue_link import CATEGORIES
from backend.issues.categories.defaults import load_categories
from backend.issues.models import Category, Issue, Task
from backend.issues.states import IssueStatus
from backend.issues.tasks.doing import claim_task
from backend.kernel.alarms import AlarmStatus
from backend.registry.models import BoundChat
from tests.service.alerts.scene import alert_now, called, raised, says, seconds_pass, septic, timeline
from tests.service.notify.post import letters
from tests.service.world import NOON, World, middle_of

CENTRE = -5_001


@pytest.fixture
async def septic_world(world: World) -> World:
    """The subdistrict's centre has its chat, and the community a category for septic tanks."""
    async with world.work.begin() as uow:
        lighting = world.categories["noise"]
        uow.session.add(BoundChat(chat_id=CENTRE, org_unit_id=world.units["subdistrict"].id, bound_at=NOON))
        category = await uow.session.get_one(Category, lighting.id)
        category.key = "sewage.septic"
    return world


async def issue_of(world: World, alert_id: int) -> Issue:
    alert = await alert_now(world, alert_id)
    async with world.work.look() as uow:
        return await uow.session.get_one(Issue, alert.issue_id)


async def task_of(world: World, alert_id: int) -> int:
    issue = await issue_of(world, alert_id)
    async with world.work.look() as uow:
        return (await uow.session.scalars(select(Task.id).where(Task.issue_id == issue.id))).one()


def test_every_category_that_an_alarm_opens_is_one_of_the_defaults():
    keys = {category.key for group in load_categories() for category in group.categories}

    assert {key for keys_of_kind in CATEGORIES.values() for key in keys_of_kind} <= keys


async def test_a_full_tank_hangs_a_card_at_the_centre_and_opens_an_issue_with_its_task(septic_world: World):
    longitude, latitude = middle_of(1)

    alert_id = await raised(septic_world, septic(septic_world, place=(longitude, latitude)))

    assert str(CENTRE) in await called(septic_world, alert_id)
    issue = await issue_of(septic_world, alert_id)
    assert issue.status is IssueStatus.DISPATCHED
    assert issue.org_unit_id == septic_world.units["grid-1"].id
    assert "1号化粪池" in issue.summary
    assert [letter.to for letter in await letters(septic_world) if "液位过高" in letter.text and "告警" in letter.text][
        :2
    ]


async def test_a_sensor_that_knows_only_its_grid_goes_there(septic_world: World):
    alert_id = await raised(septic_world, septic(septic_world))

    assert (await issue_of(septic_world, alert_id)).org_unit_id == septic_world.units["grid-1"].id


async def test_the_device_clears_it_and_closes_both_sides(septic_world: World):
    alert_id = await raised(septic_world, septic(septic_world))

    async with septic_world.work.begin() as uow:
        await clear_alert(uow, device_id=101, dedup_key="septic-1:level", at=uow.now)

    assert (await alert_now(septic_world, alert_id)).state is AlertState.RESOLVED
    assert (await issue_of(septic_world, alert_id)).status is IssueStatus.CANCELLED
    assert any("设备恢复正常，告警结束" in letter.text for letter in await letters(septic_world))


async def test_what_has_no_unit_is_no_number_for_people_and_a_cameras_own_word_no_place(septic_world: World):
    seen = septic(septic_world, detail={"value": 1.0, "unit": None, "label": "tamper"})

    issue = await issue_of(septic_world, await raised(septic_world, seen))

    assert issue.summary == "1号化粪池"
    assert issue.place == "1号化粪池"


async def test_who_claims_the_task_has_the_alarm_and_finishes_when_the_device_clears(septic_world: World):
    alert_id = await raised(septic_world, septic(septic_world))
    task_id = await task_of(septic_world, alert_id)

    async with septic_world.work.begin() as uow:
        await claim_task(uow, actor=septic_world.actor("worker Li"), task_id=task_id)
    taken = await alert_now(septic_world, alert_id)
    async with septic_world.work.begin() as uow:
        await clear_alert(uow, device_id=101, dedup_key="septic-1:level", at=uow.now)

    assert (taken.state, taken.takers) == (
        AlertState.ACKNOWLEDGED,
        [f"account:{septic_world.account_id('worker Li')}"],
    )
    assert (await issue_of(septic_world, alert_id)).status is IssueStatus.IN_PROGRESS, "people finish what they began"


async def test_people_settle_the_alarm_and_the_issue_ends_with_it(septic_world: World):
    alert_id = await raised(septic_world, septic(septic_world))

    await says(septic_world, "worker Li", alert_id, AckKind.FALSE_ALARM)

    assert (await issue_of(septic_world, alert_id)).status is IssueStatus.CANCELLED
    assert "issue_opened" in await timeline(septic_world, alert_id)


async def test_the_same_tank_again_joins_the_issue_that_is_open(septic_world: World):
    first = await raised(septic_world, septic(septic_world))
    async with septic_world.work.begin() as uow:
        await claim_task(uow, actor=septic_world.actor("worker Li"), task_id=await task_of(septic_world, first))
        await clear_alert(uow, device_id=101, dedup_key="septic-1:level", at=uow.now)
    await seconds_pass(septic_world, 600)

    second = await raised(septic_world, septic(septic_world))

    assert second != first
    assert (await alert_now(septic_world, second)).issue_id == (await alert_now(septic_world, first)).issue_id


async def test_an_exercise_opens_no_issue(septic_world: World):
    alert_id = await raised(septic_world, septic(septic_world, status=AlarmStatus.EXERCISE))

    assert (await alert_now(septic_world, alert_id)).issue_id is None
    assert any("【演练】" in letter.text for letter in await letters(septic_world))
