"""On and off duty, and how many open tasks a worker takes at a time."""

from __future__ import annotations

from backend.kernel.access import Actor, Permission, check_access, may
from backend.kernel.audit import audit
from backend.kernel.errors import AccessDenied, NotFound
from backend.kernel.unit_of_work import UnitOfWork
from backend.registry import queries
from backend.registry.errors import CapOutOfRange
from backend.registry.events import DutyChanged
from backend.registry.models import Account

MOST_TASKS = 50


async def change_duty(uow: UnitOfWork, *, actor: Actor, account: Account, on_duty: bool) -> None:
    """Go on or off duty; raises AccessDenied for who serves nowhere. The same again changes nothing."""
    if not any(may(actor, Permission.GO_ON_DUTY, grant.org_path) for grant in actor.grants):
        raise AccessDenied
    if account.on_duty == on_duty:
        return
    account.on_duty = on_duty
    audit(uow, actor, "account.duty", f"account:{account.id}", after={"on_duty": on_duty})
    uow.record(DutyChanged(account_id=account.id, on_duty=on_duty))


async def set_task_cap(uow: UnitOfWork, *, actor: Actor, account_id: int, cap: int) -> None:
    """Say how many open tasks a worker may have, 1 to MOST_TASKS.

    For whoever may hand out roles where the worker serves. Raises NotFound, AccessDenied, CapOutOfRange.
    """
    account = await uow.session.get(Account, account_id)
    grants = await queries.live_grants(uow, account_id)
    if account is None or not grants:
        raise NotFound
    path = grants[0][1].path
    check_access(actor, Permission.INVITE, path)
    if not 1 <= cap <= MOST_TASKS:
        raise CapOutOfRange(MOST_TASKS)
    audit(
        uow,
        actor,
        "account.cap",
        f"account:{account_id}",
        org_path=path,
        before={"cap": account.task_cap},
        after={"cap": cap},
    )
    account.task_cap = cap
