"""Conversations over Telegram: parse, call one service, return the reply. No SQL, no decisions."""
