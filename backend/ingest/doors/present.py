"""Who is connected now: which connection speaks for which device, and which of them is told what waits for it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field

from backend.devices.kinds import CommandKind

LINES_PER_DEVICE = 3
CONTESTED_SECONDS = 120.0
"""Two addresses that speak for one device within this time are one too many: a moved watch is silent on its old one."""


@dataclass(eq=False, slots=True)
class Line:
    """A connection. `order` puts a command into the device's own dialect; `heard_at` is when it last said something."""

    address: str
    write: Callable[[bytes], None]
    close: Callable[[], None]
    order: Callable[[bytes], bytes | None]
    heard_at: float = 0.0
    external_id: str = ""
    device_id: int = 0
    sent: dict[CommandKind, bytes] = field(default_factory=dict)
    """The last command of each kind that went out on this line and is not answered yet."""


class Present:
    """The lines of one door by the device's external id.

    The newest line of a device is told its commands. Older ones are still listened to until they fall silent, because
    whoever copies an id could otherwise cut the true watch off; beyond a few the one silent longest is closed.
    """

    def __init__(self) -> None:
        self._lines: dict[str, list[Line]] = {}
        self.rung: Callable[[], None] = lambda: None
        """Called when somebody new is there: commands may wait."""

    def heard(self, line: Line, external_id: str, device_id: int, now: float) -> bool:
        """Note that `line` speaks for the device; True when another address did so a moment ago."""
        line.heard_at = now
        if line.external_id == external_id:
            return False
        self.leave(line)
        line.external_id, line.device_id = external_id, device_id
        lines = self._lines.setdefault(external_id, [])
        is_contested = any(
            other.address != line.address and now - other.heard_at < CONTESTED_SECONDS for other in lines
        )
        lines.append(line)
        if len(lines) > LINES_PER_DEVICE:
            min(lines[:-1], key=lambda other: other.heard_at).close()
        self.rung()
        return is_contested

    def leave(self, line: Line) -> None:
        """The connection is gone, or speaks for somebody else now."""
        lines = self._lines.get(line.external_id, [])
        if line in lines:
            lines.remove(line)
        if not lines:
            self._lines.pop(line.external_id, None)

    def newest(self) -> Mapping[int, Line]:
        """The line of each device by the device's id."""
        return {lines[-1].device_id: lines[-1] for lines in self._lines.values()}

    def lines(self) -> Collection[Line]:
        """All of them."""
        return [line for lines in self._lines.values() for line in lines]
