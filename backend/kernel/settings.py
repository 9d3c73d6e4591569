"""Settings: read once from the environment (prefix YOULIN_), frozen, handed down; nobody else reads the environment."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, HttpUrl, Secret, SecretStr, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict


class TelegramMode(StrEnum):
    POLLING = "polling"
    WEBHOOK = "webhook"


class LogFormat(StrEnum):
    TEXT = "text"
    JSON = "json"


class Settings(BaseSettings):
    """Everything that differs between installations. Secrets never show in a repr."""

    model_config = SettingsConfigDict(
        env_prefix="YOULIN_", env_file=".env", frozen=True, extra="ignore", hide_input_in_errors=True
    )

    database_url: str = "sqlite+aiosqlite:///var/youlin.sqlite3"
    home: Path = Path("var")
    """Where media and generated keys live."""

    bot_token: SecretStr | None = None
    duty_bot_token: SecretStr | None = None
    telegram_api: str = "https://api.telegram.org"
    telegram_mode: TelegramMode = TelegramMode.POLLING
    webhook_secret: SecretStr | None = None
    public_url: str | None = None

    http_host: str = "127.0.0.1"
    http_port: int = Field(default=8080, ge=0, le=65535)
    metrics_token: SecretStr | None = None
    """Who shows it may read /metrics from elsewhere; without it only loopback may."""
    playground_port: int = Field(default=8090, ge=0, le=65535)

    encryption_keys: Annotated[tuple[SecretStr, ...], NoDecode] = ()
    """Fernet keys, newest first, separated by commas. Empty: one is made and kept under `home` on first start."""

    language: str = "zh_Hans"
    time_zone: str = "Asia/Shanghai"
    video_base_url: str = "https://meet.jit.si"
    log_format: LogFormat = LogFormat.TEXT
    log_level: str = "INFO"

    dead_man_url: Secret[HttpUrl] | None = None
    """Asked after each clean audit of the alarms; who watches it raises the alarm when we fall silent."""

    messages_per_second: float = Field(default=29.5, gt=0)
    group_messages_per_minute: int = Field(default=20, gt=0)
    updates_per_person_per_minute: int = Field(default=60, gt=0)

    device_host: str = "0.0.0.0"  # noqa: S104 - watches come in from the mobile networks
    """Where the doors of the watches listen; a door is open when its port is set."""
    watch_port: int | None = Field(default=None, ge=0, le=65535)
    iw_port: int | None = Field(default=None, ge=0, le=65535)
    device_connections: int = Field(default=10_000, gt=0)
    device_connections_per_address: int = Field(default=2_000, gt=0)
    """Many watches of one carrier share an address."""
    mqtt_url: str | None = Field(default=None, pattern=r"^mqtts?://")
    mqtt_password: SecretStr | None = None
    mqtt_ca_file: Path | None = None
    mqtt_client_id: str | None = None
    """Names our session at the broker; each process needs its own."""
    mqtt_group: str | None = None
    """Processes of one group share what comes in."""
    mqtt_version: Literal["5", "3.1.1"] = "5"

    twilio_api: str = "https://api.twilio.com"
    twilio_account_sid: str | None = None
    twilio_auth_token: SecretStr | None = None
    twilio_next_auth_token: SecretStr | None = None
    """While the token is being changed: webhooks signed with it count too."""
    twilio_signing_key: SecretStr | None = None
    """The shared key, where the account signs its webhooks with SHA-256."""
    twilio_from: str | None = None
    """Our number there, E.164."""
    twilio_language: str = "cmn-CN"
    twilio_voice: str = "Polly.Zhiyu"
    twilio_language_en: str = "en-US"
    twilio_voice_en: str = "Polly.Joanna"
    twilio_not_called: Annotated[tuple[str, ...], NoDecode] = ("86",)
    """Calling codes to which it makes no calls: not to mainland China since November 2023."""
    phone_community: str | None = None
    """Code of the community to which callers belong whom nobody knows; empty: the first there is."""
    sms_signature: str = ""
    """The sender's registered name, set in front of SMS to +86."""

    alibaba_access_key_id: str | None = None
    alibaba_access_key_secret: SecretStr | None = None
    alibaba_sms_endpoint: str = "dysmsapi.aliyuncs.com"
    alibaba_voice_endpoint: str = "dyvmsapi.aliyuncs.com"
    alibaba_sms_signature: str = ""
    alibaba_templates: dict[str, str] = {}
    """Our name of a text (`alert.sms`, `alert.voice`, `proof.sms`, ...) -> the code of the registered template."""
    alibaba_call_from: str = ""
    """The number from which it calls."""
    alibaba_callback_secret: SecretStr | None = None
    """Part of the address to which it posts receipts, keys and replies: it signs nothing."""
    alibaba_callback_networks: Annotated[tuple[str, ...], NoDecode] = ()
    """Networks from which these posts may come; empty: any, the secret decides alone."""

    @field_validator("twilio_not_called", "alibaba_callback_networks", mode="before")
    @classmethod
    def _split_list(cls, value: object) -> object:
        if isinstance(value, str):
            return tuple(part.strip() for part in value.split(",") if part.strip())
        return value

    @field_validator("encryption_keys", mode="before")
    @classmethod
    def _split_keys(cls, value: object) -> object:
        if isinstance(value, str):
            return tuple(key.strip() for key in value.split(",") if key.strip())
        return value

    @property
    def is_playground(self) -> bool:
        """Without a token of a real bot the program talks to the local playground."""
        return self.bot_token is None
