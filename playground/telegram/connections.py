"""Open connections by client address, so that one can be torn as networks tear them."""

from __future__ import annotations

import asyncio
import socket
import struct
from asyncio import BaseTransport, Transport
from typing import Any

from uvicorn.protocols.http.h11_impl import H11Protocol

from .requests import Scope

NO_LINGER = struct.pack("ii", 1, 0)  # closing throws everything away and sends RST
OPEN: dict[tuple[str, int], Transport] = {}


class TearableProtocol(H11Protocol):
    """uvicorn's protocol that remembers its connection."""

    def connection_made(self, transport: Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self.peer: tuple[str, int] = address(transport.get_extra_info("peername"))
        OPEN[self.peer] = transport

    def connection_lost(self, exc: Exception | None) -> None:
        OPEN.pop(self.peer, None)
        super().connection_lost(exc)


def address(peer: Any) -> tuple[str, int]:
    return str(peer[0]), int(peer[1])


async def reset(scope: Scope, send: Any) -> None:
    """Reset the client's connection; on a server that is not ours, promise a body and break off."""
    transport: BaseTransport | None = OPEN.get(address(scope["client"])) if scope.get("client") else None
    if isinstance(transport, Transport):
        connection = transport.get_extra_info("socket")
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, NO_LINGER)
        transport.abort()
        await asyncio.sleep(0)  # the server notices before it could complain that nothing was answered
        return
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"1000")]})
