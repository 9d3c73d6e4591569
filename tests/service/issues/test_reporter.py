"""What reporters and followers see and do after the report."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from backend.issues.errors import CheckerIsDoer, MoveNotPossible, MoveNotYours, ReasonMissing, ReopenTooLate
from backend.issues.events import IssueCommented, IssueRated, ReportMediaAdded, RequestMade
from backend.issues.models import Issue, IssueClock, Rating, Task
from backend.issues.reports.errors import (
    IssueUnknown,
    RatingTooEarly,
    ReporterCannotUnfollow,
    StarsInvalid,
    TooManyMedia,
)
from backend.issues.reports.following import (
    follow_issue,
    followers_who_hear,
    on_behalf_targets,
    unfollow_issue,
)
from backend.issues.reports.intake import SubmittedReport
from backend.issues.reports.media import LOST, add_late_media, keep_media, wanted_media
from backend.issues.reports.my_reports import my_issue, my_issues
from backend.issues.reports.new_report import OnBehalfOf
from backend.issues.reports.reporter import (
    Withdrawn,
    answer_question,
    close_unrated,
    comment_issue,
    rate_issue,
    request_reopen,
    withdraw_report,
)
from backend.issues.states import ClockTarget, EvidenceKind, IssueAction, IssueStatus, ReportSource
from backend.issues.tasks.doing import ask_reporter, claim_task, pass_task, submit_task
from backend.issues.tasks.evidence import GivenEvidence, give_evidence
from tests.service.issues.reporting import photo, report, spot
from tests.service.world import World


async def solve(world: World, told: SubmittedReport, *, worker: str = "worker Li") -> None:
    """Claim, prove, submit, and have a colleague check."""
    async with world.work.begin() as uow:
        task_id = (await uow.session.scalars(select(Task.id).where(Task.issue_id == told.issue_id))).one()
        await claim_task(uow, actor=world.actor(worker), task_id=task_id)
        given = GivenEvidence(kind=EvidenceKind.PHOTO_AFTER, file_id="after", file_unique_id="after")
        await give_evidence(uow, actor=world.actor(worker), task_id=task_id, given=given)
        await submit_task(uow, actor=world.actor(worker), task_id=task_id)
        await pass_task(uow, actor=world.actor("worker Zhao"), task_id=task_id)


async def rate(world: World, told: SubmittedReport, stars: int, who: str = "Wang Fang") -> None:
    async with world.work.begin() as uow:
        await rate_issue(uow, actor=world.actor(who), issue_id=told.issue_id, stars=stars)


async def status_of(world: World, told: SubmittedReport) -> IssueStatus:
    async with world.work.look() as uow:
        return (await uow.session.get_one(Issue, told.issue_id)).status


async def test_a_reporter_sees_own_issues_in_pages_newest_first(world: World):
    for number in range(7):
        await report(world, point=spot(1, north_m=number))
        world.hours_pass(1)
    await report(world, "Liu Yang")

    async with world.work.look() as uow:
        first = await my_issues(uow, actor=world.actor("Wang Fang"))
        last = await my_issues(uow, actor=world.actor("Wang Fang"), page=9)
        nothing = await my_issues(uow, actor=world.actor("Zhou Min"))
    assert [line.number for line in first.issues] == ["26-0007", "26-0006", "26-0005", "26-0004", "26-0003"]
    assert [line.number for line in last.issues] == ["26-0002", "26-0001"]
    assert (last.page, last.pages, last.total) == (1, 2, 7)
    assert first.issues[0].category == "楼道堆物"
    assert (nothing.issues, nothing.pages) == ((), 0)


async def test_a_reporter_sees_own_words_and_public_history_and_nothing_of_others(world: World):
    told = await report(world, text="堵了，电话13800138000", media=(photo("mine"),))
    await report(world, "Liu Yang", text="我也看见了", join_issue_id=told.issue_id)
    async with world.work.begin() as uow:
        for words, internal in (("明天去看", False), ("此人常投诉", True)):
            await comment_issue(
                uow, actor=world.actor("staff Chen"), issue_id=told.issue_id, words=words, is_internal=internal
            )
        await comment_issue(uow, actor=world.actor("Liu Yang"), issue_id=told.issue_id, words="我是刘杨住三楼")

    async with world.work.look() as uow:
        wang = await my_issue(uow, actor=world.actor("Wang Fang"), issue_id=told.issue_id)
        liu = await my_issue(uow, actor=world.actor("Liu Yang"), issue_id=told.issue_id)
        with pytest.raises(IssueUnknown):
            await my_issue(uow, actor=world.actor("Zhou Min"), issue_id=told.issue_id)
    assert wang.own_words == "堵了，电话13800138000"
    assert [item.file_id for item in wang.own_media] == ["file-mine"]
    assert [step.words for step in wang.history if step.words] == ["明天去看"]
    assert "我是刘杨住三楼" in [step.words for step in liu.history]
    assert liu.own_words == "我也看见了"
    assert "138" not in liu.summary
    assert all(step.name == "" for step in wang.history)
    assert wang.followers == 2
    assert wang.actions == (IssueAction.CANCEL, IssueAction.COMMENT)
    assert len(world.events(IssueCommented)) == 3


async def test_the_answer_to_a_question_lets_the_clock_run_on(world: World):
    told = await report(world, media=(photo("first"),))
    async with world.work.begin() as uow:
        await ask_reporter(uow, actor=world.actor("leader Tang"), issue_id=told.issue_id, question="几楼？")
    world.hours_pass(5)
    async with world.work.look() as uow:
        asked = await my_issue(uow, actor=world.actor("Wang Fang"), issue_id=told.issue_id)

    async with world.work.begin() as uow:
        await answer_question(
            uow, actor=world.actor("Wang Fang"), issue_id=told.issue_id, words="三楼", media=(photo("second"),)
        )

    async with world.work.look() as uow:
        clock = await uow.session.scalar(select(IssueClock).where(IssueClock.target == ClockTarget.RESOLVE))
        seen = await my_issue(uow, actor=world.actor("Wang Fang"), issue_id=told.issue_id)
    assert asked.question == "几楼？"
    assert asked.status is IssueStatus.WAITING_REPORTER
    assert IssueAction.ANSWER in asked.actions
    assert seen.status is IssueStatus.DISPATCHED
    assert seen.question == ""
    assert [item.file_id for item in seen.own_media] == ["file-first", "file-second"]
    assert clock is not None
    assert clock.due_at - clock.started_at == timedelta(hours=53)
    assert len(world.events(ReportMediaAdded)) == 1


async def test_an_answer_to_nothing_is_refused(world: World):
    told = await report(world)

    async with world.work.begin() as uow:
        with pytest.raises(MoveNotPossible):
            await answer_question(uow, actor=world.actor("Wang Fang"), issue_id=told.issue_id, words="三楼")
        with pytest.raises(ReasonMissing):
            await answer_question(uow, actor=world.actor("Wang Fang"), issue_id=told.issue_id, words="  ")
        with pytest.raises(IssueUnknown):
            await answer_question(uow, actor=world.actor("Zhou Min"), issue_id=told.issue_id, words="三楼")


async def test_a_report_can_be_withdrawn_until_somebody_works_on_it(world: World):
    early, late = await report(world), await report(world)
    async with world.work.begin() as uow:
        task_id = (await uow.session.scalars(select(Task.id).where(Task.issue_id == late.issue_id))).one()
        await claim_task(uow, actor=world.actor("worker Li"), task_id=task_id)

    async with world.work.begin() as uow:
        done = await withdraw_report(uow, actor=world.actor("Wang Fang"), issue_id=early.issue_id, reason="已搬走")

    assert done is Withdrawn.CANCELLED
    assert await status_of(world, early) is IssueStatus.CANCELLED
    async with world.work.begin() as uow:
        with pytest.raises(MoveNotYours):
            await withdraw_report(uow, actor=world.actor("Wang Fang"), issue_id=late.issue_id, reason="已搬走")


async def test_who_withdraws_leaves_the_issue_to_the_others_that_reported_it(world: World):
    told = await report(world)
    await report(world, "Liu Yang", join_issue_id=told.issue_id)

    async with world.work.begin() as uow:
        done = await withdraw_report(uow, actor=world.actor("Wang Fang"), issue_id=told.issue_id, reason="误报")

    assert done is Withdrawn.LEFT
    assert await status_of(world, told) is IssueStatus.DISPATCHED
    async with world.work.look() as uow:
        assert await followers_who_hear(uow, told.issue_id) == [world.account_id("Liu Yang")]


async def test_one_tap_rates_and_closes_and_a_second_tap_changes_it_without_counting_twice(world: World):
    told = await report(world)
    await solve(world, told)

    await rate(world, told, 2)
    first = await status_of(world, told)
    await rate(world, told, 5)
    await rate(world, told, 5)

    async with world.work.look() as uow:
        rating = (await uow.session.scalars(select(Rating))).one()
        seen = await my_issue(uow, actor=world.actor("Wang Fang"), issue_id=told.issue_id)
    assert first is IssueStatus.CLOSED
    assert (rating.stars, seen.stars) == (5, 5)
    assert seen.results == ("after",)
    assert len(world.events(IssueRated)) == 2


async def test_who_only_follows_is_heard_but_closes_nothing(world: World):
    told = await report(world)
    async with world.work.begin() as uow:
        await follow_issue(uow, actor=world.actor("Liu Yang"), issue_id=told.issue_id, point=spot(1))
    await solve(world, told)

    await rate(world, told, 4, "Liu Yang")

    assert await status_of(world, told) is IssueStatus.RESOLVED


async def test_nobody_rates_too_early_too_high_or_their_own_work(world: World):
    told = await report(world, "worker Li", source=ReportSource.PATROL)

    with pytest.raises(RatingTooEarly):
        await rate(world, told, 5, "worker Li")
    await solve(world, told)
    with pytest.raises(CheckerIsDoer):
        await rate(world, told, 5, "worker Li")
    with pytest.raises(StarsInvalid):
        await rate(world, told, 6, "worker Li")
    with pytest.raises(IssueUnknown):
        await rate(world, told, 1, "Zhou Min")


async def test_72_hours_of_silence_close_what_was_solved(world: World):
    told = await report(world)
    await solve(world, told)

    world.hours_pass(71.9)
    async with world.work.begin() as uow:
        early = await close_unrated(uow, 10)
    world.hours_pass(0.2)
    async with world.work.begin() as uow:
        closed = await close_unrated(uow, 10)
    async with world.work.begin() as uow:
        again = await close_unrated(uow, 10)

    assert (early, closed, again) == (0, 1, 0)
    assert await status_of(world, told) is IssueStatus.CLOSED
    await rate(world, told, 3)


async def test_a_reopening_is_asked_for_within_the_window_and_once(world: World):
    told = await report(world)
    await solve(world, told)
    await rate(world, told, 1)

    async with world.work.begin() as uow:
        request = await request_reopen(uow, actor=world.actor("Wang Fang"), issue_id=told.issue_id, reason="还在")
    async with world.work.begin() as uow:
        again = await request_reopen(uow, actor=world.actor("Wang Fang"), issue_id=told.issue_id, reason="还在")

    assert again.id == request.id
    assert await status_of(world, told) is IssueStatus.REOPEN_REQUESTED
    assert len(world.events(RequestMade)) == 1


async def test_after_the_window_only_a_new_report_helps(world: World):
    told = await report(world)
    await solve(world, told)
    await rate(world, told, 1)
    world.hours_pass(24 * 10 + 1)

    async with world.work.begin() as uow:
        with pytest.raises(ReopenTooLate):
            await request_reopen(uow, actor=world.actor("Wang Fang"), issue_id=told.issue_id, reason="还在")


async def test_residents_follow_only_what_lies_near_the_place_they_name(world: World):
    told = await report(world)

    async with world.work.begin() as uow:
        for place in (None, spot(3)):
            with pytest.raises(IssueUnknown):
                await follow_issue(uow, actor=world.actor("Liu Yang"), issue_id=told.issue_id, point=place)
        await follow_issue(uow, actor=world.actor("Liu Yang"), issue_id=told.issue_id, point=spot(1))
        await follow_issue(uow, actor=world.actor("staff Chen"), issue_id=told.issue_id)
        await unfollow_issue(uow, actor=world.actor("staff Chen"), issue_id=told.issue_id)
        with pytest.raises(ReporterCannotUnfollow):
            await unfollow_issue(uow, actor=world.actor("Wang Fang"), issue_id=told.issue_id)

    async with world.work.look() as uow:
        hear = await followers_who_hear(uow, told.issue_id)
        reporters = await followers_who_hear(uow, told.issue_id, reporters_only=True)
    assert hear == [world.account_id("Wang Fang"), world.account_id("Liu Yang")]
    assert reporters == [world.account_id("Wang Fang")]


async def test_the_person_for_whom_was_reported_is_told_where_the_phone_is_known(world: World):
    told = await report(world, "worker Li", on_behalf_of=OnBehalfOf("周敏", "138 0000 0002"))
    await report(world, "worker Li", on_behalf_of=OnBehalfOf("王奶奶", "023-67000000"), join_issue_id=told.issue_id)

    async with world.work.look() as uow:
        targets = await on_behalf_targets(uow, told.issue_id)
    assert [(target.name, target.account_id) for target in targets] == [
        ("周敏", world.account_id("Zhou Min")),
        ("王奶奶", None),
    ]
    assert targets[1].phone == "+862367000000"


async def test_late_photos_of_an_album_join_their_report_once(world: World):
    told = await report(world, media=(photo("a", album="album-1"),))
    late = (photo("a", album="album-1"), photo("b", album="album-1"))

    async with world.work.begin() as uow:
        found = await add_late_media(uow, actor=world.actor("Wang Fang"), media_group_id="album-1", items=late)
        again = await add_late_media(uow, actor=world.actor("Wang Fang"), media_group_id="album-1", items=late)
        stolen = await add_late_media(uow, actor=world.actor("Liu Yang"), media_group_id="album-1", items=late)
        with pytest.raises(TooManyMedia):
            await add_late_media(
                uow,
                actor=world.actor("Wang Fang"),
                media_group_id="album-1",
                items=tuple(photo(str(number)) for number in range(25)),
            )
    world.hours_pass(1)
    async with world.work.begin() as uow:
        too_late = await add_late_media(
            uow, actor=world.actor("Wang Fang"), media_group_id="album-1", items=(photo("c", album="album-1"),)
        )

    assert found == again == told.report_id
    assert (stolen, too_late) == (None, None)
    assert len(world.events(ReportMediaAdded)) == 1


async def test_files_are_wanted_until_copied_or_lost(world: World):
    told = await report(world, media=(photo("a"), photo("b")))
    await solve(world, told)

    async with world.work.begin() as uow:
        first, second, proof = await wanted_media(uow)
        await keep_media(uow, first, "ab/cd")
        await keep_media(uow, second, LOST)
        await keep_media(uow, proof, "ef/01")
        left = await wanted_media(uow)

    assert [first.file_id, second.file_id, proof.file_id] == ["file-a", "file-b", "after"]
    assert left == []


async def test_counting_ratings_of_a_follower_and_a_reporter(world: World):
    told = await report(world)
    await report(world, "Liu Yang", join_issue_id=told.issue_id)
    await solve(world, told)

    await rate(world, told, 5)
    await rate(world, told, 1, "Liu Yang")

    async with world.work.look() as uow:
        assert await uow.session.scalar(select(func.count()).select_from(Rating)) == 2
