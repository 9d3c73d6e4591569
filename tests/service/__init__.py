"""Tests through the services, on real databases, in one small world of people with names."""
