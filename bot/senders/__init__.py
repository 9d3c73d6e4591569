"""The Telegram channel: python-telegram-bot's ExtBot behind a limiter that knows lanes."""
