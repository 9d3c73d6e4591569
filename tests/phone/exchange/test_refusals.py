"""What the exchange refuses, with Twilio's codes; what goes wrong on order; and what is signed how."""

from __future__ import annotations

import asyncio
from typing import Any

import httpx
import pytest
import requests
from twilio.base.exceptions import TwilioRestException
from twilio.http.http_client import TwilioHttpClient
from twilio.rest import Client

from playground.telegram.serve import serve_application
from playground.telephone.exchange import Exchange
from playground.telephone.faults import Outage
from playground.telephone.pace import Pace
from playground.telephone.serve import serve
from playground.telephone.signing import SharedKey
from playground.telephone.telephones import Telephone, TelephoneBook

from .conftest import DAUGHTER, OURS, Official
from .program import Program

HELLO = "<Response><Say>喂</Say></Response>"


@pytest.mark.parametrize(
    ("form", "code"),
    [
        ({"To": DAUGHTER, "From": OURS, "Body": ""}, 21602),
        ({"To": DAUGHTER, "From": OURS, "Body": "x" * 1601}, 21617),
        ({"To": "13800000001", "From": OURS, "Body": "x"}, 21211),
        ({"From": OURS, "Body": "x"}, 21604),
        ({"To": DAUGHTER, "Body": "x"}, 21603),
        ({"To": DAUGHTER, "From": "+18005550199", "Body": "x"}, 21606),
        ({"To": DAUGHTER, "From": OURS, "Body": "x", "IdempotencyKey": "1"}, 20001),
        ({"To": DAUGHTER, "From": OURS, "Body": "x", "ValidityPeriod": "99999"}, 20001),
        ({"To": DAUGHTER, "From": OURS, "Body": "x", "StatusCallback": "nowhere"}, 21609),
    ],
)
async def test_a_message_that_twilio_would_refuse_is_refused(
    address: str, exchange: Exchange, phones: TelephoneBook, form: dict[str, str], code: int
) -> None:
    answer = await post(address, exchange, "Messages", form)

    assert (answer.status_code, answer.json()["code"], answer.json()["status"]) == (400, code, 400)
    phones.expects_nothing()


@pytest.mark.parametrize(
    ("form", "code"),
    [
        ({"To": DAUGHTER, "From": OURS}, 21205),
        ({"To": DAUGHTER, "From": OURS, "Url": "ftp://x"}, 21205),
        ({"To": DAUGHTER, "From": OURS, "Twiml": HELLO, "Timeout": "0"}, 20001),
        ({"To": DAUGHTER, "From": OURS, "Twiml": HELLO, "StatusCallbackEvent": "answering"}, 20001),
        ({"To": DAUGHTER, "From": OURS, "Twiml": HELLO, "Retries": "3"}, 20001),
        ({"To": "", "From": OURS, "Twiml": HELLO}, 21201),
    ],
)
async def test_a_call_that_twilio_would_refuse_is_refused(
    address: str, exchange: Exchange, phones: TelephoneBook, form: dict[str, str], code: int
) -> None:
    answer = await post(address, exchange, "Calls", form)

    assert (answer.status_code, answer.json()["code"]) == (400, code)
    phones.expects_nothing()


async def test_who_does_not_know_the_token_is_not_let_in(address: str, exchange: Exchange) -> None:
    stranger = Official(address, exchange.account_sid, "0" * 32)

    with pytest.raises(TwilioRestException) as refused:
        await stranger.write(DAUGHTER, "喂")

    assert (refused.value.status, refused.value.code) == (401, 20003)


async def test_a_landline_receives_no_messages_and_a_call_that_is_over_cannot_be_led_on(
    twilio: Official, phones: TelephoneBook
) -> None:
    elder = phones.new("+862389000001", "elder", landline=True)
    elder.busy()
    call = await twilio.call(elder.number, twiml=HELLO)
    await elder.is_called("busy")

    with pytest.raises(TwilioRestException) as no_mobile:
        await twilio.write(elder.number, "喂")
    with pytest.raises(TwilioRestException) as over:
        await twilio(lambda client: client.calls(call.sid).update(status="completed"))

    assert (no_mobile.value.code, over.value.code) == (21614, 21220)


@pytest.mark.parametrize(("fault", "code"), [("server_error", 20500), ("too_many_requests", 20429)])
async def test_ordered_errors_have_twilios_form_and_nothing_was_done(
    twilio: Official, exchange: Exchange, phones: TelephoneBook, fault: str, code: int
) -> None:
    exchange.faults.add("rest", fault, "messages.create")

    with pytest.raises(TwilioRestException) as refused:
        await twilio.write(DAUGHTER, "喂")

    assert refused.value.code == code
    phones.expects_nothing()


@pytest.mark.parametrize(
    ("fault", "error", "was_done"),
    [
        ("reset_before", requests.exceptions.ConnectionError, False),
        ("reset_after", requests.exceptions.ConnectionError, True),
        ("hang_before", requests.exceptions.ReadTimeout, False),
        ("hang_after", requests.exceptions.ReadTimeout, True),
    ],
)
async def test_a_broken_line_leaves_open_whether_it_was_done(
    address: str, exchange: Exchange, daughter: Telephone, fault: str, error: type[Exception], *, was_done: bool
) -> None:
    twilio = Official(address, exchange.account_sid, exchange.auth_token)
    twilio.client = Client(exchange.account_sid, exchange.auth_token, http_client=TwilioHttpClient(timeout=0.1))
    twilio.client.api.base_url = address
    exchange.faults.add("rest", fault, "messages.create")

    with pytest.raises(error):
        await twilio.write(DAUGHTER, "喂")

    assert bool(daughter.new_messages) is was_done


async def test_while_twilio_is_away_nothing_is_done_and_afterwards_everything(
    twilio: Official, exchange: Exchange, daughter: Telephone
) -> None:
    exchange.faults.outage = Outage.ERROR
    with pytest.raises(TwilioRestException) as away:
        await twilio.write(DAUGHTER, "一")
    exchange.faults.outage = Outage.RESET
    with pytest.raises(requests.exceptions.ConnectionError):
        await twilio.write(DAUGHTER, "二")

    exchange.faults.outage = None
    await twilio.write(DAUGHTER, "三")

    assert away.value.status == 503
    await daughter.receives_sms("三")
    daughter.expects_nothing()


@pytest.mark.parametrize(
    ("fault", "came"),
    [
        ("doubled", ["queued", "queued", "sent", "sent", "delivered", "delivered"]),
        ("lost", []),
        ("permuted", ["delivered", "sent", "queued"]),
    ],
)
async def test_callbacks_go_astray_when_ordered(
    twilio: Official, program: Program, exchange: Exchange, daughter: Telephone, fault: str, came: list[str]
) -> None:
    exchange.faults.add("callbacks", fault, "messages", times=3)

    await twilio.write(DAUGHTER, "喂", status_callback=f"{program.address}/status")

    await exchange.webhooks.all_told()
    assert program.statuses() == came


async def test_a_late_callback_comes_when_it_is_let_go(
    twilio: Official, program: Program, exchange: Exchange, daughter: Telephone
) -> None:
    exchange.faults.add("callbacks", "late", "messages")

    await twilio.write(DAUGHTER, "喂", status_callback=f"{program.address}/status")
    exchange.webhooks.release()

    await exchange.webhooks.all_told()
    assert program.statuses() == ["sent", "delivered", "queued"]


async def test_a_forgery_does_not_pass_the_validator(
    twilio: Official, program: Program, exchange: Exchange, daughter: Telephone
) -> None:
    exchange.faults.add("callbacks", "forged", "messages")

    await twilio.write(DAUGHTER, "喂", status_callback=f"{program.address}/status")

    await exchange.webhooks.all_told()
    assert [request.valid for request in program.requests] == [False, True, True, True]
    assert [told.forged for told in exchange.webhooks.told] == [True, False, False, False]


async def test_with_a_shared_key_the_signatures_are_sha256_and_say_so() -> None:
    exchange = Exchange(pace=Pace(quick=True), shared_key=SharedKey("webhooks_sharedkey_1", "another secret"))
    program = Program("another secret")
    async with serve_application(program) as program.address, serve(exchange) as address:
        exchange.add_number(OURS, voice_url=program.twiml("/voice", "<Say>喂</Say>"))
        daughter = TelephoneBook(exchange).new(DAUGHTER, "daughter")

        await daughter.calls()

        assert address
        assert program.requests[0].headers["x-twilio-webhooks-signature-settings"].endswith("algorithm=HMAC_SHA256")
        assert program.requests[0].valid


async def test_garbage_is_refused_in_twilios_form(address: str, exchange: Exchange) -> None:
    account = f"{address}/2010-04-01/Accounts/{exchange.account_sid}"
    auth = (exchange.account_sid, exchange.auth_token)
    tries: list[tuple[str, str, Any]] = [
        ("POST", f"{account}/Calls.json", b"To=%ff%fe"),
        ("POST", f"{account}/Calls.json", b"&".join(b"a%d=1" % n for n in range(500))),
        ("GET", f"{account}/Calls/{'CA' + '0' * 32}.json", None),
        ("GET", f"{account}/Recordings/{'RE' + '0' * 32}.wav", None),
        ("PUT", f"{account}/Calls.json", b""),
        ("GET", f"{account}/Calls.json?PageSize=0", None),
        ("GET", f"{account}/Calls.json?StartTime=yesterday", None),
    ]
    async with httpx.AsyncClient(auth=auth, trust_env=False) as client:
        answers = await asyncio.gather(*(client.request(method, url, content=body) for method, url, body in tries))

    assert [answer.status_code for answer in answers] == [400, 400, 404, 404, 404, 400, 400]
    assert all({"code", "message", "more_info", "status"} <= answer.json().keys() for answer in answers)


async def post(address: str, exchange: Exchange, what: str, form: dict[str, str]) -> httpx.Response:
    url = f"{address}/2010-04-01/Accounts/{exchange.account_sid}/{what}.json"
    async with httpx.AsyncClient(auth=(exchange.account_sid, exchange.auth_token), trust_env=False) as client:
        return await client.post(url, data=form)
