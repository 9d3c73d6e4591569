"""Methods that send text, places, contacts and what somebody already sent."""

from __future__ import annotations

from playground.telegram.errors import bad_request
from playground.telegram.state import Json, Message

from .call import Call, caption_of, sent, text_of

ACTIONS = frozenset(
    {
        "typing",
        "upload_photo",
        "record_video",
        "upload_video",
        "record_voice",
        "upload_voice",
        "upload_document",
        "choose_sticker",
        "find_location",
        "record_video_note",
        "upload_video_note",
    }
)


def send_message(call: Call) -> Json:
    chat = call.chat_to_write()
    text, entities = text_of(call.arguments)
    return sent(call, chat, text=text, entities=entities)


def point(arguments: Json) -> Json:
    latitude, longitude = arguments["latitude"], arguments["longitude"]
    if not (-90 <= latitude <= 90 and -180 <= longitude <= 180):
        raise bad_request("invalid location specified")
    shown = {"latitude": latitude, "longitude": longitude}
    if "horizontal_accuracy" in arguments:
        shown["horizontal_accuracy"] = arguments["horizontal_accuracy"]
    return shown


def send_location(call: Call) -> Json:
    if "live_period" in call.arguments:
        raise bad_request("live locations are not played here")
    return sent(call, call.chat_to_write("locations"), extra={"location": point(call.arguments)})


def send_venue(call: Call) -> Json:
    chat = call.chat_to_write("venues")
    where = point(call.arguments)
    venue = {"location": where, "title": call.arguments["title"], "address": call.arguments["address"]}
    return sent(call, chat, extra={"venue": venue, "location": where})


def send_contact(call: Call) -> Json:
    chat = call.chat_to_write("contacts")
    contact = {key: call.arguments[key] for key in ("phone_number", "first_name")}
    if call.get("last_name"):
        contact["last_name"] = call.get("last_name")
    return sent(call, chat, extra={"contact": contact})


def send_chat_action(call: Call) -> bool:
    action = call.arguments["action"]
    if action not in ACTIONS:
        raise bad_request("wrong parameter action in request")
    chat = call.chat()
    thread = call.get("message_thread_id")
    call.world.tell(chat, "typing", chat_id=chat.window_id, bot_id=call.bot.id, action=action, thread=thread)
    return True


def source_of(call: Call, verb: str) -> Message:
    chat = call.world.chat_for(call.bot, call.arguments["from_chat_id"])
    message = chat.messages.get(call.arguments["message_id"])
    if message is None:
        raise bad_request(f"message to {verb} not found")
    if message.service or message.protected:
        raise bad_request(f"the message can't be {'copied' if verb == 'copy' else 'forwarded'}")
    return message


def forward_message(call: Call) -> Json:
    chat = call.chat_to_write()
    source = source_of(call, "forward")
    content = {"text": source.text, "entities": source.entities, "media": source.media, "extra": source.extra}
    return sent(call, chat, **content, forwarded_from=source.forwarded_from or source.sender)


def copy_message(call: Call) -> Json:
    chat = call.chat_to_write()
    source = source_of(call, "copy")
    text: Json = {"text": source.text, "entities": source.entities}
    if source.media is not None and "caption" in call.arguments:
        text = caption_of(call.arguments)
    copied = sent(call, chat, media=source.media, extra=source.extra, **text)
    return {"message_id": copied["message_id"]}


def set_message_reaction(call: Call) -> bool:
    chat = call.chat()
    message = chat.messages.get(call.arguments["message_id"])
    if message is None:
        raise bad_request("message to react not found")
    reactions = call.get("reaction") or []
    if len(reactions) > 1 or any(reaction["type"] != "emoji" for reaction in reactions):
        raise bad_request("REACTIONS_TOO_MANY" if len(reactions) > 1 else "REACTION_INVALID")
    message.reactions.pop(call.bot.id, None)
    if reactions:
        message.reactions[call.bot.id] = reactions[0]["emoji"]
    call.world.mark_edited(message, visibly=False)
    return True
