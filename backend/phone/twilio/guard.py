"""Who may post here: bodies are bounded, signatures checked against our own public address; all else is 403."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import parse_qsl

from fastapi import HTTPException, Request
from starlette.datastructures import MultiDict
from twilio.request_validator import (
    HMAC_SHA1,
    HMAC_SHA256,
    SIGNATURE_HEADER,
    SIGNATURE_SETTINGS_HEADER,
    RequestValidator,
    get_signature_algorithm,
)

from backend.phone.twilio.settings import TwilioAccount

LARGEST_BODY = 64 * 1024
MOST_FIELDS = 200
FORM = "application/x-www-form-urlencoded"


@dataclass(frozen=True, slots=True)
class SignedForm:
    """What Twilio posted, proved to be Twilio's. Fields that it did not send are empty."""

    fields: MultiDict

    def get(self, name: str, longest: int = 200) -> str:
        """One field, cut to what can be stored, without NUL."""
        return str(self.fields.get(name, ""))[:longest].replace("\x00", "")


async def signed_form(request: Request, account: TwilioAccount) -> SignedForm:
    """The fields of a request that Twilio signed. Raises HTTPException 403, or 413 for a body that is too large.

    The signature covers the address by which we told Twilio to come and every field, so that nothing can be changed;
    the same request again is ours to recognise.
    """
    body = await _bounded_body(request)
    fields, signed = _read(request, body)
    query = f"?{request.url.query}" if request.url.query else ""
    url = f"{account.public_url}{request.url.path}{query}"
    if not _is_signed(request, account, url, signed):
        raise HTTPException(403)
    if fields.get("AccountSid", account.sid) != account.sid:
        raise HTTPException(403)
    return SignedForm(fields)


def _is_signed(request: Request, account: TwilioAccount, url: str, signed: MultiDict | str) -> bool:
    given = request.headers.get(SIGNATURE_HEADER, "")
    algorithm = get_signature_algorithm(request.headers.get(SIGNATURE_SETTINGS_HEADER)).upper()
    secrets = _secrets(account, algorithm)
    if isinstance(signed, str) and "bodySHA256" not in request.query_params:
        return False  # nothing would tie the body to the signature
    return any(_fits(secret, url, signed, given, algorithm) for secret in secrets)


def _fits(secret: str, url: str, signed: MultiDict | str, given: str, algorithm: str) -> bool:
    try:
        return bool(RequestValidator(secret).validate(url, signed, given, algorithm))
    except (TypeError, ValueError, UnicodeError):
        return False  # what the library cannot even compare is not signed


def _secrets(account: TwilioAccount, algorithm: str) -> tuple[str, ...]:
    if algorithm == HMAC_SHA1:
        return account.auth_tokens
    return (account.signing_key,) if algorithm == HMAC_SHA256 and account.signing_key else ()


def _read(request: Request, body: bytes) -> tuple[MultiDict, MultiDict | str]:
    """The fields, and what the signature covers: the fields of a form, the whole text of anything else."""
    kind = request.headers.get("content-type", FORM).partition(";")[0].strip().lower()
    try:
        text = body.decode()
        if kind == FORM:
            pairs = parse_qsl(text, keep_blank_values=True, max_num_fields=MOST_FIELDS, errors="strict")
            fields = MultiDict(pairs)
            return fields, fields
        return MultiDict(_flat(json.loads(text))), text
    except (ValueError, RecursionError):
        raise HTTPException(403) from None


def _flat(document: object) -> Iterator[tuple[str, str]]:
    if isinstance(document, dict):
        yield from ((str(name), value) for name, value in document.items() if isinstance(value, str))


async def _bounded_body(request: Request) -> bytes:
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > LARGEST_BODY:
            raise HTTPException(413)
    return bytes(body)
