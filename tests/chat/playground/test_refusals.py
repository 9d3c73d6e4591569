"""THE TABLE of what the local Telegram refuses, and with which of Telegram's words."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from playground.telegram import groups
from playground.telegram.phones import Phone, photo
from playground.telegram.state import Bot
from playground.telegram.world import World

from .conftest import HandClock
from .raw import RawBot, Refused

EMPTY_KEY = {"inline_keyboard": [[{"text": "接单", "callback_data": ""}]]}
LONG_KEY = {"inline_keyboard": [[{"text": "接单", "callback_data": "单" * 22}]]}
DEAD_KEY = {"inline_keyboard": [[{"text": "接单"}]]}
LOCAL_KEY = {"inline_keyboard": [[{"text": "打开", "url": "http://localhost:8000/"}]]}
STRANGE_KEY = {"inline_keyboard": [[{"text": "接单", "callback_data": "a", "colour": "red"}]]}
NOT_MODIFIED = (
    "Bad Request: message is not modified: specified new message content and reply markup are exactly the same "
    "as a current content and reply markup of the message"
)

# what, method, arguments (ME is the resident, CARD the bot's message, PHOTO its photo), code, description
TABLE: list[tuple[str, dict[str, Any], int, str]] = [
    ("sendMessage", {"chat_id": 7, "text": "好"}, 400, "Bad Request: chat not found"),
    ("sendMessage", {"chat_id": "@somewhere", "text": "好"}, 400, "Bad Request: chat not found"),
    ("sendMessage", {"text": "好"}, 400, "Bad Request: chat_id is empty"),
    ("sendMessage", {"chat_id": "ME"}, 400, "Bad Request: message text is empty"),
    ("sendMessage", {"chat_id": "ME", "text": "  \n "}, 400, "Bad Request: message text is empty"),
    ("sendMessage", {"chat_id": "ME", "text": "长" * 4097}, 400, "Bad Request: message is too long"),
    (
        "sendMessage",
        {"chat_id": "ME", "text": "<b>好", "parse_mode": "HTML"},
        400,
        "Bad Request: can't parse entities: Can't find end tag corresponding to start tag \"b\" at byte offset 0",
    ),
    (
        "sendMessage",
        {"chat_id": "ME", "text": "3 <4>", "parse_mode": "HTML"},
        400,
        'Bad Request: can\'t parse entities: Unsupported start tag "4" at byte offset 2',
    ),
    (
        "sendMessage",
        {"chat_id": "ME", "text": "<b>好</i>", "parse_mode": "HTML"},
        400,
        'Bad Request: can\'t parse entities: Unmatched end tag at byte offset 6, expected "</b>", found "</i>"',
    ),
    (
        "sendMessage",
        {"chat_id": "ME", "text": "*好*", "parse_mode": "MarkdownV2"},
        400,
        "Bad Request: unsupported parse_mode",
    ),
    ("sendMessage", {"chat_id": "ME", "text": "好", "txet": "x"}, 400, 'Bad Request: unexpected parameter "txet"'),
    (
        "sendMessage",
        {"chat_id": "ME", "text": "好", "reply_markup": EMPTY_KEY},
        400,
        "Bad Request: BUTTON_DATA_INVALID",
    ),
    ("sendMessage", {"chat_id": "ME", "text": "好", "reply_markup": LONG_KEY}, 400, "Bad Request: BUTTON_DATA_INVALID"),
    (
        "sendMessage",
        {"chat_id": "ME", "text": "好", "reply_markup": DEAD_KEY},
        400,
        "Bad Request: can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard",
    ),
    (
        "sendMessage",
        {"chat_id": "ME", "text": "好", "reply_markup": LOCAL_KEY},
        400,
        "Bad Request: inline keyboard button URL 'http://localhost:8000/' is invalid: Wrong HTTP URL",
    ),
    (
        "sendMessage",
        {"chat_id": "ME", "text": "好", "reply_parameters": {"message_id": 999}},
        400,
        "Bad Request: message to be replied not found",
    ),
    (
        "sendMessage",
        {"chat_id": "ME", "text": "好", "message_thread_id": 5},
        400,
        "Bad Request: message thread not found",
    ),
    ("sendPhoto", {"chat_id": "ME", "photo": "AgAB"}, 400, "Bad Request: wrong file identifier/HTTP URL specified"),
    (
        "sendPhoto",
        {"chat_id": "ME", "photo": "PHOTO", "caption": "长" * 1025},
        400,
        "Bad Request: message caption is too long",
    ),
    ("sendVoice", {"chat_id": "ME", "voice": "PHOTO"}, 400, "Bad Request: can't use file of type Photo as Voice"),
    (
        "sendMediaGroup",
        {"chat_id": "ME", "media": [{"type": "photo", "media": "PHOTO"}]},
        400,
        "Bad Request: expected 2 to 10 messages in an album",
    ),
    ("sendLocation", {"chat_id": "ME", "latitude": 91, "longitude": 0}, 400, "Bad Request: invalid location specified"),
    (
        "editMessageText",
        {"chat_id": "ME", "message_id": 999, "text": "新"},
        400,
        "Bad Request: message to edit not found",
    ),
    ("editMessageText", {"chat_id": "ME", "message_id": "CARD", "text": "卡片"}, 400, NOT_MODIFIED),
    (
        "editMessageText",
        {"chat_id": "ME", "message_id": "THEIRS", "text": "新"},
        400,
        "Bad Request: message can't be edited",
    ),
    (
        "editMessageCaption",
        {"chat_id": "ME", "message_id": "CARD", "caption": "新"},
        400,
        "Bad Request: there is no caption in the message to edit",
    ),
    ("deleteMessage", {"chat_id": "ME", "message_id": 999}, 400, "Bad Request: message to delete not found"),
    ("pinChatMessage", {"chat_id": "ME", "message_id": 999}, 400, "Bad Request: message to pin not found"),
    (
        "answerCallbackQuery",
        {"callback_query_id": "1"},
        400,
        "Bad Request: query is too old and response timeout expired or query ID is invalid",
    ),
    ("getFile", {"file_id": "AgAB"}, 400, "Bad Request: wrong file identifier/HTTP URL specified"),
    (
        "setMyCommands",
        {"commands": [{"command": "报事", "description": "报事"}]},
        400,
        "Bad Request: BOT_COMMAND_INVALID",
    ),
    (
        "setMyCommands",
        {"commands": [{"command": f"c{n}", "description": "x"} for n in range(101)]},
        400,
        "Bad Request: BOT_COMMANDS_TOO_MUCH",
    ),
    (
        "setMyCommands",
        {"commands": [], "language_code": "zh-hans"},
        400,
        'Bad Request: parameter "commands" is required',
    ),
    ("setMyName", {"name": "友邻", "language_code": "zh-hans"}, 400, "Bad Request: invalid language code specified"),
    ("createForumTopic", {"chat_id": "ME", "name": "电梯"}, 400, "Bad Request: the chat is not a forum"),
    (
        "setWebhook",
        {"url": "ftp://example.org"},
        400,
        "Bad Request: bad webhook: An HTTPS URL must be provided for webhook",
    ),
    ("sendPoll", {"chat_id": "ME"}, 404, "Not Found: sendPoll is not played here"),
    ("launchRocket", {}, 404, "Not Found"),
]


@pytest.mark.parametrize(("method", "arguments", "code", "description"), TABLE)
async def test_it_is_refused_in_telegrams_words(
    raw: RawBot, wang: Phone, method: str, arguments: dict[str, Any], code: int, description: str
) -> None:
    theirs = await wang.starts()
    card = await raw("sendMessage", chat_id=wang.person.id, text="卡片")
    picture = await raw("sendPhoto", chat_id=wang.person.id, files={"photo": ("x.jpg", photo())})
    before = len(wang.messages())
    named = {
        "ME": wang.person.id,
        "CARD": card["message_id"],
        "THEIRS": theirs["id"],
        "PHOTO": picture["photo"][-1]["file_id"],
    }

    with pytest.raises(Refused) as refused:
        await raw(method, **substituted(arguments, named))

    assert (refused.value.status, refused.value.description) == (code, description)
    assert len(wang.messages()) == before


def substituted(value: Any, named: dict[str, Any]) -> Any:
    if isinstance(value, dict):
        return {key: substituted(inner, named) for key, inner in value.items()}
    if isinstance(value, list):
        return [substituted(inner, named) for inner in value]
    return named.get(value, value) if isinstance(value, str) else value


async def test_unknown_fields_of_a_keyboard_are_refused(raw: RawBot, wang: Phone) -> None:
    await wang.starts()

    with pytest.raises(Refused, match="colour is unknown"):
        await raw("sendMessage", chat_id=wang.person.id, text="好", reply_markup=STRANGE_KEY)


async def test_a_person_who_never_wrote_or_who_blocked_cannot_be_written_to(
    raw: RawBot, wang: Phone, li: Phone
) -> None:
    await li.starts()
    await li.blocks()

    with pytest.raises(Refused, match="403 Forbidden: bot can't initiate conversation with a user"):
        await raw("sendMessage", chat_id=wang.person.id, text="好")
    with pytest.raises(Refused, match="403 Forbidden: bot was blocked by the user"):
        await raw("sendMessage", chat_id=li.person.id, text="好")

    await li.starts()
    assert await raw("sendMessage", chat_id=li.person.id, text="好")


async def test_a_group_says_what_the_bot_may_not(raw: RawBot, world: World, bot: Bot, wang: Phone) -> None:
    group = groups.create_group(world, "网格群", wang.person.id, [bot.id], supergroup=True)

    groups.restrict(world, group.id, bot.id)
    with pytest.raises(Refused, match="not enough rights to send text messages to the chat"):
        await raw("sendMessage", chat_id=group.id, text="卡片")
    with pytest.raises(Refused, match="not enough rights to manage pinned messages"):
        await raw("pinChatMessage", chat_id=group.id, message_id=1)
    groups.remove_member(world, group.id, bot.id)
    with pytest.raises(Refused, match="403 Forbidden: bot was kicked from the supergroup chat"):
        await raw("sendMessage", chat_id=group.id, text="卡片")


async def test_contact_and_place_can_be_asked_for_in_private_only(
    raw: RawBot, world: World, bot: Bot, wang: Phone
) -> None:
    group = groups.create_group(world, "网格群", wang.person.id, [bot.id])
    key = {"keyboard": [[{"text": "位置", "request_location": True}]]}

    with pytest.raises(Refused, match="location can be requested in private chats only"):
        await raw("sendMessage", chat_id=group.id, text="在哪里", reply_markup=key)


async def test_a_wrong_token_is_unauthorized(http: httpx.AsyncClient) -> None:
    response = await http.get("/bot1:wrong/getMe")

    assert (response.status_code, response.json()["description"]) == (401, "Unauthorized")


async def test_one_bots_file_ids_mean_nothing_to_another(
    raw: RawBot, world: World, wang: Phone, http: httpx.AsyncClient
) -> None:
    world.add_bot("43:duty", "youlin_duty_bot")
    await wang.sends_photo("水管")
    file_id = (await raw.updates())[0]["message"]["photo"][-1]["file_id"]

    with pytest.raises(Refused, match="wrong file identifier"):
        await RawBot(http, "43:duty")("getFile", file_id=file_id)


async def test_a_bot_downloads_up_to_20_megabytes(raw: RawBot, wang: Phone) -> None:
    await wang.sends_document("video.bin", b"x" * (20 * 1024 * 1024 + 1))
    file_id = (await raw.updates())[0]["message"]["document"]["file_id"]

    with pytest.raises(Refused, match="Bad Request: file is too big"):
        await raw("getFile", file_id=file_id)


async def test_a_photo_of_more_than_10_megabytes_is_refused(raw: RawBot, wang: Phone) -> None:
    await wang.starts()

    with pytest.raises(Refused, match="too big for a photo"):
        await raw("sendPhoto", chat_id=wang.person.id, files={"photo": ("x.jpg", b"x" * (10 * 1024 * 1024 + 1))})


async def test_what_is_no_image_is_no_photo(raw: RawBot, wang: Phone) -> None:
    await wang.starts()

    with pytest.raises(Refused, match="IMAGE_PROCESS_FAILED"):
        await raw("sendPhoto", chat_id=wang.person.id, files={"photo": ("x.jpg", b"not an image")})


async def test_a_press_has_to_be_answered_in_time(raw: RawBot, wang: Phone, clock: HandClock) -> None:
    await wang.starts()
    key = {"inline_keyboard": [[{"text": "接单", "callback_data": "a"}]]}
    await raw("sendMessage", chat_id=wang.person.id, text="卡片", reply_markup=key)
    press = await wang.presses("接单", within=None)

    clock.advance(31)

    with pytest.raises(Refused, match="query is too old"):
        await raw("answerCallbackQuery", callback_query_id=press["id"])


async def test_own_messages_can_be_deleted_for_48_hours(raw: RawBot, wang: Phone, clock: HandClock) -> None:
    await wang.starts()
    early = await raw("sendMessage", chat_id=wang.person.id, text="一")
    clock.advance(49 * 3600)
    late = await raw("sendMessage", chat_id=wang.person.id, text="二")

    with pytest.raises(Refused, match="message can't be deleted"):
        await raw("deleteMessage", chat_id=wang.person.id, message_id=early["message_id"])
    assert await raw("deleteMessage", chat_id=wang.person.id, message_id=late["message_id"])

    assert [message["text"] for message in wang.messages()] == ["/start", "一"]


@pytest.mark.parametrize("body", [b"{", b"[]", b'{"chat_id": ' + b"[" * 100_000, b"\xff"])
async def test_broken_json_is_refused(http: httpx.AsyncClient, bot: Bot, body: bytes) -> None:
    response = await http.post(
        f"/bot{bot.token}/sendMessage", content=body, headers={"Content-Type": "application/json"}
    )

    assert response.status_code == 400
    assert response.json()["description"].startswith("Bad Request: can't parse JSON object")
