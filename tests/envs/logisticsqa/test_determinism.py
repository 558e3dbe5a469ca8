"""Same seed, same bytes: in another process, in any order, whatever the hash seed."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys

import pytest

from envs.logisticsqa.export import plans
from envs.logisticsqa.generate import plan, write

PROGRAM = """
import hashlib
from envs.logisticsqa.export import plans
from envs.logisticsqa.generate import write
print(hashlib.sha256("".join(write(one) for one in plans(7, 60)).encode()).hexdigest())
"""


def here() -> str:
    return hashlib.sha256("".join(write(one) for one in plans(7, 60)).encode()).hexdigest()


@pytest.mark.parametrize("hash_seed", ["0", "4711"])
def test_another_process_makes_the_same_bytes(hash_seed: str) -> None:
    environment = {**os.environ, "PYTHONHASHSEED": hash_seed}
    done = subprocess.run([sys.executable, "-c", PROGRAM], env=environment, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == here()


def test_a_document_does_not_depend_on_those_before_it() -> None:
    alone = write(plan(3, "test", index=150))
    for index in range(20):
        write(plan(3, "test", index=index))
        write(plan(4, "train", index=index))
    assert write(plan(3, "test", index=150)) == alone


def test_seeds_and_places_make_other_documents() -> None:
    texts = {
        write(plan(seed, split, index=index))
        for seed in (0, 1)
        for split in ("train", "test")
        for index in (0, 219, 438)
    }
    assert len(texts) == 12
