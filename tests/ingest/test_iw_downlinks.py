"""Commands to watches of the second family, and how their answers are known."""

from __future__ import annotations

import pytest

from backend.devices.commands import COMMANDS_OF
from backend.ingest import iw_downlinks as iw
from backend.ingest.doors.orders import ORDERS
from backend.ingest.iw_packets import read_iw_packet
from backend.ingest.watch_downlinks import Contact, Language
from tests.ingest.test_iw_packets import DEVICE, NOW

DAUGHTER = Contact("13800000001", "女儿")


@pytest.mark.parametrize(
    ("content", "fields"),
    [
        (iw.locate_now(), "BP16,{}"),
        (iw.set_upload_interval(600), "BP15,{},600"),
        (iw.set_sos_numbers(["13800000001", "+8613800000002"]), "BP12,{},13800000001,+8613800000002,"),
        (iw.set_contacts([DAUGHTER]), "BP14,{},5973513F|13800000001,,,,,,,,,"),
        (iw.measure_heart_rate(None), "BPXL,{}"),
        (iw.measure_heart_rate(0), "BP86,{},0,10"),
        (iw.measure_heart_rate(610), "BP86,{},1,11"),
        (iw.show_message("吃饭"), "BP40,{},5403996D"),
        (iw.set_language_and_zone(Language.SIMPLIFIED_CHINESE, 8), "BP20,{},0,8"),
    ],
    ids=lambda value: str(value)[:20],
)
def test_each_command_names_the_watch_and_a_number_of_ours(content: bytes, fields: str):
    word, _, rest = fields.partition(",{}")

    assert iw.addressed(DEVICE, 7, content) == f"IW{word},{DEVICE},000007{rest}#".encode()


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: iw.set_upload_interval(59),
        lambda: iw.set_sos_numbers([]),
        lambda: iw.set_sos_numbers(["1#IWBP17"]),
        lambda: iw.set_contacts([Contact("12", " ")]),
        lambda: iw.set_contacts([DAUGHTER] * 11),
        lambda: iw.measure_heart_rate(60),
        lambda: iw.show_message("x" * 91),
        lambda: iw.set_language_and_zone(Language.ENGLISH, 8.1),
        lambda: iw.addressed(DEVICE, 1, b"BP#17"),
    ],
)
def test_what_could_become_another_command_is_never_sent(wrong):
    with pytest.raises(ValueError, match=r".+"):
        wrong()


def test_an_answer_is_known_by_its_word_and_is_not_answered_again():
    message = read_iw_packet("IWAP16,000007", DEVICE, NOW)

    assert (message.reply, message.observations) == (None, ())
    assert iw.is_obeyed(iw.locate_now(), message.kind)
    assert not iw.is_obeyed(iw.show_message("x"), message.kind)
    assert not iw.is_obeyed(b"BP49", "AP49")


def test_every_command_that_a_protocol_takes_has_its_words():
    assert {protocol: frozenset(orders) for protocol, orders in ORDERS.items()} == dict(COMMANDS_OF)
