"""A strict Telegram Bot API server on loopback, with the people on its other side (see README.md)."""
