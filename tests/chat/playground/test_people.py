"""The people's side: telephones in the same process, and the control API with its stream of events."""

from __future__ import annotations

import asyncio
import base64
import json
from collections.abc import AsyncIterator
from typing import Any, get_type_hints

import httpx
import pytest

from playground.telegram import groups, shapes
from playground.telegram.errors import Impossible
from playground.telegram.events import LISTENER_ROOM
from playground.telegram.phones import NotSeen, Phone, PhoneBook, photo
from playground.telegram.serve import serve
from playground.telegram.state import Bot
from playground.telegram.world import World

from .raw import RawBot

API = "/playground/api"


async def test_a_phone_waits_for_what_it_is_told_to_see(raw: RawBot, wang: Phone) -> None:
    await wang.starts()
    waiting = asyncio.ensure_future(wang.sees("编号", "12"))
    await raw("sendMessage", chat_id=wang.person.id, text="已受理")
    await raw("sendMessage", chat_id=wang.person.id, text="编号 0012")

    assert (await waiting)["text"] == "编号 0012"
    assert [message["text"] for message in wang.new_messages()] == ["已受理"]


async def test_a_phone_that_sees_nothing_says_what_came_instead(raw: RawBot, wang: Phone) -> None:
    await wang.starts()
    await raw("sendMessage", chat_id=wang.person.id, text="对不起")

    with pytest.raises(NotSeen, match=r"did not see .*已受理.*came: 对不起"):
        await wang.sees("已受理", within=0.01)
    with pytest.raises(NotSeen, match="sees no button"):
        await wang.presses("接单", appears=0.01)


async def test_a_press_waits_for_its_button_to_appear(raw: RawBot, wang: Phone) -> None:
    await wang.starts()
    sent = await raw("sendMessage", chat_id=wang.person.id, text="卡片")
    pressing = asyncio.ensure_future(wang.presses("接单", within=None))
    await asyncio.sleep(0)
    keys = {"inline_keyboard": [[{"text": "接单", "callback_data": "a"}]]}
    await raw("editMessageReplyMarkup", chat_id=wang.person.id, message_id=sent["message_id"], reply_markup=keys)

    assert (await pressing)["data"] == "a"


async def test_messages_that_no_step_consumed_are_unexpected(
    raw: RawBot, phones: PhoneBook, wang: Phone, li: Phone
) -> None:
    for phone in (wang, li):
        await phone.starts()
        await raw("sendMessage", chat_id=phone.person.id, text="早上好")
    await wang.sees("早上好")

    assert phones.unexpected() == [("李伟", "早上好")]
    phones.forget()
    assert phones.unexpected() == []


async def test_in_a_group_it_is_enough_that_one_member_looked(
    raw: RawBot, phones: PhoneBook, world: World, bot: Bot, wang: Phone, li: Phone
) -> None:
    group = groups.create_group(world, "网格群", wang.person.id, [bot.id, li.person.id])
    await raw("sendMessage", chat_id=group.id, text="卡片")
    assert len(phones.unexpected()) == 2

    await li.sees("卡片", in_chat=group)

    assert phones.unexpected() == []


async def test_a_patched_client_can_press_anything(raw: RawBot, wang: Phone) -> None:
    await wang.starts()
    card = await raw("sendMessage", chat_id=wang.person.id, text="卡片")

    await wang.presses_forged("t:999", wang.now(wang.messages()[-1]), within=None)

    query = (await raw.updates())[-1]["callback_query"]
    assert (query["data"], query["message"]["message_id"]) == ("t:999", card["message_id"])


async def test_people_cannot_do_what_telephones_refuse(wang: Phone) -> None:
    with pytest.raises(Impossible, match="1 to 4096"):
        await wang.sends("长" * 4097)
    with pytest.raises(Impossible, match="64 of A-Z"):
        await wang.starts("有空格 的")
    with pytest.raises(Impossible, match="2 to 10"):
        await wang.sends_album(1)
    with pytest.raises(Impossible, match="IMAGE_PROCESS_FAILED"):
        await wang.sends_photo(content=b"not an image")
    await wang.blocks()
    with pytest.raises(Impossible, match="blocked"):
        await wang.sends("好")

    assert wang.messages() == []


async def test_deleted_messages_are_gone_and_ids_are_not_used_again(raw: RawBot, wang: Phone) -> None:
    first = await wang.sends("一")
    await wang.deletes(first)

    assert (await wang.sends("二"))["id"] == first["id"] + 1
    assert [message["text"] for message in wang.messages()] == ["二"]


async def acted(http: httpx.AsyncClient, path: str, status: int = 200, **arguments: Any) -> Any:
    response = await http.post(API + path, json=arguments)
    assert response.status_code == status, response.text
    return response.json()


async def test_one_person_plays_everybody_over_http(http: httpx.AsyncClient, raw: RawBot, bot: Bot) -> None:
    wang = (await acted(http, "/people", first_name="王芳", phone="+86138"))["id"]
    li = (await acted(http, "/people", first_name="李伟"))["id"]
    group = (await acted(http, "/groups", title="网格群", creator=li, members=[bot.id]))["id"]
    await acted(http, f"/people/{wang}/start", bot=bot.id, payload="abc")
    image = {"name": "a.jpg", "base64": base64.b64encode(photo()).decode()}
    sent = await acted(http, f"/people/{wang}/send_photo", chat=bot.id, caption="漏水", files=[image])
    keys = {"inline_keyboard": [[{"text": "接单", "callback_data": "a"}]]}
    await raw("sendMessage", chat_id=group, text="卡片", reply_markup=keys)
    press = await acted(http, f"/people/{li}/press", chat=group, message=3, row=0, column=0)
    await raw("answerCallbackQuery", callback_query_id=press["id"], text="好的")

    file = await http.get(sent["media"]["url"])
    chats = (await http.get(f"{API}/people/{li}/chats")).json()
    messages = (await http.get(f"{API}/people/{wang}/chats/{bot.id}/messages?limit=1")).json()
    assert (file.content, file.headers["content-type"]) == (photo(), "image/jpeg")
    assert [chat["title"] for chat in chats] == ["网格群", "友邻"]
    assert [message["text"] for message in messages] == ["漏水"]
    assert (await http.get(f"{API}/presses/{press['id']}")).json()["text"] == "好的"


async def test_everybodys_telegram_changes_its_language(http: httpx.AsyncClient, raw: RawBot, wang: Phone) -> None:
    await wang.starts()
    await acted(http, "/language", language_code="en")
    await wang.sends("hello")

    updates = await raw("getUpdates")
    assert [update["message"]["from"]["language_code"] for update in updates] == ["zh-hans", "en"]
    await acted(http, "/language", 400, language_code="<b>")


async def test_an_album_comes_as_a_form(http: httpx.AsyncClient, bot: Bot, wang: Phone) -> None:
    files = [("file", (f"{colour}.jpg", photo(colour), "image/jpeg")) for colour in ("red", "blue")]
    arguments = {"arguments": json.dumps({"chat": bot.id, "caption": "两张"})}

    response = await http.post(f"{API}/people/{wang.person.id}/send_album", data=arguments, files=files)

    assert [message["text"] for message in response.json()] == ["两张", None]
    assert len({message["album"] for message in response.json()}) == 1


@pytest.mark.parametrize(
    ("path", "arguments", "status"),
    [
        ("/people/1/send_text", {"chat": 42, "text": "好"}, 404),
        ("/people/WANG/fly", {}, 404),
        ("/people/WANG/send_text", {"chat": 42}, 400),
        ("/people/WANG/send_text", {"chat": 42, "text": 5}, 400),
        ("/people/WANG/send_text", {"chat": -5, "text": "好"}, 404),
        ("/people/WANG/send_photo", {"chat": 42, "files": [{"base64": "?"}]}, 400),
        ("/people/WANG/press", {"chat": 42, "message": 99, "row": 0, "column": 0}, 404),
        ("/people", {"last_name": "王"}, 400),
        ("/groups/-1/upgrade", {}, 404),
        ("/limits", {"model": "none"}, 400),
        ("/faults", {"kind": "earthquake"}, 400),
        ("/faults", {"kind": "slow", "seconds": 1e9}, 400),
    ],
)
async def test_nonsense_is_refused_by_the_control_api(
    http: httpx.AsyncClient, wang: Phone, path: str, arguments: dict[str, Any], status: int
) -> None:
    refused = await acted(http, path.replace("WANG", str(wang.person.id)), status, **arguments)

    assert refused["error"]


async def events(http: httpx.AsyncClient, after: int | None, count: int) -> list[tuple[str, Any]]:
    headers = {} if after is None else {"Last-Event-ID": str(after)}
    return [event async for event in stream(http, headers, count)]


async def stream(http: httpx.AsyncClient, headers: dict[str, str], count: int) -> AsyncIterator[tuple[str, Any]]:
    kind = ""
    async with http.stream("GET", f"{API}/events", headers=headers) as response:
        async for line in response.aiter_lines():
            if line.startswith("event: "):
                kind = line.removeprefix("event: ")
            if line.startswith("data: "):
                yield kind, json.loads(line.removeprefix("data: "))
                count -= 1
                if not count:
                    return


async def test_events_are_resumed_where_the_page_left_off(
    http: httpx.AsyncClient, raw: RawBot, world: World, wang: Phone
) -> None:
    await wang.starts()
    seen = world.events.last_id
    sent = await raw("sendMessage", chat_id=wang.person.id, text="一")
    await raw("editMessageText", chat_id=wang.person.id, message_id=sent["message_id"], text="二")
    await raw("sendChatAction", chat_id=wang.person.id, action="typing")
    await raw("deleteMessage", chat_id=wang.person.id, message_id=sent["message_id"])

    missed = await events(http, seen, 4)

    assert [kind for kind, _ in missed] == ["message", "edited", "typing", "deleted"]
    assert all(content["people"] == [wang.person.id] for _, content in missed)
    assert await events(http, 10_000, 1) == [("reset", {})]


async def test_views_have_exactly_the_keys_of_their_shapes(
    http: httpx.AsyncClient, raw: RawBot, world: World, bot: Bot, wang: Phone
) -> None:
    group = groups.create_group(world, "论坛", wang.person.id, [bot.id], forum=True)
    keyboard = {"keyboard": [[{"text": "手机号", "request_contact": True}]]}
    await wang.starts()
    await raw("sendMessage", chat_id=wang.person.id, text="手机号？", reply_markup=keyboard)
    await raw("sendPhoto", chat_id=wang.person.id, files={"photo": ("x.jpg", photo())})
    await wang.shares_contact()
    await wang.sends_location(29.6, 106.5)
    reads: list[tuple[str, Any]] = [
        ("/bots", shapes.BotView),
        ("/people", shapes.PersonView),
        ("/groups", shapes.GroupView),
        (f"/people/{wang.person.id}/chats", shapes.ChatView),
        (f"/people/{wang.person.id}/chats/{bot.id}/messages", shapes.MessageView),
        (f"/people/{wang.person.id}/chats/{group.id}/messages", shapes.MessageView),
    ]
    for path, shape in reads:
        for view in (await http.get(API + path)).json():
            assert set(view) == set(get_type_hints(shape)), path


async def test_a_listener_that_is_too_slow_is_cut_off_and_resumes(world: World) -> None:
    following = world.events.follow(None)
    first = asyncio.ensure_future(anext(following))
    await asyncio.sleep(0)
    for number in range(LISTENER_ROOM + 100):
        world.events.tell("message", {"number": number})

    heard = [await first, *[event async for event in following]]

    assert len(heard) == LISTENER_ROOM
    rest = world.events.follow(heard[-1].id)
    assert (await anext(rest)).content == {"number": LISTENER_ROOM}
    await rest.aclose()


async def test_faults_and_limits_are_ordered_over_http(http: httpx.AsyncClient, world: World) -> None:
    order = {"kind": "slow", "method": "sendMessage", "times": 2, "seconds": 0.5}

    assert (await acted(http, "/faults", **order))["pending"] == [order]
    assert (await acted(http, "/faults/clear"))["pending"] == []
    assert (await acted(http, "/limits", model="strict"))["limit_model"] == "strict"
    assert (await acted(http, f"/bots/{world.add_bot('9:x', 'x_bot').id}/pause"))["paused"]


async def test_clearing_empties_chats_and_keeps_people(http: httpx.AsyncClient, raw: RawBot, wang: Phone) -> None:
    await wang.sends("一")

    await acted(http, "/clear")

    assert wang.messages() == []
    assert await raw("getUpdates") == []
    assert [person["name"] for person in (await http.get(f"{API}/people")).json()] == ["王芳"]


async def test_a_call_may_come_as_a_query(http: httpx.AsyncClient, bot: Bot, wang: Phone) -> None:
    await wang.starts()

    answer = await http.get(f"/bot{bot.token}/sendmessage", params={"chat_id": wang.person.id, "text": "好"})

    assert answer.json()["result"]["text"] == "好"


async def test_a_failure_beside_the_server_stays_what_it_was(world: World) -> None:
    with pytest.raises(KeyError):
        async with serve(world):
            raise KeyError
