"""One message as the calls of the Bot API that it takes: pure, so that what leaves can be read in a test."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from telegram import (
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InputMediaDocument,
    InputMediaPhoto,
    InputMediaVideo,
    LinkPreviewOptions,
    ReplyParameters,
)
from telegram.constants import ParseMode

from backend.messaging.contents import Button, Content, MediaKind
from bot.senders.fitting import LONGEST_CAPTION, LONGEST_TEXT, cut_html, plain_text, shown_length, split_html
from bot.senders.refusals import Repair

ALBUM = 10
NO_PREVIEW = LinkPreviewOptions(is_disabled=True)

SEND_ONE: Mapping[MediaKind, str] = {
    MediaKind.PHOTO: "photo",
    MediaKind.VOICE: "voice",
    MediaKind.VIDEO: "video",
    MediaKind.DOCUMENT: "document",
}
IN_ALBUM = {MediaKind.PHOTO: InputMediaPhoto, MediaKind.VIDEO: InputMediaVideo, MediaKind.DOCUMENT: InputMediaDocument}

File = str | bytes


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file ready to leave with one bot: its `file_id`, or the bytes to upload."""

    kind: MediaKind
    file: File


@dataclass(frozen=True, slots=True)
class ApiCall:
    """A method of the bot and its arguments. The message that the answer to the `is_main` one names is the message."""

    method: str
    arguments: dict[str, Any]
    is_main: bool = False


@dataclass(frozen=True, slots=True)
class Draft:
    """What is to be done in a chat. `edits` is the message to change, `removes` the one to take down."""

    chat_id: int
    content: Content
    thread_id: int | None = None
    attachments: tuple[Attachment, ...] = ()
    edits: int | None = None
    removes: int | None = None
    is_card: bool = False
    parse_mode: str | None = ParseMode.HTML

    def repaired(self, repair: Repair) -> Draft:
        """The draft changed so that Telegram may take it."""
        match repair:
            case Repair.POST_ANEW:
                return replace(self, edits=None)
            case Repair.WITHOUT_THREAD:
                return replace(self, thread_id=None)
            case Repair.WITHOUT_MEDIA:
                return replace(self, attachments=())
            case _:
                content = replace(self.content, text=plain_text(self.content.text))
                return replace(self, content=content, parse_mode=None)

    def calls(self) -> list[ApiCall]:
        """The calls in order; at most one is the main one, none for an album without words."""
        if self.removes is not None:
            return [ApiCall("delete_message", {"chat_id": self.chat_id, "message_id": self.removes}, is_main=True)]
        if self.edits is not None:
            return [self._edit(self.edits)]
        calls = [*self._media_calls(), *self._location_calls()]
        main = next((index for index, call in enumerate(calls) if call.is_main), None)
        if main is None:  # the words did not go as a caption
            calls = [*calls, *self._text_calls()] if self.attachments else [*self._text_calls(), *calls]
        return calls

    def _where(self) -> dict[str, Any]:
        return {
            "chat_id": self.chat_id,
            "message_thread_id": self.thread_id,
            "disable_notification": self.content.silent or None,
        }

    def _reply(self) -> dict[str, Any]:
        answered = self.content.reply_to_message_id
        if answered is None:
            return {}
        return {"reply_parameters": ReplyParameters(answered, allow_sending_without_reply=True)}

    def _edit(self, message_id: int) -> ApiCall:
        target: dict[str, Any] = {
            "chat_id": self.chat_id,
            "message_id": message_id,
            "reply_markup": keyboard(self.content.buttons),
            "parse_mode": self.parse_mode,
        }
        if self.content.media:
            return ApiCall("edit_message_caption", target | {"caption": self._fitted(LONGEST_CAPTION)}, is_main=True)
        text = {"text": self._fitted(LONGEST_TEXT), "link_preview_options": NO_PREVIEW}
        return ApiCall("edit_message_text", target | text, is_main=True)

    def _fitted(self, longest: int) -> str:
        if self.parse_mode is None:
            return self.content.text[:longest]
        return cut_html(self.content.text, longest)

    def _text_calls(self) -> list[ApiCall]:
        text = self.content.text
        if not text.strip():
            return []
        pages = [self._fitted(LONGEST_TEXT)] if self.is_card else self._pages(text)
        calls = []
        for number, page in enumerate(pages):
            is_last = number == len(pages) - 1
            arguments = self._where() | {
                "text": page,
                "parse_mode": self.parse_mode,
                "link_preview_options": NO_PREVIEW,
                "reply_markup": keyboard(self.content.buttons) if is_last else None,
            }
            calls.append(ApiCall("send_message", arguments | (self._reply() if number == 0 else {}), is_main=is_last))
        return calls

    def _pages(self, text: str) -> list[str]:
        if self.parse_mode is None:
            return [text[start : start + LONGEST_TEXT] for start in range(0, len(text), LONGEST_TEXT)]
        return split_html(text, LONGEST_TEXT)

    def _caption_fits(self) -> bool:
        return self.is_card or shown_length(self.content.text) <= LONGEST_CAPTION

    def _media_calls(self) -> list[ApiCall]:
        if len(self.attachments) == 1 or (self.is_card and self.attachments):
            return [self._single(self.attachments[0], with_words=self._caption_fits())]
        with_words = self._caption_fits() and not self.content.buttons and bool(self.content.text)
        calls: list[ApiCall] = []
        for group in album_groups(self.attachments):
            takes_words = with_words and not calls
            if len(group) == 1:
                calls.append(self._single(group[0], with_words=takes_words))
            else:
                calls.append(self._album(group, with_words=takes_words))
        return calls

    def _single(self, attachment: Attachment, *, with_words: bool) -> ApiCall:
        name = SEND_ONE[attachment.kind]
        arguments = self._where() | self._reply() | {name: attachment.file}
        if with_words:
            words = {"caption": self._fitted(LONGEST_CAPTION) or None, "parse_mode": self.parse_mode}
            arguments |= words | {"reply_markup": keyboard(self.content.buttons)}
        return ApiCall(f"send_{name}", arguments, is_main=with_words)

    def _album(self, group: Sequence[Attachment], *, with_words: bool) -> ApiCall:
        media = []
        for number, attachment in enumerate(group):
            words = {"caption": self.content.text, "parse_mode": self.parse_mode} if with_words and not number else {}
            media.append(IN_ALBUM[attachment.kind](attachment.file, **words))
        arguments = self._where() | self._reply() | {"media": media}
        return ApiCall("send_media_group", arguments, is_main=with_words)

    def _location_calls(self) -> list[ApiCall]:
        if self.content.longitude is None or self.content.latitude is None:
            return []
        point = {"longitude": self.content.longitude, "latitude": self.content.latitude}
        is_alone = not self.content.text.strip() and not self.attachments
        markup = {"reply_markup": keyboard(self.content.buttons)} if is_alone else {}
        return [ApiCall("send_location", self._where() | point | markup, is_main=is_alone)]


def album_groups(attachments: Sequence[Attachment]) -> list[list[Attachment]]:
    """What may stand in one album: photos and videos together, documents among themselves, voice notes alone."""
    groups: list[list[Attachment]] = []
    shelves = [_shelf(attachment.kind) for attachment in attachments]
    for attachment, shelf in zip(attachments, shelves, strict=True):
        last = groups[-1] if groups else []
        if last and shelf and _shelf(last[0].kind) == shelf and len(last) < ALBUM:
            last.append(attachment)
        else:
            groups.append([attachment])
    return groups


def _shelf(kind: MediaKind) -> str:
    return {MediaKind.PHOTO: "seen", MediaKind.VIDEO: "seen", MediaKind.DOCUMENT: "filed"}.get(kind, "")


def keyboard(rows: Sequence[Sequence[Button]]) -> InlineKeyboardMarkup | None:
    """The inline keyboard; None for none, which on an edit takes the old one away."""
    if not rows:
        return None
    return InlineKeyboardMarkup(
        [[InlineKeyboardButton(b.label, callback_data=b.press, url=b.url) for b in row] for row in rows]
    )
