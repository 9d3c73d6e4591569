"""`python -m playground.telegram`: the local Telegram as a process of its own, for benches and for bots under test."""

from __future__ import annotations

import asyncio
from typing import Annotated

import typer

from .limits import MODELS, Model
from .people import start
from .serve import serve
from .world import World


def main(
    bot: Annotated[list[str], typer.Option(help="TOKEN=username, once per bot")],
    port: Annotated[int, typer.Option(help="0 takes a free one")] = 0,
    people: Annotated[int, typer.Option(help="how many people have already started the first bot")] = 0,
    limits: Annotated[str, typer.Option(help="off, bucket or strict")] = "off",
) -> None:
    """Serve until interrupted; the first line printed is the address. Everything else is done over the control API."""
    world = World()
    bots = [world.add_bot(*one.split("=", 1)) for one in bot]
    world.limits.set_model(model_named(limits))
    for number in range(people):
        start(world, world.add_person(f"Resident {number + 1}"), bots[0].id)
    bots[0].updates.clear()
    asyncio.run(serve_for_ever(world, port))


def model_named(name: str) -> Model:
    for model in MODELS:
        if model == name:
            return model
    raise typer.BadParameter(f"limits are one of {', '.join(MODELS)}")


async def serve_for_ever(world: World, port: int) -> None:
    async with serve(world, port) as address:
        typer.echo(address)
        await asyncio.Event().wait()


if __name__ == "__main__":
    typer.run(main)
