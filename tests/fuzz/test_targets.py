"""Every target of the fuzzer holds with the bytes that it begins with, and with these cut, doubled and turned round."""

from __future__ import annotations

import pytest

from tests.fuzz.targets import TARGETS


@pytest.mark.parametrize("name", TARGETS)
def test_a_target_holds_with_its_seeds_whole_and_broken(name: str):
    target = TARGETS[name]

    for seed in target.seeds:
        for given in (seed, b"", seed[: len(seed) // 2], seed * 2, seed[::-1], seed.replace(b'"', b"\xff")):
            target.hold(given)
