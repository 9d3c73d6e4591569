"""How updates reach a bot: confirmed by offset, one consumer, or pushed to a webhook until it says 2xx."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from playground.telegram import groups
from playground.telegram.faults import Fault
from playground.telegram.phones import Phone
from playground.telegram.serve import listen
from playground.telegram.state import Bot
from playground.telegram.world import World

from .raw import RawBot, Refused, kind_of


async def test_updates_come_again_until_a_higher_offset_confirms_them(raw: RawBot, wang: Phone) -> None:
    await wang.sends("一")
    await wang.sends("二")

    first = await raw("getUpdates")
    again = await raw("getUpdates", limit=1)
    rest = await raw("getUpdates", offset=first[0]["update_id"] + 1)
    last = await raw("getUpdates", offset=-1)

    assert [update["message"]["text"] for update in first] == ["一", "二"]
    assert again == first[:1]
    assert rest == last == first[1:]


async def test_a_long_poll_ends_with_the_first_update(raw: RawBot, wang: Phone) -> None:
    polling = asyncio.ensure_future(raw("getUpdates", timeout=30))
    await asyncio.sleep(0)
    await wang.sends("好")

    assert [update["message"]["text"] for update in await asyncio.wait_for(polling, 2)] == ["好"]


async def test_a_second_consumer_ends_the_first(raw: RawBot, wang: Phone, bot: Bot) -> None:
    first = asyncio.ensure_future(raw("getUpdates", timeout=30))
    await bot.updates.polled.wait()
    second = asyncio.ensure_future(raw("getUpdates", timeout=30))

    with pytest.raises(Refused, match="409 Conflict: terminated by other getUpdates request; make sure that only one"):
        await asyncio.wait_for(first, 2)
    await wang.sends("好")
    assert len(await asyncio.wait_for(second, 2)) == 1


async def test_kinds_that_must_be_asked_for_are_not_sent_by_default(
    raw: RawBot, world: World, bot: Bot, wang: Phone, li: Phone
) -> None:
    group = groups.create_group(world, "网格群", wang.person.id, [bot.id])
    groups.promote(world, group.id, bot.id)
    groups.add_member(world, group.id, li.person.id)
    assert "chat_member" not in await raw.kinds()

    await raw.updates(allowed_updates=["chat_member"])
    await wang.sends("没人要听", at=group)
    groups.promote(world, group.id, li.person.id)

    assert await raw.kinds() == ["chat_member"]


async def test_paused_deliveries_queue_up(raw: RawBot, wang: Phone, bot: Bot) -> None:
    bot.updates.pause()
    await wang.sends("好")
    assert await raw("getUpdates") == []

    bot.updates.resume()

    assert await raw.texts() == ["好"]


async def test_ordered_faults_duplicate_and_reorder_updates(raw: RawBot, world: World, wang: Phone) -> None:
    for text in ("一", "二", "三"):
        await wang.sends(text)

    world.order_fault(Fault("duplicate_updates", times=1))
    world.order_fault(Fault("reorder_updates", times=1))
    spoiled = [update["message"]["text"] for update in await raw("getUpdates")]

    assert spoiled == ["一", "三", "二", "一"]
    assert [update["message"]["text"] for update in await raw("getUpdates")] == ["一", "二", "三"]


class Receiver:
    """A bot's web server that answers as told, then 200."""

    def __init__(self) -> None:
        self.url = ""
        self.updates: list[dict[str, Any]] = []
        self.secrets: list[str | None] = []
        self.answers: list[Response] = []
        self.came = asyncio.Event()

    async def take(self, request: Request) -> Response:
        self.updates.append(await request.json())
        self.secrets.append(request.headers.get("X-Telegram-Bot-Api-Secret-Token"))
        self.came.set()
        return self.answers.pop(0) if self.answers else JSONResponse({})

    async def until(self, count: int) -> list[dict[str, Any]]:
        while len(self.updates) < count:
            self.came.clear()
            await asyncio.wait_for(self.came.wait(), 3)
        return self.updates

    def texts(self) -> list[str]:
        return [update["message"]["text"] for update in self.updates]


@pytest.fixture
async def receiver(world: World) -> AsyncIterator[Receiver]:
    world.webhook_pauses = (0.01,)
    receiver = Receiver()
    app = Starlette(routes=[Route("/hook", receiver.take, methods=["POST"])])
    config = uvicorn.Config(app, lifespan="off", log_config=None, ws="none")
    config.load()
    server = uvicorn.Server(config)
    server.lifespan = config.lifespan_class(config)
    listener = listen(0)
    await server.startup(sockets=[listener])
    receiver.url = f"http://127.0.0.1:{listener.getsockname()[1]}/hook"
    yield receiver
    await server.shutdown(sockets=[listener])


async def test_a_webhook_gets_its_secret_and_every_update_in_order(
    raw: RawBot, wang: Phone, receiver: Receiver
) -> None:
    await wang.sends("一")
    await raw("setWebhook", url=receiver.url, secret_token="s3cret")
    await wang.sends("二")
    await receiver.until(2)

    assert receiver.texts() == ["一", "二"]
    assert receiver.secrets == ["s3cret", "s3cret"]
    with pytest.raises(Refused, match="409 Conflict: can't use getUpdates method while webhook is active"):
        await raw("getUpdates")


async def test_a_webhook_that_fails_hears_the_same_update_again(raw: RawBot, wang: Phone, receiver: Receiver) -> None:
    receiver.answers = [Response(status_code=500), Response(status_code=503)]
    await raw("setWebhook", url=receiver.url)
    await wang.sends("一")
    await wang.sends("二")
    await receiver.until(4)

    assert receiver.texts() == ["一", "一", "一", "二"]
    info = await raw("getWebhookInfo")
    assert info["last_error_message"] == "Wrong response from the webhook: 503 Service Unavailable"


async def test_a_webhook_may_answer_with_a_method(raw: RawBot, wang: Phone, receiver: Receiver) -> None:
    reply = {"method": "sendMessage", "chat_id": wang.person.id, "text": "收到"}
    receiver.answers = [JSONResponse(reply)]
    await raw("setWebhook", url=receiver.url)
    await wang.sends("在吗")

    assert (await wang.sees("收到"))["sender"] is not None


async def test_without_a_webhook_polling_works_again(raw: RawBot, wang: Phone, receiver: Receiver) -> None:
    await raw("setWebhook", url=receiver.url)
    await wang.sends("一")
    await receiver.until(1)
    await raw("deleteWebhook")
    await wang.sends("二")

    assert await raw.texts() == ["二"]
    assert (await raw("getWebhookInfo"))["url"] == ""


async def test_setting_a_webhook_ends_the_poll_and_may_drop_what_waits(
    raw: RawBot, wang: Phone, bot: Bot, receiver: Receiver
) -> None:
    bot.updates.pause()
    polling = asyncio.ensure_future(raw("getUpdates", timeout=30))
    await bot.updates.polled.wait()
    await wang.sends("旧")
    await raw("setWebhook", url=receiver.url, drop_pending_updates=True)
    bot.updates.resume()
    await wang.sends("新")

    with pytest.raises(Refused, match="terminated by setWebhook request"):
        await asyncio.wait_for(polling, 2)
    await receiver.until(1)
    assert receiver.texts() == ["新"]


async def test_every_kind_of_update_has_the_shape_of_aiograms_models(
    raw: RawBot, world: World, bot: Bot, wang: Phone, li: Phone
) -> None:
    group = groups.create_group(world, "网格群", wang.person.id, [bot.id, li.person.id])
    groups.promote(world, group.id, bot.id)
    await raw(
        "getUpdates", allowed_updates=["message", "edited_message", "callback_query", "my_chat_member", "chat_member"]
    )
    sent = await wang.sends("漏水", at=group)
    await wang.edits(sent, "漏水了")
    card = await raw(
        "sendMessage",
        chat_id=group.id,
        text="卡片",
        reply_markup={"inline_keyboard": [[{"text": "接", "callback_data": "a"}]]},
    )
    await wang.presses("接", in_chat=group, within=None)
    await wang.sends_album(2, at=group)
    await wang.sends_video(at=li.place(group))
    await wang.sends_document("a.pdf", b"%PDF", at=group)
    await wang.forwards(sent, to=group)
    await wang.sends("收到", at=group, reply_to=wang.now(sent))
    await raw("pinChatMessage", chat_id=group.id, message_id=card["message_id"])
    groups.restrict(world, group.id, li.person.id)
    groups.rename(world, group.id, "三号网格")
    groups.remove_member(world, group.id, li.person.id)
    new = groups.upgrade(world, group.id)
    groups.set_forum(world, new.id)
    groups.create_topic(world, new.id, "电梯")
    await wang.sends("话题里", at=new)
    await wang.starts()
    await wang.sends_contact("123", "张三")
    await wang.blocks()

    updates = await raw.updates()  # checks every one

    assert {kind_of(update) for update in updates} == {
        "message",
        "edited_message",
        "callback_query",
        "my_chat_member",
        "chat_member",
    }
