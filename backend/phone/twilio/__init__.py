"""Twilio: its REST API for calls and SMS, its webhooks and their signatures."""
