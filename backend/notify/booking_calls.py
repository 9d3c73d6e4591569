"""What people without a chat of their own hear of their bookings: by SMS, and by a call where it cannot wait."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from backend.bookings.models import Booking
from backend.bookings.states import BookedThrough
from backend.kernel.daytime import next_daytime
from backend.kernel.texts import Language
from backend.kernel.unit_of_work import UnitOfWork
from backend.messaging.contents import CallKind, CallScript, ChannelName, Content, Lane, Recipient
from backend.messaging.outbox import enqueue
from backend.messaging.reply_codes import allot_reply_code, close_reply_codes
from backend.notify.words import Voice, Words
from backend.registry.models import Account
from backend.registry.telephones import telephone_of_person, telephone_recipient

LONGEST_BLANK = 20
"""Signs that a carrier's registered text takes in one blank."""


@dataclass(frozen=True, slots=True)
class Said:
    """One notice: its words under `booking.telephone.`, its name, and how long it is worth something."""

    words: str
    facts: Mapping[str, object]
    key: str
    until: datetime
    is_question: bool = False
    is_called: bool = False
    """Whoever books by voice is called: they may not read SMS."""


async def tell_by_telephone(uow: UnitOfWork, voice: Voice, booking: Booking, said: Said) -> None:
    """Tell the beneficiary, if they have no chat of their own but a telephone that may be used."""
    telephone = await _telephone(uow, booking)
    if telephone is None:
        return
    words = voice.words(Language.CHINESE.value)
    await _enqueue(uow, telephone_recipient(ChannelName.SMS, telephone), words, booking, said, uow.now)
    if said.is_called and booking.through is BookedThrough.VOICE:
        due_at = next_daytime(uow.now, words.zone)
        if due_at < said.until:
            await _enqueue(uow, telephone_recipient(ChannelName.VOICE, telephone), words, booking, said, due_at)


async def close_question(uow: UnitOfWork, booking: Booking) -> None:
    """What was asked about a booking is settled: its numbers mean nothing any more."""
    if booking.person_id is not None:
        await close_reply_codes(uow, ref=_ref(booking))


async def _telephone(uow: UnitOfWork, booking: Booking) -> int | None:
    if booking.person_id is None:
        return None
    chat = await uow.session.scalar(
        select(Account.id)
        .where(Account.person_id == booking.person_id, Account.blocked_at.is_(None), Account.forgotten_at.is_(None))
        .limit(1)
    )
    telephone = await telephone_of_person(uow, booking.person_id) if chat is None else None
    return telephone.id if telephone is not None and telephone.opted_out_at is None else None


async def _enqueue(
    uow: UnitOfWork, to: Recipient, words: Words, booking: Booking, said: Said, due_at: datetime
) -> None:
    kind = CallKind.BOOKING if said.is_question else CallKind.NOTICE
    script = CallScript(kind, _ref(booking), person_id=booking.person_id)
    text = words.plain(f"booking.telephone.{said.words}", **said.facts)
    facts = {"news": words.plain(f"booking.news.{said.words}"), **said.facts}
    params = {name: str(facts[name])[:LONGEST_BLANK] for name in ("news", "what", "when", "place")}
    if said.is_question and to.channel is ChannelName.SMS:
        code = await allot_reply_code(uow, address=to.address, script=script, valid_until=said.until)
        if code is not None:
            text = f"{text}\n{words.plain('booking.telephone.reply', code=code)}"
            params["code"] = str(code)
    template = "booking.ask" if said.is_question else "booking"
    content = Content(text, call=script, template=template, params=params, language=words.language)
    await enqueue(
        uow,
        to=to,
        content=content,
        lane=Lane.URGENT if said.is_question else Lane.NORMAL,
        dedup_key=f"{said.key}:{to.channel.value}:{to.address}",
        due_at=due_at,
        expires_at=said.until,
    )


def _ref(booking: Booking) -> str:
    return f"booking:{booking.id}"
