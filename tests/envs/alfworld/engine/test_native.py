from dataclasses import replace

import pytest

from envs.alfworld.engine import GameError, GameFile, NativeEngine

AT_COUNTER = "go to countertop 1"


def texts(game: GameFile, *commands: str) -> list[str]:
    engine = NativeEngine(game)
    engine.reset()
    return [engine.step(command).text for command in commands]


def test_the_opening_text_lists_the_room_and_states_the_task(tiny: GameFile) -> None:
    first = NativeEngine(tiny).reset()
    assert first.text == (
        "-= Welcome to TextWorld, ALFRED! =-\n\nYou are in the middle of a room. Looking quickly around you, you see "
        "a countertop 1, a drawer 2, a drawer 1, a fridge 1, a microwave 1, and a sinkbasin 1.\n\n"
        "Your task is to: put a cool apple in drawer."
    )
    assert not first.won
    assert first.admissible == (
        *("go to countertop 1", "go to drawer 1", "go to drawer 2", "go to fridge 1", "go to microwave 1"),
        *("go to sinkbasin 1", "help", "inventory", "look"),
    )


def test_goal_and_help_are_the_games_own(tiny: GameFile) -> None:
    engine = NativeEngine(tiny)
    assert engine.goal == "put a cool apple in drawer."
    assert engine.help.startswith("Available commands:\n  look:")
    assert engine.step("help").text == engine.help


def test_the_walkthrough_wins_and_play_goes_on_after(tiny: GameFile) -> None:
    engine = NativeEngine(tiny)
    engine.reset()
    assert [engine.step(command).won for command in tiny.walkthrough] == [False] * 6 + [True]
    assert engine.step("look").won
    assert not engine.step("take apple 2 from drawer 2").won


@pytest.mark.parametrize(
    "command", ["", "fly", "look around", "LOOK", "take apple 2 from countertop 1", "go to drawer 9"]
)
def test_what_is_not_admissible_changes_nothing(tiny: GameFile, command: str) -> None:
    engine = NativeEngine(tiny)
    before = engine.reset()
    after = engine.step(command)
    assert after.text == "Nothing happens."
    assert after.admissible == before.admissible


def test_going_where_one_is_does_nothing(tiny: GameFile) -> None:
    assert texts(tiny, AT_COUNTER, AT_COUNTER)[1] == "Nothing happens."


def test_blanks_around_a_command_do_not_matter(tiny: GameFile) -> None:
    assert texts(tiny, f"  {AT_COUNTER} ") == [
        "You arrive at countertop 1. On the countertop 1, you see a apple 2, a apple 1, a desklamp 1, and a mug 1."
    ]


def test_only_a_held_object_can_be_examined(tiny: GameFile) -> None:
    take, examine = "take apple 2 from countertop 1", "examine apple 2"
    assert texts(tiny, AT_COUNTER, examine, take, examine)[1::2] == [
        "Nothing happens.",
        "There's nothing special about apple 2.",
    ]


def test_heating_undoes_cooling_with_the_doors_closed(tiny: GameFile) -> None:
    answers = texts(
        tiny,
        *(AT_COUNTER, "take apple 2 from countertop 1", "go to fridge 1", "cool apple 2 with fridge 1"),
        *("examine apple 2", "go to microwave 1", "heat apple 2 with microwave 1", "examine apple 2"),
        *("go to sinkbasin 1", "clean apple 2 with sinkbasin 1", "examine apple 2"),
    )
    assert answers[3:5] == ["You cool the apple 2 using the fridge 1.", "This is a cold apple 2."]
    assert answers[5:8] == [
        "You arrive at microwave 1. The microwave 1 is closed.",
        "You heat the apple 2 using the microwave 1.",
        "This is a hot apple 2.",
    ]
    assert answers[-1] == "This is a hot and clean apple 2."


def test_a_drawer_hides_what_is_in_it_until_it_is_opened(tiny: GameFile) -> None:
    answers = texts(
        tiny, "go to drawer 2", "take knife 1 from drawer 2", "open drawer 2", "take knife 1 from drawer 2", "inventory"
    )
    assert answers == [
        "You arrive at drawer 2. The drawer 2 is closed.",
        "Nothing happens.",
        "You open the drawer 2. The drawer 2 is open. In it, you see a knife 1.",
        "You pick up the knife 1 from the drawer 2.",
        "You are carrying: a knife 1.",
    ]


def test_look_faces_all_receptacles_of_a_place_and_sees_what_moved_between_them(tiny: GameFile) -> None:
    answers = texts(
        tiny,
        *("look", "go to drawer 2", "look", "open drawer 2", "open drawer 1", "take knife 1 from drawer 2"),
        *("move knife 1 to drawer 1", "look"),
    )
    assert answers[0].startswith("You are in the middle of a room.")
    assert answers[2] == "You are facing the drawer 2, and drawer 1. Next to it, you see nothing."
    assert answers[-1] == "You are facing the drawer 2, and drawer 1. Next to it, you see a knife 1."


def test_a_lamp_is_turned_on_each_time_it_is_used(tiny: GameFile) -> None:
    assert texts(tiny, AT_COUNTER, "use desklamp 1", "use desklamp 1")[1:] == ["You turn on the desklamp 1."] * 2


def test_hands_hold_one_object(tiny: GameFile) -> None:
    engine = NativeEngine(tiny)
    engine.reset()
    engine.step(AT_COUNTER)
    held = engine.step("take mug 1 from countertop 1")
    assert not [command for command in held.admissible if command.startswith("take")]
    assert "move mug 1 to countertop 1" in held.admissible
    assert engine.step("examine mug 1").text == "This is a normal mug 1. In it, you see nothing."


def test_engines_of_one_game_do_not_disturb_each_other_and_reset_forgets(tiny: GameFile) -> None:
    one, other = NativeEngine(tiny), NativeEngine(tiny)
    first = one.reset()
    for command in tiny.walkthrough:
        one.step(command)
    assert other.reset() == first
    assert one.reset() == first


@pytest.mark.parametrize(
    ("part", "old", "new", "named"),
    [
        ("domain", "(:requirements", "(:requirements :durative-actions", ":durative-actions"),
        ("problem", "(:goal", "(:goal (forall (?r - receptacle) (opened ?r))) (:goal", "forall"),
        ("grammar", 'template :: "open {r}"', 'template :: "open {r.weight}"', "r.weight"),
        ("grammar", 'template :: "open {r}"', 'template :: "[{o.name | opened(o:receptacle)}]"', "openobject"),
        ("grammar", "action look {", "action stare {", "look"),
    ],
)
def test_an_unknown_construct_names_the_file_in_one_line(
    tiny: GameFile, part: str, old: str, new: str, named: str
) -> None:
    text = getattr(tiny, part)
    assert old in text
    with pytest.raises(GameError, match=named) as error:
        NativeEngine(replace(tiny, **{part: text.replace(old, new)}))
    assert str(tiny.path) in str(error.value)
    assert "\n" not in str(error.value)
