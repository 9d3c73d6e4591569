"""What people said of a device's alarms: real or false, counted so that a device that cries wolf is looked after."""

from __future__ import annotations

from sqlalchemy import update
from sqlalchemy.dialects import postgresql, sqlite

from backend.alerts.care_models import DeviceVerdicts
from backend.alerts.models import Alert
from backend.kernel.alarms import AlarmStatus
from backend.kernel.unit_of_work import UnitOfWork


async def count_alert(uow: UnitOfWork, alert: Alert) -> None:
    """One more alert of its device; exercises do not count."""
    if alert.device_id is None or alert.status is not AlarmStatus.ACTUAL:
        return
    dialect = sqlite if uow.is_sqlite else postgresql
    first = dialect.insert(DeviceVerdicts).values(device_id=alert.device_id, alerts=1, false_alarms=0)
    counted = first.on_conflict_do_update(index_elements=["device_id"], set_={"alerts": DeviceVerdicts.alerts + 1})
    await (await uow.session.connection()).execute(counted)


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
