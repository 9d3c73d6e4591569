"""`youlin sources`: the platforms that may push, from the shell."""

from __future__ import annotations

from typing import Annotated

import typer

from backend.kernel.settings import Settings
from backend.kernel.unit_of_work import Work
from bot.shell import console, with_work

source_commands = typer.Typer(no_args_is_help=True, help="Platforms and cameras that push what devices say.")


@source_commands.command("add")
def add_ingest_source(
    platform: Annotated[str, typer.Argument(help="ctwing, onenet, chirpstack, things_stack, hikvision, ...")],
    title: Annotated[str, typer.Argument(help="A name by which staff know it.")],
    community: Annotated[str | None, typer.Option(help="The code of the community; the first if left out.")] = None,
    network: Annotated[list[str] | None, typer.Option(help="Only from this address or net; may be repeated.")] = None,
) -> None:
    """Let a platform push, and print the address that it must be given; it is shown this once."""
    from bot.source_keys import add_for

    async def work_on(work: Work, settings: Settings) -> None:
        for line in await add_for(work, settings, platform, title, community, network or []):
            console.print(line, highlight=False, soft_wrap=True)

    with_work(work_on)


@source_commands.command("list")
def list_ingest_sources() -> None:
    """Name the platforms that may push."""
    from bot.source_keys import described_sources

    async def work_on(work: Work, _: Settings) -> None:
        for line in await described_sources(work):
            console.print(line, highlight=False, markup=False)

    with_work(work_on)


@source_commands.command("rotate")
def rotate_source_key(source: Annotated[int, typer.Argument(help="Its number in the list.")]) -> None:
    """Give a platform a new key; the old one works for another day."""
    from bot.source_keys import rotate_for

    async def work_on(work: Work, settings: Settings) -> None:
        for line in await rotate_for(work, settings, source):
            console.print(line, highlight=False, soft_wrap=True)

    with_work(work_on)


@source_commands.command("end")
def end_ingest_source(source: Annotated[int, typer.Argument(help="Its number in the list.")]) -> None:
    """Shut a platform out at once."""
    from bot.source_keys import end_for

    with_work(lambda work, _: end_for(work, source))
