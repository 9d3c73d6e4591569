"""The records of the story that the sample is played with."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class CalledContact:
    """Somebody on an elder's ladder; `cast` where one plays them, so that they are reached by chat too."""

    elder: str
    name: str
    relation: str
    rank: int
    phone: str
    cast: str | None = None


@dataclass(frozen=True, slots=True)
class SampleTelephone:
    """A telephone of the page; `about` is what its owner is to the story."""

    number: str
    name: str
    about: str
    landline: bool = False


@dataclass(frozen=True, slots=True)
class Story:
    """What makes alarms playable: who is called for the elders, whose telephones lie on the page."""

    elders: tuple[str, ...]
    notes: dict[str, str]
    contacts: tuple[CalledContact, ...]
    telephones: tuple[SampleTelephone, ...]
