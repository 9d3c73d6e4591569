"""Every write leaves its line in the audit trail, and whoever changes the trail afterwards is found out."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import pytest
from sqlalchemy import delete, func, select, text, update

from backend.issues.demands.supervision import reply_to_supervision, supervise_issue
from backend.issues.reports.following import follow_issue
from backend.issues.reports.reporter import comment_issue, rate_issue
from backend.issues.states import EvidenceKind
from backend.issues.tasks.doing import arrive, claim_task, pass_task, set_out, submit_task
from backend.issues.tasks.evidence import GivenEvidence, give_evidence
from backend.issues.views.issue_view import view_issue
from backend.kernel.access import Role
from backend.kernel.audit import AuditEntry, AuditSeal, first_broken_seal, seal_audit_trail
from backend.kernel.unit_of_work import UnitOfWork
from backend.migrations.append_only import APPEND_ONLY
from backend.registry.chats import Served, bind_chat
from backend.registry.duty import change_duty
from backend.registry.grants import end_role, grant_role
from backend.registry.invitations import invite
from backend.registry.joining import SharedContact, join_as_resident
from backend.registry.models import Account, RoleGrant
from tests.service.issues.reporting import report
from tests.service.world import World

PHOTO = GivenEvidence(kind=EvidenceKind.PHOTO_AFTER, file_id="f", file_unique_id="u")
Act = Callable[[UnitOfWork, World], Awaitable[object]]


async def _join(uow: UnitOfWork, world: World) -> object:
    account = await uow.session.get_one(Account, world.account_id("stranger"))
    contact = SharedContact("+8613700000000", account.telegram_id)
    return await join_as_resident(uow, actor=world.actor("stranger"), account=account, contact=contact)


async def _end_role(uow: UnitOfWork, world: World) -> object:
    grant = await uow.session.scalar(select(RoleGrant.id).where(RoleGrant.account_id == world.account_id("worker Sun")))
    return await end_role(uow, actor=world.actor("admin Yin"), grant_id=grant or 0)


async def _duty(uow: UnitOfWork, world: World) -> object:
    account = await uow.session.get_one(Account, world.account_id("worker Zhao"))
    return await change_duty(uow, actor=world.actor("worker Zhao"), account=account, on_duty=False)


async def _grant(uow: UnitOfWork, world: World) -> object:
    account = await uow.session.get_one(Account, world.account_id("Zhou Min"))
    unit = world.units["grid-2"]
    return await grant_role(uow, actor=world.actor("admin Yin"), account=account, role=Role.GRID_WORKER, unit=unit)


async def _topic(uow: UnitOfWork, world: World) -> object:
    served = Served(org_unit_id=world.units["grid-1"].id)
    chat = world.chats["grid-1"].chat_id
    return await bind_chat(uow, actor=world.actor("staff Chen"), chat_id=chat, served=served, thread_id=7)


def by(name: str, act: Callable[..., Awaitable[object]], **arguments: object) -> Act:
    return lambda uow, world: act(uow, actor=world.actor(name), **arguments)


STORY: dict[str, Act] = {
    "follow": by("worker Zhao", follow_issue, issue_id=1),
    "claim": by("worker Li", claim_task, task_id=1),
    "set out": by("worker Li", set_out, task_id=1),
    "arrive": by("worker Li", arrive, task_id=1),
    "comment": by("Wang Fang", comment_issue, issue_id=1, words="hm"),
    "supervise": by("staff Chen", supervise_issue, issue_id=1, words="hurry"),
    "reply": by("worker Li", reply_to_supervision, supervision_id=1, words="soon"),
    "evidence": by("worker Li", give_evidence, task_id=1, given=PHOTO),
    "submit": by("worker Li", submit_task, task_id=1),
    "read": by("staff Chen", view_issue, issue_id=1),
    "check": by("worker Zhao", pass_task, task_id=1),
    "rate": by("Wang Fang", rate_issue, issue_id=1, stars=5),
    "join": _join,
    "invite": lambda uow, world: invite(
        uow, actor=world.actor("admin Yin"), role=Role.GRID_WORKER, unit=world.units["grid-1"]
    ),
    "grant": _grant,
    "end role": _end_role,
    "duty": _duty,
    "topic": _topic,
}


async def trail(world: World) -> int:
    async with world.work.look() as uow:
        return await uow.session.scalar(select(func.count()).select_from(AuditEntry)) or 0


async def test_every_act_leaves_a_line_with_who_did_it(world: World):
    await report(world, text="楼道堵了，13912345678")
    silent = []

    for name, act in STORY.items():
        before = await trail(world)
        async with world.work.begin() as uow:
            await act(uow, world)
        if await trail(world) == before:
            silent.append(name)

    assert silent == []
    async with world.work.look() as uow:
        entries = (await uow.session.scalars(select(AuditEntry))).all()
    assert "13912345678" not in str([(entry.before, entry.after) for entry in entries])
    assert "13700000000" not in str([(entry.before, entry.after) for entry in entries])


async def sealed_trail(world: World) -> None:
    for _ in range(3):
        await report(world, text="楼道堵了")
    async with world.work.begin() as uow:
        await seal_audit_trail(uow)


async def without_triggers(uow: UnitOfWork) -> None:
    """Whoever owns the database can take the triggers away."""
    for table in APPEND_ONLY:
        if uow.is_sqlite:
            for act in ("update", "delete"):
                await uow.session.execute(text(f"DROP TRIGGER {table}_{act}"))
        else:
            await uow.session.execute(text(f"DROP TRIGGER {table}_only_grows ON {table}"))


TAMPERING = {
    "changed": update(AuditEntry).where(AuditEntry.id == 2).values(action="nothing"),
    "removed": delete(AuditEntry).where(AuditEntry.id == 2),
    "sealed anew": update(AuditSeal).where(AuditSeal.entry_id == 2).values(digest="0" * 64),
}


@pytest.mark.parametrize("how", TAMPERING)
async def test_tampering_is_refused_and_if_forced_found(world: World, how: str):
    await sealed_trail(world)

    with pytest.raises(Exception, match="only grows"):
        async with world.work.begin() as uow:
            await uow.session.execute(TAMPERING[how])
    async with world.work.look() as uow:
        assert await first_broken_seal(uow) is None
    async with world.work.begin() as uow:
        await without_triggers(uow)
        await uow.session.execute(TAMPERING[how])

    async with world.work.look() as uow:
        assert await first_broken_seal(uow) in (2, 3)
