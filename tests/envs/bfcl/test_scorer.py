"""The scorer says what the package's own checker says of the same calls, and names what is wrong by its place."""

from __future__ import annotations

import os
import random
from collections.abc import Iterator
from importlib import import_module
from itertools import count
from typing import Any

import pytest

from envs.bfcl import package
from envs.bfcl.conversation import KINDS, Call, Conversation, conversations, read_call
from envs.bfcl.scorer import Check, differences
from envs.bfcl.world import World
from tests.envs.bfcl import needs_package

EVERY = int(os.environ.get("BFCL_EVERY", "20"))
"""Which conversations are judged: each twentieth; BFCL_EVERY=1 judges all."""

MULTI_TURN = "bfcl_eval.eval_checker.multi_turn_eval"
INNOCENT = ("ls(a=True)", "get_watchlist()", "displayCarStatus(option='fuel')", "list_all_airports()", "add(a=1, b=2)")
HARMFUL = ("cd(folder='..')", "fillFuelTank(fuelAmount=1)", "logout()", "message_login(user_id='USR001')")
Made = list[list[str]]

names = count()


def ours(one: Conversation, made: Made) -> bool:
    world, check = World(one), Check(one)
    for number, calls in enumerate(made):
        results = [world.call(call.name, call.named, call.positional) for call in map(read_call, calls)]
        if check.turn(number, results, world):
            return False
    return True


def theirs(one: Conversation, made: Made, entry: dict[str, Any]) -> bool:
    # The package keeps its simulators in globals, by the name of the model.
    checker = import_module(f"{MULTI_TURN}.multi_turn_checker")
    steps = [[calls] if calls else [] for calls in made]
    written = [list(calls) for calls in one.written]
    return bool(checker.multi_turn_checker(steps, written, entry, "", f"model{next(names)}")["valid"])


def mutants(one: Conversation, rng: random.Random) -> Iterator[Made]:
    """Yield the calls of the ground truth with one change each."""
    places = [(turn, place) for turn, calls in enumerate(one.written) for place in range(len(calls))]
    turn, place = rng.choice(places)

    def changed(**change: Any) -> Made:
        made = [list(calls) for calls in one.written]
        made[turn][place : place + 1] = change.get("by", [])
        if "elsewhere" in change:
            made[(turn + 1) % len(made)].insert(0, change["elsewhere"])
        return made

    here = one.written[turn][place]
    yield changed(by=[here, here])
    yield changed()
    yield changed(elsewhere=here)
    yield [list(calls) if number != turn else [] for number, calls in enumerate(one.written)]
    yield [list(calls) if number != turn else list(calls)[::-1] for number, calls in enumerate(one.written)]
    for extra in (extra for extra in (*INNOCENT, *HARMFUL) if extra.partition("(")[0] in one.tools):
        yield changed(by=[extra, here])
    call = read_call(here)
    for name, value in call.named.items():
        yield changed(by=[written(Call(call.name, call.positional, {**call.named, name: other(value)}))])


def other(value: Any) -> Any:
    """Return another value of the same type."""
    match value:
        case bool():
            return not value
        case int() | float():
            return value + 1
        case str():
            return f"{value}x"
        case list():
            return value[1:]
    return {}


def written(call: Call) -> str:
    words = [*map(repr, call.positional), *(f"{name}={value!r}" for name, value in call.named.items())]
    return f"{call.name}({', '.join(words)})"


@needs_package
@pytest.mark.parametrize("kind", KINDS)
def test_verdicts_are_those_of_the_packages_checker(kind: str) -> None:
    entries = {entry["id"].removeprefix("multi_turn_"): entry for entry in package.entries(package.questions(kind))}
    rng = random.Random(kind)
    verdicts = []
    for one in list(conversations(kind).values())[::EVERY]:
        truth = [list(calls) for calls in one.written]
        assert ours(one, truth)
        assert theirs(one, truth, entries[one.id])
        for made in mutants(one, rng):
            verdicts.append(ours(one, made))
            assert verdicts[-1] == theirs(one, made, entries[one.id]), (one.id, made)
    assert 0.2 < sum(verdicts) / len(verdicts) < 0.8


@needs_package
@pytest.mark.parametrize("kind", KINDS)
def test_results_are_written_as_the_package_writes_them(kind: str) -> None:
    execute = import_module(f"{MULTI_TURN}.multi_turn_utils").execute_multi_turn_func_call
    for one in list(conversations(kind).values())[::EVERY]:
        world, name = World(one), f"results{next(names)}"
        for calls in one.written:
            results, _ = execute(list(calls), one.config, one.simulators, name, one.id, long_context=one.long_context)
            assert [world.call(call.name, call.named, call.positional) for call in map(read_call, calls)] == results


@needs_package
def test_a_turn_without_a_call_is_wrong_where_the_truth_calls() -> None:
    one = conversations("base")["base_0"]
    assert Check(one).turn(0, [], World(one)) == "no tool was called"


@needs_package
def test_a_result_that_was_never_read_is_named_by_its_tool() -> None:
    one = conversations("base")["base_0"]
    world, check = World(one), Check(one)
    for number in range(2):
        made = [world.call(call.name, call.named, call.positional) for call in one.calls(number)]
        said = check.turn(number, made[:-1] if number else made, world)
    assert said == "a result that was needed was never read: of grep"


def test_differences_are_named_by_their_place() -> None:
    found = {"orders": {"1": {"status": "Open"}, "2": {}}, "list": ["a"], "more": [1, 2]}
    wanted = {"orders": {"1": {"status": "Secret"}, "3": {}}, "list": ["Secret", "b"], "more": [1, 3]}
    said = list(differences(found, wanted, "Bot"))
    assert said == [
        "Bot/orders/3 is missing",
        "Bot/orders/1/status should not be 'Open'",
        "Bot/orders/2 should not be there",
        "Bot/list has 1 entries, too few",
        "Bot/more/1 should not be 2",
    ]


def test_ground_truth_is_read_and_never_evaluated() -> None:
    assert read_call("sort('a', b=[1, {'c': None}])") == Call("sort", ("a",), {"b": [1, {"c": None}]})
    for text in ("sort(open('a'))", "os.remove('a')", "1", "sort(a) or b()", "sort(**{})"):
        with pytest.raises(ValueError, match=r"."):
            read_call(text)
