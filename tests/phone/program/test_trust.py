"""Who may speak to the pages for Twilio: SHA-1 by either token, SHA-256 by the shared key, nobody else."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from urllib.parse import urlencode

import httpx
from sqlalchemy import func, select

from backend.kernel.arrivals import Arrival
from playground.telephone.signing import SETTINGS, SIGNATURE, signature, signed_headers
from tests.phone.program.switchboard import KEY, NEXT_TOKEN, Switchboard, open_switchboard

PATH = "/phone/twilio/sms/incoming"
FORM = {"From": "+16175550199", "Body": "楼道灯坏了三天了", "MessageSid": "SM1"}


async def arrivals(board: Switchboard) -> int:
    async with board.world.work.look() as uow:
        return await uow.session.scalar(select(func.count()).select_from(Arrival)) or 0


async def post(board: Switchboard, form: dict[str, str], headers: dict[str, str], path: str = PATH) -> int:
    async with httpx.AsyncClient() as client:
        return (await client.post(f"{board.pages}{path}", data=form, headers=headers)).status_code


async def test_what_is_signed_is_heard_once_however_often_it_comes(board: Switchboard) -> None:
    form = FORM | {"AccountSid": board.exchange.account_sid}
    headers = signed_headers(f"{board.pages}{PATH}", form, board.exchange.auth_token)

    answers = [await post(board, form, headers) for _ in range(3)]

    assert answers == [200, 200, 200]
    assert await arrivals(board) == 2  # the SMS, and the report that it became


async def test_what_is_forged_is_refused_and_writes_nothing(board: Switchboard) -> None:
    url, token = f"{board.pages}{PATH}", board.exchange.auth_token
    form = FORM | {"AccountSid": board.exchange.account_sid}
    foreign = FORM | {"AccountSid": "AC" + "0" * 32}
    forged = {
        "no signature": (form, {}),
        "tampered": (form | {"Body": "1"}, signed_headers(url, form, token)),
        "other address": (form, signed_headers(f"{board.pages}/phone/twilio/voice/inbound", form, token)),
        "other account": (foreign, signed_headers(url, foreign, token)),
        "wrong token": (form, signed_headers(url, form, "f" * 32)),
    }

    answers = {name: await post(board, *request) for name, request in forged.items()}

    assert answers == dict.fromkeys(forged, 403)
    assert await arrivals(board) == 0


async def test_the_next_token_counts_while_it_is_being_changed(sqlite_url: str, tmp_path: Path) -> None:
    async with open_switchboard(sqlite_url, tmp_path, twilio_next_auth_token=NEXT_TOKEN) as board:
        assert await post(board, FORM, signed_headers(f"{board.pages}{PATH}", FORM, NEXT_TOKEN)) == 200


async def test_sha_256_counts_by_the_shared_key_only(sqlite_url: str, tmp_path: Path) -> None:
    async with open_switchboard(sqlite_url, tmp_path, key=KEY) as board:
        url = f"{board.pages}{PATH}"
        by_key = signed_headers(url, FORM, "", KEY)
        by_token = {SIGNATURE: signature(url, FORM, board.exchange.auth_token, "sha256"), SETTINGS: by_key[SETTINGS]}

        assert await post(board, FORM, by_key) == 200
        assert await post(board, FORM, by_token) == 403
        assert await post(board, FORM, by_key | {SETTINGS: "key=x,algorithm=HMAC_MD5"}) == 403


async def test_a_body_that_is_no_form_is_tied_to_the_signature_by_its_digest(board: Switchboard) -> None:
    body = json.dumps(FORM).encode()
    digest = hashlib.sha256(body).hexdigest()
    url = f"{board.pages}{PATH}?{urlencode({'bodySHA256': digest})}"
    headers = {SIGNATURE: signature(url, {}, board.exchange.auth_token, "sha1"), "content-type": "application/json"}

    async with httpx.AsyncClient() as client:
        whole = await client.post(url, content=body, headers=headers)
        changed = await client.post(url, content=body + b" ", headers=headers)
        bare = await client.post(f"{board.pages}{PATH}", content=body, headers=headers)

    assert [whole.status_code, changed.status_code, bare.status_code] == [200, 403, 403]


async def test_a_hostile_body_is_refused(board: Switchboard) -> None:
    headers = {"content-type": "application/x-www-form-urlencoded", SIGNATURE: "x"}
    bodies = (b"\xff\xfe", b"a=" + b"x" * 70_000, b"&".join([b"a=1"] * 300))
    async with httpx.AsyncClient() as client:
        answers = [(await client.post(f"{board.pages}{PATH}", content=body, headers=headers)) for body in bodies]

    assert [answer.status_code for answer in answers] == [403, 413, 403]


async def test_a_key_in_a_call_that_we_never_made_does_nothing(board: Switchboard) -> None:
    daughter = await board.contact("Wang Na", "+16175550101")
    alert_id = await board.sos()
    await daughter.rings()
    message = (await board.messages())[0]
    path = f"/phone/twilio/voice/{message.id}/1/keys?round=0"
    form = {"CallSid": "CA" + "9" * 32, "Digits": "1"}
    url = f"{board.pages}{path}"

    status = await post(board, form, signed_headers(url, form, board.exchange.auth_token), path)

    assert status == 200
    assert await board.said_to(alert_id) == []
