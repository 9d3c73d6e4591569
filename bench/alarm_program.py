"""Under measurement: the program with the roles ingest, delivery and clock in one process.

`python -m bench.alarm_program DATABASE_URL HOME KEY TELEGRAM TWILIO`; says at which port watches are heard.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from pydantic import SecretStr

from backend.kernel.logs import set_up_logs
from backend.kernel.settings import LogFormat, Settings
from bench.answering import answer_questions, run
from bench.stub_carrier import ACCOUNT, NUMBER
from bench.stub_telegram import TOKEN
from bot.app import open_app
from bot.role_names import RoleName
from bot.roles import STARTERS

ROLES = (RoleName.INGEST, RoleName.DELIVERY, RoleName.CLOCK)


async def main(database_url: str, home: str, key: str, telegram: str, twilio: str) -> None:
    """Work until nobody asks any more."""
    set_up_logs(LogFormat.JSON, "ERROR")  # to stderr: answers alone go to stdout
    settings = Settings(
        database_url=database_url,
        home=Path(home),
        bot_token=SecretStr(TOKEN),
        telegram_api=telegram,
        encryption_keys=(SecretStr(key),),
        public_url="http://127.0.0.1:9",
        twilio_api=twilio,
        twilio_account_sid=ACCOUNT,
        twilio_auth_token=SecretStr("0" * 32),
        twilio_from=NUMBER,
        twilio_not_called=(),
        watch_port=0,
        device_host="127.0.0.1",
        device_connections_per_address=10_000,
    )
    async with open_app(settings) as app:
        app.share_rates()
        for role in ROLES:
            await STARTERS[role](app)

        async def answer(_question: dict[str, Any]) -> dict[str, Any]:
            return {"failed": app.nursery.failed.is_set()}

        await answer_questions(answer, ready=app.doors.watch_port)


if __name__ == "__main__":
    run(main(*sys.argv[1:]))
