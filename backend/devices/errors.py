"""What the devices domain refuses, each with the key of the words that people read."""

from __future__ import annotations

from backend.kernel.errors import BadInput, Conflict


class DeviceTaken(Conflict):
    """A device of this protocol and id is enrolled already: two people must not share one watch's alarms."""

    def __init__(self) -> None:
        super().__init__("device.error.taken")


class DeviceUnfit(BadInput):
    """A field of the enrolment makes no sense; `field` names it."""

    def __init__(self, field: str) -> None:
        super().__init__("device.error.unfit", field=field)


class SubjectUnknown(BadInput):
    """There is no such person, household or thing in this community."""

    def __init__(self) -> None:
        super().__init__("device.error.subject_unknown")


class CommandUnfit(BadInput):
    """What a device should be told is not possible: a number that is none, too many contacts, too short a period."""

    def __init__(self) -> None:
        super().__init__("device.error.command_unfit")


class CommandNotForDevice(BadInput):
    """Only watches take commands, and not each kind of them takes all."""

    def __init__(self) -> None:
        super().__init__("device.error.command_not_for_device")


class RuleUnfit(BadInput):
    """A change that makes no sense of the rule, or that would make it another rule."""

    def __init__(self, rule: str) -> None:
        super().__init__("device.error.rule_unfit", rule=rule)


class FenceUnfit(BadInput):
    """An area that is none: no size, too large, lines that cross, hours that are no hours."""

    def __init__(self) -> None:
        super().__init__("device.error.fence_unfit")
