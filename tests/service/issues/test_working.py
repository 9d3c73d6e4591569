"""One task from hand to hand: on the way, there, proved, checked; transferred, returned, asked about."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from backend.issues.errors import (
    CheckerIsDoer,
    EvidenceInvalid,
    EvidenceMissing,
    EvidenceRefused,
    MoveNotPossible,
    MoveNotYours,
    NotYourTask,
    ReasonMissing,
    TargetOutside,
    TargetSame,
    TargetUnfit,
    TooMuchEvidence,
)
from backend.issues.events import EvidenceGiven, IssueMoved, TaskMoved, TaskOpened
from backend.issues.models import Evidence, Task
from backend.issues.reports.errors import TextTooLong
from backend.issues.states import EvidenceKind, IssueStatus, TaskStatus
from backend.issues.tasks.doing import (
    arrive,
    ask_reporter,
    claim_task,
    fail_task,
    pass_task,
    return_task,
    set_out,
    submit_task,
    transfer_task,
)
from backend.issues.tasks.evidence import MOST_PER_TASK, GivenEvidence, give_evidence, missing_evidence
from backend.issues.tasks.hands import WorkTarget
from backend.issues.views.cards import task_card
from backend.kernel.geo import Point
from backend.kernel.unit_of_work import UnitOfWork
from tests.service.issues.scenes import (
    LEADER,
    OTHER_WORKER,
    STAFF,
    WORKER,
    claimed,
    dispatched,
    history_of,
    issue_now,
    photo,
    submitted,
    task_now,
)
from tests.service.world import World, middle_of


async def evidence_of(uow: UnitOfWork, task_id: int) -> list[Evidence]:
    return list(await uow.session.scalars(select(Evidence).where(Evidence.task_id == task_id).order_by(Evidence.id)))


async def test_the_main_job_goes_from_claim_to_resolved_and_the_history_tells_it(world: World):
    issue_id, task_id = await claimed(world)
    worker = world.actor(WORKER)

    async with world.work.begin() as uow:
        await set_out(uow, actor=worker, task_id=task_id)
        await arrive(uow, actor=worker, task_id=task_id)
    await photo(world, task_id)
    async with world.work.begin() as uow:
        await submit_task(uow, actor=worker, task_id=task_id)
        await pass_task(uow, actor=world.actor(OTHER_WORKER), task_id=task_id)

    issue = await issue_now(world, issue_id)
    assert (issue.status, issue.resolved_at) == (IssueStatus.RESOLVED, world.clock.now())
    assert [entry.action for entry in await history_of(world, issue_id)] == [
        "accept",
        "dispatch",
        "claim",
        "en_route",
        "arrive",
        "submit",
        "pass",
    ]


@pytest.mark.parametrize("press", [set_out, arrive])
async def test_pressing_the_same_step_twice_changes_nothing(world: World, press):
    issue_id, task_id = await claimed(world)

    for _ in range(2):
        async with world.work.begin() as uow:
            await press(uow, actor=world.actor(WORKER), task_id=task_id)

    assert len(await history_of(world, issue_id)) == 4


async def test_a_place_on_arrival_is_kept_with_its_distance_to_the_issue(world: World):
    _, task_id = await claimed(world)
    longitude, latitude = middle_of(1)

    async with world.work.begin() as uow:
        await arrive(uow, actor=world.actor(WORKER), task_id=task_id, point=Point(latitude + 0.001, longitude))

        (evidence,) = await evidence_of(uow, task_id)
        assert evidence.distance_metres == 111


async def test_submitting_without_the_categorys_proof_names_what_is_missing(world: World):
    _, task_id = await claimed(world)

    with pytest.raises(EvidenceMissing) as refusal:
        async with world.work.begin() as uow:
            await submit_task(uow, actor=world.actor(WORKER), task_id=task_id)

    assert refusal.value.params["kinds"] == (EvidenceKind.PHOTO_AFTER,)
    assert (await task_now(world, task_id)).status is TaskStatus.CLAIMED


async def test_after_a_failed_check_the_work_must_be_proved_anew(world: World):
    _, task_id = await submitted(world)
    world.hours_pass(1)
    async with world.work.begin() as uow:
        await fail_task(uow, actor=world.actor(OTHER_WORKER), task_id=task_id, reason="the boxes are still there")

    async with world.work.look() as uow:
        assert await missing_evidence(uow, await uow.session.get_one(Task, task_id)) == {EvidenceKind.PHOTO_AFTER}
    with pytest.raises(EvidenceMissing):
        async with world.work.begin() as uow:
            await submit_task(uow, actor=world.actor(WORKER), task_id=task_id)
    await photo(world, task_id, name="again")
    async with world.work.begin() as uow:
        await submit_task(uow, actor=world.actor(WORKER), task_id=task_id)

    assert (await task_now(world, task_id)).status is TaskStatus.PENDING_CHECK


async def test_nobody_checks_their_own_work_and_partners_check_nobodys(world: World):
    _, task_id = await submitted(world)

    for name, refusal in ((WORKER, CheckerIsDoer), ("plumber Guo", MoveNotYours), ("Wang Fang", MoveNotYours)):
        with pytest.raises(refusal):
            async with world.work.begin() as uow:
                await pass_task(uow, actor=world.actor(name), task_id=task_id)

    assert (await task_now(world, task_id)).status is TaskStatus.PENDING_CHECK


async def test_the_same_file_twice_is_one_piece_of_evidence(world: World):
    _, task_id = await claimed(world)

    await photo(world, task_id)
    await photo(world, task_id)

    assert len(world.events(EvidenceGiven)) == 1


async def test_late_photos_of_an_album_join_after_submitting_and_other_files_do_not(world: World):
    _, task_id = await claimed(world)

    async def send(name: str, album: str | None) -> None:
        given = GivenEvidence(kind=EvidenceKind.PHOTO_AFTER, file_id=name, file_unique_id=name, media_group_id=album)
        async with world.work.begin() as uow:
            await give_evidence(uow, actor=world.actor(WORKER), task_id=task_id, given=given)

    await send("one", "album")
    async with world.work.begin() as uow:
        await submit_task(uow, actor=world.actor(WORKER), task_id=task_id)
    await send("two", "album")
    for album in ("another album", None):
        with pytest.raises(EvidenceRefused):
            await send("three", album)

    async with world.work.look() as uow:
        assert [row.file_id for row in await evidence_of(uow, task_id)] == ["one", "two"]


@pytest.mark.parametrize(
    ("given", "refusal"),
    [
        (GivenEvidence(kind=EvidenceKind.PHOTO_AFTER), EvidenceInvalid),
        (GivenEvidence(kind=EvidenceKind.PHOTO_AFTER, file_id="x" * 300, file_unique_id="x"), EvidenceInvalid),
        (GivenEvidence(kind=EvidenceKind.NOTE, note="  "), EvidenceInvalid),
        (GivenEvidence(kind=EvidenceKind.NOTE, note="字" * 1001), TextTooLong),
        (GivenEvidence(kind=EvidenceKind.LOCATION), EvidenceInvalid),
        (GivenEvidence(kind=EvidenceKind.LOCATION, point=Point(91, 0)), EvidenceInvalid),
        (GivenEvidence(kind=EvidenceKind.LOCATION, point=Point(float("nan"), 0)), EvidenceInvalid),
    ],
)
async def test_evidence_that_proves_nothing_is_refused(world: World, given: GivenEvidence, refusal: type[Exception]):
    _, task_id = await claimed(world)

    with pytest.raises(refusal):
        async with world.work.begin() as uow:
            await give_evidence(uow, actor=world.actor(WORKER), task_id=task_id, given=given)


async def test_a_flood_of_photos_ends_at_the_bound(world: World):
    _, task_id = await claimed(world)
    files = [
        GivenEvidence(kind=EvidenceKind.PHOTO_AFTER, file_id=str(number), file_unique_id=str(number))
        for number in range(MOST_PER_TASK + 1)
    ]

    async with world.work.begin() as uow:
        for given in files[:-1]:
            await give_evidence(uow, actor=world.actor(WORKER), task_id=task_id, given=given)
    with pytest.raises(TooMuchEvidence):
        async with world.work.begin() as uow:
            await give_evidence(uow, actor=world.actor(WORKER), task_id=task_id, given=files[-1])


async def test_only_who_has_the_task_proves_its_work(world: World):
    _, task_id = await claimed(world)

    for name in (OTHER_WORKER, LEADER, "Wang Fang"):
        with pytest.raises(NotYourTask):
            await photo(world, task_id, by=name)


async def test_numbers_of_people_in_a_note_are_masked(world: World):
    _, task_id = await claimed(world, category="noise")

    async with world.work.begin() as uow:
        await submit_task(uow, actor=world.actor(WORKER), task_id=task_id, note="住户电话13812345678，已劝阻")

        (evidence,) = await evidence_of(uow, task_id)
        assert "13812345678" not in evidence.note


async def test_work_handed_to_a_colleague_is_in_his_hands_at_once(world: World):
    issue_id, task_id = await claimed(world)

    async with world.work.begin() as uow:
        to = WorkTarget(account_id=world.account_id(OTHER_WORKER))
        successor = await transfer_task(uow, actor=world.actor(WORKER), task_id=task_id, to=to, reason="my shift ends")

    old, new = await task_now(world, task_id), await task_now(world, successor.id)
    assert old.status is TaskStatus.TRANSFERRED
    assert (new.status, new.assignee_id, new.predecessor_id) == (
        TaskStatus.CLAIMED,
        world.account_id(OTHER_WORKER),
        task_id,
    )
    assert (await issue_now(world, issue_id)).status is IssueStatus.IN_PROGRESS


async def test_work_handed_to_a_partner_waits_for_its_people_and_the_chain_is_kept(world: World):
    issue_id, task_id = await claimed(world)
    partner = WorkTarget(partner_id=world.partners["property"].id)

    async with world.work.begin() as uow:
        second = await transfer_task(
            uow, actor=world.actor(WORKER), task_id=task_id, to=partner, reason="it is the lift's cable"
        )
    assert (await issue_now(world, issue_id)).status is IssueStatus.DISPATCHED
    async with world.work.begin() as uow:
        await claim_task(uow, actor=world.actor("plumber Guo"), task_id=second.id)
        police = WorkTarget(partner_id=world.partners["police"].id)
        third = await transfer_task(
            uow, actor=world.actor("plumber Guo"), task_id=second.id, to=police, reason="they shout at us"
        )

    chain = [await task_now(world, task) for task in (task_id, second.id, third.id)]
    assert [task.status for task in chain] == [TaskStatus.TRANSFERRED, TaskStatus.TRANSFERRED, TaskStatus.OPEN]
    assert [task.predecessor_id for task in chain] == [None, task_id, second.id]
    async with world.work.look() as uow:
        assert (await task_card(uow, third.id)).explained == "they shout at us"


async def test_work_handed_to_another_grid_takes_the_issue_along(world: World):
    issue_id, (task_id,) = await dispatched(world)

    async with world.work.begin() as uow:
        to = WorkTarget(org_unit_id=world.units["grid-2"].id)
        await transfer_task(uow, actor=world.actor(WORKER), task_id=task_id, to=to, reason="across the street")

    assert (await issue_now(world, issue_id)).org_unit_id == world.units["grid-2"].id


@pytest.mark.parametrize(
    ("target", "refusal"),
    [
        ({"unit": "neighbour"}, TargetOutside),
        ({"unit": "subdistrict"}, TargetOutside),
        ({"unit": "grid-1"}, TargetSame),
        ({"account": WORKER}, TargetSame),
        ({"account": "Wang Fang"}, TargetUnfit),
        ({"account": "foreign staff Bai"}, TargetUnfit),
    ],
)
async def test_work_is_handed_only_to_who_can_take_it(world: World, target, refusal):
    if target.get("account") == WORKER:
        _, task_id = await claimed(world)
    else:
        _, (task_id,) = await dispatched(world)
    to = WorkTarget(
        org_unit_id=world.units[target["unit"]].id if "unit" in target else None,
        account_id=world.account_id(target["account"]) if "account" in target else None,
    )
    opened = len(world.events(TaskOpened))

    with pytest.raises(refusal):
        async with world.work.begin() as uow:
            await transfer_task(uow, actor=world.actor(WORKER), task_id=task_id, to=to, reason="because")

    assert len(world.events(TaskOpened)) == opened
    assert not [event for event in world.events(TaskMoved) if event.to_status is TaskStatus.TRANSFERRED]


async def test_a_colleague_off_duty_or_full_is_given_nothing(world: World):
    _, task_id = await claimed(world)
    async with world.work.begin() as uow:
        (await uow.session.merge(world.accounts[OTHER_WORKER])).on_duty = False

    to = WorkTarget(account_id=world.account_id(OTHER_WORKER))
    with pytest.raises(TargetUnfit) as refusal:
        async with world.work.begin() as uow:
            await transfer_task(uow, actor=world.actor(WORKER), task_id=task_id, to=to, reason="my shift ends")

    assert refusal.value.params == {"name": OTHER_WORKER}


async def test_returned_work_waits_for_whoever_dispatches_and_says_why(world: World):
    issue_id, task_id = await claimed(world)

    with pytest.raises(ReasonMissing):
        async with world.work.begin() as uow:
            await return_task(uow, actor=world.actor(WORKER), task_id=task_id, reason="\u202e ")
    async with world.work.begin() as uow:
        await return_task(uow, actor=world.actor(WORKER), task_id=task_id, reason="not our building")

    moves = [event for event in world.events(IssueMoved) if event.issue_id == issue_id]  # type: ignore[attr-defined]
    assert moves[-1].to_status is IssueStatus.ACCEPTED  # type: ignore[attr-defined]
    assert (await history_of(world, issue_id))[-1].words == "not our building"


async def test_a_question_to_the_reporter_waits_until_the_worker_goes_on(world: World):
    issue_id, task_id = await claimed(world)
    async with world.work.begin() as uow:
        await ask_reporter(uow, actor=world.actor(WORKER), issue_id=issue_id, question="which door?", task_id=task_id)
    assert (await issue_now(world, issue_id)).status is IssueStatus.WAITING_REPORTER

    async with world.work.begin() as uow:
        await arrive(uow, actor=world.actor(WORKER), task_id=task_id)

    assert (await issue_now(world, issue_id)).status is IssueStatus.IN_PROGRESS


async def test_a_forged_button_of_staff_moves_no_task_of_another_community(world: World):
    _, task_id = await submitted(world)

    with pytest.raises(MoveNotYours):
        async with world.work.begin() as uow:
            await pass_task(uow, actor=world.actor("foreign staff Bai"), task_id=task_id)


async def test_a_step_that_the_state_does_not_have_is_refused(world: World):
    _, (task_id,) = await dispatched(world)

    with pytest.raises(MoveNotPossible):
        async with world.work.begin() as uow:
            await pass_task(uow, actor=world.actor(STAFF), task_id=task_id)
