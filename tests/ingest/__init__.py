"""Decoders of what devices send: tables of real-looking packets, and anything at all."""
