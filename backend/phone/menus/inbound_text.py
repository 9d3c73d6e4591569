"""An SMS comes in, by whichever carrier: it answers one of ours, or asks, or tells something. Everybody is heard."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

from backend.alerts.states import Via
from backend.kernel.arrivals import Arrival, answer_of, is_first_arrival, keep_answer
from backend.kernel.texts import Texts
from backend.kernel.unit_of_work import UnitOfWork
from backend.messaging.contents import CallKind
from backend.messaging.reply_codes import OpenCode, open_codes
from backend.phone.answering import Said, answer
from backend.phone.callers import Caller, who_calls
from backend.phone.menus import booking_texts
from backend.phone.menus.booking import Talk, words_for
from backend.phone.menus.checking_in import caller_is_fine
from backend.phone.menus.picks import FIRST_DAY, MINE
from backend.phone.menus.points import points_told
from backend.phone.menus.replies import ReadReply, Reply, read_reply
from backend.phone.menus.reporting import report_by_telephone, told_issues
from backend.registry.contacts_proving import confirm_at_telephone
from backend.registry.contacts_refusing import opt_in, opt_out
from backend.registry.telephones import telephone_address

LONGEST_TEXT = 1_000
SHORTEST_REPORT = 4
"""Letters; less than that tells no problem."""


@dataclass(frozen=True, slots=True)
class InboundText:
    """One SMS; the carrier's id makes it count once."""

    carrier: str
    provider_id: str
    number: str
    text: str

    @property
    def evidence(self) -> str:
        return f"{self.carrier}:{self.provider_id}"


@dataclass(frozen=True, slots=True)
class Conversation:
    """What a hearer has at hand."""

    texts: Texts
    caller: Caller
    codes: tuple[OpenCode, ...]
    sms: InboundText

    def say(self, key: str, **params: object) -> str:
        return self.texts.say(self.caller.language, key, **params)

    @property
    def talk(self) -> Talk:
        words = words_for(self.texts, self.caller)
        return Talk(words, self.caller, booking_texts.THROUGH, booking_texts.CHOICES_AT_ONCE)

    @property
    def asked(self) -> tuple[OpenCode, ...]:
        """What they were asked; numbers of lists are none of it."""
        return tuple(one for one in self.codes if one.script.kind is not CallKind.CHOICE)


async def hear_text(uow: UnitOfWork, texts: Texts, sms: InboundText, *, home_code: str | None) -> str:
    """Do what the SMS means and return the answer, in the writer's language.

    The same SMS again does nothing and gets the same answer.
    """
    door = f"sms.{sms.carrier}"
    if not await is_first_arrival(uow, door, sms.provider_id):
        earlier = await uow.session.get(Arrival, (door, sms.provider_id))
        kept = answer_of(uow.vault, earlier) if earlier is not None else []
        return str(kept[0]) if kept else ""
    caller = await who_calls(uow, sms.number, home_code=home_code)
    codes = await open_codes(uow, telephone_address(caller.telephone.id))
    here = Conversation(texts, caller, codes, sms)
    asked = [str(one.code) for one in here.asked]
    listed = [str(one.code) for one in codes if str(one.code) not in asked]
    reply = read_reply(sms.text[:LONGEST_TEXT], asked, listed)
    said = await HEARERS[reply.kind](uow, here, reply)
    await keep_answer(uow, door, sms.provider_id, [said])
    return said


async def _hear_answer(uow: UnitOfWork, here: Conversation, reply: ReadReply) -> str:
    code = next(one for one in here.codes if str(one.code) == reply.code)
    said = Said.YES if reply.kind is Reply.YES else Said.NO
    heard = await answer(uow, code.script, said, Via.SMS, here.sms.evidence)
    return here.say(heard.words, **heard.params)


async def _hear_unclear(uow: UnitOfWork, here: Conversation, _reply: ReadReply) -> str:
    """Who was asked something and wrote something else is told so; what they wrote is not lost.

    Who was only asked whether they come to a booking may speak of anything else meanwhile.
    """
    if all(one.script.kind is CallKind.BOOKING for one in here.asked):
        return await _hear_other(uow, here, _reply)
    numbers = here.say("phone.sms.or").join(str(one.code) for one in here.asked)
    if len(here.sms.text.strip()) > SHORTEST_REPORT:
        await _report(uow, here)
    return here.say("phone.sms.not_recorded", numbers=numbers)


async def _hear_stop(uow: UnitOfWork, here: Conversation, _reply: ReadReply) -> str:
    await opt_out(uow, number=here.caller.number)
    return here.say("phone.sms.stopped")


async def _hear_start(uow: UnitOfWork, here: Conversation, _reply: ReadReply) -> str:
    await opt_in(uow, number=here.caller.number)
    return here.say("phone.sms.started")


async def _hear_proof(uow: UnitOfWork, here: Conversation, reply: ReadReply) -> str:
    is_right = await confirm_at_telephone(uow, telephone_id=here.caller.telephone.id, code=reply.code)
    return here.say("phone.sms.proved" if is_right else "phone.sms.proof_wrong")


async def _hear_fine(uow: UnitOfWork, here: Conversation, reply: ReadReply) -> str:
    """An elder who was asked answers in their own words; to a family that was called they say nothing."""
    if any(one.script.kind is CallKind.ALERT for one in here.codes):
        return await _hear_unclear(uow, here, reply)
    heard = await caller_is_fine(uow, here.caller, Via.SMS)
    return here.say(heard.words, **heard.params)


async def _hear_mine(uow: UnitOfWork, here: Conversation, _reply: ReadReply) -> str:
    issues = await told_issues(uow, here.caller)
    if not issues:
        return here.say("phone.mine.none")
    lines = [
        here.say("phone.sms.mine", number=one.number, status=here.say(f"issue.status.{one.status}")) for one in issues
    ]
    return "\n".join(lines)


async def _hear_points(uow: UnitOfWork, here: Conversation, _reply: ReadReply) -> str:
    told = await points_told(uow, here.caller)
    return here.say(told.words, **told.params)


async def _hear_services(uow: UnitOfWork, here: Conversation, _reply: ReadReply) -> str:
    return await booking_texts.show(uow, here.talk, FIRST_DAY)


async def _hear_take(uow: UnitOfWork, here: Conversation, reply: ReadReply) -> str:
    """A number means what it stood for in the list that was sent; without a list they get one."""
    lists = [one for one in here.codes if one.script.kind is CallKind.CHOICE]
    chosen = next((one for one in lists if str(one.code) == reply.code), None)
    if chosen is None:
        return await booking_texts.show(uow, here.talk, FIRST_DAY)
    return await booking_texts.take(uow, here.talk, chosen)


async def _hear_bookings(uow: UnitOfWork, here: Conversation, _reply: ReadReply) -> str:
    return await booking_texts.show(uow, here.talk, MINE)


async def _hear_give_up(uow: UnitOfWork, here: Conversation, reply: ReadReply) -> str:
    return await booking_texts.give_up_by_number(uow, here.talk, int(reply.code))


async def _hear_other(uow: UnitOfWork, here: Conversation, _reply: ReadReply) -> str:
    if sum(sign.isalnum() for sign in here.sms.text) < SHORTEST_REPORT:
        return here.say("phone.sms.help")
    number = await _report(uow, here)
    return here.say("phone.sms.reported", number=number) if number else here.say("phone.nobody")


async def _report(uow: UnitOfWork, here: Conversation) -> str:
    text = here.sms.text[:LONGEST_TEXT].replace("\x00", "")
    external_id = f"{here.sms.carrier}:{here.sms.provider_id}"
    submitted = await report_by_telephone(uow, here.texts, here.caller, text=text, external_id=external_id)
    return submitted.number if submitted is not None else ""


Hearer = Callable[[UnitOfWork, Conversation, ReadReply], Awaitable[str]]
HEARERS: Mapping[Reply, Hearer] = {
    Reply.YES: _hear_answer,
    Reply.NO: _hear_answer,
    Reply.UNCLEAR: _hear_unclear,
    Reply.STOP: _hear_stop,
    Reply.START: _hear_start,
    Reply.PROOF: _hear_proof,
    Reply.FINE: _hear_fine,
    Reply.MINE: _hear_mine,
    Reply.POINTS: _hear_points,
    Reply.SERVICES: _hear_services,
    Reply.TAKE: _hear_take,
    Reply.BOOKINGS: _hear_bookings,
    Reply.GIVE_UP: _hear_give_up,
    Reply.OTHER: _hear_other,
}
