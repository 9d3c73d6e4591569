"""Each rule of the house can fail, and lets the right way pass."""

from __future__ import annotations

import pytest

from tests.architecture import rules
from tests.architecture.foreign_names import foreign_names
from tests.architecture.rules import Rule, button_prefixes
from tests.architecture.sources import Source

LONG_FUNCTION = "def report():\n" + "    step = 1\n" * 41

BROKEN = [
    (rules.one_commit, "backend/points/service.py", "async def pay(uow):\n    await uow.commit()"),
    (rules.one_commit, "backend/api/doors.py", "async def pay(uow):\n    await uow.session.commit()"),
    (rules.one_commit, "bot/app.py", "async def pay(self):\n    await self._session.commit()"),
    (rules.replies_are_returned, "handlers/start/start.py", "async def start(m):\n    await m.answer('x')"),
    (rules.replies_are_returned, "handlers/start/start.py", "async def start(m):\n    await m.reply_photo('x')"),
    (rules.replies_are_returned, "handlers/tasks/claim.py", "async def claim(p):\n    await p.message.edit_text('x')"),
    (rules.replies_are_returned, "handlers/tasks/claim.py", "async def claim(p, bot):\n    await bot.get_chat(1)"),
    (rules.words_live_in_locales, "handlers/start/start.py", "title = '你好'"),
    (rules.words_live_in_locales, "backend/notify/cards.py", "title = f'{number}号'"),
    (rules.words_live_in_locales, "backend/notify/cards.py", "joined = '，'.join(names)"),
    (rules.words_live_in_locales, "backend/notify/cards.py", "title = re.compile('栋').sub('', '栋')"),
    (rules.words_live_in_locales, "backend/notify/cards.py", "title = f'r号'"),
    (rules.names_say_something, "backend/issues/utils.py", ""),
    (rules.names_say_something, "backend/helpers/words.py", ""),
    (rules.names_say_something, "backend/common/words.py", ""),
    (rules.files_are_small, "backend/issues/service.py", "step = 1\n" * 301),
    (rules.functions_are_small, "backend/issues/service.py", LONG_FUNCTION),
    (rules.only_settings_read_the_environment, "backend/kernel/texts.py", "import os\nx = os.environ['HOME']"),
    (rules.only_settings_read_the_environment, "handlers/router.py", "import os\nx = os.getenv('HOME')"),
    (rules.only_settings_read_the_environment, "backend/kernel/texts.py", "settings = Settings()"),
    (rules.the_clock_is_asked, "backend/issues/service.py", "now = datetime.now(UTC)"),
    (rules.the_clock_is_asked, "backend/issues/service.py", "now = datetime.datetime.utcnow()"),
    (rules.the_clock_is_asked, "playground/telegram/updates.py", "now = time.time()"),
    (rules.the_clock_is_asked, "scheduler/runner.py", "today = date.today()"),
    (rules.the_delivery_loop_sends, "backend/issues/service.py", "async def tell(channel):\n    await channel.send(1)"),
]

RIGHT = [
    (rules.one_commit, "backend/kernel/unit_of_work.py", "async def commit(self):\n    await self.session.commit()"),
    (rules.one_commit, "bot/middlewares/transaction.py", "async def handle(uow):\n    await uow.commit()"),
    (rules.replies_are_returned, "handlers/start/start.py", "async def start(m):\n    return m.answer('x')"),
    (rules.replies_are_returned, "handlers/issues/rate.py", "async def rate(uow):\n    await issues.rate_issue(uow)"),
    (rules.replies_are_returned, "bot/updates.py", "async def reply(m):\n    await m.answer('x')"),
    (rules.words_live_in_locales, "backend/issues/rules.py", "'''A 督办 has its own clock.'''"),
    (rules.words_live_in_locales, "backend/kernel/redaction.py", "building = re.compile('栋|幢')"),
    (rules.words_live_in_locales, "backend/kernel/redaction.py", "building = r'栋|幢'\nbracket = rf'{x}（'"),
    (rules.words_live_in_locales, "locales/check.py", "comma = '，'"),
    (rules.names_say_something, "handlers/common/cancel.py", ""),
    (rules.functions_are_small, "backend/issues/service.py", LONG_FUNCTION.replace("    step = 1\n", "", 1)),
    (rules.only_settings_read_the_environment, "bot/cli.py", "settings = Settings()"),
    (rules.the_clock_is_asked, "backend/kernel/clock.py", "now = datetime.now(UTC)"),
    (rules.the_clock_is_asked, "backend/issues/service.py", "started = time.monotonic()"),
    (
        rules.the_delivery_loop_sends,
        "backend/messaging/deliver.py",
        "async def go(channel):\n    await channel.send(1)",
    ),
]


@pytest.mark.parametrize(("rule", "path", "text"), BROKEN)
def test_a_broken_rule_is_complained_of_with_its_file(rule: Rule, path: str, text: str):
    complaints = list(rule(Source.parse(path, text)))

    assert len(complaints) == 1
    assert complaints[0].startswith(path)


@pytest.mark.parametrize(("rule", "path", "text"), RIGHT)
def test_the_right_way_is_let_pass(rule: Rule, path: str, text: str):
    assert list(rule(Source.parse(path, text))) == []


def test_every_rule_has_an_example_of_both_kinds():
    broken, right = {rule for rule, _, _ in BROKEN}, {rule for rule, _, _ in RIGHT}

    assert set(rules.RULES) == broken
    assert set(rules.RULES) - right == {rules.files_are_small}


@pytest.mark.parametrize(
    "text",
    ["class Claim(CallbackData, prefix='tc1'): ...", "class Claim(Press):\n    prefix: ClassVar[str] = 'tc1'"],
)
def test_prefixes_of_buttons_are_found_however_they_are_written(text: str):
    source = Source.parse("backend/issues/presses.py", text)

    assert list(button_prefixes(source)) == [("tc1", "backend/issues/presses.py:1 Claim")]


@pytest.mark.parametrize(
    "line",
    ["see pypi" + ".org", "https://files.python" + "hosted.org/x", "registry.npm" + "js.org", "cd /wo" + "rk/main"],
)
def test_foreign_names_are_found(line: str):
    complaints = list(foreign_names("README.md", f"first line\n{line}\n"))

    assert len(complaints) == 1
    assert complaints[0].startswith("README.md:2: ")
