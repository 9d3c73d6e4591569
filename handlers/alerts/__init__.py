"""Alerts in chat: their buttons, the list of open ones, the daily check-in."""
