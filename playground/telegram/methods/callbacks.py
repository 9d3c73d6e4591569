"""Answers to presses on inline buttons."""

from __future__ import annotations

from playground.telegram.errors import bad_request
from playground.telegram.views import press_view

from .call import Call

LONGEST_ANSWER = 200
TOO_OLD = "query is too old and response timeout expired or query ID is invalid"


def answer_callback_query(call: Call) -> bool:
    """Show the answer to the one who pressed; a second answer is accepted and changes nothing."""
    press = call.world.presses.get(call.arguments["callback_query_id"])
    if press is None or press.message.sender is not call.bot:
        raise bad_request(TOO_OLD)
    if call.world.now() - press.pressed_at > call.world.query_lifetime:
        raise bad_request(TOO_OLD)
    text = call.get("text")
    if text is not None and len(text) > LONGEST_ANSWER:
        raise bad_request("MESSAGE_TOO_LONG")
    if not press.answered:
        press.answered, press.text = True, text
        press.alert, press.url = bool(call.get("show_alert")), call.get("url")
        call.world.events.tell("answered", {"people": [press.person.id], "press": press_view(press)})
    return True
