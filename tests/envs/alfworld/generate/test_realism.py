"""Generated rooms are like real ones: how much they hold, and which facts their problems state."""

from collections import defaultdict
from statistics import mean

import pytest

from envs.alfworld.generate import generate_games
from envs.alfworld.generate.naming import spoken_names
from envs.alfworld.generate.rooms import furnish
from envs.alfworld.generate.source import alfworld

from .problems import REAL_GAMES, Problem, real_problems

KINDS = {0: "Kitchen", 2: "LivingRoom", 3: "Bedroom", 4: "Bathroom"}

# Objects and receptacles a room in 740 real games (600 of train, all of valid_seen): the mean over floor plans.
REAL_MEANS = {
    "Kitchen": (54.3, 33.6),
    "LivingRoom": (32.9, 15.5),
    "Bedroom": (33.2, 14.6),
    "Bathroom": (27.6, 14.3),
}
TOLERANCE = 0.15

# Facts that every real kitchen states, and those that some do.
ALWAYS = frozenset(
    {
        *("atLocation", "receptacleAtLocation", "objectAtLocation", "inReceptacle", "canContain"),
        *("receptacleType", "objectType", "isReceptacleObject", "openable", "pickupable"),
        *("cleanable", "coolable", "heatable", "sliceable"),
    }
)
SOMETIMES = frozenset({"inReceptacleObject", "isCool", "toggleable"})

GENERATED = [
    Problem(str(game.path.parent), game.problem)
    for split in ("train", "valid_unseen", "test")
    for game in generate_games(360, seed=3, split=split, verify=False)
]


def kind(problem: Problem) -> str:
    return KINDS[problem.scene // 100]


def mean_counts(problems: list[Problem]) -> dict[str, tuple[float, float]]:
    """Kind of room -> mean objects and receptacles, each floor plan counting once."""
    plans: defaultdict[str, defaultdict[int, list[Problem]]] = defaultdict(lambda: defaultdict(list))
    for problem in problems:
        plans[kind(problem)][problem.scene].append(problem)
    return {
        name: (
            mean(mean(problem.ids["object"] for problem in plan) for plan in scenes.values()),
            mean(mean(problem.ids["receptacle"] for problem in plan) for plan in scenes.values()),
        )
        for name, scenes in plans.items()
    }


@pytest.fixture(scope="module")
def real() -> list[Problem]:
    if not REAL_GAMES.exists():
        pytest.skip("the real games are not here; compared with their recorded means only")
    return [problem for problem, _ in real_problems()]


def test_rooms_hold_as_much_as_recorded_of_real_ones() -> None:
    for name, counts in mean_counts(GENERATED).items():
        assert counts == pytest.approx(REAL_MEANS[name], rel=TOLERANCE)


def test_rooms_hold_as_much_as_real_ones(real: list[Problem]) -> None:
    scenes = {problem.scene for problem in real}
    generated = mean_counts([problem for problem in GENERATED if problem.scene in scenes])
    for name, counts in mean_counts(real).items():
        assert counts == pytest.approx(REAL_MEANS[name], rel=0.01)
        assert generated[name] == pytest.approx(counts, rel=TOLERANCE)


def test_problems_state_the_kinds_of_facts_that_real_ones_state(real: list[Problem]) -> None:
    for problem in (problem for problem in real if kind(problem) == "Kitchen"):
        assert problem.predicates >= ALWAYS
        assert problem.predicates <= ALWAYS | SOMETIMES


def test_kitchens_state_every_kind_of_fact() -> None:
    for problem in (problem for problem in GENERATED if kind(problem) == "Kitchen"):
        assert problem.predicates >= ALWAYS
        assert problem.predicates <= ALWAYS | SOMETIMES
    assert any("isCool" in problem.predicates for problem in GENERATED)
    assert any("toggleable" in problem.predicates for problem in GENERATED)


def test_problems_declare_the_types_that_real_ones_declare(real: list[Problem]) -> None:
    assert GENERATED[0].declared_types == real[0].declared_types


def test_storage_rules_are_the_real_ones(real: list[Problem]) -> None:
    for problem in [*GENERATED[:60], *real[:60]]:
        stated = {(a.removesuffix("Type"), b.removesuffix("Type")) for a, b in problem.about("canContain")}
        receptacles = {b.removesuffix("Type") for _, b in problem.about("receptacleType")}
        things = {b.removesuffix("Type") for _, b in problem.about("objectType")}
        assert stated == {(a, b) for a in receptacles for b in things if alfworld().can_hold(a, b)}


def test_everything_lies_where_its_receptacle_is() -> None:
    for problem in GENERATED[:120]:
        things = dict(problem.about("objectAtLocation"))
        receptacles = dict(problem.about("receptacleAtLocation"))
        assert all(things[thing] == receptacles[place] for thing, place in problem.about("inReceptacle"))


def test_the_agent_starts_where_it_faces_nothing() -> None:
    for problem in GENERATED:
        [[_, start]] = problem.about("atLocation")
        assert start not in {location for _, location in problem.about("receptacleAtLocation")}


def test_real_rooms_receptacles_are_known_or_of_a_type_that_is_added(real: list[Problem]) -> None:
    for problem in real:
        room = furnish(problem.scene)
        kinds = {b.removesuffix("Type") for _, b in problem.about("receptacleType")}
        assert kinds == set(room.receptacle_kinds)


def test_names_are_numbered_as_alfworld_numbers_them() -> None:
    if not REAL_GAMES.exists():
        pytest.skip("the real games are not here")
    for problem, walkthrough in real_problems():
        spelled = [name for name, _ in [*problem.about("objectAtLocation"), *problem.about("receptacleAtLocation")]]
        ids = {readable(name): name for name in spelled}
        names = {name: ids[identity] for identity, name in spoken_names(ids).items()}
        lying = problem.about("inReceptacle")
        first = next((command for command in walkthrough if command.startswith("take ")), None)
        if first is not None:
            thing, place = first.removeprefix("take ").split(" from ")
            assert [names[thing], names[place]] in lying


def readable(name: str) -> str:
    for spelled, character in (("_bar_", "|"), ("_minus_", "-"), ("_plus_", "+"), ("_dot_", ".")):
        name = name.replace(spelled, character)
    return name
