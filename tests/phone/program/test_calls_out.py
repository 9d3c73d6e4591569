"""An alarm rings a telephone: what is said, and what a key, silence, a machine or a busy line means."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from backend.alerts.acknowledging import acknowledge
from backend.alerts.states import AckKind, Via
from backend.messaging.receipt_models import ReceiptStatus
from playground.telephone.faults import Outage
from playground.telephone.telephones import Telephone
from tests.phone.program.switchboard import Switchboard, open_switchboard

DAUGHTER, SON = "+8613900000001", "+16175550123"
ELDER = "+8613800000000"
"""Wang Fang's own, by the registry."""


async def test_who_presses_1_has_it_and_hears_so_and_the_next_telephone_stays_silent(board: Switchboard) -> None:
    daughter = await board.contact("Wang Na", DAUGHTER)
    son = await board.contact("Wang Qiang", SON, rank=2)

    alert_id = await board.sos()
    await daughter.answer()
    await daughter.hears("Wang Na", "石油社区")
    await daughter.hears("Wang Fang")
    await daughter.press("1")
    await daughter.hears("已记下，由您来处理")
    await daughter.says_nothing()
    await daughter.is_hung_up()

    assert await board.said_to(alert_id) == ["claimed"]
    assert await board.standings() == [ReceiptStatus.ENDED]
    son.expects_nothing()
    assert list(board.exchange.complaints) == []


async def test_who_presses_2_cannot_go_and_the_next_is_called_at_once(board: Switchboard) -> None:
    daughter = await board.contact("Wang Na", DAUGHTER)
    son = await board.contact("Wang Qiang", SON, rank=2)
    alert_id = await board.sos()
    await daughter.answer()

    await daughter.press("2")

    await daughter.hears("去不了")
    await son.rings()
    assert await board.said_to(alert_id) == ["declined"]


async def test_a_star_repeats_and_silence_is_no_answer(board: Switchboard) -> None:
    daughter = await board.contact("Wang Na", DAUGHTER)
    alert_id = await board.sos()
    await daughter.answer()

    await daughter.hears("Wang Fang")
    await daughter.press("*")
    await daughter.hears("Wang Fang")
    await daughter.says_nothing()
    await daughter.hears("Wang Fang")
    await daughter.says_nothing()

    await daughter.hears("没有收到您的按键")
    await daughter.is_hung_up()
    assert await board.said_to(alert_id) == []


async def test_key_3_brings_the_elder_into_one_room_and_only_a_key_after_it_counts(board: Switchboard) -> None:
    daughter = await board.contact("Wang Na", DAUGHTER)
    elder = board.phone("elder", ELDER)
    alert_id = await board.sos()
    await daughter.answer()

    await daughter.press("3")
    await elder.answer()
    await elder.hears("马上接通")
    await daughter.meets(elder)
    await elder.says("我摔了一跤")
    await daughter.hears("我摔了一跤")
    said_while_they_talk = await board.said_to(alert_id)
    await elder.hangs_up()
    await daughter.hears("说上话了吗")
    await daughter.press("1")
    await daughter.hears("和老人联系上了")

    assert said_while_they_talk == ["seen"]
    assert await board.said_to(alert_id) == ["seen", "contact_made"]
    assert list(board.exchange.complaints) == []


@pytest.mark.parametrize(
    "behaves", [Telephone.busy, Telephone.lets_it_ring, Telephone.voicemail], ids=lambda one: one.__name__
)
async def test_where_the_elder_does_not_answer_key_3_reaches_the_grid_worker_next(
    board: Switchboard, behaves: Callable[[Telephone], None]
) -> None:
    daughter = await board.contact("Wang Na", DAUGHTER, language="en")
    worker = board.phone("worker Li", await board.number_of("worker Li"))
    behaves(board.phone("elder", ELDER))
    alert_id = await board.sos()
    await daughter.answer()

    await daughter.press("3")
    await daughter.hears("nobody answered")
    await daughter.press("3")
    await worker.answer()
    await daughter.meets(worker)
    await worker.hangs_up()
    await daughter.hears("Did you speak with the elder")
    await daughter.press("2")
    await daughter.hears("To be connected once more")
    await daughter.press("1")
    await daughter.hears("you take care of it")

    assert await board.said_to(alert_id) == ["seen", "claimed"]


async def test_who_puts_down_before_the_elder_has_answered_lets_her_telephone_be_still(board: Switchboard) -> None:
    daughter = await board.contact("Wang Na", DAUGHTER)
    elder = board.phone("elder", ELDER)
    await board.sos()
    await daughter.answer()
    await daughter.press("3")
    await elder.rings()

    await daughter.hangs_up()

    assert (await elder.is_hung_up())["status"] == "canceled"


async def test_an_elder_who_cannot_be_asked_for_now_is_not_waited_for_and_coming_late_she_hears_why(
    board: Switchboard,
) -> None:
    daughter = await board.contact("Wang Na", DAUGHTER)
    elder = board.phone("elder", ELDER)
    alert_id = await board.sos()
    await daughter.answer()
    board.exchange.faults.add("rest", "reset_after", "calls.create")

    await daughter.press("3")
    await daughter.hears("接不通")
    await elder.answer()
    await elder.hears("已经挂机")
    await daughter.press("1")
    await daughter.hears("由您来处理")
    await daughter.says_nothing()
    await daughter.hears("再见")

    assert await board.said_to(alert_id) == ["seen", "claimed"]
    await daughter.is_hung_up()


async def test_key_3_is_not_offered_where_this_carrier_does_not_call(sqlite_url: str, tmp_path: Path) -> None:
    async with open_switchboard(sqlite_url, tmp_path, twilio_not_called=("86",)) as board:
        son = await board.contact("Wang Qiang", SON)
        alert_id = await board.sos()
        await son.answer()

        menu = await son.hears("请按 1")
        await son.press("3")
        await son.hears("请按 1")

        assert "请按 3" not in menu
        assert await board.said_to(alert_id) == []


UNHEARD = [
    (Telephone.busy, ReceiptStatus.BUSY),
    (Telephone.voicemail, ReceiptStatus.VOICEMAIL),
    (Telephone.unreachable, ReceiptStatus.FAILED),
    (Telephone.lets_it_ring, ReceiptStatus.NO_ANSWER),
]


@pytest.mark.parametrize(("behaves", "status"), UNHEARD, ids=lambda one: getattr(one, "__name__", str(one)))
async def test_where_no_human_heard_it_the_next_is_called_at_once(
    board: Switchboard, behaves: Callable[[Telephone], None], status: ReceiptStatus
) -> None:
    daughter = await board.contact("Wang Na", DAUGHTER)
    son = await board.contact("Wang Qiang", SON, rank=2)
    behaves(daughter)

    alert_id = await board.sos()

    await son.rings()
    assert status in await board.standings()
    assert await board.said_to(alert_id) == []


async def test_what_was_taken_before_the_call_left_is_not_called_for_any_more(board: Switchboard) -> None:
    daughter = await board.contact("Wang Na", DAUGHTER)
    board.exchange.faults.outage = Outage.ERROR
    alert_id = await board.sos()
    async with board.world.work.begin() as uow:
        staff = board.world.actor("staff Chen")
        await acknowledge(uow, actor=staff, alert_id=alert_id, kind=AckKind.CLAIMED, via=Via.WEB, evidence="form:1")

    board.exchange.faults.clear()
    board.world.clock.advance(timedelta(minutes=1))
    board.bell.ring()
    await board.until_quiet()

    daughter.expects_nothing()


@pytest.mark.parametrize("kind", ["doubled", "permuted", "forged"])
async def test_callbacks_that_come_twice_shuffled_or_forged_change_nothing(board: Switchboard, kind: str) -> None:
    daughter = await board.contact("Wang Na", DAUGHTER)
    board.exchange.faults.add("callbacks", kind, times=8 if kind != "permuted" else 1)

    alert_id = await board.sos()
    await daughter.answer()
    await daughter.press("1")
    await daughter.hears("已记下")
    await daughter.says_nothing()
    await daughter.is_hung_up()

    assert await board.standings() == [ReceiptStatus.ENDED]
    assert await board.said_to(alert_id) == ["claimed"]
    assert {told.status for told in board.exchange.webhooks.told if told.forged} <= {403}


async def test_a_call_whose_callbacks_are_all_lost_is_asked_for_and_the_next_is_called(board: Switchboard) -> None:
    daughter = await board.contact("Wang Na", DAUGHTER)
    son = await board.contact("Wang Qiang", SON, rank=2)
    daughter.busy()
    board.exchange.faults.add("callbacks", "lost", times=50)
    await board.sos()
    await daughter.is_called("busy")
    await board.until_quiet()
    before = await board.standings()

    early = await board.telephony.asker.ask_some()
    async with asyncio.timeout(5):
        while not await board.telephony.asker.ask_some():  # the answer to the request may still be on its way
            board.world.clock.advance(timedelta(seconds=46))

    await son.rings()
    assert (before, early) == ([], 0)
    assert (await board.standings())[0] is ReceiptStatus.BUSY


async def test_while_the_database_is_slow_the_key_is_kept_and_nothing_is_said_to_be_noted(
    sqlite_url: str, tmp_path: Path
) -> None:
    async with open_switchboard(sqlite_url, tmp_path, patience=0.3) as board:
        daughter = await board.contact("Wang Na", DAUGHTER)
        alert_id = await board.sos()
        await daughter.answer()
        await daughter.hears("Wang Fang")

        async with board.world.work.database.writing():
            await daughter.press("1")
            await daughter.hears("请稍等")
            noted_meanwhile = await board.said_to(alert_id)
        await daughter.hears("已记下，由您来处理")

        assert noted_meanwhile == []
        assert await board.said_to(alert_id) == ["claimed"]


async def test_when_the_database_stays_away_the_caller_is_told_that_nothing_was_noted(
    sqlite_url: str, tmp_path: Path
) -> None:
    async with open_switchboard(sqlite_url, tmp_path, patience=0.05) as board:
        daughter = await board.contact("Wang Na", DAUGHTER)
        alert_id = await board.sos()
        await daughter.answer()
        await daughter.hears("Wang Fang")

        async with board.world.work.database.writing():
            await daughter.press("1")
            await daughter.hears("按键没有记下来")
            await daughter.is_hung_up()

        assert await board.said_to(alert_id) == []
