"""No carrier works (P9), nobody hears it (P11), the auditor and the dead man's switch (P15)."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from time import monotonic
from typing import Any

import pytest
from pydantic import HttpUrl, Secret
from sqlalchemy import func, select

from backend.alerts.acknowledging import acknowledge
from backend.alerts.due import advance_due, beat, has_due
from backend.alerts.states import AckKind, Via
from backend.kernel.metrics import Metrics
from backend.kernel.settings import Settings
from backend.messaging.contents import ChannelName
from backend.messaging.models import DeliveryAttempt, Message, MessageState
from backend.phone.models import CarrierAttempt
from bot.auditing import Auditor
from playground.telegram.serve import serve_application
from playground.telephone.alibaba import AlibabaCloud
from playground.telephone.faults import Outage
from playground.telephone.telephones import Telephone
from tests.faults.results import note
from tests.phone.program.switchboard import Switchboard, open_switchboard
from tests.phone.program.test_alibaba import SECRET, TEMPLATES

DAUGHTER, SON = "+16175550101", "+16175550102"
MAINLAND = "+8613900000001"
MINUTES = 300.0
STALE_AFTER = timedelta(minutes=3)
"""A call that is older frightens people for nothing."""
NEXT_WITHIN = 5.0
"""Seconds (promise P11)."""
OTHER_WITHIN = 10.0
"""Seconds until another carrier takes over (promise P9)."""


async def time_passes(board: Switchboard, seconds: float) -> None:
    """The clock does what is due, in steps, and the delivery loop tries what waits."""
    step = 5.0 if seconds <= MINUTES else 15.0
    for _ in range(int(seconds / step)):
        board.world.clock.advance(timedelta(seconds=step))
        async with board.world.work.look() as uow:
            is_due = await has_due(uow)
        if is_due:
            async with board.world.work.begin() as uow:
                await advance_due(uow)
        await until_tried(board)


async def until_tried(board: Switchboard) -> None:
    """Wait until the delivery loop has tried what it may try by now, and the exchange has told how that went."""
    before = -1
    async with asyncio.timeout(30):
        while True:
            board.bell.ring()
            await asyncio.sleep(0.05)  # whatever waits behind another message is not claimed at all
            await board.until_quiet()
            async with board.world.work.look() as uow:
                tried = await uow.session.scalar(select(func.count()).select_from(DeliveryAttempt)) or 0
                out = select(Message.id).where(Message.state == MessageState.SENDING)
                is_out = await uow.session.scalar(out.limit(1)) is not None
            if tried == before and not is_out:
                return
            before = tried


async def claims(board: Switchboard, alert_id: int) -> None:
    async with board.world.work.begin() as uow:
        staff = board.world.actor("staff Chen")
        await acknowledge(uow, actor=staff, alert_id=alert_id, kind=AckKind.CLAIMED, via=Via.WEB, evidence="form:1")


OUTAGES = [30, pytest.param(3600, marks=pytest.mark.slow)]


@pytest.mark.parametrize("seconds", OUTAGES)
async def test_what_was_taken_while_nothing_worked_calls_nobody_afterwards(board: Switchboard, seconds: float) -> None:
    board.exchange.faults.outage = Outage.RESET
    await board.contact("Wang Na", DAUGHTER)
    alert_id = await board.sos()
    await board.chat_hears("Wang Fang")

    await time_passes(board, seconds)
    await claims(board, alert_id)
    board.exchange.faults.clear()
    await time_passes(board, 60)

    assert await board.said_to(alert_id) == ["claimed"]
    assert not board.exchange.calls, "she may read that it was taken; nobody rings her for it"


@pytest.mark.parametrize("seconds", OUTAGES)
async def test_what_nobody_took_calls_again_when_the_carrier_is_back_and_once(
    board: Switchboard, seconds: float
) -> None:
    board.exchange.faults.outage = Outage.RESET
    daughter = await board.contact("Wang Na", DAUGHTER)
    daughter.lets_it_ring()
    alert_id = await board.sos()
    await time_passes(board, seconds)

    board.exchange.faults.clear()
    passed = 0
    while not board.exchange.calls and passed < 300:
        await time_passes(board, 5)
        passed += 5

    called = Counter(call.to for call in board.exchange.calls.values())
    note("P9", f"outage of {seconds} s: called again {passed} s after it, {dict(called)}")
    assert set(called.values()) == {1}, "each is called once, and not for every round that could not leave"
    async with board.world.work.look() as uow:
        created = [message.created_at for message in await board.messages() if message.state == "sent"]
        assert all(uow.now - moment <= STALE_AFTER for moment in created)
    assert (await board.alert(alert_id)).state == "triggered"


@asynccontextmanager
async def two_carriers(url: str, home: Path) -> AsyncIterator[tuple[Switchboard, AlibabaCloud]]:
    """Mainland numbers go by Alibaba Cloud first, and by Twilio where that fails."""
    cloud = AlibabaCloud("key", "its secret")
    async with serve_application(cloud) as address:
        settings: dict[str, Any] = {
            "alibaba_access_key_id": cloud.key_id,
            "alibaba_access_key_secret": cloud.key_secret,
            "alibaba_sms_endpoint": address,
            "alibaba_voice_endpoint": address,
            "alibaba_sms_signature": "石油社区",
            "alibaba_templates": TEMPLATES,
            "alibaba_call_from": "02367000000",
            "alibaba_callback_secret": SECRET,
        }
        async with open_switchboard(url, home, time_passes=True, **settings) as board:
            cloud.callbacks = f"{board.pages}/phone/alibaba/{SECRET}"
            yield board, cloud


async def test_when_one_carrier_is_down_the_other_takes_over(sqlite_url: str, tmp_path: Path) -> None:
    async with two_carriers(sqlite_url, tmp_path) as (board, cloud):
        cloud.is_down = True
        daughter = await board.contact("Wang Na", MAINLAND)

        began = monotonic()
        await board.sos()
        await daughter.rings(within=OTHER_WITHIN)

        note("P9", f"the other carrier called {monotonic() - began:.2f} s after the alarm")


@pytest.mark.slow
async def test_when_twilio_only_hangs_the_son_or_the_chat_does_not_wait_for_it(sqlite_url: str, tmp_path: Path) -> None:
    async with open_switchboard(sqlite_url, tmp_path, time_passes=True) as board:
        board.exchange.faults.outage = Outage.HANG
        await board.contact("Wang Na", DAUGHTER)
        began = monotonic()
        await board.sos()
        await board.chat_hears("Wang Fang")
        chat = monotonic() - began
        while not [one for one in await attempts(board) if one.ended_at is not None]:
            board.rung.clear()
            await board.rung.wait()
        gave_up = monotonic() - began
        note("P9", f"a carrier that hangs: chat after {chat:.2f} s, given up after {gave_up:.1f} s")
        assert gave_up <= OTHER_WITHIN


async def attempts(board: Switchboard) -> list[CarrierAttempt]:
    async with board.world.work.look() as uow:
        return list(await uow.session.scalars(select(CarrierAttempt).order_by(CarrierAttempt.id)))


UNHEARD = [Telephone.busy, Telephone.lets_it_ring, Telephone.voicemail, Telephone.unreachable]


@pytest.mark.slow
@pytest.mark.parametrize("behaves", UNHEARD, ids=lambda one: one.__name__)
async def test_the_next_rung_rings_soon_after_a_call_that_nobody_heard(
    board: Switchboard, behaves: Callable[[Telephone], None]
) -> None:
    daughter = await board.contact("Wang Na", DAUGHTER)
    son = await board.contact("Wang Qiang", SON, rank=2)
    behaves(daughter)
    await board.sos()
    await daughter.is_called()

    began = monotonic()
    await son.rings(within=NEXT_WITHIN)

    note("P11", f"{behaves.__name__}: the next rung rang {monotonic() - began:.2f} s later")


async def test_the_next_rung_rings_when_an_sms_cannot_be_delivered(board: Switchboard) -> None:
    board.exchange.faults.add("carrier", "undelivered", "messages")
    await board.contact("Wang Na", DAUGHTER, channels=(ChannelName.SMS,))
    son = await board.contact("Wang Qiang", SON, rank=2)

    began = monotonic()
    await board.sos()
    await son.rings(within=NEXT_WITHIN)

    note("P11", f"undelivered SMS: the next rung rang {monotonic() - began:.2f} s after the alarm")


@dataclass
class DeadMansSwitch:
    """Whoever watches from outside: counts the signs of life that come."""

    heard: int = 0

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        self.heard += scope["type"] == "http"
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b""})

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        yield

    def close(self) -> None:
        """There is nothing that waits."""


async def test_the_outside_world_hears_of_clean_audits_only(board: Switchboard) -> None:
    switch, work = DeadMansSwitch(), board.world.work
    async with serve_application(switch) as address:
        settings = Settings(dead_man_url=Secret(HttpUrl(f"{address}/ping/1")))
        auditor = Auditor(work, Metrics(), settings)
        silent_clock = await auditor.audit()
        async with work.begin() as uow:
            await beat(uow)
        await board.sos()
        clean = await auditor.audit()
        board.world.clock.advance(timedelta(minutes=2))
        async with work.begin() as uow:
            await beat(uow)
        late = await auditor.audit()

    assert (silent_clock, clean, late) == (False, True, False)
    assert switch.heard == 1
