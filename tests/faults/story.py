"""What happens in every run while the program dies: two reports, one worked to its end, and messages that wait."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextvars import ContextVar
from time import monotonic

from playground.telegram.inbox import said, words_of
from playground.telegram.phones import Phone
from playground.telegram.shapes import MessageView
from playground.telegram.state import Group
from tests.faults.scene import Scene
from tests.service.world import middle_of

PATIENCE = 30.0
"""Seconds after which a step counts as lost: promise P1."""
_waits: ContextVar[list[float]] = ContextVar("waits")
"""How long each step of this run had to wait, in seconds."""

_patience: ContextVar[float] = ContextVar("patience", default=PATIENCE)

LISTENERS = ("Zhou Min", "officer He", "plumber Guo", "operator Luo")
CORRIDOR, NOISE = "三楼楼道堵了", "楼上半夜装修"


async def begin(scene: Scene) -> None:
    """Everybody has opened the bot, and some messages wait to be delivered."""
    for name in (*LISTENERS, "Wang Fang", "Liu Yang", "worker Li", "worker Zhao"):
        await scene.phone(name).starts()
    for number, name in enumerate(LISTENERS * 2):
        await scene.write(name, f"waiting {'abcdefgh'[number]}")


async def play(scene: Scene, patience: float = PATIENCE) -> float:
    """Let the people act, each waiting patiently for what the step before must bring; returns the longest wait."""
    waits: list[float] = []
    _waits.set(waits)
    _patience.set(patience)
    await asyncio.gather(_corridor(scene), _noise(scene))
    return max(waits)


async def _corridor(scene: Scene) -> None:
    wang, li, zhao = (scene.phone(name) for name in ("Wang Fang", "worker Li", "worker Zhao"))
    group = scene.group("grid-1")
    await report(wang, CORRIDOR, ("安全隐患", "楼道堆物"), grid=1)
    await press(li, "认领", group)
    await press(li, "出发", group)
    await press(li, "到达", group)
    await press(li, "提交", group)
    asked = await shows(li, "佐证", in_chat=group)
    await li.sends_photo("清走了", at=group, reply_to=asked)
    await press(li, "完成提交", group)
    await press(zhao, "通过", group)
    await shows(wang, "解决")


async def _noise(scene: Scene) -> None:
    await report(scene.phone("Liu Yang"), NOISE, ("公共设施", "噪声扰民"), grid=2)
    await shows(scene.phone("worker Sun"), "认领", in_chat=scene.group("grid-2"))


async def report(who: Phone, words: str, kind: Sequence[str], *, grid: int) -> None:
    """Report a problem with a photo, step by step, to its number."""
    longitude, latitude = middle_of(grid)
    await who.sends_photo(words)
    for label in kind:
        await press(who, label)
    await shows(who, "在什么地方")
    await who.sends_location(latitude, longitude)
    await shows(who, "请看一看", words)
    await press(who, "提交")
    await shows(who, "已收到")


async def press(who: Phone, label: str, in_chat: Group | None = None) -> None:
    """Press a button that must appear."""
    started = monotonic()
    await who.presses(label, in_chat=in_chat, within=None, appears=_patience.get())
    _waits.get([]).append(monotonic() - started)


async def shows(who: Phone, *fragments: str, in_chat: Group | None = None) -> MessageView:
    """Wait until some message of the chat shows all `fragments`, new or edited, and return the newest such."""

    def found() -> list[MessageView]:
        theirs = [message for message in who.messages(in_chat) if not _is_own(message, who)]
        return [message for message in theirs if all(part in words_of(message) for part in fragments)]

    started = monotonic()
    if not await who.inbox.until(lambda: bool(found()), _patience.get()):
        raise AssertionError(f"{who.person.name} waits for {fragments}; shown: {said(who.messages(in_chat))}")
    _waits.get([]).append(monotonic() - started)
    return found()[-1]


def _is_own(message: MessageView, who: Phone) -> bool:
    return message["sender"] is not None and message["sender"]["id"] == who.person.id
