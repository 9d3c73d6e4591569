"""The buttons under an alert, in groups and in private. The outbox edits the card; who pressed hears a short word."""

from __future__ import annotations

from collections.abc import Mapping

from aiogram import Router
from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery

from backend.alerts import AckKind, Via, acknowledge
from backend.alerts.access import may_handle
from backend.alerts.views import alert_for, timeline_of
from backend.kernel.access import Actor
from backend.kernel.errors import BadInput
from backend.kernel.unit_of_work import UnitOfWork
from backend.notify.alerts_private import help_text, private_alert
from backend.notify.alerts_timeline import timeline_said
from backend.notify.presses import AlertButton, AlertPress
from backend.notify.words import Voice, Words
from handlers.common.keyboards import markup_of
from handlers.common.pressed import Pressed
from handlers.common.pressing import Act, Pressing
from handlers.common.replies import Reply
from handlers.common.showing import say_privately

SAID: Mapping[AlertButton, AckKind] = {
    AlertButton.CLAIM: AckKind.CLAIMED,
    AlertButton.DECLINE: AckKind.DECLINED,
    AlertButton.EN_ROUTE: AckKind.EN_ROUTE,
    AlertButton.CONTACT: AckKind.CONTACT_MADE,
    AlertButton.ON_SCENE: AckKind.ON_SCENE,
    AlertButton.RESOLVE: AckKind.RESOLVED,
    AlertButton.FALSE_ALARM: AckKind.FALSE_ALARM,
}
"""What a button says to the alert."""
LONGEST_TIMELINE = 3_500


def alerts_pressing_router() -> Router:
    router = Router(name="alerts.pressing")
    router.callback_query.register(pressed, Pressed(AlertPress))
    return router


async def pressed(
    call: CallbackQuery,
    press: AlertPress,
    uow: UnitOfWork,
    actor: Actor,
    words: Words,
    state: FSMContext,
    voice: Voice,
) -> Reply:
    on = Pressing(call, press, uow, actor, words, state)
    if press.button in SAID:
        return await _acknowledge(on)
    if press.button is AlertButton.VIEW:
        return await _view(on, voice)
    if press.button not in ACTS:
        raise BadInput("error.old_button")
    return await ACTS[press.button](on)


async def _acknowledge(on: Pressing[AlertPress]) -> Reply:
    outcome = await acknowledge(
        on.uow,
        actor=on.actor,
        alert_id=on.press.alert_id,
        kind=SAID[on.press.button],
        via=Via.CHAT,
        evidence=f"press:{on.call.id}",
    )
    return on.call.answer(on.words.plain(outcome.text_key, **outcome.params), show_alert=not outcome.recorded)


async def _timeline(on: Pressing[AlertPress]) -> Reply:
    """Names stand in it, so only the one who pressed reads it."""
    lines = await timeline_of(on.uow, actor=on.actor, alert_id=on.press.alert_id)
    said = "\n".join(timeline_said(on.words.texts, on.words.language, lines, on.words.zone))
    title = on.words("alert.timeline.title", number=on.press.alert_id)
    return say_privately(
        on.call, on.words, f"{title}\n{on.words('alert.timeline.lines', lines=said[-LONGEST_TIMELINE:])}"
    )


async def _help(on: Pressing[AlertPress]) -> Reply:
    """Whom to telephone and what to say; the household card with it for who serves there, which is written down."""
    alert = await alert_for(on.uow, actor=on.actor, alert_id=on.press.alert_id)
    serves = await may_handle(on.uow, on.actor, alert)
    text = await help_text(on.uow, on.words, alert, actor=on.actor if serves else None)
    return say_privately(on.call, on.words, text)


async def _view(on: Pressing[AlertPress], voice: Voice) -> Reply:
    content = await private_alert(on.uow, voice, on.words, actor=on.actor, alert_id=on.press.alert_id)
    return say_privately(on.call, on.words, content.text, markup_of(content.buttons))


ACTS: Mapping[AlertButton, Act[AlertPress]] = {
    AlertButton.TIMELINE: _timeline,
    AlertButton.CALL: _help,
}
