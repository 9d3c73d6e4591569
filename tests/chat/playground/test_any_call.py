"""Whatever a bot sends, the local Telegram answers or refuses; it never breaks and never stores half of it."""

from __future__ import annotations

import inspect
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from playground.telegram import groups, people
from playground.telegram.api import BotApi
from playground.telegram.errors import Refusal
from playground.telegram.files import Upload
from playground.telegram.methods import PLAYED
from playground.telegram.parameters import METHODS
from playground.telegram.phones import photo
from playground.telegram.world import World

TOKEN = "42:youlin"
PERSON = 77
JSON: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
BUTTON = {"text": "接单", "callback_data": "a"}
LIKELY: dict[str, list[Any]] = {
    "chat_id": [PERSON, -1, -4_100_000_001, -1_002_200_000_001, 42, "@x"],
    "from_chat_id": [PERSON, -4_100_000_001],
    "message_id": [1, 2, 3, 4, 10**12],
    "message_ids": [[1, 2], []],
    "message_thread_id": [1, 2, 3],
    "user_id": [PERSON, 42, 5],
    "text": ["好", "<b>好</b>", "x" * 5000],
    "caption": ["好", "<i>"],
    "parse_mode": ["HTML", "MarkdownV2"],
    "photo": ["attach://file", "Ag2a_x"],
    "voice": ["attach://file"],
    "document": ["attach://file"],
    "media": [
        [{"type": "photo", "media": "attach://file"}] * 2,
        {"type": "photo", "media": "attach://file", "caption": "好"},
        [{"type": "document", "media": "attach://file"}, {"type": "photo", "media": "attach://file"}],
    ],
    "reply_markup": [{"inline_keyboard": [[BUTTON]]}, {"keyboard": [[{"text": "好"}]]}, {"force_reply": True}],
    "reply_parameters": [{"message_id": 1}, {"message_id": 99, "allow_sending_without_reply": True}],
    "entities": [[{"type": "bold", "offset": 0, "length": 1}]],
    "reaction": [[{"type": "emoji", "emoji": "👍"}], []],
    "commands": [[{"command": "report", "description": "报事"}]],
    "scope": [{"type": "default"}, {"type": "chat_member", "chat_id": PERSON, "user_id": 5}, {"type": "chat"}],
    "language_code": ["zh", "zh-hans"],
    "menu_button": [{"type": "commands"}, {"type": "web_app", "text": "x", "web_app": {"url": "http://x"}}],
    "action": ["typing", "dance"],
    "name": ["电梯", ""],
}


def a_world() -> World:
    world = World()
    bot = world.add_bot(TOKEN, "youlin_bot")
    person = world.add_person("王芳", id=PERSON)
    people.start(world, person, bot.id)
    people.send_photo(world, person, bot.id, [Upload("a.jpg", "image/jpeg", photo())])
    groups.create_group(world, "网格群", PERSON, [bot.id])
    forum = groups.create_group(world, "论坛", PERSON, [bot.id], forum=True)
    groups.promote(world, forum.id, bot.id)
    return world


@st.composite
def calls(draw: st.DrawFn) -> tuple[str, dict[str, Any]]:
    name = draw(st.sampled_from(sorted(set(PLAYED) - {"getUpdates"})))
    parameters = METHODS[name.lower()].parameters
    required = [key for key, parameter in parameters.items() if parameter.required]
    extra = draw(st.lists(st.sampled_from(sorted(parameters)), max_size=4)) if parameters else []
    return name, {key: draw(st.sampled_from(LIKELY.get(key, [1])) | JSON) for key in [*required, *extra]}


@settings(max_examples=200, deadline=None)
@given(st.lists(calls(), min_size=1, max_size=6))
async def test_any_sequence_of_calls_is_answered_or_refused(sequence: list[tuple[str, dict[str, Any]]]) -> None:
    world = a_world()
    api = BotApi(world)

    for name, arguments in sequence:
        before = world.sends.total()
        refused = None
        try:
            result = await api.call(TOKEN, name, arguments, {"file": Upload("a.jpg", "image/jpeg", photo())})
            assert not inspect.isawaitable(result)
        except Refusal as refusal:
            refused = refusal.code
        assert refused in (None, 400, 403, 404)
        assert refused is None or world.sends.total() == before

    for chat in [*world.private_chats.values(), *world.groups.values()]:
        assert list(chat.messages) == sorted(chat.messages)
        assert all(number < chat.next_id for number in chat.messages)
        assert set(chat.pinned) <= set(chat.messages)
