"""The card of a task in each of its states, word by word, as its group reads it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import pytest

from backend.issues.demands.requests import suspend_issue
from backend.issues.demands.supervision import supervise_issue
from backend.issues.tasks.dispatching import cancel_issue
from backend.issues.tasks.doing import arrive, ask_reporter, fail_task, return_task, set_out
from backend.messaging.models import Action
from backend.notify.cards import refresh_open_cards
from tests.service.issues.scenes import LEADER, OTHER_WORKER, STAFF, WORKER, claimed, dispatched, resolved, submitted
from tests.service.notify.conftest import VOICE
from tests.service.notify.post import letters
from tests.service.world import World

Scene = Callable[[World], Awaitable[object]]


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """One database is enough for the wording; who hears what is tested on both."""
    return sqlite_url


async def opened(world: World) -> None:
    await dispatched(world)


async def late(world: World) -> None:
    await dispatched(world)
    world.hours_pass(6.5)
    async with world.work.begin() as uow:
        await refresh_open_cards(uow, VOICE)


async def on_the_way(world: World) -> None:
    _, task_id = await claimed(world)
    world.hours_pass(1)
    async with world.work.begin() as uow:
        await set_out(uow, actor=world.actor(WORKER), task_id=task_id)


async def there(world: World) -> None:
    _, task_id = await claimed(world)
    async with world.work.begin() as uow:
        await arrive(uow, actor=world.actor(WORKER), task_id=task_id)


async def failed(world: World) -> None:
    _, task_id = await submitted(world)
    world.hours_pass(1)
    async with world.work.begin() as uow:
        await fail_task(uow, actor=world.actor(OTHER_WORKER), task_id=task_id, reason="还有两箱没搬走")


async def given_back(world: World) -> None:
    _, task_id = await claimed(world)
    async with world.work.begin() as uow:
        await return_task(uow, actor=world.actor(WORKER), task_id=task_id, reason="不归我们管")


async def asked(world: World) -> None:
    issue_id, task_id = await claimed(world)
    async with world.work.begin() as uow:
        await ask_reporter(uow, actor=world.actor(WORKER), issue_id=issue_id, question="在几楼？", task_id=task_id)


async def suspended(world: World) -> None:
    issue_id, _ = await claimed(world)
    async with world.work.begin() as uow:
        await suspend_issue(uow, actor=world.actor(LEADER), issue_id=issue_id, reason="等配件")


async def supervised(world: World) -> None:
    issue_id, _ = await claimed(world)
    async with world.work.begin() as uow:
        await supervise_issue(uow, actor=world.actor("operator Luo"), issue_id=issue_id, words="请今天办完")


async def cancelled(world: World) -> None:
    issue_id, _ = await dispatched(world)
    async with world.work.begin() as uow:
        await cancel_issue(uow, actor=world.actor(STAFF), issue_id=issue_id, reason="已自行清走")


HEAD = """🟠 <b>26-0001 🔧 楼道堆物</b> · 较大
📍 石油路1号（第1网格）
📝 楼道里堆满纸箱
🙋 居民上报
"""
WANTED = "📎 还需要：处理后照片"
CLAIMED = "▫️ 12:00 worker Li 认领"
TO_DO = "⏳ 请在 5月14日 12:00 前办好，还剩"
MORE = ["🗺 位置", "💬 留言", "🎥 视频"]
HELD = ["✅ 提交结果", "↪️ 转派", "↩️ 退回", "❓ 问报事人", "⏸ 挂账", *MORE]

STATES = [
    (
        opened,
        ["👉 <b>待认领</b> · 第1网格 · 12:00 起", "⏳ 请在 16:00 前认领，还剩 4 小时", f"{TO_DO} 2 天", WANTED],
        ["✋ 认领", "↪️ 转派", "↩️ 退回", *MORE],
    ),
    (
        late,
        [
            "👉 <b>待认领</b> · 第1网格 · 12:00 起",
            "⏰ 应在 16:00 前认领，<b>已超 2 小时 30 分</b>",
            f"{TO_DO} 1 天 17 小时",
            WANTED,
        ],
        ["✋ 认领", "↪️ 转派", "↩️ 退回", *MORE],
    ),
    (
        claimed,
        ["👉 <b>已认领</b> · worker Li · 12:00 起", f"{TO_DO} 2 天", WANTED, CLAIMED],
        ["🚶 出发", "📍 到达", *HELD],
    ),
    (
        on_the_way,
        ["👉 <b>正在赶去</b> · worker Li · 13:00 起", f"{TO_DO} 1 天 23 小时", WANTED, CLAIMED],
        ["📍 到达", *HELD],
    ),
    (
        there,
        ["👉 <b>已到现场</b> · worker Li · 12:00 起", f"{TO_DO} 2 天", WANTED, CLAIMED, "▫️ 12:00 worker Li 到达现场"],
        HELD,
    ),
    (
        submitted,
        ["👉 <b>待核查</b> · worker Li · 12:00 起", CLAIMED, "▫️ 12:00 worker Li 提交"],
        ["👍 通过", "👎 不通过", *MORE],
    ),
    (
        failed,
        [
            "👉 <b>已认领</b> · worker Li · 13:00 起",
            f"{TO_DO} 1 天 23 小时",
            WANTED,
            CLAIMED,
            "▫️ 12:00 worker Li 提交",
            "▫️ 13:00 worker Zhao 核查不通过：还有两箱没搬走",
        ],
        ["🚶 出发", "📍 到达", *HELD],
    ),
    (
        resolved,
        [
            "👉 <b>已完成</b> · worker Li · 12:00 起",
            CLAIMED,
            "▫️ 12:00 worker Li 提交",
            "▫️ 12:00 worker Zhao 核查通过",
        ],
        [],
    ),
    (
        given_back,
        ["👉 <b>已退回</b> · worker Li · 12:00 起", CLAIMED, "▫️ 12:00 worker Li 退回：不归我们管"],
        [],
    ),
    (
        asked,
        [
            "👉 <b>已认领</b> · worker Li · 12:00 起",
            "⏸ 等报事人回复，暂停计时",
            WANTED,
            CLAIMED,
            "▫️ 12:00 worker Li 问报事人：在几楼？",
        ],
        ["🚶 出发", "📍 到达", *[label for label in HELD if label not in ("❓ 问报事人", "⏸ 挂账")]],
    ),
    (
        suspended,
        [
            "👉 <b>已认领</b> · worker Li · 12:00 起",
            "⏸ 挂账中，暂停计时",
            WANTED,
            CLAIMED,
            "▫️ 12:00 leader Tang 挂账：等配件",
        ],
        ["▶️ 恢复办理", *MORE],
    ),
    (cancelled, ["👉 <b>已取消</b> · 第1网格 · 12:00 起"], []),
]


@pytest.mark.parametrize(("scene", "lines", "labels"), STATES, ids=[scene.__name__ for scene, _, _ in STATES])
async def test_the_card_says_how_things_stand(world: World, scene: Scene, lines: list[str], labels: list[str]):
    await scene(world)

    card, *_ = await letters(world, "group grid-1")  # further ones ask for a check
    assert card.text == HEAD + "\n".join(lines)
    assert card.labels == labels


async def test_an_order_to_hurry_stands_above_everything_else(world: World):
    await supervised(world)

    (card,) = [letter for letter in await letters(world, "group grid-1") if letter.action is Action.CARD]
    assert card.text.splitlines()[1] == "❗ <b>已督办</b>（2 级）"
