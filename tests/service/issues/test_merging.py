"""Two issues become one: nobody who reported is lost, and no proof of work either."""

from __future__ import annotations

import asyncio

import pytest
from sqlalchemy import select

from backend.issues.errors import MergeIntoItself, MoveNotYours
from backend.issues.events import IssueMerged
from backend.issues.merging import merge_issues
from backend.issues.models import Issue, IssueClock, Task
from backend.issues.reports.errors import IssueOver, MergeOutsideCommunity
from backend.issues.reports.following import followers_of_merged, followers_who_hear, surviving_issue
from backend.issues.reports.intake import SubmittedReport
from backend.issues.reports.my_reports import my_issue, my_issues
from backend.issues.states import EvidenceKind, IssueStatus, TaskStatus
from backend.issues.tasks.doing import claim_task
from backend.issues.tasks.evidence import GivenEvidence, give_evidence
from backend.kernel.errors import DomainError
from tests.service.issues.reporting import report
from tests.service.world import World


async def merge(world: World, issue: SubmittedReport, into: SubmittedReport, who: str = "staff Chen") -> None:
    async with world.work.begin() as uow:
        await merge_issues(uow, actor=world.actor(who), issue_id=issue.issue_id, into_issue_id=into.issue_id)


async def test_followers_of_a_merged_issue_follow_the_survivor_and_still_see_their_words(world: World):
    first, second = await report(world), await report(world, "Liu Yang", text="三楼也堵")

    await merge(world, second, first)
    await merge(world, second, first)

    async with world.work.look() as uow:
        merged = await uow.session.get_one(Issue, second.issue_id)
        hear = await followers_who_hear(uow, second.issue_id, reporters_only=True)
        told = await followers_of_merged(uow, second.issue_id)
        seen = await my_issue(uow, actor=world.actor("Liu Yang"), issue_id=second.issue_id)
        listed = await my_issues(uow, actor=world.actor("Liu Yang"))
    assert (merged.status, merged.merged_into_id) == (IssueStatus.MERGED, first.issue_id)
    assert hear == [world.account_id("Wang Fang"), world.account_id("Liu Yang")]
    assert told == [world.account_id("Liu Yang")]
    assert (seen.number, seen.own_words, seen.is_reporter) == (first.number, "三楼也堵", True)
    assert [line.number for line in listed.issues] == [first.number]
    assert len(world.events(IssueMerged)) == 1


async def test_work_without_evidence_ends_and_work_with_evidence_is_carried_over(world: World):
    kept, bare, into = await report(world), await report(world), await report(world, "stranger")
    async with world.work.begin() as uow:
        task_ids = {}
        for told in (kept, bare):
            task = (await uow.session.scalars(select(Task).where(Task.issue_id == told.issue_id))).one()
            await claim_task(uow, actor=world.actor("worker Li"), task_id=task.id)
            task_ids[told.issue_id] = task.id
        given = GivenEvidence(kind=EvidenceKind.PHOTO_BEFORE, file_id="before", file_unique_id="before")
        await give_evidence(uow, actor=world.actor("worker Li"), task_id=task_ids[kept.issue_id], given=given)

    await merge(world, kept, into)
    await merge(world, bare, into)

    async with world.work.look() as uow:
        carried = await uow.session.get_one(Task, task_ids[kept.issue_id])
        ended = await uow.session.get_one(Task, task_ids[bare.issue_id])
        survivor = await uow.session.get_one(Issue, into.issue_id)
        running = await uow.session.scalars(
            select(IssueClock.id).where(
                IssueClock.issue_id.in_([kept.issue_id, bare.issue_id]), IssueClock.stopped_at.is_(None)
            )
        )
        assert running.all() == []
    assert (carried.issue_id, carried.status) == (into.issue_id, TaskStatus.CLAIMED)
    assert ended.status is TaskStatus.CANCELLED
    assert survivor.status is IssueStatus.IN_PROGRESS


async def test_a_chain_of_merges_leads_to_its_end_and_never_back(world: World):
    first, second, third = [await report(world) for _ in range(3)]
    await merge(world, first, second)
    await merge(world, second, third)

    async with world.work.look() as uow:
        assert (await surviving_issue(uow, first.issue_id)).id == third.issue_id
    for into in (first, second, third):
        with pytest.raises((MergeIntoItself, IssueOver)):
            await merge(world, third, into)


async def test_only_who_leads_both_merges_what_is_open_in_one_community(world: World):
    first, second = await report(world), await report(world)
    async with world.work.begin() as uow:
        foreign = await uow.session.get_one(Issue, second.issue_id)
        home, foreign.community_id = foreign.community_id, world.units["neighbour"].id
    with pytest.raises(MergeOutsideCommunity):
        await merge(world, second, first)
    async with world.work.begin() as uow:
        (await uow.session.get_one(Issue, second.issue_id)).community_id = home

    for who in ("Wang Fang", "worker Li", "foreign staff Bai"):
        with pytest.raises(MoveNotYours):
            await merge(world, second, first, who)
    async with world.work.begin() as uow:
        (await uow.session.get_one(Issue, first.issue_id)).status = IssueStatus.CLOSED
    with pytest.raises(IssueOver):
        await merge(world, second, first)


async def test_two_merges_the_opposite_way_at_once_leave_one_survivor(world: World):
    first, second = await report(world), await report(world)

    outcomes = await asyncio.gather(
        merge(world, first, second), merge(world, second, first, "staff Xu"), return_exceptions=True
    )

    refused = [outcome for outcome in outcomes if isinstance(outcome, BaseException)]
    assert len(refused) == 1
    assert isinstance(refused[0], DomainError)
