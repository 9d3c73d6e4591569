"""What is forgotten and when; the dry run says exactly what the real run does, and changes nothing."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from backend.cockpit.models import WebEntry, WebSession
from backend.devices.models import ObservedPacket, PacketKey
from backend.issues.models import Evidence, HistoryEntry, Issue, IssueFollower, Rating, Report, ReportMedia
from backend.issues.reports.new_report import OnBehalfOf
from backend.issues.reports.on_behalf import sealed_on_behalf_of
from backend.issues.reports.reporter import rate_issue
from backend.issues.states import ReportSource
from backend.kernel.access import SHELL_ACTOR, Role
from backend.kernel.arrivals import Arrival, is_first_arrival
from backend.kernel.conversations import Conversation
from backend.kernel.files import DiskFileStore
from backend.kernel.job_runs import JobRun
from backend.kernel.unit_of_work import UnitOfWork
from backend.messaging.contents import Content, Lane, telegram_chat
from backend.messaging.models import Message
from backend.messaging.outbox import enqueue
from backend.messaging.receipt_models import ReceiptStatus
from backend.messaging.receipts import note_receipt
from backend.registry.invitations import invite
from backend.registry.models import Invitation
from scheduler.jobs.retention import would_forget
from tests.service.issues.scenes import REPORTER, WORKER, resolved
from tests.service.notify.post import post_leaves
from tests.service.scheduler.conftest import at, clock_of, time_comes
from tests.service.world import World

SAID = "王芳说三楼堵了"


async def report(uow: UnitOfWork, world: World, issue_id: int, keys: list[str | None]) -> None:
    """Wang Fang's report of the issue, with a stored photo for each key."""
    row = Report(
        community_id=world.community_id,
        issue_id=issue_id,
        source=ReportSource.RESIDENT,
        door="chat",
        account_id=world.account_id(REPORTER),
        text_sealed=uow.vault.seal(SAID),
        on_behalf_of_sealed=sealed_on_behalf_of(uow, OnBehalfOf("李奶奶", "")),
        answers={"floor": "3"},
        place="石油路1号3-2",
        received_at=uow.now,
    )
    uow.session.add(row)
    await uow.session.flush()
    for index, key in enumerate(keys):
        names = {"file_id": f"f{index}", "file_unique_id": f"u{index}"}
        uow.session.add(ReportMedia(report_id=row.id, kind="photo", store_key=key, **names))


async def ended(world: World, keys: list[str | None]) -> int:
    """An issue with a report, proof, and stars, which is closed now."""
    issue_id, _ = await resolved(world)
    async with world.work.begin() as uow:
        await report(uow, world, issue_id, keys)
        await rate_issue(uow, actor=world.actor(REPORTER), issue_id=issue_id, stars=4, words="谢谢小李")
    return issue_id


async def leave_traces(world: World) -> None:
    """One of everything that is forgotten some day."""
    async with world.work.begin() as uow:
        await is_first_arrival(uow, "main", "1")
        await note_receipt(uow, provider="twilio", provider_id="SM1", status=ReceiptStatus.SENT)
        uow.session.add(Conversation(bot_id=1, chat_id=5, user_id=5, step="Writing:words", updated_at=uow.now))
        account_id = world.account_id(WORKER)
        tokens = {"account_id": account_id, "created_at": uow.now}
        uow.session.add(WebEntry(token_digest="a" * 64, expires_at=uow.now, **tokens))
        uow.session.add(WebSession(token_digest="b" * 64, seen_at=uow.now, **tokens))
        await invite(uow, actor=SHELL_ACTOR, role=Role.STAFF, unit=world.units["community"])
        moments = {"started_at": uow.now, "lease_until": uow.now, "finished_at": uow.now}
        uow.session.add(JobRun(job="greet_workers", slot=uow.now, runner="x", **moments))
        said = {"device_id": 1, "door": "watch", "is_backfill": False, "content": [{"kind": "alive"}]}
        uow.session.add(ObservedPacket(received_at=uow.now, **said))
        uow.session.add(PacketKey(device_id=1, key=7, seen_at=uow.now))
        to = telegram_chat(5)
        await enqueue(uow, to=to, content=Content("好"), lane=Lane.NORMAL, dedup_key="hello")
    await post_leaves(world)


async def rows_of(world: World, table: type) -> int:
    async with world.work.look() as uow:
        return await uow.session.scalar(select(func.count()).select_from(table)) or 0


@pytest.mark.parametrize(
    ("table", "days"),
    [
        (Arrival, 2),
        (Conversation, 30),
        (Message, 90),
        (WebSession, 1),
        (WebEntry, 1),
        (Invitation, 33),
        (JobRun, 60),
        (ObservedPacket, 90),
        (PacketKey, 3),
    ],
)
async def test_everything_is_kept_for_its_time_and_not_longer(world: World, table: type, days: int) -> None:
    await leave_traces(world)
    kept = await rows_of(world, table)
    began = world.clock.now()

    await time_comes(world, clock_of(world, "forget_the_old"), began + timedelta(days=days) - timedelta(hours=17))
    assert await rows_of(world, table) >= kept
    await time_comes(world, clock_of(world, "forget_the_old"), began + timedelta(days=days + 1))

    assert await rows_of(world, table) == (2 if table is JobRun else 0)  # the ledger's own rows of these two nights


async def test_the_dry_run_says_what_the_real_run_does_and_changes_nothing(world: World, files: DiskFileStore) -> None:
    await leave_traces(world)
    await ended(world, [await files.put(b"photo")])
    await post_leaves(world)
    world.clock.advance(timedelta(days=400))
    before = [await rows_of(world, table) for table in (Arrival, Conversation, Message, ReportMedia, Invitation)]

    planned = await would_forget(world.work)
    after = [await rows_of(world, table) for table in (Arrival, Conversation, Message, ReportMedia, Invitation)]
    done = await clock_of(world, "forget_the_old", files=files).run_due(world.clock.now())

    assert before == after
    assert done == sum(planned.values())
    # Alerts and asked places have a test of their own: no trace of them is left here.
    assert all(planned[name] for name in planned if name not in ("broadcasts", "alerts", "places"))
    assert sum((await would_forget(world.work)).values()) == 0


async def test_a_year_after_its_end_an_issue_holds_nobodys_words(world: World, files: DiskFileStore) -> None:
    key = await files.put(b"her kitchen")
    issue_id = await ended(world, [key])
    clock = clock_of(world, "forget_the_old", files=files)

    await time_comes(world, clock, at(11, 4, year=2027))
    assert await files.get(key) == b"her kitchen"
    await time_comes(world, clock, at(14, 4, year=2027))

    async with world.work.look() as uow:
        issue = await uow.session.get_one(Issue, issue_id)
        row = (await uow.session.scalars(select(Report))).one()
        stars = (await uow.session.scalars(select(Rating))).one()
        steps = (await uow.session.scalars(select(HistoryEntry))).all()
        proof = (await uow.session.scalars(select(Evidence))).all()
        followers = await uow.session.scalar(select(func.count()).select_from(IssueFollower))
    assert (issue.summary, issue.place, issue.anonymised_at) == ("", "", world.clock.now())
    assert (issue.longitude, issue.number) != (None, "")
    assert (row.text_sealed, row.on_behalf_of_sealed, row.answers) == ("", None, {})
    assert (row.account_id, row.place, row.longitude) == (None, "", None)
    assert (stars.stars, stars.words, stars.account_id) == (4, "", None)
    assert {step.words for step in steps} == {""}
    assert world.account_id(REPORTER) not in {step.account_id for step in steps}
    assert world.account_id(WORKER) in {step.account_id for step in steps}
    assert [one.file_id for one in proof] == [None]
    assert followers == 0
    assert await rows_of(world, ReportMedia) == 0
    with pytest.raises(KeyError):
        await files.get(key)


async def test_a_picture_that_a_younger_report_shows_too_stays(world: World, files: DiskFileStore) -> None:
    key = await files.put(b"the same picture")
    await ended(world, [key])
    world.clock.advance(timedelta(days=200))
    await ended(world, [key])
    world.clock.advance(timedelta(days=200))

    await clock_of(world, "forget_the_old", files=files).run_due(world.clock.now())

    assert await files.get(key) == b"the same picture"
    assert await rows_of(world, ReportMedia) == 1


async def test_what_is_still_open_is_never_anonymised(world: World) -> None:
    issue_id, _ = await resolved(world)
    async with world.work.begin() as uow:
        await report(uow, world, issue_id, [None])
    world.clock.advance(timedelta(days=800))

    await clock_of(world, "forget_the_old").run_due(world.clock.now())

    async with world.work.look() as uow:
        row = (await uow.session.scalars(select(Report))).one()
        assert uow.vault.open(row.text_sealed) == SAID
