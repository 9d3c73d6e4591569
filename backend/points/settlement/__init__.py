"""Settling with shops, month by month."""
