"""What two do at once is decided by the database, and both are written down; on both databases."""

from __future__ import annotations

import asyncio
from datetime import timedelta

from sqlalchemy import func, select, text

from backend.alerts import AckKind, AlertState
from backend.alerts.models import Alert
from backend.messaging.channel import Later
from backend.messaging.claim import Lease, claim_messages, outgoing_of
from backend.messaging.contents import Lane
from backend.messaging.ledger import Ledger
from backend.messaging.models import Message, MessageState
from tests.service.alerts.scene import (
    DAUGHTER,
    alert_now,
    called,
    presses_key,
    raised,
    says,
    seconds_pass,
    settle_family,
    sos,
    timeline,
    waiting_messages,
)
from tests.service.world import World


async def test_two_packets_with_the_same_key_at_once_make_one_alert(any_world: World):
    family = await settle_family(any_world)

    ids = await asyncio.gather(*(raised(any_world, sos(any_world, family)) for _ in range(4)))

    assert len(set(ids)) == 1
    async with any_world.work.look() as uow:
        assert await uow.session.scalar(select(func.count()).select_from(Alert)) == 1
    assert (await alert_now(any_world, ids[0])).count == 4


async def test_an_acknowledgement_and_a_climb_at_once_leave_nothing_to_call(any_world: World):
    family = await settle_family(any_world)
    alert_id = await raised(any_world, sos(any_world, family))

    await asyncio.gather(
        seconds_pass(any_world, 30),
        presses_key(any_world, family.contacts[DAUGHTER], alert_id, AckKind.CLAIMED),
    )
    await seconds_pass(any_world, 120)

    alert = await alert_now(any_world, alert_id)
    assert alert.state is AlertState.ACKNOWLEDGED
    assert await waiting_messages(any_world, alert_id) == []
    assert (await timeline(any_world, alert_id)).count("acknowledged") == 1


async def test_two_clocks_at_once_take_a_step_once(any_world: World):
    family = await settle_family(any_world)
    alert_id = await raised(any_world, sos(any_world, family))
    before = len(await called(any_world, alert_id))

    await asyncio.gather(*(seconds_pass(any_world, 10) for _ in range(4)))

    assert (await alert_now(any_world, alert_id)).step == 2
    assert len(await called(any_world, alert_id)) == before + 1


async def test_two_who_take_it_at_once_are_both_heard_and_one_has_it(any_world: World):
    family = await settle_family(any_world)
    alert_id = await raised(any_world, sos(any_world, family))

    outcomes = await asyncio.gather(
        says(any_world, "worker Li", alert_id, AckKind.CLAIMED),
        says(any_world, "worker Zhao", alert_id, AckKind.CLAIMED),
    )

    assert sorted(outcome.is_mine for outcome in outcomes) == [False, True]
    assert len({outcome.who_has_it for outcome in outcomes}) == 1
    assert (await timeline(any_world, alert_id)).count("acknowledged") == 2


async def test_what_is_claimed_but_not_begun_is_stopped_by_the_book_of_attempts(any_world: World):
    family = await settle_family(any_world)
    alert_id = await raised(any_world, sos(any_world, family))
    lease = Lease("loop-1", timedelta(seconds=15))
    async with any_world.work.begin() as uow:
        claimed = await claim_messages(uow, lease=lease, rooms={Lane.EMERGENCY: 50}, pace=None)

    await presses_key(any_world, family.contacts[DAUGHTER], alert_id, AckKind.CLAIMED)
    async with any_world.work.begin() as uow:
        lost = await Ledger(any_world.work, "loop-1")._begin_attempts(uow, claimed)

    of_alert = {message.id for message in claimed if message.dedup_key.startswith(f"alert:{alert_id}:")}
    assert of_alert
    assert of_alert <= lost


async def test_a_call_that_was_out_when_somebody_took_it_is_not_tried_again(any_world: World):
    family = await settle_family(any_world)
    alert_id = await raised(any_world, sos(any_world, family))
    async with any_world.work.begin() as uow:
        await uow.session.execute(text("UPDATE message SET state = 'sending', leased_by = 'loop-1', attempts = 1"))
        await uow.session.execute(
            text(
                "INSERT INTO delivery_attempt (message_id, number, sender, started_at)"
                " SELECT id, 1, 'loop-1', created_at FROM message"
            )
        )

    await presses_key(any_world, family.contacts[DAUGHTER], alert_id, AckKind.CLAIMED)
    async with any_world.work.begin() as uow:
        rows = (
            await uow.session.scalars(
                select(Message).where(Message.family == f"alert:{alert_id}", Message.card_id.is_(None))
            )
        ).all()
        ended = [(message, Later("busy")) for message in await outgoing_of(uow, [row.id for row in rows])]
        await Ledger(any_world.work, "loop-1")._end_attempts(uow, ended)

    async with any_world.work.look() as uow:
        states = set(
            await uow.session.scalars(
                select(Message.state).where(Message.family == f"alert:{alert_id}", Message.card_id.is_(None))
            )
        )
    assert states == {MessageState.SUPERSEDED}
