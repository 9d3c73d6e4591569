"""Patrols of residents: the grid's workers are asked whether it is so, and the resident hears what they said."""

from __future__ import annotations

from sqlalchemy import select

from backend.kernel.access import WORKERS
from backend.kernel.unit_of_work import UnitOfWork
from backend.messaging.contents import Content, Media, MediaKind
from backend.notify.buttons import button, in_rows
from backend.notify.messages import tell
from backend.notify.people import office_of, person, persons
from backend.notify.points_presses import PatrolButton, PatrolPress
from backend.notify.words import Voice, Words
from backend.points.earning.models import Earning, EarningState
from backend.points.events import PatrolDecided, PatrolSaid
from backend.points.patrol.models import PatrolState
from backend.points.patrol.rounds import patrol_row
from backend.points.people import name_of
from backend.registry.queries import on_duty


async def hear_said(uow: UnitOfWork, voice: Voice, event: PatrolSaid) -> None:
    """The grid's workers on duty, else the office, see the proof and say whether it is so."""
    patrol = await patrol_row(uow, event.round_id)
    name, said = await name_of(uow, patrol.person_id), uow.vault.open(patrol.words_sealed)

    def say(words: Words) -> Content:
        yes = button(words, "patrol.button.yes", PatrolPress(PatrolButton.YES, patrol.id))
        no = button(words, "patrol.button.no", PatrolPress(PatrolButton.NO, patrol.id))
        at = patrol.said_at.astimezone(words.zone).strftime("%m-%d %H:%M")
        return Content(
            words("patrol.is_it_true", name=name, at=at, words=said or "—"),
            buttons=in_rows([yes, no]),
            media=(Media(MediaKind.PHOTO, file_id=patrol.photo_file_id),) if patrol.photo_file_id else (),
            longitude=patrol.longitude,
            latitude=patrol.latitude,
        )

    workers = await on_duty(uow, patrol.grid_id, *WORKERS) if patrol.grid_id is not None else []
    hearers = persons(workers) or await office_of(uow, patrol.community_id)
    await tell(uow, voice, hearers, say, key=f"patrol:{patrol.id}:said")


async def hear_decided(uow: UnitOfWork, voice: Voice, event: PatrolDecided) -> None:
    """The resident hears a refusal, and why a true round brings nothing; points are told where they are paid."""
    patrol = await patrol_row(uow, event.round_id)
    paid = select(Earning.state).where(Earning.event_key == f"patrol:{patrol.id}")
    state = await uow.session.scalar(paid) or EarningState.OFF
    if patrol.state is PatrolState.CONFIRMED and state is EarningState.PAID:
        return
    key = "patrol.refused" if patrol.state is PatrolState.REFUSED else f"help.confirmed.{state.value}"

    def say(words: Words) -> Content:
        return Content(words(key))

    await tell(uow, voice, await person(uow, patrol.account_id), say, key=f"patrol:{patrol.id}:decided")
