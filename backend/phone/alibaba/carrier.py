"""Alibaba Cloud as a carrier, by its official packages; they block, so they run in threads of their own.

It says and writes only texts that were registered with it. Our OutId is the id of the attempt: with it every receipt,
key and query comes back, also where the answer to the request was lost.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from alibabacloud_dysmsapi20170525 import models as sms_models
from alibabacloud_dysmsapi20170525.client import Client as SmsClient
from alibabacloud_dyvmsapi20170525 import models as voice_models
from alibabacloud_dyvmsapi20170525.client import Client as VoiceClient
from alibabacloud_tea_openapi.utils_models import Config
from darabonba.runtime import RuntimeOptions

from backend.messaging.contents import CallKind, ChannelName
from backend.phone.alibaba.answers import OK, answer_to_code, answer_to_error
from backend.phone.alibaba.settings import CHINA, NAME, AlibabaAccount
from backend.phone.carrier import CarrierAnswer, Doubtful, PhoneRequest, Quota, Refused, Service, Taken

MILLISECONDS = 4_000
"""To connect, and again to read."""
LONGEST = 10.0
THREADS = 16
KEY_SECONDS = 8
PLAY_TIMES = 3
LONGEST_PARAM = 20
"""Signs that fill one blank of a registered text."""
BEIJING = ZoneInfo("Asia/Shanghai")
VOICE_QUOTAS = (Quota(1, timedelta(minutes=1)), Quota(5, timedelta(hours=1)), Quota(20, timedelta(days=1)))
"""What it lets through to one callee; the sixth call in an hour would be dropped without a word."""
SMS_QUOTAS = (Quota(50, timedelta(days=1)),)
WITH_KEYS = (CallKind.ALERT, CallKind.CHECK_IN, CallKind.DRILL, CallKind.BOOKING)
PRESSED = ("1", "2")

Result = TypeVar("Result")


class AlibabaCarrier:
    """Calls and SMS to mainland China."""

    name = NAME

    def __init__(self, account: AlibabaAccount) -> None:
        self._account = account
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="alibaba")
        self._sms = SmsClient(_config(account, account.sms_endpoint))
        self._voice = VoiceClient(_config(account, account.voice_endpoint))

    @property
    def services(self) -> Mapping[ChannelName, Service]:
        china = frozenset({CHINA})
        return {
            ChannelName.VOICE: Service(keypress=True, only_to=china, home=china, quotas=VOICE_QUOTAS),
            ChannelName.SMS: Service(two_way=True, only_to=china, home=china, quotas=SMS_QUOTAS),
        }

    async def request(self, request: PhoneRequest) -> CarrierAnswer:
        order = self._call if request.channel is ChannelName.VOICE else self._text
        try:
            return await self._in_thread(lambda: order(request))
        except TimeoutError:
            return Doubtful("Alibaba Cloud did not answer in time")
        except Exception as error:  # noqa: BLE001 - the packages wrap whatever happens into exceptions of many kinds
            return answer_to_error(error)

    async def find(self, request: PhoneRequest) -> tuple[str, ...] | None:
        if request.channel is not ChannelName.SMS:
            return None  # calls can only be looked up by an id that we would have to know
        try:
            body = await self._in_thread(lambda: self._sent(request))
        except Exception:  # noqa: BLE001 - see `request`
            return None
        return (lost_id(request.attempt_id),) if body else ()

    async def close(self) -> None:
        self._threads.shutdown(wait=False, cancel_futures=True)

    async def _in_thread(self, work: Callable[[], Result]) -> Result:
        async with asyncio.timeout(LONGEST):
            return await asyncio.get_running_loop().run_in_executor(self._threads, work)

    def _call(self, request: PhoneRequest) -> CarrierAnswer:
        content, account = request.content, self._account
        code = account.template(f"{content.template}.voice")
        if code is None:
            return Refused(f"no text {content.template}.voice is registered")
        is_menu = content.call is not None and content.call.kind in WITH_KEYS
        body = (self._menu if is_menu else self._announcement)(request, code)
        return Taken(str(body.call_id)) if body.code == OK else answer_to_code(str(body.code))

    def _menu(self, request: PhoneRequest, code: str) -> Any:
        params = written_params(request.content.params)
        return self._voice.ivr_call_with_options(
            voice_models.IvrCallRequest(
                called_number=national(request.number),
                called_show_number=self._account.call_from,
                start_code=code,
                start_tts_params=params,
                menu_key_map=self._keys(str(request.content.template)),
                bye_code=self._account.template(f"{request.content.template}.bye"),
                play_times=PLAY_TIMES,
                timeout=KEY_SECONDS * 1_000,
                out_id=str(request.attempt_id),
            ),
            RuntimeOptions(),
        ).body

    def _keys(self, template: str) -> list[Any]:
        """What is said after a key. It is said before we know of the key, so the registered texts promise nothing."""
        codes = {key: self._account.template(f"{template}.key") for key in PRESSED}
        return [voice_models.IvrCallRequestMenuKeyMap(key=key, code=code) for key, code in codes.items() if code]

    def _announcement(self, request: PhoneRequest, code: str) -> Any:
        return self._voice.single_call_by_tts_with_options(
            voice_models.SingleCallByTtsRequest(
                called_number=national(request.number),
                called_show_number=self._account.call_from or None,
                tts_code=code,
                tts_param=written_params(request.content.params),
                play_times=PLAY_TIMES,
                out_id=str(request.attempt_id),
            ),
            RuntimeOptions(),
        ).body

    def _text(self, request: PhoneRequest) -> CarrierAnswer:
        code = self._account.template(f"{request.content.template}.sms")
        if code is None:
            return Refused(f"no text {request.content.template}.sms is registered")
        body = self._sms.send_sms_with_options(
            sms_models.SendSmsRequest(
                phone_numbers=national(request.number),
                sign_name=self._account.signature,
                template_code=code,
                template_param=written_params(request.content.params),
                out_id=str(request.attempt_id),
            ),
            RuntimeOptions(),
        ).body
        return Taken(str(body.biz_id)) if body.code == OK else answer_to_code(str(body.code))

    def _sent(self, request: PhoneRequest) -> bool:
        """Whether it has an SMS with our OutId among the newest to this number."""
        body = self._sms.query_send_details_with_options(
            sms_models.QuerySendDetailsRequest(
                phone_number=national(request.number),
                send_date=request.started_at.astimezone(BEIJING).strftime("%Y%m%d"),
                page_size=20,
                current_page=1,
            ),
            RuntimeOptions(),
        ).body
        if body.code != OK or body.sms_send_detail_dtos is None:
            raise OSError(f"the query was answered with {body.code}")
        sent = body.sms_send_detail_dtos.sms_send_detail_dto or []
        return any(one.out_id == str(request.attempt_id) for one in sent)


def lost_id(attempt_id: int) -> str:
    """Stands for the id of an SMS whose answer was lost; its receipts come by our OutId."""
    return f"out-{attempt_id}"


def national(number: str) -> str:
    """The eleven digits by which Chinese carriers know a number."""
    return number.removeprefix(f"+{CHINA}")


def written_params(params: Mapping[str, str]) -> str:
    """What fills the blanks of a registered text."""
    return json.dumps({name: value[:LONGEST_PARAM] for name, value in params.items()}, ensure_ascii=False)


def _config(account: AlibabaAccount, endpoint: str) -> Config:
    """An endpoint may carry its scheme: without encryption only what stands on this machine is spoken to."""
    scheme, _, host = endpoint.rpartition("://")
    return Config(
        access_key_id=account.key_id,
        access_key_secret=account.key_secret,
        endpoint=host,
        protocol=(scheme or "https").upper(),
        connect_timeout=MILLISECONDS,
        read_timeout=MILLISECONDS,
        user_agent="youlin",
    )
