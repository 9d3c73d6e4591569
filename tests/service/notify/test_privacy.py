"""Groups never read who reported, for whom, or under which number, whatever was written where."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from backend.issues.models import Category
from backend.issues.reports.duplicates import nearby_open_issues
from backend.issues.reports.following import add_follower
from backend.issues.reports.my_reports import my_issue
from backend.issues.reports.new_report import OnBehalfOf
from backend.issues.reports.reporter import answer_question, comment_issue, rate_issue, request_reopen
from backend.issues.states import ReportSource
from backend.issues.tasks.dispatching import cancel_issue
from backend.issues.tasks.doing import ask_reporter, claim_task, pass_task, submit_task
from backend.issues.views.card_facts import Origin
from backend.kernel.geo import Point
from backend.kernel.unit_of_work import UnitOfWork
from backend.messaging.models import Message
from tests.service.issues.reporting import report
from tests.service.issues.scenes import OTHER_WORKER, WORKER, photo
from tests.service.notify.post import letters
from tests.service.world import World, middle_of

ELDER, ELDERS_PHONE, OWN_PHONE = "李桂芳", "13912345678", "138 1111 2222"
REPORTER = "Liu Yang"
SECRETS = (ELDER, ELDERS_PHONE, OWN_PHONE, OWN_PHONE.replace(" ", ""), REPORTER, "13800000001")
SAID = f"我是{REPORTER}，{ELDER}家门口堵了，电话{OWN_PHONE}或{ELDERS_PHONE}，也可以打13800000001"


async def told_to_groups(uow: UnitOfWork) -> list[str]:
    rows = await uow.session.scalars(select(Message).where(Message.address.startswith("-")))
    return [str(row.content) for row in rows]


@pytest.mark.parametrize("category", ["corridor", "lighting", "fire"])
async def test_no_group_reads_who_reported_or_for_whom(world: World, category: str):
    told = await report(
        world,
        REPORTER,
        category=category,
        text=SAID,
        place=f"{ELDER}家，{ELDERS_PHONE}",
        on_behalf_of=OnBehalfOf(ELDER, ELDERS_PHONE),
    )
    reporter, worker = world.actor(REPORTER), world.actor("plumber Guo" if category == "lighting" else WORKER)
    async with world.work.begin() as uow:
        await claim_task(uow, actor=worker, task_id=1)
    async with world.work.begin() as uow:
        await comment_issue(uow, actor=reporter, issue_id=told.issue_id, words=SAID)
        await ask_reporter(uow, actor=worker, issue_id=told.issue_id, question=f"是{ELDER}家吗？", task_id=1)
    async with world.work.begin() as uow:
        await answer_question(uow, actor=reporter, issue_id=told.issue_id, words=SAID)
    await photo(world, 1, by=worker.name)
    async with world.work.begin() as uow:
        await submit_task(uow, actor=worker, task_id=1, note=f"已和{ELDER}说好")
    async with world.work.begin() as uow:
        await pass_task(uow, actor=world.actor(OTHER_WORKER), task_id=1)
    async with world.work.begin() as uow:
        await rate_issue(uow, actor=reporter, issue_id=told.issue_id, stars=1, words=SAID)
        await request_reopen(uow, actor=reporter, issue_id=told.issue_id, reason=SAID)

    async with world.work.look() as uow:
        heard = "\n".join(await told_to_groups(uow))
    assert "家门口堵了" in heard
    assert [secret for secret in SECRETS if secret in heard] == []


async def test_a_stranger_at_the_desk_is_not_named_either(world: World):
    await report(world, "stranger", text="我是stranger，电话13912345678")

    async with world.work.look() as uow:
        heard = "\n".join(await told_to_groups(uow))
    assert "stranger" not in heard
    assert "13912345678" not in heard


async def test_a_neighbour_who_follows_does_not_read_who_reported(world: World):
    told = await report(world, REPORTER, place=f"{ELDER}家", on_behalf_of=OnBehalfOf(ELDER, ELDERS_PHONE))
    async with world.work.begin() as uow:
        await add_follower(uow, told.issue_id, world.account_id("Wang Fang"), is_reporter=False)
        await cancel_issue(uow, actor=world.actor("staff Chen"), issue_id=told.issue_id, reason=f"{ELDER}说不用了")

    (push,) = await letters(world, "Wang Fang")
    assert "说不用了" in push.text
    assert [secret for secret in SECRETS if secret in push.text] == []


NAMES = st.text(st.sampled_from("王李张芳伟敏 abc"), min_size=2, max_size=6).map(str.strip).filter(lambda n: len(n) > 1)


@given(st.lists(NAMES, min_size=1, max_size=4), st.text(st.sampled_from("王李张芳伟敏家门口 abc，"), max_size=40))
def test_a_hidden_name_stands_nowhere_in_what_is_shown(names: list[str], around: str):
    ordered = tuple(sorted(set(names), key=len, reverse=True))
    origin = Origin(ReportSource.RESIDENT, private_names=ordered)

    shown = origin.masked(around + names[0] + around)

    assert not any(name in shown for name in names)


async def test_a_neighbour_on_screen_does_not_read_who_reported_either(world: World):
    told = await report(
        world, REPORTER, text=SAID, place=f"{ELDER}家门口", on_behalf_of=OnBehalfOf(ELDER, ELDERS_PHONE)
    )
    async with world.work.begin() as uow:
        await add_follower(uow, told.issue_id, world.account_id("Wang Fang"), is_reporter=False)
        await comment_issue(uow, actor=world.actor("staff Chen"), issue_id=told.issue_id, words=f"{ELDER}在家")

    async with world.work.look() as uow:
        neighbour = await my_issue(uow, actor=world.actor("Wang Fang"), issue_id=told.issue_id)
        reporter = await my_issue(uow, actor=world.actor(REPORTER), issue_id=told.issue_id)
        category = await uow.session.get_one(Category, world.categories["corridor"].id)
        longitude, latitude = middle_of(1)
        offered = await nearby_open_issues(uow, category, Point(latitude, longitude))
    assert "门口" in offered[0].place
    assert [secret for secret in SECRETS if secret in str((neighbour, offered))] == []
    assert ELDER in reporter.place
