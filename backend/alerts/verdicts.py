"""What people said of a device's alarms: real or false, counted so that a device that cries wolf is looked after."""

from __future__ import annotations

from collections import Counter

from sqlalchemy import update
from sqlalchemy.dialects import postgresql, sqlite

from backend.alerts.care_models import DeviceVerdicts
from backend.alerts.models import Alert
from backend.kernel.alarms import AlarmStatus
from backend.kernel.unit_of_work import UnitOfWork

_COUNTED = "alerts of devices counted"


def count_alert(uow: UnitOfWork, alert: Alert) -> None:
    """One more alert of its device, written at the end of the transaction; exercises do not count."""
    if alert.device_id is None or alert.status is not AlarmStatus.ACTUAL:
        return
    uow.session.info.setdefault(_COUNTED, Counter())[alert.device_id] += 1
    uow.before_commit(_write_counts)


async def _write_counts(uow: UnitOfWork) -> None:
    counted: Counter[int] = uow.session.info.pop(_COUNTED)
    # In the order of their ids, so that two transactions wait for each other and never cross.
    rows = [{"device_id": id_, "alerts": count, "false_alarms": 0} for id_, count in sorted(counted.items())]
    first = (sqlite if uow.is_sqlite else postgresql).insert(DeviceVerdicts)
    again = {"alerts": DeviceVerdicts.alerts + first.excluded.alerts}
    counting = first.on_conflict_do_update(index_elements=["device_id"], set_=again)
    await (await uow.session.connection()).execute(counting, rows)


async def count_false_alarm(uow: UnitOfWork, alert: Alert) -> None:
    """A human said that this alert was false."""
    if alert.device_id is None or alert.status is not AlarmStatus.ACTUAL:
        return
    await uow.session.execute(
        update(DeviceVerdicts)
        .where(DeviceVerdicts.device_id == alert.device_id)
        .values(false_alarms=DeviceVerdicts.false_alarms + 1, last_false_at=uow.now)
        .execution_options(synchronize_session=False)
    )


async def verdicts_of(uow: UnitOfWork, device_id: int) -> tuple[int, int]:
    """How many alerts the device had and how many of them people called false."""
    row = await uow.session.get(DeviceVerdicts, device_id)
    return (row.alerts, row.false_alarms) if row is not None else (0, 0)
