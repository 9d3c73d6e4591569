"""What Alibaba Cloud's codes mean for us; tables. The states of calls are those of its list of operators' receipts."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from alibabacloud_tea_openapi.exceptions import AlibabaCloudException, ThrottlingException

from backend.messaging.receipt_models import ReceiptStatus
from backend.phone.carrier import Busy, CarrierAnswer, Doubtful, Down, Refused
from backend.phone.connections import never_connected

OK = "OK"
TOO_FAST = frozenset({"isv.BUSINESS_LIMIT_CONTROL", "isv.DAY_LIMIT_CONTROL", "isv.FLOW_LIMIT"})
"""Its limits for one callee or for the account."""
NOT_WORKING = frozenset(
    {
        "isv.AMOUNT_NOT_ENOUGH",
        "isv.OUT_OF_SERVICE",
        "isv.ACCOUNT_ABNORMAL",
        "isv.ACCOUNT_NOT_EXISTS",
        "isv.PRODUCT_UNSUBSCRIBE",
        "isv.PRODUCT_UN_SUBSCRIPT",
        "isp.RAM_PERMISSION_DENY",
        "InvalidAccessKeyId.NotFound",
        "SignatureDoesNotMatch",
        "Forbidden",
    }
)
"""The account, its money or its rights: true for every number."""
CALL_STATES: Mapping[str, ReceiptStatus] = {
    "200000": ReceiptStatus.ENDED,
    "200001": ReceiptStatus.ENDED,
    "200002": ReceiptStatus.BUSY,
    "200003": ReceiptStatus.NO_ANSWER,
    "200004": ReceiptStatus.FAILED,
    "200005": ReceiptStatus.REFUSED,
    "200006": ReceiptStatus.FAILED,
    "200007": ReceiptStatus.NO_ANSWER,
    "200008": ReceiptStatus.ENDED,
    "200010": ReceiptStatus.NO_ANSWER,
    "200011": ReceiptStatus.FAILED,
    "200103": ReceiptStatus.ANSWERED,
    "200104": ReceiptStatus.FAILED,
    "200105": ReceiptStatus.FAILED,
    "200117": ReceiptStatus.FAILED,
    "200118": ReceiptStatus.FAILED,
    "200121": ReceiptStatus.FAILED,
}
"""Heard to the end, or hung up early, or no key in time: a human, or a machine, which it does not tell apart."""
KEY_PRESSED = "300000"


def answer_to_code(code: str) -> CarrierAnswer:
    """Whether a request that was answered with a code other than OK may have been carried."""
    if code in TOO_FAST or code.startswith("Throttling"):
        return Busy(code, timedelta(minutes=1) if code in TOO_FAST else None)
    if code in NOT_WORKING:
        return Down(code)
    if code.startswith("isp."):
        return Doubtful(code)
    return Refused(code)


def answer_to_error(error: Exception) -> CarrierAnswer:
    """Whether a request that failed may have been carried."""
    if isinstance(error, ThrottlingException):
        return Busy("throttled", timedelta(seconds=1))
    if isinstance(error, AlibabaCloudException):
        status = error.status_code or 0
        if status >= 500:
            return Doubtful(f"HTTP {status}, code {error.code}")
        return answer_to_code(str(error.code))
    if never_connected(error):
        return Down(type(error).__name__)
    return Doubtful(type(error).__name__)
