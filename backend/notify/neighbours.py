"""Neighbours' help: who is asked, who hears that somebody comes, and who is asked to confirm."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy import Row, select

from backend.kernel.access import WORKERS
from backend.kernel.unit_of_work import UnitOfWork
from backend.messaging.contents import Content, Lane
from backend.notify.buttons import button, in_rows
from backend.notify.messages import tell
from backend.notify.people import Hearer, office_of, person, persons
from backend.notify.points_presses import HelpButton, HelpCheckPress, HelpPress
from backend.notify.words import Voice, Words
from backend.points.earning.models import Earning, EarningState
from backend.points.events import (
    HelpAsked,
    HelpConfirmed,
    HelpDone,
    HelpEnded,
    HelpGivenBack,
    HelpTaken,
    HelpUnconfirmed,
)
from backend.points.help.models import HelpStatus
from backend.points.help.reading import glad_helpers
from backend.points.help.requests import request_row
from backend.points.people import chats_of, masked, name_of
from backend.registry.models import Account
from backend.registry.queries import on_duty


async def hear_asked(uow: UnitOfWork, voice: Voice, event: HelpAsked) -> None:
    """Those who are glad to help with this hear of it, without name and place."""
    request = await request_row(uow, event.request_id)
    text = uow.vault.open(request.words_sealed)
    name = masked(await name_of(uow, request.person_id))

    def say(words: Words) -> Content:
        kind = words.plain(f"help.kind.{request.kind.value}")
        take = button(words, "help.button.take", HelpPress(HelpButton.TAKE, request.id))
        return Content(words("help.somebody_asks", kind=kind, words=text, name=name), buttons=in_rows([take]))

    helpers = await uow.session.scalars(
        select(Account).where(Account.id.in_(await glad_helpers(uow, request.id))).order_by(Account.id)
    )
    await tell(uow, voice, persons(helpers.all()), say, key=f"help:{request.id}:asked")


async def hear_taken(uow: UnitOfWork, voice: Voice, event: HelpTaken) -> None:
    """Who is helped, and who asked for them, hear who comes."""
    request = await request_row(uow, event.request_id)
    helper, who = await name_of(uow, request.helper_person_id), await name_of(uow, request.person_id)

    def saying(key: str) -> Callable[[Words], Content]:
        def say(words: Words) -> Content:
            done = button(words, "help.button.done", HelpPress(HelpButton.DONE, request.id))
            kind = words.plain(f"help.kind.{request.kind.value}")
            return Content(words(key, name=helper, kind=kind, who=who), buttons=in_rows([done]))

        return say

    key = f"help:{request.id}:taken:{request.helper_person_id}"
    helped = {account.id for account in await chats_of(uow, [request.person_id])}
    for hearer in await _askers(uow, request):
        words_for = "help.somebody_comes" if hearer.account_id in helped else "help.somebody_comes_for"
        await tell(uow, voice, [hearer], saying(words_for), key=key)


async def hear_given_back(uow: UnitOfWork, voice: Voice, event: HelpGivenBack) -> None:
    """Who asked hears that the search goes on."""
    request = await request_row(uow, event.request_id)

    def say(words: Words) -> Content:
        return Content(words("help.given_back", kind=words.plain(f"help.kind.{request.kind.value}")))

    key = f"help:{request.id}:back:{event.helper_account_id}"
    await tell(uow, voice, await _askers(uow, request), say, key=key)


async def hear_done(uow: UnitOfWork, voice: Voice, event: HelpDone) -> None:
    """The other side is asked whether it is so."""
    request = await request_row(uow, event.request_id)
    helper_said = request.helper_said_at is not None
    hearers = await _askers(uow, request) if helper_said else await person(uow, request.helper_account_id)
    name = await name_of(uow, request.helper_person_id if helper_said else request.person_id)

    def say(words: Words) -> Content:
        yes = button(words, "help.button.confirm", HelpPress(HelpButton.DONE, request.id))
        return Content(words("help.is_it_done", name=name), buttons=in_rows([yes]))

    await tell(uow, voice, hearers, say, key=f"help:{request.id}:done", lane=Lane.NORMAL)


async def hear_confirmed(uow: UnitOfWork, voice: Voice, event: HelpConfirmed) -> None:
    """Both sides hear the end; of points the helper hears where they are paid, and here where they are not."""
    request = await request_row(uow, event.request_id)
    earning = (
        await uow.session.execute(select(Earning.state).where(Earning.event_key == f"help:{request.id}"))
    ).scalar()
    state = earning.value if earning is not None else EarningState.OFF.value

    def for_helper(words: Words) -> Content:
        return Content(words(f"help.confirmed.{state}"))

    def for_asker(words: Words) -> Content:
        return Content(words("help.confirmed.asker"))

    key = f"help:{request.id}:confirmed"
    if state in (EarningState.CAPPED.value, EarningState.OFF.value, EarningState.REFUSED.value):
        await tell(uow, voice, await person(uow, request.helper_account_id), for_helper, key=key)
    if request.confirmed_by_id is not None:
        askers = [one for one in await _askers(uow, request) if one.account_id != request.confirmed_by_id]
        await tell(uow, voice, askers, for_asker, key=key)


async def hear_unconfirmed(uow: UnitOfWork, voice: Voice, event: HelpUnconfirmed) -> None:
    """The grid's workers, else the office, are asked to look and to confirm for the person."""
    request = await request_row(uow, event.request_id)
    helper = await name_of(uow, request.helper_person_id)
    name = await name_of(uow, request.person_id)

    def say(words: Words) -> Content:
        yes = button(words, "help.button.confirm", HelpCheckPress(request.id))
        kind = words.plain(f"help.kind.{request.kind.value}")
        return Content(words("help.confirm_for", helper=helper, name=name, kind=kind), buttons=in_rows([yes]))

    workers = await on_duty(uow, request.grid_id, *WORKERS) if request.grid_id is not None else []
    hearers = persons(workers, but=request.helper_account_id) or await office_of(uow, request.community_id)
    await tell(uow, voice, hearers, say, key=f"help:{request.id}:worker")


async def hear_ended(uow: UnitOfWork, voice: Voice, event: HelpEnded) -> None:
    """Called off: whoever had promised to come. Nobody came: whoever asked."""
    request = await request_row(uow, event.request_id)
    is_lapsed = request.status is HelpStatus.LAPSED
    hearers = await _askers(uow, request) if is_lapsed else await person(uow, request.helper_account_id)

    def say(words: Words) -> Content:
        kind = words.plain(f"help.kind.{request.kind.value}")
        return Content(words("help.lapsed" if is_lapsed else "help.called_off", kind=kind))

    await tell(uow, voice, hearers, say, key=f"help:{request.id}:ended")


async def _askers(uow: UnitOfWork, request: Row[Any]) -> list[Hearer]:
    """The chats of who is helped and of who asked for them, each once; never the helper's."""
    accounts = list(await chats_of(uow, [request.person_id]))
    asker = await uow.session.get(Account, request.asked_by_id) if request.asked_by_id is not None else None
    return persons([*accounts, *([asker] if asker is not None else [])], but=request.helper_account_id)
