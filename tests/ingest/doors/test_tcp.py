"""The TCP doors with watches at their other end: answered after the commit, bounded, and known by their id."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, suppress
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from structlog.testing import capture_logs

from backend.devices.kinds import CommandKind
from backend.devices.observations import Flag, Kind
from backend.ingest.batching import BatchWriter
from backend.ingest.doors.limits import Flow, Places, TcpLimits
from backend.ingest.doors.present import Line, Present
from backend.ingest.doors.tcp import TcpDoor
from backend.ingest.doors.tongues import IwTongue, WatchTongue
from backend.ingest.watch_downlinks import find_watch, show_message
from backend.kernel.clock import MovableClock
from backend.kernel.metrics import Metrics
from playground.devices import IwWatch, Watch
from tests.ingest.doors.ledger import IW_ID, WATCH_ID, Ledger

LIMITS = TcpLimits()


@pytest.fixture
def door(writer: BatchWriter, clock: MovableClock, metrics: Metrics, ledger: Ledger) -> TcpDoor:
    return TcpDoor(
        tongue=WatchTongue,
        writer=writer,
        clock=clock,
        metrics=metrics,
        find=ledger.find,
        present=Present(),
        answered=ledger.answered,
        contested=ledger.contest,
    )


@pytest.fixture
async def stack() -> AsyncIterator[AsyncExitStack]:
    async with AsyncExitStack() as made:
        yield made


async def opened(stack: AsyncExitStack, door: TcpDoor) -> int:
    return await stack.enter_async_context(door.listening("127.0.0.1", 0))


async def watch_at(stack: AsyncExitStack, port: int, number: str = WATCH_ID, maker: str = "3G") -> Watch:
    watch = Watch(number, host="127.0.0.1", port=port, maker=maker)
    stack.push_async_callback(watch.stop)
    await watch.start()
    return watch


def refused(metrics: Metrics, reason: str, door: str = "watch") -> float:
    return metrics.registry.get_sample_value("youlin_ingest_refused_total", {"door": door, "reason": reason}) or 0


async def pour(writer: asyncio.StreamWriter) -> None:
    """Send nothing of use for as long as the other end takes it."""
    while True:
        writer.write(b"\x00" * 8_192)
        await writer.drain()


async def line_to(port: int) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    return await asyncio.open_connection("127.0.0.1", port)


async def test_a_watch_is_heard_with_all_that_it_says(stack: AsyncExitStack, door: TcpDoor, ledger: Ledger):
    watch = await watch_at(stack, await opened(stack, door))

    await watch.move_to(106.53, 29.58)
    await watch.beat(81)
    await watch.oxygen(96)
    await watch.pressure(131, 82)
    await watch.sos()

    (alarm,) = ledger.of(Kind.ALARM)
    assert alarm.alarms == (Flag.SOS,)
    assert alarm.fix is not None
    assert (alarm.fix.point.latitude, alarm.fix.point.longitude) == (29.58, 106.53)
    assert {one.value for one in ledger.of(Kind.HEART_RATE)} >= {81}
    assert [one.value for one in ledger.of(Kind.OXYGEN)] == [96]
    assert [one.value for one in ledger.of(Kind.SYSTOLIC)] == [131]


async def test_a_watch_of_the_second_family_is_heard(stack: AsyncExitStack, door: TcpDoor, ledger: Ledger):
    port = await opened(stack, replace(door, tongue=IwTongue))
    watch = IwWatch(IW_ID, host="127.0.0.1", port=port)
    stack.push_async_callback(watch.stop)
    await watch.start()

    await watch.beat(77)
    await watch.fall()

    assert [one.value for one in ledger.of(Kind.HEART_RATE)] == [77]
    assert [one.alarms for one in ledger.of(Kind.ALARM)] == [(Flag.FALL,)]


async def test_an_alarm_is_not_answered_while_the_database_is_away_and_repeated_until_it_is(
    stack: AsyncExitStack, door: TcpDoor, ledger: Ledger, metrics: Metrics
):
    watch = await watch_at(stack, await opened(stack, door))
    ledger.is_away = True
    pressed = asyncio.ensure_future(watch.sos())
    await ledger.refused.wait()
    assert not pressed.done()

    ledger.is_away = False
    await watch.replay()
    await pressed

    assert len(ledger.of(Kind.ALARM)) == 1


@pytest.mark.parametrize("year", [1970, 2099])
async def test_a_watch_with_a_wrong_clock_alarms_all_the_same(
    stack: AsyncExitStack, door: TcpDoor, ledger: Ledger, year: int
):
    watch = await watch_at(stack, await opened(stack, door))
    watch.clock_at(datetime(year, 1, 1, tzinfo=UTC))

    await watch.sos_without_fix()

    (alarm,) = ledger.of(Kind.ALARM)
    assert alarm.alarms == (Flag.SOS,)
    assert alarm.fix is None


async def test_a_stranger_is_closed_out_and_counted(
    stack: AsyncExitStack, door: TcpDoor, ledger: Ledger, metrics: Metrics
):
    reader, writer = await line_to(await opened(stack, door))

    writer.write(b"[3G*1234567890*0002*LK]")

    assert await reader.read() == b""
    assert [one.kind for one in ledger.observations] == [Kind.ALIVE]  # which the house counts as a stranger's
    assert refused(metrics, "unknown_device") == 1
    writer.close()


async def test_half_a_frame_and_a_lost_line_do_no_harm(stack: AsyncExitStack, door: TcpDoor, ledger: Ledger):
    port = await opened(stack, door)
    watch = await watch_at(stack, port)
    await watch.half_frame()
    await watch.stop()

    again = await watch_at(stack, port)
    await again.sos()

    assert len(ledger.of(Kind.ALARM)) == 1
    assert len(ledger.of(Kind.POSITION)) == 0


async def test_garbage_between_frames_is_skipped_and_endless_garbage_ends_the_line(
    stack: AsyncExitStack, door: TcpDoor, ledger: Ledger, metrics: Metrics
):
    port = await opened(stack, replace(door, limits=replace(LIMITS, bytes_per_second=1e9)))
    watch = await watch_at(stack, port)
    await watch.garbage(5_000)
    await watch.sos()
    _, writer = await line_to(port)

    with pytest.raises(ConnectionError):
        await pour(writer)

    assert len(ledger.of(Kind.ALARM)) == 1
    assert refused(metrics, "garbage") == 1
    writer.close()


async def test_who_says_nothing_or_drips_is_closed_out(stack: AsyncExitStack, door: TcpDoor, metrics: Metrics):
    port = await opened(stack, replace(door, limits=replace(LIMITS, first_packet_seconds=0.05)))
    reader, writer = await line_to(port)

    writer.write(b"[3G*88000")

    assert await reader.read() == b""
    assert refused(metrics, "no_first_packet") == 1
    writer.close()


async def test_one_address_gets_so_many_lines_and_no_more(stack: AsyncExitStack, door: TcpDoor, metrics: Metrics):
    port = await opened(stack, replace(door, limits=replace(LIMITS, connections_per_address=1)))
    await watch_at(stack, port)

    reader, writer = await line_to(port)

    with suppress(ConnectionResetError):
        assert await reader.read() == b""
    assert refused(metrics, "too_many_connections") == 1
    writer.close()


async def test_commands_go_to_the_newest_line_and_the_older_one_is_still_heard(
    stack: AsyncExitStack, door: TcpDoor, ledger: Ledger
):
    port = await opened(stack, door)
    older = await watch_at(stack, port)
    newer = await watch_at(stack, port)
    line = door.present.newest()[7]
    order = line.order(find_watch())
    assert order is not None

    line.sent[CommandKind.FIND] = find_watch()
    ledger.changed.clear()
    line.write(order)
    await ledger.changed.wait()
    await older.sos()

    assert newer.state.is_ringing
    assert not older.state.is_ringing
    assert ledger.obeyed == [CommandKind.FIND]
    assert len(ledger.of(Kind.ALARM)) == 1


async def test_the_watch_shows_what_it_is_told_in_its_makers_dialect(
    stack: AsyncExitStack, door: TcpDoor, ledger: Ledger
):
    watch = await watch_at(stack, await opened(stack, door), maker="SG")
    line = door.present.newest()[7]
    order = line.order(show_message("晚上吃饭"))
    assert order is not None

    ledger.changed.clear()
    line.sent[CommandKind.MESSAGE] = show_message("晚上吃饭")
    line.write(order)
    await ledger.changed.wait()

    assert watch.state.shown == ["晚上吃饭"]


async def test_two_addresses_with_one_id_are_noticed():
    present = Present()
    true, copied = line_from("10.0.0.1"), line_from("10.9.9.9")

    assert not present.heard(true, WATCH_ID, 7, now=100)
    assert present.heard(copied, WATCH_ID, 7, now=150)
    assert not present.heard(line_from("10.0.0.2"), WATCH_ID, 7, now=900)


def test_a_device_keeps_few_lines_and_loses_the_one_that_is_silent_longest():
    present, closed = Present(), list[str]()
    for second, address in enumerate(("a", "b", "c", "d")):
        present.heard(line_from(address, closed), WATCH_ID, 7, now=second)

    assert closed == ["a"]


def line_from(address: str, closed: list[str] | None = None) -> Line:
    ended = closed if closed is not None else []
    return Line(address, lambda _: None, lambda: ended.append(address), lambda _: None)


def test_a_sender_may_burst_and_then_only_flow():
    flow = Flow(TcpLimits(bytes_per_second=100, burst_bytes=1000))

    assert flow.pause_after(1000, now=0) == 0
    assert flow.pause_after(100, now=0) == 1
    assert flow.pause_after(0, now=10) == 0


def test_places_are_given_back():
    places = Places(TcpLimits(connections=2, connections_per_address=1))

    assert [places.take("a"), places.take("a"), places.take("b"), places.take("c")] == [True, False, True, False]
    places.give_back("a")
    assert places.take("c")


async def test_nothing_of_what_a_stranger_says_is_logged(stack: AsyncExitStack, door: TcpDoor):
    with capture_logs() as logs:
        reader, writer = await line_to(await opened(stack, door))
        writer.write(b"[3G*1234567890*0002*LK]")
        await reader.read()
        writer.close()

    assert "1234567890" not in str(logs)
