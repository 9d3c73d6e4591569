"""What those who reported or follow an issue hear, in whose words, and what they never hear."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from backend.issues.models import IssueFollower
from backend.issues.reports.following import add_follower
from backend.issues.reports.new_report import OnBehalfOf
from backend.issues.reports.reporter import withdraw_report
from backend.issues.states import EvidenceKind
from backend.issues.tasks.doing import arrive, claim_task, pass_task, submit_task
from backend.issues.tasks.evidence import GivenEvidence, give_evidence
from backend.messaging.contents import Media, MediaKind
from backend.messaging.events import ContactBlocked
from backend.messaging.models import Message
from backend.registry.models import Account
from backend.registry.privacy import forget_account
from backend.registry.reference import AnnouncementText
from tests.service.issues.reporting import report
from tests.service.issues.scenes import OTHER_WORKER, REPORTER, WORKER, claimed, dispatched, photo, submitted
from tests.service.notify.post import letters, post_leaves
from tests.service.world import World


async def follow(world: World, who: str, issue_id: int) -> None:
    async with world.work.begin() as uow:
        await add_follower(uow, issue_id, world.account_id(who), is_reporter=False)


async def resolve(world: World, issue_id: int = 1, task_id: int = 1) -> None:
    """Worker Li does it, worker Zhao checks it."""
    async with world.work.begin() as uow:
        await claim_task(uow, actor=world.actor(WORKER), task_id=task_id)
    await photo(world, task_id)
    async with world.work.begin() as uow:
        await submit_task(uow, actor=world.actor(WORKER), task_id=task_id, note="杂物已清走")
    await post_leaves(world)
    async with world.work.begin() as uow:
        await pass_task(uow, actor=world.actor(OTHER_WORKER), task_id=task_id)


async def test_who_has_it_is_said_by_role_and_name(world: World):
    await claimed(world)

    (push,) = await letters(world, REPORTER)
    assert push.text == "👷 网格员 worker Li 已接手楼道堆物（<b>26-0001</b>）。"
    assert push.labels == ["🔎 查看进度"]


async def test_only_the_newest_step_leaves_while_the_post_waits(world: World):
    _, task_id = await claimed(world)

    async with world.work.begin() as uow:
        await arrive(uow, actor=world.actor(WORKER), task_id=task_id)

    (push,) = await letters(world, REPORTER)
    assert "已到现场" in push.text


async def test_the_result_comes_with_photos_words_and_stars(world: World):
    await report(world)

    await resolve(world)

    (push,) = await letters(world, REPORTER)
    assert push.content.media == (Media(MediaKind.PHOTO, "after"),)
    assert "处理结果：杂物已清走" in push.text
    assert push.labels == ["1⭐", "2⭐", "3⭐", "4⭐", "5⭐", "😟 没解决", "🔎 查看进度"]
    assert [button.press for button in push.buttons][4:6] == ["i1:rate:1:5", "i1:reopen:1:"]


async def test_a_report_that_went_to_work_by_itself_is_answered_by_its_answer_alone(world: World):
    await report(world)

    assert await letters(world, REPORTER) == []


async def test_everybody_reads_their_own_language(world: World):
    async with world.work.begin() as uow:
        (await uow.session.get_one(Account, world.account_id(REPORTER))).language = "en"

    await claimed(world)

    (push,) = await letters(world, REPORTER)
    assert push.text == "👷 Blocked corridor (<b>26-0001</b>): taken on by grid worker worker Li."


async def test_the_community_may_say_it_in_its_own_words(world: World):
    async with world.work.begin() as uow:
        words = "{who}来啦！{number}，{category}，{place} &amp; <b>马上好</b>"
        uow.session.add(
            AnnouncementText(community_id=world.community_id, key="notify.claimed", language="zh_Hans", words=words)
        )

    await claimed(world)

    (push,) = await letters(world, REPORTER)
    assert push.text == "网格员 worker Li来啦！26-0001，楼道堆物，石油路1号 &amp; <b>马上好</b>"


async def test_names_cannot_break_the_message(world: World):
    async with world.work.begin() as uow:
        (await uow.session.get_one(Account, world.account_id(WORKER))).display_name = "<b>Li & Co"

    await claimed(world)

    (push,) = await letters(world, REPORTER)
    assert "&lt;b&gt;Li &amp; Co" in push.text


async def test_nobody_is_told_of_their_own_act_but_other_followers_are(world: World):
    told = await report(world, "stranger")
    await follow(world, "Liu Yang", told.issue_id)
    await post_leaves(world)

    async with world.work.begin() as uow:
        await withdraw_report(uow, actor=world.actor("stranger"), issue_id=told.issue_id, reason="已经好了")

    assert await letters(world, "stranger") == []
    assert len(await letters(world, "Liu Yang")) == 1


async def test_who_does_the_work_is_not_told_about_it_as_a_follower(world: World):
    issue_id, (task_id,) = await dispatched(world)
    await follow(world, WORKER, issue_id)
    await post_leaves(world)

    async with world.work.begin() as uow:
        await claim_task(uow, actor=world.actor(WORKER), task_id=task_id)

    assert await letters(world, WORKER) == []


async def test_who_blocked_the_bot_is_left_in_peace(world: World):
    account_id = world.account_id(REPORTER)
    address = str(world.accounts[REPORTER].telegram_id)
    async with world.work.begin() as uow:
        uow.record(ContactBlocked("telegram", address, account_id))

    await claimed(world)

    assert await letters(world, REPORTER) == []


async def test_who_asked_to_be_forgotten_follows_nothing(world: World):
    await claimed(world)
    async with world.work.begin() as uow:
        account = await uow.session.get_one(Account, world.account_id(REPORTER))
        await forget_account(uow, actor=world.actor(REPORTER), account=account)

    async with world.work.look() as uow:
        assert (await uow.session.scalars(select(IssueFollower))).all() == []


async def test_the_person_for_whom_somebody_reported_hears_how_it_ends(world: World):
    phone = "+8613800000002"  # Zhou Min's, third of the cast
    await report(world, on_behalf_of=OnBehalfOf("Zhou Min", phone))

    await resolve(world)

    (push,) = await letters(world, "Zhou Min")
    assert ("已办好" in push.text, push.buttons) == (True, [])


async def test_a_message_that_waited_too_long_is_not_sent_any_more(world: World):
    await submitted(world)

    async with world.work.look() as uow:
        rows = (await uow.session.scalars(select(Message).where(Message.account_id.is_not(None)))).all()
        kept = {row.expires_at - row.created_at for row in rows if row.expires_at is not None}
    assert kept
    assert max(kept) <= timedelta(days=7)


async def test_long_words_still_fit_under_photos(world: World):
    await report(world, place="石油路" * 60)
    async with world.work.begin() as uow:
        await claim_task(uow, actor=world.actor(WORKER), task_id=1)
        note = GivenEvidence(kind=EvidenceKind.NOTE, note="<&>" * 330)
        await give_evidence(uow, actor=world.actor(WORKER), task_id=1, given=note)
    await photo(world, 1)
    async with world.work.begin() as uow:
        await submit_task(uow, actor=world.actor(WORKER), task_id=1)
        await pass_task(uow, actor=world.actor(OTHER_WORKER), task_id=1)

    push = (await letters(world, REPORTER))[-1]
    assert len(push.text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")) <= 1024
