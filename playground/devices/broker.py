"""An MQTT broker for play and tests: Mosquitto where it is installed, else amqtt where that is."""

from __future__ import annotations

import asyncio
import importlib.util
import os
import pwd
import shutil
import socket
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

HOST = "127.0.0.1"
START_SECONDS = 10.0
SYSTEM_PROGRAMS = "/usr/sbin:/usr/local/sbin"
"""Where Debian puts daemons; the search path of most users leaves it out."""

CONFIGURATION = """\
user {user}
persistence false
log_type error
max_inflight_messages 500
max_queued_messages 20000
max_packet_size 262144
allow_zero_length_clientid true
listener {port} {host}
{lines}
"""


class NoBroker(Exception):
    """Neither of the two is installed."""


@dataclass(frozen=True, slots=True)
class Broker:
    """A broker that runs. amqtt speaks MQTT 3.1.1 only, shares no subscriptions, and keeps nothing for who is away."""

    port: int
    speaks_version_5: bool

    @property
    def url(self) -> str:
        return f"mqtt://{HOST}:{self.port}"


def mosquitto() -> str | None:
    """The path of the program, if it is installed."""
    return shutil.which("mosquitto") or shutil.which("mosquitto", path=SYSTEM_PROGRAMS)


@asynccontextmanager
async def running_broker(
    home: Path, *, port: int = 0, lines: Sequence[str] = ("allow_anonymous true",), is_plain: bool = False
) -> AsyncIterator[Broker]:
    """A broker while the block lasts, on a free port for 0; amqtt in any case for `is_plain`. Raises NoBroker.

    `lines` end Mosquitto's configuration file, which is written into `home`: users, certificates. amqtt has none.
    """
    port = port or _free_port()
    program = None if is_plain else mosquitto()
    async with AsyncExitStack() as stack:
        if program is not None:
            await stack.enter_async_context(_mosquitto(program, home, port, lines))
        elif importlib.util.find_spec("amqtt") is not None:
            await stack.enter_async_context(_amqtt(port))
        else:
            raise NoBroker
        yield Broker(port, speaks_version_5=program is not None)


@asynccontextmanager
async def _mosquitto(program: str, home: Path, port: int, lines: Sequence[str]) -> AsyncIterator[None]:
    configuration = _configuration(home, port, lines)
    process = await asyncio.create_subprocess_exec(program, "-c", str(configuration), stderr=asyncio.subprocess.DEVNULL)
    try:
        await _answering(port)
        yield
    finally:
        if process.returncode is None:
            process.terminate()
        await process.wait()
        configuration.unlink(missing_ok=True)


def _configuration(home: Path, port: int, lines: Sequence[str]) -> Path:
    home.mkdir(parents=True, exist_ok=True)
    path = home / f"mosquitto-{port}.conf"
    user = pwd.getpwuid(os.getuid()).pw_name
    path.write_text(CONFIGURATION.format(user=user, port=port, host=HOST, lines="\n".join(lines)))
    return path


@asynccontextmanager
async def _amqtt(port: int) -> AsyncIterator[None]:
    from amqtt.broker import Broker as PythonBroker

    anonymous = {"amqtt.plugins.authentication.AnonymousAuthPlugin": {"allow_anonymous": True}}
    listener = {"default": {"type": "tcp", "bind": f"{HOST}:{port}"}}
    broker = PythonBroker({"listeners": listener, "plugins": anonymous})
    await broker.start()
    try:
        yield
    finally:
        await broker.shutdown()


async def _answering(port: int) -> None:
    """Wait until somebody listens there. Raises TimeoutError."""
    async with asyncio.timeout(START_SECONDS):
        while True:
            try:
                _, writer = await asyncio.open_connection(HOST, port)
            except OSError:
                await asyncio.sleep(0.02)
            else:
                writer.close()
                return


def _free_port() -> int:
    with socket.socket() as found:
        found.bind((HOST, 0))
        return int(found.getsockname()[1])
