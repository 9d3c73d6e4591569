"""What elders and contacts are asked: the daily check-in, the monthly drill; and what staff hear of who is silent."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import select

from backend.alerts.care_models import CheckIn, CheckInMethod, DrillResult, Silence
from backend.alerts.events import CheckInDue, ContactDrilled, ContactUnreachable, SilenceWanted
from backend.kernel.texts import Language
from backend.kernel.unit_of_work import UnitOfWork
from backend.messaging.contents import CallKind, CallScript, ChannelName, Content, Lane, Recipient, telegram_chat
from backend.messaging.outbox import enqueue
from backend.messaging.reply_codes import allot_reply_code
from backend.notify.buttons import button, in_rows
from backend.notify.messages import tell
from backend.notify.people import office_of
from backend.notify.presses import CheckInButton, CheckInPress, DrillPress
from backend.notify.words import Voice, Words
from backend.registry.accounts import language_of_account
from backend.registry.contacts import methods_of
from backend.registry.contacts_models import FamilyContact
from backend.registry.homes import home_of
from backend.registry.models import Account, Person
from backend.registry.telephones import telephone_of_person, telephone_recipient

WAYS: dict[CheckInMethod, tuple[ChannelName, ...]] = {
    CheckInMethod.CALL: (ChannelName.VOICE, ChannelName.SMS, ChannelName.TELEGRAM),
    CheckInMethod.SMS: (ChannelName.SMS, ChannelName.VOICE, ChannelName.TELEGRAM),
    CheckInMethod.BUTTON: (ChannelName.TELEGRAM, ChannelName.VOICE, ChannelName.SMS),
}
"""By which way an elder is asked; the next one where they have not that one."""


async def hear_check_in(uow: UnitOfWork, voice: Voice, event: CheckInDue) -> None:
    """Ask the elder by the way of the plan."""
    check_in = await uow.session.get_one(CheckIn, event.check_in_id)
    person = await uow.session.get_one(Person, event.person_id)
    reached = await _ways_to(uow, person)
    way = next((way for way in WAYS[CheckInMethod(event.method)] if way in reached), None)
    if way is None or check_in.next_at is None:
        return  # nobody can be asked; when the time is up the family and the grid hear
    to, language = reached[way]
    content = await _question(uow, voice.words(language), person, check_in, to)
    await enqueue(
        uow,
        to=to,
        content=content,
        lane=Lane.URGENT,
        dedup_key=f"check_in:{check_in.id}:{event.ask}",
        expires_at=check_in.next_at,
    )


async def hear_drill(uow: UnitOfWork, voice: Voice, event: ContactDrilled) -> None:
    """Ask a contact by one of their ways to show that they can be reached."""
    result = await uow.session.get_one(DrillResult, event.result_id)
    method = next((one for one in await methods_of(uow, event.contact_id) if one.id == event.method_id), None)
    if method is None:
        return
    contact = await uow.session.get_one(FamilyContact, event.contact_id)
    elder = (await uow.session.get_one(Person, contact.person_id)).name
    words = voice.words(method.language)
    script = CallScript(CallKind.DRILL, f"drill:{result.id}", contact_id=contact.id, method_id=method.id)
    code = None
    if method.channel is ChannelName.SMS:
        until = uow.now + timedelta(hours=24)
        code = await allot_reply_code(uow, address=method.address, script=script, valid_until=until)
    is_chat = method.channel is ChannelName.TELEGRAM
    key = f"drill.ask.{method.channel.value}" if code is not None or not _is_sms(method.channel) else "drill.ask.plain"
    blanks: dict[str, object] = {"elder": elder} | ({"code": code} if code is not None else {})
    content = Content(
        (words if is_chat else words.plain)(key, **blanks),
        buttons=in_rows([button(words, "drill.button.here", DrillPress(result.id))]) if is_chat else (),
        call=None if is_chat else script,
        template="drill",
        params={"elder": elder},
        language=method.language,
    )
    until = uow.now + timedelta(hours=8)
    await enqueue(uow, to=method.to, content=content, lane=Lane.NORMAL, dedup_key=result.key, expires_at=until)


async def hear_unreachable(uow: UnitOfWork, voice: Voice, event: ContactUnreachable) -> None:
    """The office looks after contacts whom no way reaches: in an emergency it would be too late."""
    home = await home_of(uow, event.person_id)
    contact = await uow.session.get_one(FamilyContact, event.contact_id)

    def say(words: Words) -> Content:
        relation = words.plain(f"contact.relation.{contact.relation.value}")
        return Content(words("drill.unreachable", elder=home.person.name, relation=relation))

    hearers = await office_of(uow, home.grid_id or event.community_id)
    await tell(uow, voice, hearers, say, key=f"drill:{event.month}:contact:{event.contact_id}")


async def hear_silence(uow: UnitOfWork, voice: Voice, event: SilenceWanted) -> None:
    """A second person is asked for before life safety is held back for long."""
    silence = await uow.session.get_one(Silence, event.silence_id)
    hearers = await office_of(uow, silence.community_id, but=silence.author_id)
    await tell(
        uow,
        voice,
        hearers,
        lambda words: Content(words("alert.silence_wanted", reason=silence.reason)),
        key=f"silence:{silence.id}",
        lane=Lane.URGENT,
    )


def _is_sms(channel: ChannelName) -> bool:
    return channel is ChannelName.SMS


async def _question(uow: UnitOfWork, words: Words, person: Person, check_in: CheckIn, to: Recipient) -> Content:
    script = CallScript(CallKind.CHECK_IN, f"check_in:{check_in.id}", person_id=person.id)
    if to.channel is ChannelName.TELEGRAM:
        row = [button(words, f"check_in.button.{each.value}", CheckInPress(each, person.id)) for each in CheckInButton]
        return Content(words("check_in.ask.telegram", name=person.name), buttons=in_rows(row))
    params, language = {"name": person.name}, words.language
    if to.channel is ChannelName.VOICE:
        text = words.plain("check_in.ask.voice", name=person.name)
        return Content(text, call=script, template="check_in", params=params, language=language)
    until = check_in.next_at or uow.now
    code = await allot_reply_code(uow, address=to.address, script=script, valid_until=until)
    text = words.plain("check_in.ask.sms", name=person.name, code=code if code is not None else 1)
    return Content(text, call=script, template="check_in", params=params, language=language)


async def _ways_to(uow: UnitOfWork, person: Person) -> dict[ChannelName, tuple[Recipient, str]]:
    """The elder's own chat and telephone."""
    ways: dict[ChannelName, tuple[Recipient, str]] = {}
    telephone = await telephone_of_person(uow, person.id)
    if telephone is not None and telephone.opted_out_at is None:
        for channel in (ChannelName.VOICE, ChannelName.SMS):
            ways[channel] = (telephone_recipient(channel, telephone.id), Language.CHINESE.value)
    accounts: Sequence[Account] = (
        await uow.session.scalars(
            select(Account)
            .where(Account.person_id == person.id, Account.blocked_at.is_(None), Account.forgotten_at.is_(None))
            .order_by(Account.id)
        )
    ).all()
    if accounts:
        account = accounts[0]
        chat = telegram_chat(account.telegram_id, account_id=account.id)
        ways[ChannelName.TELEGRAM] = (chat, language_of_account(account).value)
    return ways
