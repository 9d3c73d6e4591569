"""Reading an HTTP request: bounded, whatever its encoding."""

from __future__ import annotations

import json
from collections.abc import AsyncGenerator, Awaitable, Callable, MutableMapping
from typing import Any
from urllib.parse import parse_qsl

from starlette.datastructures import Headers, UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser

from .errors import Refusal, bad_request
from .files import MEGABYTE, Upload

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
LARGEST_BODY = 100 * MEGABYTE  # an album of large files; what one file may be is said where it is used
LARGEST_PART = 2 * MEGABYTE
MOST_FIELDS = 200
MOST_FILES = 20


class Disconnected(Exception):
    """The client went away before it had said everything."""


async def chunks(receive: Receive) -> AsyncGenerator[bytes, None]:
    size = 0
    while True:
        event = await receive()
        if event["type"] == "http.disconnect":
            raise Disconnected
        body: bytes = event.get("body", b"")
        size += len(body)
        if size > LARGEST_BODY:
            raise Refusal(413, "Request Entity Too Large")
        if body:
            yield body
        if not event.get("more_body"):
            return


async def read_body(receive: Receive) -> bytes:
    return b"".join([chunk async for chunk in chunks(receive)])


def header(scope: Scope, name: bytes) -> str:
    return next((value.decode("latin-1") for key, value in scope["headers"] if key == name), "")


def parse_pairs(encoded: bytes) -> dict[str, Any]:
    try:
        text = encoded.decode()
        return dict(parse_qsl(text, keep_blank_values=True, max_num_fields=MOST_FIELDS, errors="strict"))
    except (UnicodeDecodeError, ValueError):
        raise bad_request("can't parse the request") from None


def parse_json(encoded: bytes) -> dict[str, Any]:
    try:
        value = json.loads(encoded) if encoded else {}
    except (ValueError, RecursionError):
        raise bad_request("can't parse JSON object") from None
    if not isinstance(value, dict):
        raise bad_request("can't parse JSON object: Object expected")
    return value


async def read_arguments(scope: Scope, receive: Receive) -> tuple[dict[str, Any], dict[str, Upload]]:
    """Return a call's raw arguments and its files, from query and body."""
    arguments = parse_pairs(scope["query_string"]) if scope["query_string"] else {}
    kind = header(scope, b"content-type")
    if kind.startswith("multipart/form-data"):
        fields, files = await read_multipart(scope, receive)
        return arguments | fields, dict(files)
    body = await read_body(receive)
    if body:
        arguments |= parse_json(body) if kind.startswith("application/json") else parse_pairs(body)
    return arguments, {}


async def read_multipart(scope: Scope, receive: Receive) -> tuple[dict[str, Any], list[tuple[str, Upload]]]:
    parser = MultiPartParser(
        Headers(scope=scope),
        chunks(receive),
        max_files=MOST_FILES,
        max_fields=MOST_FIELDS,
        max_part_size=LARGEST_PART,
    )
    try:
        form = await parser.parse()
    except MultiPartException as problem:
        raise bad_request(f"can't parse the form: {problem.message}") from None
    fields: dict[str, Any] = {}
    files = []
    for key, value in form.multi_items():
        if isinstance(value, UploadFile):
            files.append((key, Upload(value.filename, value.content_type, await value.read())))
            await value.close()
        else:
            fields[key] = value
    return fields, files
