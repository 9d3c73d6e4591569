"""What the doctor finds about the carriers: half-made settings, what they cannot reach, whether they know us."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from ipaddress import ip_network

import phonenumbers

from backend.kernel.settings import Settings
from backend.phone.alibaba.guard import SHORTEST_SECRET
from backend.phone.twilio.carrier import TwilioCarrier
from backend.phone.twilio.settings import twilio_account
from bot.findings import Finding, well, wrong

TEMPLATES = ("alert.voice", "alert.key", "alert.sms", "proof.sms", "proof.voice")
"""Without these an elder's family in mainland China is not reached."""


async def about_telephone(settings: Settings) -> AsyncIterator[Finding]:
    """Findings in the order in which one would mend them."""
    if not _has_twilio(settings) and settings.alibaba_access_key_id is None:
        yield well(
            "No carrier is set up: contacts and workers are reached by chat only, and a step that only calls "
            "telephones (@voice, @sms) climbs at once. See docs/telephone.md."
        )
        return
    for finding in (*_about_twilio(settings), *_about_alibaba(settings)):
        yield finding
    account = twilio_account(settings, "http://localhost")
    if account is not None and not settings.is_playground:
        carrier = TwilioCarrier(account)
        yield await _knows_us(carrier)
        await carrier.close()


def _has_twilio(settings: Settings) -> bool:
    return settings.twilio_account_sid is not None or settings.twilio_auth_token is not None


def _about_twilio(settings: Settings) -> Iterator[Finding]:
    if not _has_twilio(settings):
        return
    needed = {
        "YOULIN_TWILIO_ACCOUNT_SID": settings.twilio_account_sid,
        "YOULIN_TWILIO_AUTH_TOKEN": settings.twilio_auth_token,
        "YOULIN_TWILIO_FROM": settings.twilio_from,
    }
    missing = [name for name, value in needed.items() if value is None]
    if missing:
        yield wrong(f"Twilio is not used, because {', '.join(missing)} is missing.")
        return
    if not _is_number(settings.twilio_from or ""):
        yield wrong("YOULIN_TWILIO_FROM must be your number there with its country, such as +18005550100.")
    if settings.public_url is None or not settings.public_url.startswith("https://"):
        yield wrong("Twilio calls back: YOULIN_PUBLIC_URL must be the https address at which it reaches this server.")
    if settings.alibaba_access_key_id is None:
        yield wrong(
            "Twilio makes no calls to mainland China (+86), and SMS there cannot be answered: "
            "set up Alibaba Cloud too, or families there are reached by chat only."
        )
    yield well("Twilio is set up.")


def _about_alibaba(settings: Settings) -> Iterator[Finding]:
    if settings.alibaba_access_key_id is None:
        return
    if settings.alibaba_access_key_secret is None:
        yield wrong("Alibaba Cloud is not used, because YOULIN_ALIBABA_ACCESS_KEY_SECRET is missing.")
        return
    secret = settings.alibaba_callback_secret
    if secret is None or len(secret.get_secret_value()) < SHORTEST_SECRET:
        yield wrong(
            f"Alibaba Cloud signs nothing that it posts: set YOULIN_ALIBABA_CALLBACK_SECRET, {SHORTEST_SECRET} signs "
            "or more; until then its receipts, keys and answers are refused."
        )
    missing = [name for name in TEMPLATES if name not in settings.alibaba_templates]
    if missing:
        yield wrong(f"No registered text is named in YOULIN_ALIBABA_TEMPLATES for: {', '.join(missing)}.")
    if not settings.alibaba_sms_signature:
        yield wrong("YOULIN_ALIBABA_SMS_SIGNATURE is missing: SMS to +86 need a registered signature.")
    strange = [network for network in settings.alibaba_callback_networks if not _is_network(network)]
    if strange:
        yield wrong(f"YOULIN_ALIBABA_CALLBACK_NETWORKS holds what is no network: {', '.join(strange)}.")
    if not _has_twilio(settings):
        yield well("Alibaba Cloud hears keys 1 and 2; it calls nobody abroad and has no key 3 (the elder in the call).")
    yield well("Alibaba Cloud is set up.")


async def _knows_us(carrier: TwilioCarrier) -> Finding:
    if await carrier.is_known():
        return well("Twilio knows the account.")
    return wrong("Twilio does not answer, or does not know the account: check the SID, the token and the network.")


def _is_number(text: str) -> bool:
    try:
        return phonenumbers.is_possible_number(phonenumbers.parse(text))
    except phonenumbers.NumberParseException:
        return False


def _is_network(text: str) -> bool:
    try:
        ip_network(text)
    except ValueError:
        return False
    return True
