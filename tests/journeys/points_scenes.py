"""What stories of points begin with: rules, shops and their people, in the running program."""

from __future__ import annotations

import re

from playground.telegram.shapes import MessageView
from tests.chat.town import Town
from tests.service.points import scenes

_PAYLOAD = re.compile(r"start=([A-Za-z0-9_-]+)")


async def market_town(town: Town) -> Town:
    """The town with its rules of earning; what a scene does goes through the program's own unit of work."""
    town.world.work = town.app.work
    await scenes.with_rules(town.world)
    return town


def payload_in(message: MessageView) -> str:
    """What a telephone's camera reads from the code: the deep link stands under it too."""
    found = _PAYLOAD.search(str(message))
    assert found is not None, message
    return found[1]
