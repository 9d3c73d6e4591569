"""What Alibaba Cloud needs to know of this installation."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from ipaddress import IPv4Network, IPv6Network, ip_network

from backend.kernel.settings import Settings

NAME = "alibaba"
CHINA = "86"


@dataclass(frozen=True, slots=True)
class AlibabaAccount:
    """One access key. `templates`: our name of a text -> the code of the registered one."""

    key_id: str
    key_secret: str = field(repr=False)
    sms_endpoint: str
    voice_endpoint: str
    signature: str
    call_from: str
    templates: Mapping[str, str]
    callback_secret: str = field(repr=False)
    networks: tuple[IPv4Network | IPv6Network, ...] = ()

    def template(self, *names: str) -> str | None:
        """The code of the first of these texts that is registered."""
        return next((self.templates[name] for name in names if name in self.templates), None)


def alibaba_account(settings: Settings) -> AlibabaAccount | None:
    """The account by the settings; None where Alibaba Cloud is not used.

    Raises ValueError for a network that is none. Without a secret for its posts one is used that nobody knows: then
    nothing comes in.
    """
    if settings.alibaba_access_key_id is None or settings.alibaba_access_key_secret is None:
        return None
    secret = settings.alibaba_callback_secret
    return AlibabaAccount(
        key_id=settings.alibaba_access_key_id,
        key_secret=settings.alibaba_access_key_secret.get_secret_value(),
        sms_endpoint=settings.alibaba_sms_endpoint,
        voice_endpoint=settings.alibaba_voice_endpoint,
        signature=settings.alibaba_sms_signature,
        call_from=settings.alibaba_call_from,
        templates=dict(settings.alibaba_templates),
        callback_secret=secret.get_secret_value() if secret else "",
        networks=tuple(ip_network(network) for network in settings.alibaba_callback_networks),
    )
