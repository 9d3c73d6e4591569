"""The devices on the bench: what they are, what they can do, what they said and heard."""

from __future__ import annotations

import inspect
from collections import deque
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass, field, is_dataclass
from typing import Any, Protocol, TypedDict

import aiomqtt
import httpx

from playground.devices import Watch
from playground.devices.overhearing import overheard_by
from playground.telegram.clock import Clock, MachineClock
from playground.telegram.events import EventLog
from playground.telephone.background import Background

KEPT_LINES = 60
LONGEST_LINE = 400
FAILED = "failed"
STATES: Mapping[str, tuple[str, ...]] = {
    "smoke": ("is_smoking", "percent"),
    "septic": ("metres",),
    "manhole": ("degrees", "percent"),
    "camera": ("is_active",),
}
"""What of each kind is worth showing; a watch tells its whole state."""
UNANSWERED = (TimeoutError, OSError, httpx.HTTPError, aiomqtt.MqttError)


class Simulated(Protocol):
    """A simulated device: the methods named in `actions` take the arguments named there."""

    @property
    def kind(self) -> str: ...

    @property
    def actions(self) -> Mapping[str, tuple[str, ...]]: ...


class NoSuchDevice(Exception):
    """Nothing of this name lies on the bench, or it cannot do that."""


class Unanswered(Exception):
    """The device did what it could, and nobody answered, or with a refusal."""


class LineView(TypedDict):
    """`kind`: said, heard or failed; `at` in Unix seconds."""

    kind: str
    text: str
    at: float


class DeviceView(TypedDict):
    """`point` is longitude, latitude of where it was put; `most` what its measure goes up to, if it has one."""

    key: str
    kind: str
    name: str
    point: tuple[float, float]
    most: float | None
    actions: dict[str, list[str]]
    state: dict[str, Any]
    lines: list[LineView]


@dataclass(eq=False)
class Placed:
    """A device with its name and its last words."""

    key: str
    name: str
    point: tuple[float, float]
    device: Simulated
    most: float | None = None
    lines: deque[LineView] = field(default_factory=lambda: deque(maxlen=KEPT_LINES))

    def state(self) -> dict[str, Any]:
        told = getattr(self.device, "state", None)
        if is_dataclass(told) and not isinstance(told, type):
            return asdict(told)
        return {name: getattr(self.device, name) for name in STATES.get(self.device.kind, ())}

    def view(self) -> DeviceView:
        return DeviceView(
            key=self.key,
            kind=self.device.kind,
            name=self.name,
            point=self.point,
            most=self.most,
            actions={name: list(needs) for name, needs in self.device.actions.items()},
            state=self.state(),
            lines=list(self.lines),
        )


class DeviceBench:
    """Devices by key. Watches keep their line as long as `running` is entered."""

    def __init__(self, *, clock: Clock | None = None, events: EventLog | None = None) -> None:
        self.clock = clock or MachineClock()
        self.events = events or EventLog()
        self.placed: dict[str, Placed] = {}
        self._background = Background()

    def put(
        self, key: str, name: str, point: tuple[float, float], device: Simulated, *, most: float | None = None
    ) -> None:
        """Lay a device on the bench."""
        self.placed[key] = Placed(key, name, point, device, most)

    def views(self) -> list[DeviceView]:
        return [one.view() for one in self.placed.values()]

    async def act(self, key: str, action: str, arguments: Mapping[str, Any]) -> DeviceView:
        """Let a device do something. Raises NoSuchDevice, Unanswered; what happened stands in its lines either way."""
        placed = self.placed.get(key)
        if placed is None or action not in placed.device.actions:
            raise NoSuchDevice(f"{key} {action}")
        wanted = placed.device.actions[action]
        if set(arguments) != set(wanted):
            raise NoSuchDevice(f"{action} needs {', '.join(wanted) or 'nothing'}")
        with overheard_by(lambda direction, content: self._note(placed, direction, content)):
            await self._do(placed, getattr(placed.device, action), arguments)
        self._tell(placed)
        return placed.view()

    async def _do(self, placed: Placed, deed: Any, arguments: Mapping[str, Any]) -> None:
        try:
            inspect.signature(deed).bind(**arguments)
            await deed(**arguments)
        except (TypeError, ValueError) as problem:
            raise NoSuchDevice(str(problem)) from problem
        except UNANSWERED as problem:
            self._note(placed, FAILED, (str(problem) or type(problem).__name__).encode())
            raise Unanswered(str(problem) or type(problem).__name__) from problem

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Watches go looking for their server while inside."""
        watches = [one for one in self.placed.values() if isinstance(one.device, Watch)]
        for one in watches:
            self._background.start(self._switch_on(one))
        try:
            yield
        finally:
            await self._background.close()
            for one in watches:
                assert isinstance(one.device, Watch)
                await one.device.stop()

    async def _switch_on(self, placed: Placed) -> None:
        assert isinstance(placed.device, Watch)
        with overheard_by(lambda direction, content: self._note(placed, direction, content)):
            try:
                await placed.device.start()
            except UNANSWERED as problem:
                self._note(placed, FAILED, type(problem).__name__.encode())
        self._tell(placed)

    def _note(self, placed: Placed, kind: str, content: bytes) -> None:
        text = content[:LONGEST_LINE].decode("utf-8", "replace")
        placed.lines.append(LineView(kind=kind, text=text, at=self.clock.now().timestamp()))
        self._tell(placed)

    def _tell(self, placed: Placed) -> None:
        self.events.tell("device", dict(placed.view()))
