"""Earning: what facts are worth, within limits, and taken back when they are undone."""
