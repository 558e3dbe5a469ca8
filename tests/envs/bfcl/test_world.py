"""Simulators of one conversation: nothing is shared, nothing outside changes, nothing grows without bound."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from decimal import getcontext
from importlib import import_module
from pathlib import Path

import pytest

from envs.bfcl.conversation import conversations
from envs.bfcl.world import TooLarge, World
from tests.conftest import ROOT
from tests.envs.bfcl import needs_package

pytestmark = needs_package

PROGRAM = """
import os, sys
from envs.bfcl.conversation import conversations
from envs.bfcl.world import World

one = next(one for one in conversations("base").values() if "TravelAPI" in one.simulators)
card = next(iter(one.config["TravelAPI"]["credit_card_list"]))
token = one.config["TravelAPI"]["access_token"]
flight = {"travel_date": "2024-11-15", "travel_from": "SFO", "travel_to": "LAX", "travel_class": "none"}
print(World(one).call("book_flight", {"access_token": token, "card_id": card, **flight}))
assert "bfcl_eval.constants.eval_config" not in sys.modules
assert "OF_THE_USER" not in os.environ
"""


def world(simulator: str, kind: str = "base") -> World:
    return World(next(one for one in conversations(kind).values() if simulator in one.simulators))


def how_often(grow: Callable[[int], None]) -> int:
    """Return how often a simulator takes a call before it has grown too large."""
    for number in range(100):
        try:
            grow(number)
        except TooLarge:
            return number
    return 100


def test_the_package_makes_no_folder_reads_no_env_file_and_lists_sets_alike(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("OF_THE_USER=1\n")
    said = []
    for seed in ("1", "2"):
        env = {**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(ROOT), "BFCL_PROJECT_ROOT": str(tmp_path)}
        done = subprocess.run(
            [sys.executable, "-c", PROGRAM], cwd=tmp_path, env=env, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
        said.append(done.stdout)
    assert [path.name for path in tmp_path.iterdir()] == [".env"]
    assert said[0] == said[1]
    assert "Must be one of 'business', 'economy', 'first'" in said[0]


def test_a_default_that_is_a_list_does_not_pass_to_the_next_conversation() -> None:
    one, other = world("TwitterAPI"), world("TwitterAPI")
    for each in (one, other):
        login = {name: each.state()["TwitterAPI"][name] for name in ("username", "password")}
        each.call("authenticate_twitter", login)
    number = json.loads(one.call("post_tweet", {"content": "one"}))["id"]
    one.call("mention", {"tweet_id": number, "mentioned_usernames": ["@eve"]})
    assert json.loads(other.call("post_tweet", {"content": "two"}))["mentions"] == []


def test_accounts_of_a_long_context_are_not_shared() -> None:
    config = next(one for one in conversations("long_context").values() if "TravelAPI" in one.simulators).config
    before = str(config)
    one, other = world("TravelAPI", "long_context"), world("TravelAPI", "long_context")
    assert str(config) == before
    cards, others = (each.state()["TravelAPI"]["credit_card_list"] for each in (one, other))
    assert cards == others
    assert all(cards[name] is not others[name] for name in cards)


def test_the_precision_of_the_process_stays() -> None:
    mpmath = import_module("mpmath")
    before = getcontext().prec, mpmath.mp.dps
    calculator = world("MathAPI")
    assert calculator.call("square_root", {"number": 2, "precision": 3}) == "{'result': Decimal('1.41')}"
    assert calculator.call("logarithm", {"value": 8, "base": 2, "precision": 7}) == "{'result': mpf('3.0')}"
    assert (getcontext().prec, mpmath.mp.dps) == before


def test_an_exception_of_a_simulator_is_a_result() -> None:
    assert world("VehicleControlAPI").call("lockDoors", {"unlock": True, "door": ["roof"]}) == (
        "Error during execution: 'roof'"
    )


def test_a_traveller_comes_of_age_on_the_same_day_in_every_year() -> None:
    travel = world("TravelAPI")
    state = travel.state()["TravelAPI"]
    who = {"first_name": state["user_first_name"], "last_name": state["user_last_name"], "passport_number": "US1"}
    ages = [
        travel.call("verify_traveler_information", {**who, "date_of_birth": day})
        for day in ("2006-09-01", "2006-09-02")
    ]
    assert ages[0] == '{"verification_status": true}'
    assert "at least 18" in ages[1]


def test_directories_that_double_end_before_anything_walks_through_them() -> None:
    files = world("GorillaFileSystem")
    files.call("mkdir", {"dir_name": "a"})

    def double(number: int) -> None:
        files.call("cp", {"source": "a", "destination": f"b{number}"})
        files.call("mv", {"source": f"b{number}", "destination": "a"})

    assert 5 < how_often(double) < 20


def test_a_directory_that_holds_itself_ends_the_conversation() -> None:
    files = world("GorillaFileSystem")
    files.call("mkdir", {"dir_name": "a"})
    with pytest.raises(TooLarge):
        files.call("cp", {"source": "a", "destination": "a"})


def test_files_do_not_grow_without_bound() -> None:
    files = world("GorillaFileSystem")

    def write(number: int) -> None:
        files.call("touch", {"file_name": f"f{number}"})
        files.call("echo", {"content": "x" * 9_900, "file_name": f"f{number}"})

    assert 5 < how_often(write) < 25


def test_a_directory_that_is_cut_off_does_not_grow_without_bound() -> None:
    files = world("GorillaFileSystem")
    for name, given in (
        ("mkdir", {"dir_name": "a"}),
        ("cd", {"folder": "a"}),
        ("mkdir", {"dir_name": "inner"}),
        ("cd", {"folder": ".."}),
        ("cp", {"source": "a", "destination": "b"}),
        ("rm", {"file_name": "a"}),
        ("cd", {"folder": "b"}),
        ("cd", {"folder": "inner"}),
        ("cd", {"folder": ".."}),  # into a, which is nobody's part any more
    ):
        files.call(name, given)

    def write(number: int) -> None:
        files.call("touch", {"file_name": f"f{number}"})
        files.call("echo", {"content": "x" * 9_900, "file_name": f"f{number}"})

    assert 5 < how_often(write) < 25
    assert "f0" not in str(files.state())
