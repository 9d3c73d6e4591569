"""The doctor says in plain words what keeps a telephone from ringing."""

from __future__ import annotations

from typing import Any

import pytest

from backend.kernel.settings import Settings
from bot.telephone_doctor import about_telephone

TWILIO = {"twilio_account_sid": "AC1", "twilio_auth_token": "t", "twilio_from": "+18005550100"}
ALIBABA = {"alibaba_access_key_id": "k", "alibaba_access_key_secret": "s"}


async def complaints(**settings: Any) -> str:
    found = [finding async for finding in about_telephone(Settings(_env_file=None, **settings))]
    return "\n".join(finding.words for finding in found if not finding.is_well)


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({}, ""),
        ({"twilio_account_sid": "AC1"}, "YOULIN_TWILIO_AUTH_TOKEN"),
        (TWILIO | {"twilio_from": "12"}, "YOULIN_TWILIO_FROM"),
        (TWILIO | {"public_url": "http://youlin.example"}, "YOULIN_PUBLIC_URL"),
        (TWILIO | {"public_url": "https://youlin.example"}, "mainland China"),
        ({"alibaba_access_key_id": "k"}, "YOULIN_ALIBABA_ACCESS_KEY_SECRET"),
        (ALIBABA | {"alibaba_callback_secret": "short"}, "YOULIN_ALIBABA_CALLBACK_SECRET"),
        (ALIBABA, "alert.voice"),
        (ALIBABA | {"alibaba_callback_networks": "10.0.0.0/8,nowhere"}, "nowhere"),
    ],
)
async def test_what_is_missing_is_named(settings: dict[str, Any], said: str) -> None:
    found = await complaints(**settings)

    assert said in found
    assert bool(found) == bool(said)
