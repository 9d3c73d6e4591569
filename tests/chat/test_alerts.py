"""An alarm on the telephones of those who can help: cards, buttons, who hears that somebody has it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from backend.alerts import AlertState, raise_alert
from backend.alerts.models import Alert
from backend.kernel.alarms import AlarmKind, Severity
from scheduler.runner import ClockRunner
from tests.chat.town import Town
from tests.service.alerts.scene import DAUGHTER, ELDER, Family, septic, settle_family, sos


async def alarm(town: Town, family: Family, **other: object) -> int:
    """Her watch calls for help."""
    async with town.app.work.begin() as uow:
        return (await raise_alert(uow, replace(sos(town.world, family), **other))).id  # type: ignore[arg-type]


async def test_the_daughter_takes_it_and_the_group_sees_that_a_child_has_it(town: Town) -> None:
    family = await settle_family(town.world)
    group = town.group("grid-1")
    await town.phone(DAUGHTER).starts()

    await alarm(town, family)
    card = await town.phone("worker Li").sees(ELDER, "按了求助键", "石油路1号", "还没有人接手", in_chat=group)
    await town.phone(DAUGHTER).sees(ELDER, "按了求助键")
    answer = await town.phone(DAUGHTER).presses("我来处理")

    assert "交给您了" in answer["text"]
    await town.phone("worker Li").sees_edited("已由", "子女", "接手", in_chat=group)
    assert DAUGHTER not in card["text"], "groups read how she is related, not her name"


async def test_the_worker_goes_and_the_family_hears_the_end(town: Town) -> None:
    family = await settle_family(town.world)
    group = town.group("grid-1")
    worker = town.phone("worker Li")
    await town.phone(DAUGHTER).starts()
    await alarm(town, family)
    await worker.sees(ELDER, in_chat=group)

    await worker.presses("我来处理", in_chat=group)
    await town.phone(DAUGHTER).sees("worker Li", "已经接手")
    late = await town.phone("worker Zhao").presses("我来处理", in_chat=group)
    await worker.presses("联系上了", in_chat=group)
    await town.phone(DAUGHTER).sees("已经联系上", ELDER)
    await worker.presses("解决了", in_chat=group)

    assert "worker Li已经接手了" in late["text"]
    await worker.sees_edited("已解决", in_chat=group)
    await town.phone(DAUGHTER).sees("已经处理好了")


@pytest.mark.parametrize("kind", [AlarmKind.TILT, AlarmKind.CAMERA_EVENT])
async def test_people_clear_what_a_cover_or_a_camera_saw_on_the_card(town: Town, kind: AlarmKind) -> None:
    group, worker = town.group("grid-1"), town.phone("worker Li")
    async with town.app.work.begin() as uow:
        alert_id = (await raise_alert(uow, septic(town.world, kind=kind))).id

    await worker.sees("1号化粪池", in_chat=group)
    await worker.presses("解决了", in_chat=group)
    await worker.sees_edited("已解决", in_chat=group)

    async with town.app.work.look() as uow:
        assert (await uow.session.get_one(Alert, alert_id)).state is AlertState.RESOLVED


async def test_the_timeline_tells_every_step_to_the_second(town: Town) -> None:
    family = await settle_family(town.world)
    group = town.group("grid-1")
    worker = town.phone("worker Li")
    await worker.starts()
    await alarm(town, family)
    await worker.sees(ELDER, in_chat=group)
    town.hours_pass(30 / 3600)
    await ClockRunner(town.app.work, town.app.texts, town.app.settings).run_job("climb_alerts")
    await worker.presses("我来处理", in_chat=group)
    await worker.presses("解决了", in_chat=group)
    card = await worker.sees_edited("已解决", in_chat=group)
    assert [[key["label"] for key in row] for row in card["buttons"]] == [["🕑 经过"]]

    await worker.presses("经过", in_chat=group)

    told = await worker.sees("经过", "收到告警")
    assert "12:00:00 收到告警" in told["text"]
    assert "12:00:00 第 1 轮第 1 级：呼叫家人、值班网格员、网格群" in told["text"]
    assert "12:00:30 worker Li（消息）：接手" in told["text"]


async def test_health_is_named_to_who_may_know_and_never_in_a_group(town: Town) -> None:
    family = await settle_family(town.world)
    await town.phone(DAUGHTER).starts()
    await alarm(town, family, kind=AlarmKind.OXYGEN_LOW, severity=Severity.CRITICAL, detail={"value": 82, "unit": "%"})

    told = await town.phone(DAUGHTER).sees(ELDER)

    assert "血氧" not in told["text"]
    assert "82" not in told["text"], "the elder did not let her see that"


async def test_open_alerts_are_listed_for_who_serves_there(town: Town) -> None:
    async with town.app.work.begin() as uow:
        await raise_alert(uow, septic(town.world))
    sun, li = town.phone("worker Sun"), town.phone("worker Li")

    await li.sends("/alerts")
    await sun.sends("/alerts")

    await li.sees("1 条告警没有结束")
    await sun.sees("现在没有告警")
    await li.presses("1号化粪池")
    await li.sees("液位过高", "不要下井")
