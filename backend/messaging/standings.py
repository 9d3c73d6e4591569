"""How receipts add up: a pure order of states, so that late, doubled and shuffled ones end at the same."""

from __future__ import annotations

from collections.abc import Mapping

from backend.messaging.receipt_models import ReceiptStatus

ORDER: Mapping[ReceiptStatus, int] = {
    ReceiptStatus.ACCEPTED: 1,
    ReceiptStatus.RINGING: 2,
    ReceiptStatus.SENT: 3,
    ReceiptStatus.ANSWERED: 4,
    # An end that came from an answering machine says more than that the line was closed.
    ReceiptStatus.ENDED: 5,
    ReceiptStatus.CANCELLED: 6,
    ReceiptStatus.NO_ANSWER: 7,
    ReceiptStatus.BUSY: 8,
    ReceiptStatus.REFUSED: 9,
    ReceiptStatus.VOICEMAIL: 10,
    ReceiptStatus.FAILED: 11,
    ReceiptStatus.UNDELIVERED: 12,
    ReceiptStatus.DELIVERED: 13,
}
"""A provider contradicts itself seldom; where it does, what stands further on counts."""

FINAL = frozenset(status for status, place in ORDER.items() if place >= ORDER[ReceiptStatus.ENDED])
"""Nothing more comes, but a correction."""

UNHEARD = frozenset(
    {
        ReceiptStatus.CANCELLED,
        ReceiptStatus.NO_ANSWER,
        ReceiptStatus.BUSY,
        ReceiptStatus.REFUSED,
        ReceiptStatus.VOICEMAIL,
        ReceiptStatus.FAILED,
        ReceiptStatus.UNDELIVERED,
    }
)
"""No human heard it."""


def further(one: ReceiptStatus | None, other: ReceiptStatus) -> ReceiptStatus:
    """The state after both, in whichever order they came."""
    return other if one is None or ORDER[other] > ORDER[one] else one
