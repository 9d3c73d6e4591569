"""A delivery process of its own, to be killed: `python -m tests.faults.delivery_process URL API [FAULT AFTER]`."""

from __future__ import annotations

import asyncio
import sys
from contextlib import AsyncExitStack

from backend.kernel.background import Nursery
from backend.kernel.faults import arm
from backend.messaging.contents import ChannelName
from backend.messaging.deliver import DeliveryLoop, Rhythm
from bot.senders.bots import make_speakers
from tests.service.messaging.post_office import open_office

RHYTHM = Rhythm(sweep=0.05, paced_sweep=0.02, renewal=0.3, lease=1.0, expansion=0.2)


async def deliver(url: str, api: str, name: str) -> None:
    """Deliver until killed."""
    office = open_office(url)
    nursery = Nursery()
    async with AsyncExitStack() as stack:
        speakers = await make_speakers(stack, api=api, main_token="42:youlin", per_second=200)
        channels = {ChannelName.TELEGRAM: speakers.channel}
        loop = DeliveryLoop(office.work, channels, bell=office.bell, nursery=nursery, name=name, rhythm=RHYTHM)
        await loop.run()


if __name__ == "__main__":
    database_url, api_url, process_name, *fault = sys.argv[1:]
    if fault:
        arm(fault[0], int(fault[1]))
    asyncio.run(deliver(database_url, api_url, process_name))
