"""Numbers that name people and firms: check digits and what the number itself says."""

from __future__ import annotations

from datetime import date

from stdnum.cn import uscc
from stdnum.exceptions import ValidationError
from stdnum.iso7064 import mod_11_2

LENGTH = 18


def born_on_of(identity_number: str) -> date | None:
    """The birthday in an identity number, or None when the number is malformed or its check digit is wrong.

    The area part is not judged: elders carry codes of districts that were dissolved long ago, which the tables of
    libraries no longer know.
    """
    body = identity_number[:-1]
    if len(identity_number) != LENGTH or not (body.isascii() and body.isdigit()):
        return None
    if not mod_11_2.is_valid(identity_number):
        return None
    try:
        return date(int(body[6:10]), int(body[10:12]), int(body[12:14]))
    except ValueError:
        return None


def is_credit_code(code: str) -> bool:
    """Whether a unified social credit code is well formed and its check character right."""
    try:
        uscc.validate(code)
    except ValidationError:
        return False
    return True
