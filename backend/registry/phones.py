"""Telephone numbers in one form (E.164), and the keyed hash by which they are found."""

from __future__ import annotations

import phonenumbers

from backend.kernel.unit_of_work import UnitOfWork
from backend.registry.errors import PhoneUnreadable

HOME_REGION = "CN"
LONGEST = 40


def normalised_phone(text: str) -> str:
    """Give E.164 for what a person or a file writes; a number without a country is taken as Chinese.

    Possible is enough: new ranges are in use before libraries know them, and Telegram has numbers of its own.
    Raises PhoneUnreadable.
    """
    return _normalised(text, HOME_REGION)


def shared_phone(text: str) -> str:
    """Give E.164 for the number of a shared contact: Telegram always writes the country, with or without the plus."""
    return _normalised(f"+{text.strip().lstrip('+')}", None)


def phone_lookup(uow: UnitOfWork, phone: str) -> str:
    """The keyed hash of a number in E.164."""
    return uow.vault.lookup("phone", phone)


def _normalised(text: str, region: str | None) -> str:
    if len(text) > LONGEST:
        raise PhoneUnreadable
    try:
        number = phonenumbers.parse(text, region)
    except phonenumbers.NumberParseException as error:
        raise PhoneUnreadable from error
    if not phonenumbers.is_possible_number(number):
        raise PhoneUnreadable
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
