"""Reads an SMS that answers one of ours. Pure, and strict: what is not plainly a yes is none (promise P13)."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum


class Reply(StrEnum):
    YES = "yes"
    NO = "no"
    UNCLEAR = "unclear"
    STOP = "stop"
    START = "start"
    FINE = "fine"
    MINE = "mine"
    POINTS = "points"
    SERVICES = "services"
    BOOKINGS = "bookings"
    TAKE = "take"
    GIVE_UP = "give_up"
    PROOF = "proof"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class ReadReply:
    """What was meant; `code` names the question that a yes or no answers, proves a telephone, or is what was named."""

    kind: Reply
    code: str = ""


WORDS: dict[Reply, re.Pattern[str]] = {
    Reply.STOP: re.compile(r"td|t|退订|取消订阅|不要再发|stop|stopall|unsubscribe|end|quit|cancel"),
    Reply.START: re.compile(r"start|unstop|resume|恢复|恢复订阅"),
    Reply.FINE: re.compile(r"ok|okay|我很好|很好|我没事|没事|平安|报平安|我平安|一切都好|都好|i'?m ok|i'?m fine|fine"),
    Reply.MINE: re.compile(r"进度|查询|我的上报|查进度|status|my reports"),
    Reply.POINTS: re.compile(r"积分|查积分|余额|points|balance"),
    Reply.SERVICES: re.compile(r"约|预约|我要预约|逢十|逢十服务|服务日|book|booking"),
    Reply.BOOKINGS: re.compile(r"我的预约|查预约|取消|取消预约|bookings|my bookings"),
}
WITH_NUMBER: dict[Reply, re.Pattern[str]] = {
    Reply.TAKE: re.compile(r"(?:预约|约|排队|排|book) ?([0-9]{1,2})"),
    Reply.GIVE_UP: re.compile(r"(?:取消预约|取消|cancel) ?#?([0-9]{1,6})"),
}
YES_WORDS = re.compile(r"我来|我去|我来处理|我马上去|马上去|马上到|签收|on my way|i am going|i'm going")
"""Who says these will go. "Received" or a raised thumb only says that it was read, so it stops nobody else."""
NO_WORDS = re.compile(r"去不了|我去不了|不行|没空|来不了|不在|no|n|cannot|can't")
PROOF = re.compile(r"[0-9]{6}")
WITH_CODE = re.compile(r"(?:(?:回复|回|reply) ?)?([0-9]{1,2}) ?(?:收到|好|好的|我来|我去|ok)?")
NO_WITH_CODE = re.compile(r"(?:0|no|n|去不了|没空|不行)[ ,，]?([0-9]{1,2})|([0-9]{1,2})(?:去不了|没空|不行|no)")
LONGEST = 40
"""A reply is short; a longer text tells something."""

# Signs that phones, keyboards and quoting put around a reply. A question mark is none of them: who asks does not agree.
_MARKS = r"[\s.,;:!'\"`()\[\]{}<>*#~\-_+=|/\\。，、；：！“”‘’「」『』【】《》（）…·～]+"
_AROUND = re.compile(rf"^{_MARKS}|{_MARKS}$")
_EMOJI = re.compile(r"[\U0001f000-\U0001faff\u2600-\u27bf\u2b00-\u2bff]")
_JOINERS = re.compile(r"[\ufe0e\ufe0f\u20e3\u200b-\u200f\u2060\ufeff\U0001f3fb-\U0001f3ff]")


def read_reply(text: str, open_codes: Collection[str], listed: Collection[str] = ()) -> ReadReply:
    """What the writer meant, when `open_codes` are the questions that they may answer now.

    `listed` are numbers of things to choose from a list: nobody asked, so only the number itself means one of them.
    """
    said = _JOINERS.sub("", unicodedata.normalize("NFKC", text)).strip()
    words = _bare(said)
    if len(words) > LONGEST:
        return ReadReply(Reply.OTHER)
    for kind in (Reply.STOP, Reply.START):
        if WORDS[kind].fullmatch(words):
            return ReadReply(kind)
    if (number := WITH_CODE.fullmatch(words)) is not None and number[1] in listed:
        return ReadReply(Reply.TAKE, number[1])
    if open_codes:
        return _answer(words, sorted(open_codes))
    if PROOF.fullmatch(words):
        return ReadReply(Reply.PROOF, words)
    return _wish(words)


def _wish(words: str) -> ReadReply:
    """What somebody wants who was not asked anything."""
    return ReadReply(Reply.FINE) if WORDS[Reply.FINE].fullmatch(words) else _request(words)


def _request(words: str) -> ReadReply:
    """What they want to know or do by themselves; none of it can be taken for an answer to a question."""
    for kind in (Reply.MINE, Reply.POINTS, Reply.SERVICES, Reply.BOOKINGS):
        if WORDS[kind].fullmatch(words):
            return ReadReply(kind)
    for kind, pattern in WITH_NUMBER.items():
        if (found := pattern.fullmatch(words)) is not None:
            return ReadReply(kind, found[1])
    return ReadReply(Reply.OTHER)


def _answer(words: str, codes: list[str]) -> ReadReply:
    only = codes[0] if len(codes) == 1 else ""
    if PROOF.fullmatch(words):
        return ReadReply(Reply.PROOF, words)
    if found := WITH_CODE.fullmatch(words):
        return ReadReply(Reply.NO, only) if found[1] == "0" and only else _if_known(Reply.YES, found[1], codes)
    if found := NO_WITH_CODE.fullmatch(words):
        return _if_known(Reply.NO, found[1] or found[2], codes)
    for kind, pattern in ((Reply.YES, YES_WORDS), (Reply.NO, NO_WORDS)):
        if pattern.fullmatch(words):
            return _if_known(kind, only, codes)
    if WORDS[Reply.FINE].fullmatch(words):
        return ReadReply(Reply.FINE)
    wanted = _request(words)
    return wanted if wanted.kind is not Reply.OTHER else ReadReply(Reply.UNCLEAR)


def _if_known(kind: Reply, code: str, codes: list[str]) -> ReadReply:
    return ReadReply(kind, code) if code in codes else ReadReply(Reply.UNCLEAR)


def _bare(said: str) -> str:
    """The words without what stands around them; a text of emoji only keeps nothing."""
    without_emoji = _EMOJI.sub(" ", said)
    return _AROUND.sub("", without_emoji).casefold()
