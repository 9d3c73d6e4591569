"""What one sender may take of a TCP door: bytes, time and connections; pure counting, the caller brings the time."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class TcpLimits:
    """Defaults fit watches behind one carrier's shared addresses: many connections, few bytes each."""

    connections: int = 10_000
    connections_per_address: int = 2_000
    idle_seconds: float = 1_200.0
    """Two of the longest pauses between signs of life that these watches are known to make."""
    first_packet_seconds: float = 30.0
    """For a whole first packet: who has said nothing readable by then is no watch."""
    bytes_per_second: float = 16_384.0
    burst_bytes: float = 131_072.0
    """A voice message or two. What comes faster is left in the network's buffers until its time."""
    garbage_bytes: int = 65_536
    """Bytes outside of any packet that one connection may send before it is closed."""


class Places:
    """Counts connections, in all and by address."""

    def __init__(self, limits: TcpLimits) -> None:
        self._limits = limits
        self._by_address: Counter[str] = Counter()

    def take(self, address: str) -> bool:
        """Whether one more from `address` may stay; give it back when it goes."""
        is_full = self._by_address.total() >= self._limits.connections
        if is_full or self._by_address[address] >= self._limits.connections_per_address:
            return False
        self._by_address[address] += 1
        return True

    def give_back(self, address: str) -> None:
        """One connection of `address` is gone."""
        self._by_address[address] -= 1
        if not self._by_address[address]:
            del self._by_address[address]


@dataclass(slots=True)
class Flow:
    """A bucket that fills with the time: how long a connection must pause after having sent so many bytes."""

    limits: TcpLimits
    _level: float = field(default=0.0, init=False)
    _since: float = field(default=0.0, init=False)

    def pause_after(self, size: int, now: float) -> float:
        """Seconds to wait before reading on; `now` is any clock that only runs forward."""
        leaked = (now - self._since) * self.limits.bytes_per_second
        self._level = max(self._level - leaked, 0.0) + size
        self._since = now
        return max(self._level - self.limits.burst_bytes, 0.0) / self.limits.bytes_per_second
