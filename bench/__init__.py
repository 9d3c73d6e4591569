"""Measurements beside their floors, interleaved; `python -m bench` writes bench/RESULTS.md."""
