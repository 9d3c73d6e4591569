"""The telephone of one installation, put together from its settings: carriers, the channel, the pages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from fastapi import APIRouter

from backend.kernel.files import FileStore
from backend.kernel.settings import Settings
from backend.kernel.texts import Texts
from backend.kernel.unit_of_work import Work
from backend.messaging.channel import Channel
from backend.messaging.contents import ChannelName
from backend.notify.words import Voice
from backend.phone.alibaba.carrier import AlibabaCarrier
from backend.phone.alibaba.pages import AlibabaLine, alibaba_pages
from backend.phone.alibaba.settings import alibaba_account
from backend.phone.asking import StatusAsker, StatusSource
from backend.phone.carrier import PhoneCarrier
from backend.phone.channel import PhoneChannel
from backend.phone.patience import SECONDS
from backend.phone.recordings import RecordingKeeper, RecordingSource
from backend.phone.twilio.carrier import TwilioCarrier
from backend.phone.twilio.line import Line
from backend.phone.twilio.pages import twilio_pages
from backend.phone.twilio.settings import twilio_account


@dataclass(frozen=True, slots=True)
class Telephony:
    """Without any carrier it has no channels: the outbox then says so at once, and the contact's next way is used."""

    carriers: tuple[PhoneCarrier, ...]
    channels: dict[ChannelName, Channel]
    routers: tuple[APIRouter, ...]
    recordings: RecordingKeeper
    asker: StatusAsker

    async def close(self) -> None:
        """Let go of all connections."""
        for carrier in self.carriers:
            await carrier.close()


def open_telephony(
    settings: Settings, work: Work, texts: Texts, files: FileStore, voice: Voice, *, patience: float = SECONDS
) -> Telephony:
    """Everything telephonic that the settings ask for; `patience` in seconds is that of people on the line."""
    carriers: list[PhoneCarrier] = []
    routers: list[APIRouter] = []
    sources: dict[str, RecordingSource] = {}
    asked: dict[str, StatusSource] = {}
    twilio = twilio_account(settings, f"http://{settings.http_host}:{settings.http_port}")
    if twilio is not None:
        carrier = TwilioCarrier(twilio)
        carriers.append(carrier)
        sources[carrier.name] = asked[carrier.name] = carrier
        routers.append(twilio_pages(Line(work, texts, twilio, carrier, settings.phone_community, patience)))
    alibaba = alibaba_account(settings)
    if alibaba is not None:
        carriers.append(AlibabaCarrier(alibaba))
        routers.append(alibaba_pages(AlibabaLine(work, texts, alibaba, settings.phone_community)))
    return Telephony(
        carriers=tuple(carriers),
        channels=_channels(work, carriers),
        routers=tuple(routers),
        recordings=RecordingKeeper(work, files, sources, voice),
        asker=StatusAsker(work, asked),
    )


def _channels(work: Work, carriers: Sequence[PhoneCarrier]) -> dict[ChannelName, Channel]:
    channel = PhoneChannel(work, carriers)
    served = {name for carrier in carriers for name in carrier.services}
    return dict.fromkeys(sorted(served), channel)
