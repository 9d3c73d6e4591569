"""Telephone: carriers behind one interface, calls and SMS out and in, and what keys and replies mean."""
