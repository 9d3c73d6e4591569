"""Who may press what: every button and command, by everybody who has no business with the thing, changes nothing."""

from __future__ import annotations

import itertools
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from aiogram import Bot
from aiogram.types import Update, User
from sqlalchemy import select

from backend.issues.demands.between_units import Sending, send_issue_down
from backend.issues.demands.requests import request_suspension
from backend.issues.demands.supervision import supervise_issue
from backend.issues.tasks.doing import claim_task
from backend.kernel.access import Role
from backend.kernel.database import Database
from backend.kernel.metrics import Metrics
from backend.kernel.texts import Language, load_texts
from backend.messaging.presses import Press
from backend.migrations.tables import all_tables
from backend.notify.presses import (
    BetweenPress,
    DecisionButton,
    IssueButton,
    IssuePress,
    RequestPress,
    StaffButton,
    StaffPress,
    SupervisionPress,
    TaskButton,
    TaskPress,
)
from backend.notify.words import CHINA, Voice
from backend.registry.grants import end_role
from backend.registry.invitations import invite
from backend.registry.models import RoleGrant
from bot.answers import Answer
from bot.dispatcher import build_dispatcher
from bot.handling import UpdateHandler
from bot.stored_methods import written
from bot.throttle import Throttle
from handlers.common.commands import COMMANDS
from handlers.common.links import Links
from handlers.reports.presses import ReportButton, ReportPress
from handlers.staff.desk import InvitePress
from handlers.staff.finding import StatisticsPress
from handlers.staff.groups import BindPress
from tests.service.issues.reporting import report
from tests.service.world import CAST, World, open_world

REPORTER, SECRET, PLACE = "Wang Fang", "我在三楼看见的", "石油路1号后门"
OUTSIDERS = ("Liu Yang", "stranger", "worker Sun", "officer He", "foreign staff Bai", "worker Zhao")
"""A neighbour, somebody unknown, a worker of another grid, a partner who was not called, staff of another community,
and (his role has ended) a former worker of this very grid."""
FOREIGN_GROUP = -777
TEXTS = load_texts()
DENIED = {TEXTS.say(language, "error.access_denied") for language in Language}


@dataclass
class Desk:
    """Feeds updates to the program and keeps what it would say; nobody else is there."""

    world: World
    handler: UpdateHandler
    said: list[Any] = field(default_factory=list)
    numbers: Any = field(default_factory=lambda: itertools.count(1))

    def give(self, answer: Answer) -> None:
        self.said += answer.methods

    async def hears(self, who: str, chat_id: int | None = None, **event: Any) -> list[Any]:
        """What is said to this event."""
        self.said.clear()
        person = {"id": self.world.accounts[who].telegram_id, "is_bot": False, "first_name": who}
        kind = "private" if chat_id is None else "supergroup"
        chat = {"id": chat_id or person["id"], "type": kind, "title": "x", "first_name": who}
        number = next(self.numbers)
        message = {"message_id": number, "date": 1_780_000_000, "chat": chat, "text": event.get("text", "x")}
        if "text" in event:
            raw = {"message": {**message, "from": person}}
        else:
            call = {"id": str(number), "from": person, "chat_instance": "1", "message": message, **event}
            raw = {"callback_query": call}
        update = Update.model_validate({"update_id": number, **raw}, context={"bot": BOT})
        await self.handler.handle(BOT, "main", update)
        return list(self.said)

    async def everything(self) -> dict[str, list[Any]]:
        """All rows of all tables but those that note who wrote and where a conversation stands."""
        async with self.world.work.look() as uow:
            return {
                table.name: [tuple(row) for row in (await uow.session.execute(select(table))).all()]
                for table in all_tables().sorted_tables
                if table.name not in {"arrival", "conversation", "account"}
            }

    async def changes_since(self, before: dict[str, list[Any]]) -> dict[str, list[Any]]:
        """What is not as it was, by table."""
        now = await self.everything()
        return {
            name: [row for row in now[name] if row not in before[name]] for name in now if now[name] != before[name]
        }


BOT = Bot("900000001:town")
# Known, so that a mention of it asks nobody on the network.
BOT._me = User(id=BOT.id, is_bot=True, first_name="友邻", username="youlin_bot")


@pytest.fixture
async def desk(sqlite_url: str) -> AsyncIterator[Desk]:
    """The world with an issue in work: claimed, to be hurried, asked to be put off, sent down from above."""
    database = Database(sqlite_url)
    world = await open_world(database)
    told = await report(world, REPORTER, text=SECRET, place=PLACE)
    async with world.work.begin() as uow:
        await claim_task(uow, actor=world.actor("worker Li"), task_id=1)
        await supervise_issue(uow, actor=world.actor("staff Chen"), issue_id=told.issue_id, words="hurry")
        await request_suspension(uow, actor=world.actor("worker Li"), issue_id=told.issue_id, reason="rain")
        sending = Sending(to_unit_id=world.units["grid-1"].id, words="see to it")
        await send_issue_down(uow, actor=world.actor("operator Luo"), sending=sending, issue_id=told.issue_id)
        zhao = await uow.session.scalar(
            select(RoleGrant.id).where(RoleGrant.account_id == world.account_id("worker Zhao"))
        )
        await end_role(uow, actor=world.actor("admin Yin"), grant_id=zhao or 0)
    made = Desk(world, None)  # type: ignore[arg-type]
    dispatcher = build_dispatcher(
        TEXTS, zone=CHINA, links=Links("youlin_bot", "http://x"), voice=Voice(TEXTS, "http://v")
    )
    made.handler = UpdateHandler(
        dispatcher=dispatcher,
        work=world.work,
        texts=TEXTS,
        answers=made,  # type: ignore[arg-type]
        throttle=Throttle(1_000_000),
        metrics=Metrics(),
    )
    yield made
    await database.close()


def presses(world: World) -> list[Press]:
    """Every button about the issue and its task, with ids that somebody might guess."""
    partner, unit = world.partners["police"].id, world.units["grid-2"].id
    values: dict[str, int] = {
        TaskButton.TRANSFER_TO_PERSON: world.account_id("worker Sun"),
        TaskButton.TRANSFER_TO_PARTNER: partner,
        StaffButton.DISPATCH_GRID: unit,
        StaffButton.DISPATCH_PARTNER: partner,
        StaffButton.SEND_UP: world.units["subdistrict"].id,
        StaffButton.SEND_DOWN: unit,
        IssueButton.RATE: 5,
    }
    return [
        *(IssuePress(button, 1, values.get(button)) for button in IssueButton),
        *(TaskPress(button, 1, values.get(button)) for button in TaskButton),
        *(StaffPress(button, 1, values.get(button)) for button in StaffButton),
        *(RequestPress(button, 1) for button in DecisionButton),
        SupervisionPress(1),
        BetweenPress(1),
        ReportPress(ReportButton.SAME, 1),
        ReportPress(ReportButton.SUBMIT),
        InvitePress(Role.GRID_WORKER, world.units["grid-1"].id),
        InvitePress(Role.DISTRICT, world.units["district"].id),
        InvitePress(Role.PARTNER, world.community_id, partner),
        StatisticsPress(world.community_id, 30),
    ]


def secrets_in(said: list[Any]) -> list[str]:
    text = json.dumps(written(said), ensure_ascii=False)
    return [secret for secret in (REPORTER, SECRET, PLACE, "worker Li", "join-") if secret in text]


@pytest.mark.parametrize("who", OUTSIDERS)
async def test_no_button_of_anothers_matter_shows_or_changes_anything(desk: Desk, who: str) -> None:
    before, leaks = await desk.everything(), []

    for press in presses(desk.world):
        said = await desk.hears(who, data=press.pack())
        said += await desk.hears(who, text="any words")
        await desk.hears(who, text="/cancel")
        leaks += [(press.pack(), secret) for secret in secrets_in(said)]

    assert leaks == []
    assert await desk.changes_since(before) == {}


@pytest.mark.parametrize("who", OUTSIDERS)
async def test_nobody_binds_or_unbinds_what_is_not_theirs(desk: Desk, who: str) -> None:
    world, before = desk.world, await desk.everything()
    own = world.chats["grid-1"].chat_id
    wanted = [
        BindPress(world.units["grid-1"].id),
        BindPress(world.community_id),
        BindPress(None, world.partners["property"].id),
    ]

    for chat, press in itertools.product((FOREIGN_GROUP, own, None), wanted):
        await desk.hears(who, chat, data=press.pack())
    for text in ("/unbind", "/unbind@youlin_bot"):
        await desk.hears(who, own, text=text)
    in_groups = [await desk.hears(who, FOREIGN_GROUP, text=f"/{name}") for name in COMMANDS if name != "help"]

    assert await desk.changes_since(before) == {}
    assert list(itertools.chain.from_iterable(in_groups)) == []


@pytest.mark.parametrize(
    "link", ["proof-1", "proof-99999999999999999999", "join-", "join-x", "join-" + "a" * 59, "\x00"]
)
async def test_a_guessed_link_opens_nothing(desk: Desk, link: str) -> None:
    before = await desk.everything()

    said = await desk.hears("Liu Yang", text=f"/start {link}")

    assert secrets_in(said) == []
    assert not any(TEXTS.say("zh_Hans", "error.apology", reference="")[:12] in str(method) for method in said)
    assert await desk.changes_since(before) == {}


async def test_an_invitation_of_somebody_else_is_spent(desk: Desk) -> None:
    world = desk.world
    async with world.work.begin() as uow:
        made = await invite(uow, actor=world.actor("admin Yin"), role=Role.STAFF, unit=world.units["community"])
    await desk.hears("Zhou Min", text=f"/start join-{made.token}")
    before = await desk.everything()

    await desk.hears("Liu Yang", text=f"/start join-{made.token}")

    assert await desk.changes_since(before) == {}


HOLDERS = {one.role or Role.RESIDENT: one.name for one in reversed(CAST) if one.place != "neighbour"}
REFUSED = {name for name, seen_by in COMMANDS.items() if Role.RESIDENT not in seen_by} - {"tasks", "supervise"}
"""What a role does not see in its menu it may still type. `/tasks` is empty for an office, and `/supervise` is the list
of `/find`."""


@pytest.mark.parametrize("role", [role for role in Role if role in HOLDERS])
async def test_a_command_that_a_role_does_not_see_is_refused_when_typed(desk: Desk, role: Role) -> None:
    wrong = []

    for name in sorted(REFUSED):
        said = await desk.hears(HOLDERS[role], text=f"/{name}")
        is_refused = any(getattr(method, "text", None) in DENIED for method in said)
        if is_refused is (role in COMMANDS[name]):
            wrong.append(name)

    assert wrong == []


async def test_whose_matter_it_is_reads_and_moves_it(desk: Desk) -> None:
    before = await desk.everything()

    said = await desk.hears("staff Chen", data=StaffPress(StaffButton.VIEW, 1).pack())
    await desk.hears("worker Li", data=TaskPress(TaskButton.ARRIVE, 1).pack())

    assert {REPORTER, SECRET, PLACE} <= set(secrets_in(said))
    assert await desk.changes_since(before) != {}
