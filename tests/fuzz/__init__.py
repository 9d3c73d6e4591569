"""Fuzzing of what reads hostile bytes; see README.md."""
