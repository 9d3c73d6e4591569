"""429 by two models of Telegram's limit, and misfortunes to order."""

from __future__ import annotations

from typing import Any, Literal

import httpx
import pytest

from playground.telegram import groups
from playground.telegram.faults import Fault
from playground.telegram.phones import Phone, PhoneBook
from playground.telegram.shapes import FaultKind
from playground.telegram.state import Bot
from playground.telegram.world import World

from .conftest import HandClock
from .raw import RawBot, Refused


async def sends(raw: RawBot, chat_id: int, method: str = "sendMessage", **arguments: Any) -> int:
    """Return the seconds to wait; 0 when it was accepted."""
    try:
        await raw(method, chat_id=chat_id, **({"text": "好"} | arguments))
    except Refused as refused:
        seconds = refused.parameters["retry_after"]
        told = str(refused)
    else:
        return 0
    assert told == f"429 Too Many Requests: retry after {seconds}"
    return seconds


@pytest.mark.parametrize(("model", "later"), [("bucket", 15), ("strict", 0)])
async def test_thirty_pass_and_half_a_second_later_the_models_differ(
    raw: RawBot, world: World, phones: PhoneBook, clock: HandClock, model: Literal["bucket", "strict"], later: int
) -> None:
    people = [phones.new(f"居民{n}") for n in range(80)]
    for phone in people:
        await phone.starts()
    world.limits.set_model(model)

    first = [await sends(raw, phone.person.id) for phone in people[:32]]
    clock.advance(0.5)
    second = [await sends(raw, phone.person.id) for phone in people[32:64]]

    assert first == [0] * 30 + [1] * 2
    assert second.count(0) == later
    assert world.statistics()["refusals"] == {"429": 34 - later}


async def test_one_message_a_second_to_a_person_but_edits_are_free(
    raw: RawBot, world: World, wang: Phone, clock: HandClock
) -> None:
    await wang.starts()
    world.limits.set_model("bucket")

    waits = [await sends(raw, wang.person.id), await sends(raw, wang.person.id)]
    edited = await sends(raw, wang.person.id, "editMessageText", message_id=2, text="新")
    clock.advance(1)
    waits.append(await sends(raw, wang.person.id))

    assert (waits, edited) == ([0, 1, 0], 0)


async def test_twenty_messages_and_edits_a_minute_to_a_group(
    raw: RawBot, world: World, bot: Bot, wang: Phone, clock: HandClock
) -> None:
    group = groups.create_group(world, "网格群", wang.person.id, [bot.id])
    card = await raw("sendMessage", chat_id=group.id, text="卡片")
    world.limits.set_model("bucket")

    waits = [await sends(raw, group.id) for _ in range(19)]
    waits.append(await sends(raw, group.id, "editMessageText", message_id=card["message_id"], text="新"))
    waits.append(await sends(raw, group.id))
    clock.advance(60)

    assert waits == [0] * 20 + [60]
    assert await sends(raw, group.id) == 0
    assert world.sends[group.id] == 21


@pytest.mark.parametrize(
    ("kind", "status"),
    [("forbidden", 403), ("server_error", 500), ("too_many_requests", 429), ("bad_gateway", 502)],
)
async def test_an_ordered_refusal_happens_once_and_does_nothing(
    http: httpx.AsyncClient, world: World, bot: Bot, wang: Phone, kind: FaultKind, status: int
) -> None:
    await wang.starts()
    world.order_fault(Fault(kind, "sendMessage", seconds=7))
    url, message = f"/bot{bot.token}/sendMessage", {"chat_id": wang.person.id, "text": "好"}

    failed = await http.post(url, json=message)
    worked = await http.post(url, json=message)

    assert (failed.status_code, worked.status_code) == (status, 200)
    assert [message["text"] for message in wang.messages()] == ["/start", "好"]
    if kind == "too_many_requests":
        assert failed.json()["parameters"] == {"retry_after": 7}
    if kind == "bad_gateway":
        assert failed.headers["content-type"] == "text/html"


@pytest.mark.parametrize(("kind", "done"), [("never_answer", True), ("timeout_before", False)])
async def test_a_silent_server_may_or_may_not_have_done_it(
    http: httpx.AsyncClient, world: World, bot: Bot, wang: Phone, kind: FaultKind, done: bool
) -> None:
    await wang.starts()
    world.order_fault(Fault(kind, "sendMessage"))

    with pytest.raises(httpx.ReadTimeout):
        await http.post(f"/bot{bot.token}/sendMessage", json={"chat_id": wang.person.id, "text": "好"}, timeout=0.2)

    assert (wang.last_message()["text"] == "好") is done


@pytest.mark.parametrize(("kind", "done"), [("reset_after", True), ("reset", False)])
async def test_a_torn_connection_may_or_may_not_have_done_it(
    http: httpx.AsyncClient, world: World, bot: Bot, wang: Phone, kind: FaultKind, done: bool
) -> None:
    await wang.starts()
    world.order_fault(Fault(kind, "*"))

    with pytest.raises(httpx.ReadError):
        await http.post(f"/bot{bot.token}/sendMessage", json={"chat_id": wang.person.id, "text": "好"})

    assert (wang.last_message()["text"] == "好") is done
    assert (await http.get(f"/bot{bot.token}/getMe")).status_code == 200


async def test_a_slow_call_is_done_after_all(raw: RawBot, world: World, wang: Phone) -> None:
    await wang.starts()
    world.order_fault(Fault("slow", "sendMessage", seconds=0.05))

    sent = await raw("sendMessage", chat_id=wang.person.id, text="好")

    assert sent["text"] == "好"
