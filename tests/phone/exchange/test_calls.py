"""Calls through the exchange: ordered by Twilio's own client, answered, spoken, keyed, ended."""

from __future__ import annotations

import pytest

from playground.telephone.exchange import Exchange
from playground.telephone.telephones import NotHeard, Telephone, TelephoneBook

from .conftest import OURS, SON, Official
from .program import Program

ASK = (
    '<Gather input="dtmf" numDigits="1" timeout="8" action="/answer?alert=12" actionOnEmptyResult="true">'
    '<Say language="cmn-CN" voice="Polly.Zhiyu" loop="2">您母亲按了求救键。收到请按1。</Say></Gather>'
)
EVERY_STEP = ["initiated", "ringing", "answered", "completed"]


async def test_a_key_pressed_in_a_call_comes_to_the_program_signed(
    twilio: Official, program: Program, daughter: Telephone, phones: TelephoneBook
) -> None:
    program.twiml("/answer", "<Say>谢谢。</Say>")

    await twilio.call(
        daughter.number,
        url=program.twiml("/alert", ASK),
        status_callback=f"{program.address}/status",
        status_callback_event=EVERY_STEP,
    )
    await daughter.rings()
    await daughter.answer()
    await daughter.hears("求救")
    await daughter.press("1")
    await daughter.hears("谢谢")
    await daughter.is_hung_up()

    await daughter.exchange.webhooks.all_told()
    (answer,) = program.sent_to("/answer")
    assert (answer["Digits"], answer["To"], answer["CallStatus"]) == ("1", daughter.number, "in-progress")
    assert program.statuses() == ["initiated", "ringing", "in-progress", "completed"]
    assert [form["SequenceNumber"] for form in program.sent_to("/status")] == ["0", "1", "2", "3"]
    assert all(request.valid for request in program.requests)
    phones.expects_nothing()


async def test_without_a_key_the_program_hears_of_the_empty_answer(
    twilio: Official, program: Program, daughter: Telephone
) -> None:
    program.twiml("/answer", "<Hangup/>")

    await twilio.call(daughter.number, url=program.twiml("/alert", ASK))
    await daughter.answer()
    await daughter.says_nothing()
    await daughter.is_hung_up()

    assert [form["Digits"] for form in program.sent_to("/answer")] == [""]


@pytest.mark.parametrize(
    ("behave", "outcome"),
    [
        (Telephone.busy, "busy"),
        (Telephone.lets_it_ring, "no-answer"),
        (Telephone.unreachable, "failed"),
    ],
)
async def test_a_call_that_nobody_takes_ends_with_its_reason(
    twilio: Official, program: Program, son: Telephone, behave: object, outcome: str
) -> None:
    assert callable(behave)
    behave(son)

    call = await twilio.call(
        son.number, twiml="<Response><Say>喂</Say></Response>", status_callback=f"{program.address}/status"
    )
    await son.is_called(outcome)

    await son.exchange.webhooks.all_told()
    assert program.statuses() == [outcome]
    assert (await twilio(lambda client: client.calls(call.sid).fetch())).status == outcome


async def test_who_refuses_or_is_called_back_too_late_was_busy_or_is_not_rung(
    twilio: Official, son: Telephone, daughter: Telephone
) -> None:
    first = await twilio.call(son.number, twiml="<Response><Say>喂</Say></Response>")
    await son.rings()
    await son.hangs_up()
    second = await twilio.call(daughter.number, twiml="<Response><Say>喂</Say></Response>")
    await daughter.rings()
    await twilio(lambda client: client.calls(second.sid).update(status="completed"))

    assert (await daughter.is_hung_up())["status"] == "canceled"
    assert (await twilio(lambda client: client.calls(first.sid).fetch())).status == "busy"


async def test_a_machine_is_recognised_beside_the_call_and_never_presses_a_key(
    twilio: Official, program: Program, son: Telephone
) -> None:
    program.twiml("/answer", "<Hangup/>")
    son.voicemail()

    await twilio.call(
        son.number,
        url=program.twiml("/alert", ASK),
        machine_detection="Enable",
        async_amd="true",
        async_amd_status_callback=f"{program.address}/status/machine",
        status_callback=f"{program.address}/status",
    )
    await son.is_called("completed")

    await son.exchange.webhooks.all_told()
    assert [form["AnsweredBy"] for form in program.sent_to("/status/machine")] == ["machine_start"]
    assert program.sent_to("/status")[0]["AnsweredBy"] == "machine_start"
    assert program.sent_to("/answer")[0]["Digits"] == ""


async def test_the_program_may_let_another_document_speak_in_a_call(
    twilio: Official, program: Program, daughter: Telephone
) -> None:
    call = await twilio.call(daughter.number, url=program.twiml("/alert", ASK))
    await daughter.answer()
    await daughter.hears("求救")

    await twilio(lambda client: client.calls(call.sid).update(twiml="<Response><Say>您儿子已经接手。</Say></Response>"))

    await daughter.hears("已经接手")
    assert (await daughter.is_hung_up())["status"] == "completed"


async def test_keys_pressed_while_nobody_listens_are_lost(
    twilio: Official, program: Program, daughter: Telephone
) -> None:
    gather = '<Gather numDigits="4" finishOnKey="#" action="/answer"><Say>请输入</Say></Gather>'
    program.twiml("/answer", "<Hangup/>")

    await twilio.call(daughter.number, url=program.twiml("/alert", gather))
    await daughter.rings()
    assert daughter.press_anyway("9") is False
    await daughter.answer()
    await daughter.press("12#")
    await daughter.is_hung_up()

    assert [form["Digits"] for form in program.sent_to("/answer")] == ["12"]


async def test_a_person_calls_and_leaves_a_recording_that_the_program_fetches(
    twilio: Official, program: Program, daughter: Telephone, address: str
) -> None:
    record = 'action="/recorded" finishOnKey="#" transcribe="true" transcribeCallback="/status/text"'
    program.twiml("/voice", f"<Say>请说。</Say><Record {record}/>")
    program.twiml("/recorded", "<Say>记下了。</Say>")

    await daughter.calls(OURS)
    await daughter.hears("请说")
    await daughter.says("楼道堵了")
    await daughter.press("#")
    await daughter.hears("记下了")

    (recorded,) = program.sent_to("/recorded")
    fetched = await twilio(lambda client: client.recordings(recorded["RecordingSid"]).fetch())
    await daughter.exchange.webhooks.all_told()
    assert recorded["RecordingUrl"].startswith(address)
    assert fetched.call_sid == recorded["CallSid"]
    assert program.sent_to("/status/text")[0]["TranscriptionText"] == "楼道堵了"


async def test_who_puts_down_while_speaking_has_still_been_recorded(
    program: Program, address: str, daughter: Telephone
) -> None:
    program.twiml("/voice", '<Record action="/recorded"/>')
    program.twiml("/recorded", "")

    await daughter.calls(OURS)
    await daughter.says("我摔倒了")
    await daughter.hangs_up()
    await daughter.exchange.background.settled()

    assert program.sent_to("/recorded")[0]["Digits"] == "hangup"


async def test_a_rejected_call_was_never_answered(program: Program, address: str, daughter: Telephone) -> None:
    program.twiml("/voice", '<Reject reason="busy"/>')

    call = await daughter.calls(OURS)

    assert (call["status"], call["answered"]) == ("busy", None)


async def test_speech_is_heard_where_the_document_listens_for_it(
    program: Program, address: str, daughter: Telephone
) -> None:
    program.twiml(
        "/voice", '<Gather input="dtmf speech" language="cmn-Hans-CN" action="/said"><Say>请说</Say></Gather>'
    )
    program.twiml("/said", "<Hangup/>")

    await daughter.calls(OURS)
    await daughter.says("我很好")
    await daughter.is_hung_up()

    assert program.sent_to("/said")[0]["SpeechResult"] == "我很好"


async def test_dial_connects_with_the_first_who_answers(
    program: Program, address: str, daughter: Telephone, son: Telephone, phones: TelephoneBook
) -> None:
    worker = phones.new("+8613800000003", "worker")
    program.twiml(
        "/voice", f'<Dial action="/dialled" timeout="20"><Number>{SON}</Number><Number>{worker.number}</Number></Dial>'
    )
    program.twiml("/dialled", "<Say>再见。</Say>")

    await daughter.calls(OURS)
    await son.rings()
    await worker.rings()
    await son.answer()
    await son.meets(daughter)
    assert (await worker.is_hung_up())["status"] == "canceled"
    await son.says("喂，姐姐")
    await daughter.hears("喂，姐姐")
    await son.hangs_up()
    await daughter.hears("再见")

    (dialled,) = program.sent_to("/dialled")
    assert (dialled["DialCallStatus"], dialled["DialBridged"]) == ("completed", "true")


async def test_two_who_are_put_into_one_conference_hear_each_other_until_one_ends_it(
    twilio: Official, program: Program, daughter: Telephone, son: Telephone
) -> None:
    hook = 'statusCallback="/status" statusCallbackEvent="start end join leave"'
    room = f"<Dial><Conference {hook} {{more}}>alert-12</Conference></Dial>"
    one = program.twiml("/one", room.format(more='endConferenceOnExit="true"'))
    other = program.twiml("/other", room.format(more=""))

    for phone, url in ((daughter, one), (son, other)):
        await twilio.call(phone.number, url=url)
        await phone.answer()
    await son.meets(daughter)
    rooms = await twilio(lambda client: client.conferences.list(friendly_name="alert-12", status="in-progress"))
    people = await twilio(lambda client: client.conferences(rooms[0].sid).participants.list())
    await daughter.says("妈，我在")
    await son.hears("妈，我在")
    await daughter.hangs_up()

    assert (await son.is_hung_up())["status"] == "completed"
    assert len(people) == 2
    await son.exchange.webhooks.all_told()
    events = [form["StatusCallbackEvent"] for form in program.sent_to("/status")]
    assert events[:3] == ["participant-join", "participant-join", "conference-start"]
    assert "conference-end" in events


async def test_a_conference_begins_with_whom_it_is_to_begin(
    twilio: Official, program: Program, daughter: Telephone, son: Telephone, phones: TelephoneBook
) -> None:
    worker = phones.new("+8613800000003", "worker")
    room = '<Conference startConferenceOnEnter="false">alert-13</Conference>'
    waits = program.twiml("/waits", f"<Say>请等一下</Say><Dial>{room}</Dial>")
    begins = program.twiml("/begins", '<Dial><Conference endConferenceOnExit="true">alert-13</Conference></Dial>')
    for phone in (daughter, son):
        await twilio.call(phone.number, url=waits)
        await phone.answer()
        await phone.hears("请等一下")
    heard_early = son.exchange.calling.speak(son.handset, "有人吗")

    await twilio.call(worker.number, url=begins)
    await worker.answer()
    await worker.meets(daughter)
    await son.says("我在")
    await daughter.hears("我在")
    await worker.hangs_up()

    assert not heard_early
    assert (await daughter.is_hung_up())["status"] == "completed"


@pytest.mark.parametrize(
    ("document", "code"),
    [
        ("<Response><Shout>喂</Shout></Response>", 12200),
        ('<Response><Say volume="11">喂</Say></Response>', 12200),
        ("<Response><Say>喂</Response>", 12100),
        ("<Answer><Say>喂</Say></Answer>", 12100),
        ('<!DOCTYPE r [<!ENTITY a "aaaa">]><Response><Say>&a;</Say></Response>', 12100),
        ("<Response><Gather><Dial>+861</Dial></Gather></Response>", 12200),
        ("<Response><Redirect></Redirect></Response>", 12200),
    ],
)
async def test_what_twilio_does_not_understand_is_an_error_that_the_person_hears(
    twilio: Official, exchange: Exchange, daughter: Telephone, document: str, code: int
) -> None:
    await twilio.call(daughter.number, twiml=document)
    await daughter.answer()

    await daughter.hears("application error")
    assert [complaint.code for complaint in exchange.complaints] == [code]


async def test_a_document_that_is_away_is_replaced_by_its_fallback(
    twilio: Official, program: Program, exchange: Exchange, daughter: Telephone
) -> None:
    fallback = program.twiml("/fallback", "<Say>请稍后再试。</Say>")

    await twilio.call(daughter.number, url=f"{program.address}/nowhere", fallback_url=fallback)
    await daughter.answer()

    await daughter.hears("请稍后再试")
    assert exchange.complaints[0].code == 11200
    assert program.sent_to("/fallback")[0]["ErrorCode"] == "11200"


async def test_documents_that_lead_in_a_circle_end(
    twilio: Official, program: Program, daughter: Telephone, exchange: Exchange
) -> None:
    await twilio.call(daughter.number, url=program.twiml("/round", "<Redirect>/round</Redirect>"))
    await daughter.answer()

    assert (await daughter.is_hung_up())["status"] == "completed"
    assert exchange.complaints[-1].code == 12400


async def test_who_expects_nothing_is_told_of_what_came(
    twilio: Official, son: Telephone, phones: TelephoneBook
) -> None:
    await twilio.call(son.number, twiml="<Response><Say>喂</Say></Response>")
    await twilio.write("+8613800000099", "给陌生人")

    with pytest.raises(NotHeard):
        await son.receives_sms("短信", within=0.01)
    with pytest.raises(AssertionError):
        son.expects_nothing()
    assert phones.unexpected() == [("son", "call ringing"), ("+8613800000099", "sms 给陌生人")]
