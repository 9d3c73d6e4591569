"""What a watch may be told, and what is refused before anybody queues it."""

from __future__ import annotations

from typing import Any

import pytest

from backend.devices.command_arguments import ARGUMENTS, checked_arguments
from backend.devices.errors import CommandUnfit
from backend.devices.kinds import CommandKind


def test_every_kind_of_command_has_its_arguments():
    assert set(ARGUMENTS) == set(CommandKind)


@pytest.mark.parametrize(
    ("kind", "arguments"),
    [
        (CommandKind.UPLOAD_INTERVAL, {"seconds": 5}),
        (CommandKind.UPLOAD_INTERVAL, {}),
        (CommandKind.SOS_NUMBERS, {"numbers": []}),
        (CommandKind.SOS_NUMBERS, {"numbers": ["１３８"]}),
        (CommandKind.SOS_NUMBERS, {"numbers": ["138,MONITOR"]}),
        (CommandKind.CONTACTS, {"contacts": [{"number": "13800000000", "name": ""}]}),
        (CommandKind.HEART_RATE_PERIOD, {"seconds": 10}),
        (CommandKind.MESSAGE, {"text": "好" * 91}),
        (CommandKind.MESSAGE, {"text": "  "}),
        (CommandKind.QUIET_TIMES, {"stretches": [["25:00", "06:00"]]}),
        (CommandKind.LANGUAGE_ZONE, {"language": "zh_Hans", "hours_east": 8.1}),
        (CommandKind.FIND, {"loud": True}),
    ],
)
def test_what_a_watch_cannot_obey_is_refused(kind: CommandKind, arguments: dict[str, Any]):
    with pytest.raises(CommandUnfit):
        checked_arguments(kind, arguments)


def test_good_arguments_come_back_as_plain_values():
    assert checked_arguments(CommandKind.QUIET_TIMES, {"stretches": [["21:00", "06:30"]]}) == {
        "stretches": [["21:00", "06:30"]]
    }
    assert checked_arguments(CommandKind.HEART_RATE_PERIOD, {}) == {"seconds": None}
