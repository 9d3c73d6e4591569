"""Somebody shares a telephone that two people of the registry have: the office decides, in private."""

from __future__ import annotations

from backend.registry.models import Person
from tests.chat.town import Town


async def test_the_office_decides_who_it_is_and_names_stay_out_of_the_group(town: Town) -> None:
    await _a_second_person_with_the_telephone_of_the_stranger(town, "He Qin", "Shi Lan")
    stranger, chen = town.phone("stranger"), town.phone("staff Chen")
    office = town.group("community")

    await chen.sends("/start")
    await stranger.sends("/start")
    await stranger.presses("我是本社区居民")
    await stranger.presses("发送我的手机号")
    await stranger.sees("核对后会告诉您")
    notice = await chen.sees("核对是谁", in_chat=office)
    await chen.presses("核对是谁", in_chat=office, on=notice)
    await chen.presses("Shi Lan")

    await stranger.sees("您是本社区居民")
    assert "Shi Lan" not in (notice["text"] or "")


async def _a_second_person_with_the_telephone_of_the_stranger(town: Town, *names: str) -> None:
    phone = f"+86138000{list(town.world.accounts).index('stranger'):05d}"
    async with town.app.work.begin() as uow:
        for name in names:
            uow.session.add(
                Person(
                    community_id=town.world.community_id,
                    name=name,
                    phone_sealed=uow.vault.seal(phone),
                    phone_lookup=uow.vault.lookup("phone", phone),
                )
            )
