"""An exchange on loopback, a small program beside it, two telephones, and the official client."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest
from twilio.rest import Client

from playground.telegram.serve import serve_application
from playground.telephone.exchange import Exchange
from playground.telephone.pace import Pace
from playground.telephone.serve import serve
from playground.telephone.telephones import Telephone, TelephoneBook

from .program import Program

OURS = "+18005550100"
DAUGHTER = "+8613800000001"
SON = "+8613800000002"


class Official:
    """The unmodified `twilio` client, each call in a thread as a program would make it."""

    def __init__(self, address: str, account: str, token: str) -> None:
        self.client = Client(account, token)
        self.client.api.base_url = address

    async def __call__(self, do: Callable[[Any], Any]) -> Any:
        return await asyncio.to_thread(do, self.client)

    async def call(self, to: str, **order: Any) -> Any:
        return await self(lambda client: client.calls.create(to=to, from_=OURS, **order))

    async def write(self, to: str, body: str, **order: Any) -> Any:
        return await self(lambda client: client.messages.create(to=to, from_=OURS, body=body, **order))


@pytest.fixture
def exchange() -> Exchange:
    return Exchange(pace=Pace(quick=True))


@pytest.fixture
def phones(exchange: Exchange) -> TelephoneBook:
    return TelephoneBook(exchange)


@pytest.fixture
def daughter(phones: TelephoneBook) -> Telephone:
    return phones.new(DAUGHTER, "daughter")


@pytest.fixture
def son(phones: TelephoneBook) -> Telephone:
    return phones.new(SON, "son")


@pytest.fixture
async def program(exchange: Exchange) -> AsyncIterator[Program]:
    program = Program(exchange.auth_token)
    async with serve_application(program) as program.address:
        yield program


@pytest.fixture
async def address(exchange: Exchange, program: Program) -> AsyncIterator[str]:
    exchange.add_number(OURS, voice_url=f"{program.address}/voice", sms_url=f"{program.address}/sms")
    async with serve(exchange) as served:
        yield served


@pytest.fixture
def twilio(address: str, exchange: Exchange) -> Official:
    return Official(address, exchange.account_sid, exchange.auth_token)
