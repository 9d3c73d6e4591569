"""The panel of telephones: a call rings on the page, is answered, read, keyed; messages; calling the community."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Locator, Page, expect

from playground.page import Playground, build_playground_app
from playground.telegram.serve import serve_application
from playground.telephone.exchange import Exchange
from playground.telephone.pace import Pace
from playground.telephone.records import Call, Hook, Script, Watch
from tests.phone.exchange.conftest import DAUGHTER, OURS, SON
from tests.phone.exchange.program import Program
from tests.web.playground.stage import Screen, Stage

ELDER = "+862389000001"
ALERT = (
    '<Gather numDigits="1" action="/answer"><Say language="cmn-CN">您好，您母亲张桂芳按了求救键。收到请按1，'
    "不方便请按2，再听一遍请按星号。</Say></Gather>"
)


class TelephoneStage(Stage):
    """The stage with an exchange and three telephones."""

    def __init__(self) -> None:
        super().__init__()
        self.exchange = Exchange(self.clock, events=self.world.events, pace=Pace(quick=True))
        self.exchange.add_handset(DAUGHTER, "王芳", about="daughter")
        self.exchange.add_handset(SON, "王强", about="son")
        self.exchange.add_handset(ELDER, "张桂芳", landline=True, about="elder")

    def application(self) -> Playground:
        return build_playground_app(self.world, exchange=self.exchange, clock=self, start_over=self._begin_again)

    def call(self, number: str, url: str) -> Call:
        return self.exchange.calling.order(to=number, from_=OURS, script=Script(Hook(url)), watch=Watch())


@pytest.fixture
def stage() -> TelephoneStage:
    return TelephoneStage()


@pytest.fixture
async def program(stage: TelephoneStage) -> AsyncIterator[Program]:
    program = Program(stage.exchange.auth_token)
    async with serve_application(program) as program.address:
        stage.exchange.add_number(OURS, voice_url=f"{program.address}/voice", sms_url=f"{program.address}/sms")
        yield program


def telephone(page: Page, name: str) -> Locator:
    return page.get_by_role("region", name=f"{name}的电话")


@pytest.mark.browser
async def test_a_telephone_rings_speaks_and_takes_a_key(
    stage: TelephoneStage, program: Program, screen: Screen
) -> None:
    program.twiml("/answer", "<Say>谢谢，已记下由您处理。</Say>")
    await screen.open((stage.worker, stage.group.id))
    daughter = telephone(screen.page, "王芳")

    stage.call(DAUGHTER, program.twiml("/alert", ALERT))
    await daughter.get_by_role("button", name="接听").click()
    await expect(daughter.get_by_role("log", name="通话字幕")).to_contain_text("求救键")
    await daughter.get_by_role("button", name="1", exact=True).click()

    await expect(daughter.get_by_text("已记下由您处理")).to_be_visible()
    await expect(daughter.get_by_text("通话已结束")).to_be_visible()
    assert program.sent_to("/answer")[0]["Digits"] == "1"


@pytest.mark.browser
async def test_messages_are_read_and_answered_and_the_community_is_called(
    stage: TelephoneStage, program: Program, screen: Screen
) -> None:
    program.twiml("/sms", "<Message>谢谢您的回复。</Message>")
    program.twiml("/voice", '<Gather action="/answer"><Say language="cmn-CN">这里是社区，报修请按1。</Say></Gather>')
    await screen.open((stage.worker, stage.group.id))
    await screen.page.get_by_role("button", name="电话", exact=True).click()
    daughter, elder = telephone(screen.page, "王芳"), telephone(screen.page, "张桂芳")
    await daughter.locator(".tel-head").click()

    stage.exchange.texting.order(to=DAUGHTER, from_=OURS, body="张桂芳按了求救键，收到请回1。", hook=None)
    await expect(daughter.get_by_text("收到请回1")).to_be_visible()
    await daughter.get_by_label("给社区发短信").fill("1")
    await daughter.get_by_label("给社区发短信").press("Enter")
    await expect(daughter.get_by_text("谢谢您的回复")).to_be_visible()
    await elder.locator(".tel-head").click()
    await elder.get_by_role("button", name="打给社区").click()

    await expect(elder.get_by_text("报修请按1")).to_be_visible()
    await expect(elder.get_by_text("收不到短信")).to_be_visible()
    assert program.sent_to("/sms")[0]["Body"] == "1"


@pytest.mark.browser
async def test_on_a_small_screen_a_call_comes_to_the_front_and_can_be_refused_by_keyboard(
    stage: TelephoneStage, program: Program, small_screen: Screen
) -> None:
    page = small_screen.page
    await small_screen.open((stage.worker, stage.group.id))
    await page.get_by_role("button", name="English").click()

    call = stage.call(SON, program.twiml("/alert", ALERT))
    refuse = page.get_by_role("region", name="王强's telephone").get_by_role("button", name="Decline")
    await refuse.focus()
    await page.keyboard.press("Enter")

    await expect(refuse).to_be_hidden()
    assert call.status.value == "busy"
    assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.browser
async def test_a_telephone_can_be_set_to_busy(stage: TelephoneStage, program: Program, screen: Screen) -> None:
    await screen.open((stage.worker, stage.group.id))
    await screen.page.get_by_role("button", name="电话", exact=True).click()
    son = telephone(screen.page, "王强")
    await son.locator(".tel-head").click()

    await son.get_by_label("来电时").select_option("busy")
    await expect(son.locator(".tel-chip")).to_have_text("占线")

    call = stage.call(SON, program.twiml("/alert", ALERT))
    await call.ended.wait()
    assert call.status.value == "busy"
