"""What every page for Twilio has at hand, and how a page asks for patience."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TypeVar
from urllib.parse import urlencode

from fastapi import Request, Response

from backend.kernel.faults import fault_point
from backend.kernel.texts import Language, Texts
from backend.kernel.unit_of_work import UnitOfWork, Work
from backend.phone.patience import MOST_WAITS, SECONDS, in_time
from backend.phone.twilio.carrier import TwilioCarrier
from backend.phone.twilio.guard import SignedForm, signed_form
from backend.phone.twilio.settings import TwilioAccount
from backend.phone.twilio.speech import Speech, speech

Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class Line:
    """Made once by the composition root."""

    work: Work
    texts: Texts
    account: TwilioAccount
    carrier: TwilioCarrier
    home_code: str | None = None
    """The code of the community of callers whom nobody knows."""
    patience: float = SECONDS
    """How long somebody on the line waits for the database before "one moment" is said."""

    async def in_time(self, do: Callable[[UnitOfWork], Awaitable[Result]]) -> Result | None:
        """Do it in one unit of work; None when that took too long: then see `one_moment`."""
        done = await in_time(self.work, do, seconds=self.patience)
        fault_point("callback_kept")
        return done

    async def form(self, request: Request) -> SignedForm:
        """What Twilio posted; raises HTTPException for anybody else."""
        form = await signed_form(request, self.account)
        fault_point("callback_heard")
        return form

    def speech(self, language: str) -> Speech:
        """A new answer."""
        return speech(self.texts, self.account, language)

    def one_moment(self, request: Request, **kept: str) -> Response:
        """The database is slow: say so and come back to the same page with what was pressed; not for ever."""
        waits = number_in(request, "wait") + 1
        spoken = self.speech(language_in(request))
        if waits > MOST_WAITS:
            return spoken.say("phone.trouble").hang_up()
        query = dict(request.query_params) | kept | {"wait": str(waits)}
        path = request.url.path.removeprefix("/phone/twilio/")
        return spoken.say("phone.one_moment").wait(1).go_to(f"{path}?{urlencode(query)}").answer()


def number_in(request: Request, name: str, most: int = 99) -> int:
    """A small number from the address; 0 for anything else. The signature covers it, but it is bounded all the same."""
    text = request.query_params.get(name, "")
    return min(int(text), most) if text.isascii() and text.isdigit() and len(text) < 4 else 0


def language_in(request: Request) -> str:
    """The language that the call is held in, by the address of the page; Chinese where it does not say."""
    given = request.query_params.get("language", "")
    return given if given in set(Language) else Language.CHINESE.value


NO_CONTENT = 204


def nothing() -> Response:
    """Noted, with nothing to say."""
    return Response(status_code=NO_CONTENT)
