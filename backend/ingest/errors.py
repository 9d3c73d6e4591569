"""Why a device's bytes were refused: one family of errors, each with a reason to count by."""

from __future__ import annotations

from enum import StrEnum


class Reason(StrEnum):
    """What was wrong, as a label for counters; few values, none taken from what the device sent."""

    TOO_LARGE = "too_large"
    NOT_TEXT = "not_text"
    NOT_JSON = "not_json"
    NOT_XML = "not_xml"
    FORBIDDEN_XML = "forbidden_xml"
    NOT_MULTIPART = "not_multipart"
    WRONG_SHAPE = "wrong_shape"
    NO_DEVICE = "no_device"
    BAD_DEVICE = "bad_device"
    BAD_NUMBER = "bad_number"
    BAD_PAYLOAD = "bad_payload"
    OUT_OF_RANGE = "out_of_range"
    UNKNOWN_MESSAGE = "unknown_message"
    UNKNOWN_QUANTITY = "unknown_quantity"
    UNKNOWN_UNIT = "unknown_unit"
    UNKNOWN_MODEL = "unknown_model"
    BAD_SIGNATURE = "bad_signature"
    ENCRYPTED = "encrypted"


class Undecodable(Exception):
    """These bytes say nothing that we can read. The door counts `reason`, logs it, and keeps nothing of the bytes."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason.value)
        self.reason = reason


class TooLarge(Undecodable):
    """More bytes, records or nesting than this format needs."""

    def __init__(self) -> None:
        super().__init__(Reason.TOO_LARGE)


class NotProven(Undecodable):
    """The sender's signature does not fit: whoever sent this does not know the secret."""

    def __init__(self) -> None:
        super().__init__(Reason.BAD_SIGNATURE)
