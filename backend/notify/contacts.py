"""Codes on their way to contacts, and what staff hear when somebody says stop."""

from __future__ import annotations

from backend.kernel.unit_of_work import UnitOfWork
from backend.messaging.contents import CallKind, CallScript, ChannelName, Content, Lane, Recipient, telegram_chat
from backend.messaging.outbox import enqueue
from backend.notify.messages import tell
from backend.notify.people import office_of
from backend.notify.words import Voice, Words
from backend.registry.contacts_events import ContactOptedIn, ContactOptedOut, MethodFailing, ProofAsked
from backend.registry.contacts_models import ContactMethod, FamilyContact, MethodProof
from backend.registry.models import Account
from backend.registry.telephones import telephone_recipient


async def hear_proof(uow: UnitOfWork, voice: Voice, event: ProofAsked) -> None:
    """The code goes by the way that it proves, for as long as it is good."""
    proof = await uow.session.get_one(MethodProof, event.proof_id)
    method = await uow.session.get_one(ContactMethod, event.method_id)
    to = await _recipient(uow, method)
    if to is None:
        return
    script = CallScript(CallKind.VERIFY, f"proof:{proof.id}", contact_id=method.contact_id, method_id=method.id)
    code = spelled(event.code) if to.channel is ChannelName.VOICE else event.code
    words = voice.texts.say(method.language, f"contact.proof.{method.channel}", code=code)
    content = Content(
        words,
        call=None if to.channel is ChannelName.TELEGRAM else script,
        template="proof",
        params={"code": event.code},
        language=method.language,
    )
    await enqueue(
        uow, to=to, content=content, lane=Lane.URGENT, dedup_key=f"proof:{proof.id}", expires_at=proof.expires_at
    )


async def hear_opt_out(uow: UnitOfWork, voice: Voice, event: ContactOptedOut) -> None:
    """The office of each community hears that a ladder has lost a rung."""
    await _tell_offices(uow, voice, event.contact_ids, "contact.opted_out", f"opt_out:{event.telephone_id}")


async def hear_opt_in(uow: UnitOfWork, voice: Voice, event: ContactOptedIn) -> None:
    """The office hears that the number works again."""
    await _tell_offices(uow, voice, event.contact_ids, "contact.opted_in", f"opt_in:{event.telephone_id}")


async def hear_failing(uow: UnitOfWork, voice: Voice, event: MethodFailing) -> None:
    """The office hears of a number that does not work, before it is needed."""
    contact = await uow.session.get_one(FamilyContact, event.contact_id)
    day = uow.now.date().isoformat()
    await tell(
        uow,
        voice,
        await office_of(uow, contact.community_id),
        lambda words: Content(words("contact.failing", contact=contact.id)),
        key=f"method_failing:{event.method_id}:{day}",
    )


def spelled(digits: str) -> str:
    """Digits with a pause after each, so that a voice reads them one by one."""
    return ", ".join(digits)


async def _recipient(uow: UnitOfWork, method: ContactMethod) -> Recipient | None:
    if method.telephone_id is not None:
        return telephone_recipient(ChannelName(method.channel), method.telephone_id)
    contact = await uow.session.get_one(FamilyContact, method.contact_id)
    account = await uow.session.get(Account, contact.account_id) if contact.account_id else None
    return telegram_chat(account.telegram_id, account_id=account.id) if account else None


async def _tell_offices(uow: UnitOfWork, voice: Voice, contact_ids: tuple[int, ...], words_key: str, key: str) -> None:
    by_community: dict[int, list[int]] = {}
    for contact_id in contact_ids:
        contact = await uow.session.get_one(FamilyContact, contact_id)
        by_community.setdefault(contact.community_id, []).append(contact_id)
    for community_id, ids in by_community.items():
        numbers = ", ".join(map(str, ids))

        def say(words: Words, numbers: str = numbers) -> Content:
            return Content(words(words_key, contacts=numbers))

        # Each time anew: somebody may say stop, start and stop again.
        moment = int(uow.now.timestamp())
        await tell(uow, voice, await office_of(uow, community_id), say, key=f"{key}:{moment}", lane=Lane.URGENT)
