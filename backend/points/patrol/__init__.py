"""Residents who go on patrol: what they say of a round, and who has looked at it."""
