"""A broadcast is one row: expanded in slices, once for everybody, past those who refuse us."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from backend.kernel.unit_of_work import UnitOfWork
from backend.messaging.broadcasts import SLICE, Addressee, broadcast, expand_broadcasts
from backend.messaging.channel import Never
from backend.messaging.contents import Content, Lane, telegram_chat
from backend.messaging.outbox import note_contact_back
from tests.service.messaging.post_office import PostOffice

CONTENTS = {"zh_Hans": Content("water off"), "en": Content("no water")}


async def neighbours(uow: UnitOfWork, audience: Mapping[str, Any], *, after: int, most: int) -> Sequence[Addressee]:
    """People 1 to `number`; every third reads English."""
    del uow
    numbers = range(after + 1, min(after + most, audience["number"]) + 1)
    return [Addressee(n, telegram_chat(7000 + n), "en" if n % 3 == 0 else "zh_Hans") for n in numbers]


async def announce(office: PostOffice, number: int, key: str = "water", **more: Any) -> None:
    async with office.work.begin() as uow:
        audience = {"kind": "neighbours", "number": number}
        await broadcast(uow, key=key, audience=audience, contents=CONTENTS, **more)


async def test_a_broadcast_reaches_everybody_once_in_their_language(office: PostOffice) -> None:
    await announce(office, 250)
    await announce(office, 250)

    async with office.opened(audiences={"neighbours": neighbours}):
        await office.until(lambda: len(office.channel.taken) == 250, 20)
        await office.until_idle()

    assert len({message.to.address for message in office.channel.taken}) == 250
    assert office.channel.texts("7003") == ["no water"]
    assert office.channel.texts("7004") == ["water off"]


async def test_no_more_messages_are_made_than_the_lane_will_take_soon(office: PostOffice) -> None:
    await announce(office, 5_000)

    added = []
    for _ in range(4):
        async with office.work.begin() as uow:
            added.append(await expand_broadcasts(uow, {"neighbours": neighbours}))

    assert added == [SLICE, SLICE, 0, 0]


async def test_a_broadcast_whose_time_has_passed_ends(office: PostOffice) -> None:
    await announce(office, 50, expires_at=office.clock.now() + timedelta(hours=1))
    office.clock.advance(timedelta(hours=2))

    async with office.work.begin() as uow:
        assert await expand_broadcasts(uow, {"neighbours": neighbours}) == 0

    assert await office.states() == {}


async def test_who_refuses_us_is_passed_over_until_they_come_back(office: PostOffice) -> None:
    office.channel.answers["7001"] = [Never("blocked", blocked=True)]
    async with office.opened(audiences={"neighbours": neighbours}):
        await announce(office, 2, key="first")
        await office.until(lambda: len(office.channel.taken) == 2)
        await office.until_idle()
        await announce(office, 2, key="second")
        await office.until(lambda: len(office.channel.taken) == 3)
        async with office.work.begin() as uow:
            await note_contact_back(uow, telegram_chat(7001))
        await announce(office, 2, key="third")
        await office.until(lambda: len(office.channel.taken) == 5)
        await office.until_idle()

    assert len(office.channel.texts("7001")) == 2
    assert len(office.channel.texts("7002")) == 3
    assert office.channel.taken[0].lane is Lane.BULK
