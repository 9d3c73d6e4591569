"""The playground's page, driven in a real browser against a real local Telegram."""
