"""Random streams: one per part of the sample, so that a change in one part leaves the others as they were."""

from random import Random


def stream(seed: int, part: str) -> Random:
    """Give the stream of a part; the same seed and part give the same numbers on every machine and run."""
    return Random(f"{seed}/{part}")  # noqa: S311 - a sample that must be repeatable, nothing secret


def happens(chance: Random, share: float) -> bool:
    """Tell whether something that befalls `share` of all befalls this one."""
    return chance.random() < share
