"""Devices: who wears or carries them, what they observed, the rules that judge it."""
