"""`python -m playground.telephone`: the exchange as a process of its own, for benches and programs under test."""

from __future__ import annotations

import asyncio
from typing import Annotated

import typer

from .exchange import Exchange
from .pace import Pace
from .serve import serve


def main(
    number: Annotated[str, typer.Option(help="the program's number")] = "+18005550100",
    voice_url: Annotated[str | None, typer.Option(help="whom to ask when somebody calls it")] = None,
    sms_url: Annotated[str | None, typer.Option(help="whom to ask when somebody writes to it")] = None,
    port: Annotated[int, typer.Option(help="0 takes a free one")] = 0,
    *,
    quick: Annotated[bool, typer.Option(help="speech and rings that nobody answers take no time")] = False,
) -> None:
    """Serve until interrupted; the first line printed is the address, the account and its token."""
    exchange = Exchange(pace=Pace(quick=quick))
    exchange.add_number(number, voice_url=voice_url, sms_url=sms_url)
    asyncio.run(serve_for_ever(exchange, port))


async def serve_for_ever(exchange: Exchange, port: int) -> None:
    async with serve(exchange, port) as address:
        typer.echo(f"{address} {exchange.account_sid} {exchange.auth_token}")
        await asyncio.Event().wait()


if __name__ == "__main__":
    typer.run(main)
