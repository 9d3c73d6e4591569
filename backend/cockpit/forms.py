"""Forms from the web: bounded, ours, and each counted once."""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Iterator, Mapping
from urllib.parse import urlsplit

from fastapi import Request
from sqlalchemy.exc import IntegrityError
from starlette.datastructures import FormData
from starlette.exceptions import HTTPException

from backend.cockpit.errors import FieldInvalid, ForgedForm, FormSentBefore, NotAForm
from backend.cockpit.models import SentForm
from backend.kernel.unit_of_work import UnitOfWork

MOST_BYTES = 64 * 1024
MOST_FIELDS = 300
FORM_TYPE = "application/x-www-form-urlencoded"
NONCE_BYTES = 12
LONGEST_NONCE = 32


def new_nonce() -> str:
    """The number of a form that is about to be shown."""
    return secrets.token_urlsafe(NONCE_BYTES)


class Typed(Mapping[str, str]):
    """What a person typed: text fields only, trimmed, ends of lines made one kind."""

    def __init__(self, form: FormData | None = None) -> None:
        self._fields: dict[str, list[str]] = {}
        for name, value in form.multi_items() if form else ():
            if isinstance(value, str):
                self._fields.setdefault(name, []).append(value.replace("\r\n", "\n").strip())

    def __getitem__(self, name: str) -> str:
        return self._fields[name][-1]

    def __iter__(self) -> Iterator[str]:
        return iter(self._fields)

    def __len__(self) -> int:
        return len(self._fields)

    def all(self, name: str) -> list[str]:
        """Every value of a field that may be given several times, such as boxes to tick."""
        return list(self._fields.get(name, ()))

    def text(self, name: str, *, most: int, least: int = 0) -> str:
        """A field of so many characters; raises FieldInvalid. Characters that no keyboard writes are refused."""
        value = self.get(name, "")
        if not least <= len(value) <= most or any(ord(sign) < 32 and sign not in "\n\t" for sign in value):
            raise FieldInvalid(name)
        return value

    def number(self, name: str, *, least: int, most: int) -> int:
        """A whole number within bounds; raises FieldInvalid."""
        value = self.get(name, "")
        if not value.isascii() or not value.isdigit() or len(value) > 18 or not least <= int(value) <= most:
            raise FieldInvalid(name)
        return int(value)

    def is_ticked(self, name: str) -> bool:
        return name in self._fields


async def read_form(request: Request) -> Typed:
    """The form of this request; raises NotAForm for any other kind of body, HTTPException(413) for one too large."""
    kind = request.headers.get("content-type", "").split(";")[0].strip().lower()
    if kind != FORM_TYPE:
        raise NotAForm
    # The app's own limit has bounded what this reads; this one is answered in words.
    if len(await request.body()) > MOST_BYTES:
        raise HTTPException(413)
    try:
        form = await request.form(max_files=0, max_fields=MOST_FIELDS)
    except UnicodeDecodeError as error:
        raise NotAForm from error
    typed = Typed(form)
    if any("\x00" in value or "\ufffd" in value for name in typed for value in typed.all(name)):
        raise NotAForm
    return typed


def check_origin(request: Request, public_url: str | None) -> None:
    """Raise ForgedForm unless the form was sent by a page of our own address."""
    origin = request.headers.get("origin")
    if origin in (None, "null"):
        own = request.headers.get("sec-fetch-site") == "same-origin"
    else:
        hosts = {request.headers.get("host", "").lower(), urlsplit(public_url or "").netloc.lower()} - {""}
        own = urlsplit(origin).netloc.lower() in hosts
    if not own:
        raise ForgedForm


def check_csrf(typed: Typed, expected: str) -> None:
    """Raise ForgedForm unless the form carries the word of this session."""
    if not hmac.compare_digest(typed.get("csrf", "").encode(), expected.encode()):
        raise ForgedForm


async def take_nonce(uow: UnitOfWork, session_id: int, typed: Typed) -> None:
    """Use up the form's number in this transaction; raises FormSentBefore when it was used."""
    nonce = typed.get("nonce", "")
    if not 0 < len(nonce) <= LONGEST_NONCE:
        raise NotAForm
    try:
        async with uow.session.begin_nested():
            uow.session.add(SentForm(session_id=session_id, nonce=nonce, sent_at=uow.now))
    except IntegrityError as error:
        raise FormSentBefore from error
