"""One step of a call that came in: who calls is known, the work is done in one unit, its words are heard after it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from fastapi import Request, Response

from backend.kernel.unit_of_work import UnitOfWork
from backend.phone.callers import Caller, who_calls
from backend.phone.twilio.guard import SignedForm
from backend.phone.twilio.line import Line
from backend.phone.twilio.speech import Speech
from backend.registry.errors import PhoneUnreadable
from backend.registry.phones import normalised_phone


@dataclass(frozen=True, slots=True)
class Inbound:
    """What a step has at hand."""

    line: Line
    request: Request
    form: SignedForm
    caller: Caller
    spoken: Speech


Choice = Callable[[UnitOfWork, Inbound], Awaitable[Response]]


async def take_step(line: Line, request: Request, form: SignedForm, choice: Choice, **kept: str) -> Response:
    """Do one step in one unit of work; its words are heard after the commit."""

    async def do(uow: UnitOfWork) -> Response:
        caller = await who_calls(uow, _number_of(form), home_code=line.home_code)
        return await choice(uow, Inbound(line, request, form, caller, line.speech(caller.language)))

    try:
        response = await line.in_time(do)
    except PhoneUnreadable:  # a withheld number: they can still be heard, but not be called back
        return line.speech(line.account.voices[0][0]).say("phone.withheld").hang_up()
    return response or line.one_moment(request, **kept)


def _number_of(form: SignedForm) -> str:
    return normalised_phone(form.get("From", 40))
