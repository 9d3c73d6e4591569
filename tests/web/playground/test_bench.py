"""The bench of devices: on the page one plays them, and they speak to the server that they were given."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta

import httpx
import pytest
from playwright.async_api import expect

from playground.bench.bench import DeviceBench
from playground.devices import SepticTank, SmokeAlarm, Watch
from playground.page import Playground, build_playground_app
from playground.page.running_clock import RunningClock
from playground.telegram.serve import serve_application
from tests.phone.exchange.program import Program
from tests.web.playground.stage import Screen, Stage

HOME = (106.5075, 29.5721)


class WatchServer:
    """Answers each word of a watch with the word, as servers of watches do."""

    def __init__(self) -> None:
        self.heard: list[str] = []
        self.port = 0

    async def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while said := await reader.read(4096):
            for frame in said.decode().split("]")[:-1]:
                self.heard.append(frame.rpartition("*")[2])
                word = self.heard[-1].partition(",")[0]
                writer.write(f"[3G*8800000015*{len(word):04X}*{word}]".encode())
        writer.close()


class BenchStage(Stage):
    """The stage with a watch, a smoke alarm and a tank."""

    def __init__(self) -> None:
        super().__init__()
        self.bench = DeviceBench(events=self.world.events)

    def application(self) -> Playground:
        return build_playground_app(self.world, bench=self.bench, clock=self)


@pytest.fixture
def stage() -> BenchStage:
    return BenchStage()


@pytest.fixture
async def server() -> AsyncIterator[WatchServer]:
    answering = WatchServer()
    listening = await asyncio.start_server(answering.answer, "127.0.0.1", 0)
    answering.port = listening.sockets[0].getsockname()[1]
    yield answering
    listening.close()


@pytest.fixture
async def platform() -> AsyncIterator[Program]:
    program = Program("unused")
    async with serve_application(program) as program.address:
        program.pages["/push"] = program.pages["/native"] = "ok"
        yield program


@pytest.fixture(autouse=True)
def devices(stage: BenchStage, server: WatchServer, platform: Program) -> None:
    watch = Watch(host="127.0.0.1", port=server.port)
    watch.state.longitude, watch.state.latitude = HOME
    stage.bench.put("watch", "刘清", HOME, watch)
    stage.bench.put("smoke", "车棚", HOME, SmokeAlarm("smoke-1", url=f"{platform.address}/push"))
    tank = SepticTank("token", url=f"{platform.address}/native")
    stage.bench.put("septic", "化粪池001", HOME, tank, most=2.5)


@pytest.mark.browser
async def test_the_button_of_a_watch_and_its_answer_are_seen_on_the_page(
    stage: BenchStage, server: WatchServer, screen: Screen
) -> None:
    await screen.open((stage.worker, stage.group.id))
    await screen.page.get_by_role("button", name="设备", exact=True).click()
    watch = screen.page.get_by_role("region", name="手表：刘清")
    await expect(watch.get_by_text("♥ 72")).to_be_visible()

    await watch.get_by_role("button", name="SOS 求救").click()
    await watch.get_by_label("心率").fill("133")
    await expect(watch.get_by_text("♥ 133")).to_be_visible()

    talk = watch.get_by_role("log", name="设备通信")
    await expect(talk).to_contain_text("heart,133")
    await expect(talk).to_contain_text("*AL]")
    assert [word.partition(",")[0] for word in server.heard[:3]] == ["LK", "AL", "heart"]


@pytest.mark.browser
async def test_a_tank_fills_and_a_refusal_is_told(
    stage: BenchStage, platform: Program, screen: Screen, complaints: list[str]
) -> None:
    await screen.open((stage.worker, stage.group.id))
    await screen.page.get_by_role("button", name="设备", exact=True).click()
    tank = screen.page.get_by_role("region", name="化粪池液位：化粪池001")
    await tank.locator(".tel-head").click()

    await tank.get_by_label("液位").fill("2.25")
    await expect(tank.locator(".tel-chip")).to_have_text("90 %")

    smoke = screen.page.get_by_role("region", name="烟感：车棚")
    del platform.pages["/push"]
    await smoke.locator(".tel-head").click()
    await smoke.get_by_role("button", name="冒烟").click()
    await expect(smoke.get_by_text("HTTP 404")).to_be_visible()
    complaints.clear()  # the browser itself reports the refusal


async def test_only_what_a_device_can_do_is_done(stage: BenchStage, address: str) -> None:
    async with httpx.AsyncClient(base_url=address) as client:
        devices = (await client.get("/playground/devices")).json()
        wrong = [
            await client.post(f"/playground/devices/{path}", json=body)
            for path, body in (
                ("watch/explode", {}),
                ("nothing/sos", {}),
                ("watch/sos", {"twice": True}),
                ("watch/beat", {"rate": "fast"}),
                ("watch/_say", {"content": "x"}),
            )
        ]
        foreign = await client.post("/playground/devices/watch/sos", headers={"Origin": "https://elsewhere.example"})

    assert [device["key"] for device in devices] == ["watch", "smoke", "septic"]
    assert [answer.status_code for answer in wrong] == [404, 404, 404, 404, 404]
    assert foreign.status_code == 403


async def test_time_runs_faster_when_told_but_not_while_a_telephone_is_used(stage: BenchStage, address: str) -> None:
    busy = True
    clock = RunningClock(stage, lambda: busy)

    async with httpx.AsyncClient(base_url=address) as client:
        faster = await client.post("/playground/clock", json={"speed": 60})
        wrong = await client.post("/playground/clock", json={"speed": 7})
    clock.speed = 60
    await clock.tick(1.0)
    held = sum(stage.moved, timedelta())
    busy = False
    await clock.tick(1.0)

    assert (faster.json()["speed"], wrong.status_code) == (60, 400)
    assert sum(stage.moved, timedelta()) - held == timedelta(seconds=59)
