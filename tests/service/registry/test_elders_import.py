"""A spreadsheet of elders: each row whole or not at all, refused rows back with their reason, twice is safe."""

from __future__ import annotations

from pathlib import Path

import pytest
from openpyxl import Workbook, load_workbook
from sqlalchemy import func, select

from backend.devices.models import Device
from backend.kernel.errors import BadInput
from backend.kernel.texts import load_texts
from backend.registry.contacts_models import FamilyContact
from bot.elders_import import import_elders, write_refused
from tests.service.world import World

HEADINGS = ["老人姓名", "老人电话", "联系人姓名", "关系", "联系人电话", "已同意", "手表号码"]
ROWS = [
    ["Wang Fang", "", "王小明", "儿子", "13900000001", "是", 8800000015],
    ["Liu Yang", "", "刘梅", "女儿", "13900000002", "否", ""],
    ["Zhou Min", "", "周强", "老板", "13900000003", "是", ""],
    ["Nobody", "", "", "", "", "", ""],
    ["Zhou Min", "", "周强", "儿子", "12", "是", 8800000016],
    ["Zhou Min", "", "", "", "", "", 8800000015],
]


def spreadsheet(tmp_path: Path, rows: list[list[object]]) -> Path:
    book = Workbook()
    for row in [HEADINGS, *rows]:
        book.active.append(row)
    file = tmp_path / "elders.xlsx"
    book.save(file)
    return file


async def counted(world: World) -> tuple[int, int]:
    async with world.work.look() as uow:
        contacts = await uow.session.scalar(select(func.count()).select_from(FamilyContact))
        devices = await uow.session.scalar(select(func.count()).select_from(Device))
    return contacts or 0, devices or 0


async def test_rows_are_taken_whole_or_come_back_with_why(world: World, tmp_path: Path):
    file = spreadsheet(tmp_path, ROWS)

    dry = await import_elders(world.work, load_texts(), file, is_dry_run=True)
    before = await counted(world)
    done = await import_elders(world.work, load_texts(), file, is_dry_run=False)
    again = await import_elders(world.work, load_texts(), file, is_dry_run=False)
    write_refused(done, tmp_path / "refused.xlsx", load_texts())

    assert (dry.taken, before) == (2, (0, 0))
    assert (done.taken, again.taken) == (1, 1)
    assert await counted(world) == (1, 1)
    reasons = [row[-1] for row in load_workbook(tmp_path / "refused.xlsx").active.iter_rows(values_only=True)][1:]
    assert len(reasons) == 5
    assert [reason[:6] for reason in reasons[:3]] == ["联系人还没有", "关系看不明白", "登记里没有这"]


@pytest.mark.parametrize("content", [b"", b"garbage", b"PK\x03\x04broken"])
async def test_what_is_no_spreadsheet_is_refused(world: World, tmp_path: Path, content: bytes):
    file = tmp_path / "elders.xlsx"
    file.write_bytes(content)

    with pytest.raises(BadInput):
        await import_elders(world.work, load_texts(), file, is_dry_run=False)
