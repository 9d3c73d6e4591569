"""Updates that no honest client sends: whatever comes, the dispatcher answers or stays silent, and never breaks."""

from __future__ import annotations

import itertools
import traceback
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest
import structlog
from aiogram.types import Update
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from backend.kernel.conversations import Conversation
from bot.handling import sender_of
from bot.polling import parsed
from handlers.common.aside import ASIDE, BACK
from handlers.common.asking import Asking
from handlers.reports.presses import ReportButton
from handlers.reports.steps import Writing
from handlers.tasks.evidence import Proving
from tests.chat.town import Town, open_town

BOT_ID = 900000001
numbers = itertools.count(800_000_000)

texts = (
    st.text(max_size=60)
    | st.sampled_from(
        ["/start", "/start join-x", "/start proof-99999999999999999999", "/report", "/mine", "/find %_\\", "/cancel"]
    )
    | st.sampled_from(["‮evil", "\x00", "👵" * 30, "<b>", "{name}", "' OR 1=1 --", "/bind", "/web", "/dispatch 26-0001"])
)
ids = st.integers(min_value=-(2**63), max_value=2**63 - 1)
prefixes = st.sampled_from(["r1", "t1", "i1", "s1", "q1", "v1", "b1", "m1", "g1", "n1", "f1", "st1", "zz"])
buttons = st.sampled_from([*ReportButton, "claim", "done", "rate", "view", "grant", "home", "web", "privacy", ""])
forged = st.builds(
    lambda prefix, button, rest: ":".join([prefix, str(button), *rest])[:64],
    prefixes,
    buttons,
    st.lists(ids.map(str) | st.text(max_size=8), max_size=4),
) | st.text(max_size=64)


def people() -> SearchStrategy[dict[str, Any]]:
    """Somebody of the town, or a stranger with a strange name."""
    return st.fixed_dictionaries(
        {
            "id": st.integers(1_000, 1_016),
            "is_bot": st.just(False),
            "first_name": st.text(min_size=1, max_size=64),
        },
        optional={"language_code": st.sampled_from(["zh-hans", "en", "xx", ""]), "username": st.text(max_size=32)},
    )


def contents() -> SearchStrategy[dict[str, Any]]:
    """What a message may hold."""
    file = {"file_id": st.text(min_size=1, max_size=80), "file_unique_id": st.text(min_size=1, max_size=64)}
    photo = st.fixed_dictionaries(
        {**file, "width": st.just(10), "height": st.just(10), "file_size": st.integers(0, 2**40)}
    )
    coordinate = st.floats(-1e6, 1e6, allow_nan=False)
    return st.one_of(
        st.fixed_dictionaries({"text": texts}),
        st.fixed_dictionaries(
            {"photo": st.lists(photo, min_size=1, max_size=2)}, optional={"caption": texts, "media_group_id": texts}
        ),
        st.fixed_dictionaries({"location": st.fixed_dictionaries({"latitude": coordinate, "longitude": coordinate})}),
        st.fixed_dictionaries(
            {"contact": st.fixed_dictionaries({"phone_number": texts, "first_name": texts}, optional={"user_id": ids})}
        ),
        st.fixed_dictionaries({"sticker": st.just({"odd": 1})}),
        st.just({}),
    )


def chats(person: dict[str, Any]) -> SearchStrategy[dict[str, Any]]:
    groups = st.sampled_from([-1_001, -1_002, -2_001, -777]).map(
        lambda group: {"id": group, "type": "supergroup", "title": "x"}
    )
    return st.just({"id": person["id"], "type": "private", "first_name": "x"}) | groups


@st.composite
def messages(draw: st.DrawFn) -> dict[str, Any]:
    person = draw(people())
    return {
        "message_id": draw(st.integers(1, 2**31)),
        "date": 1_780_000_000,
        "from": person,
        "chat": draw(chats(person)),
        **draw(contents()),
    }


@st.composite
def updates(draw: st.DrawFn) -> dict[str, Any]:
    kind = draw(st.sampled_from(["message", "message", "edited_message", "callback_query", "poll", "nonsense"]))
    if kind in ("message", "edited_message"):
        return {"update_id": next(numbers), kind: draw(messages())}
    if kind == "callback_query":
        call = {
            "id": draw(st.text(min_size=1, max_size=20)),
            "from": draw(people()),
            "chat_instance": "1",
            "data": draw(forged),
        }
        if draw(st.booleans()):
            call["message"] = draw(messages())
        return {"update_id": next(numbers), kind: call}
    return {"update_id": next(numbers), kind: draw(st.dictionaries(st.text(max_size=8), texts, max_size=3))}


@pytest.fixture
async def quiet_town(database_url: str, tmp_path: Path) -> AsyncIterator[Town]:
    async with open_town(database_url, tmp_path, starts_bot=False) as opened:
        yield opened


@pytest.fixture
def complaints() -> Iterator[list[Any]]:
    with structlog.testing.capture_logs() as logs:
        yield logs


async def test_no_update_breaks_the_dispatcher(quiet_town: Town, complaints: list[Any]) -> None:
    town = quiet_town
    bot = town.app.bots["main"]

    @settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
    @given(st.lists(updates(), min_size=1, max_size=4))
    def collect(found: list[dict[str, Any]]) -> None:
        batches.append(found)

    batches: list[list[dict[str, Any]]] = []
    collect()
    for raw in itertools.chain.from_iterable(batches):
        update = parsed(bot, raw)
        if update is not None:
            await put_somewhere(town, update)
            await town.app.updates.handle(bot, "main", update)

    assert "\n".join(map(str, faults(complaints))) == ""


def faults(complaints: list[Any]) -> list[list[str]]:
    broken = [entry for entry in complaints if entry["event"] in ("update.failed", "update.unanswerable")]
    return [traceback.format_exception(one["exc_info"])[-4:] for one in broken]


STEPS: tuple[tuple[str | None, dict[str, Any]], ...] = (
    (None, {}),
    *((str(step.state), {"community_id": 3, "category_id": 3, "place": "x"}) for step in Writing.__all_states__),
    (str(Asking.words.state), {ASIDE: {"purpose": "issue.comment", "target": 1, "value": None, BACK: None}}),
    (
        str(Asking.words.state),
        {ASIDE: {"purpose": "task.to_person", "target": 1, "value": 2**40, BACK: "Writing:words"}},
    ),
    (str(Asking.words.state), {}),
    (str(Proving.evidence.state), {ASIDE: {"task_id": 1, "albums": [], BACK: None}}),
)
"""Where somebody may stand when the update comes: every step of every conversation, one of them half gone."""
steps = itertools.cycle(STEPS)


async def put_somewhere(town: Town, update: Update) -> None:
    """Let the sender stand at the next step."""
    sender = sender_of(update)
    chat = getattr(getattr(update.event, "message", update.event), "chat", None)
    if sender is None:
        return
    step, notes = next(steps)
    async with town.world.work.begin() as uow:
        key = (BOT_ID, chat.id if chat else sender.id, sender.id)
        row = await uow.session.get(Conversation, key)
        if row is None:
            row = Conversation(bot_id=key[0], chat_id=key[1], user_id=key[2])
            uow.session.add(row)
        row.step, row.notes, row.updated_at = step, notes, uow.now
