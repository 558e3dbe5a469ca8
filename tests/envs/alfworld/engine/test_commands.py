"""Which action a command means where several have it, and which commands follow a change."""

import json

import pytest

from envs.alfworld.engine.actions import compile_domain
from envs.alfworld.engine.commands import Commands
from envs.alfworld.engine.facts import Facts
from envs.alfworld.engine.game import MalformedError
from envs.alfworld.engine.grammar import compile_grammar

NAMES = {name: name.upper() for name in "abcd"}
MEMBERS = {"object": set(NAMES), "person": {"a", "b", "c"}}
DOMAIN = """(define (domain d) (:types person)
  (:action greet :parameters (?x - person ?y - person)
    :precondition (or (knows ?x ?y) (knows ?y ?x)) :effect (met ?x ?y))
  (:action wave :parameters (?y - person ?x - person)
    :precondition (knows ?x ?y) :effect (and (seen ?x) (knows ?y ?x))))
"""


def commands(*facts: tuple[str, tuple[str, ...]], greet: str = "hail {x}", wave: str = "hail {x}") -> Commands:
    rules = compile_domain(DOMAIN)
    grammar = compile_grammar(
        f'''grammar :: """{json.dumps({name: [{"rhs": name}] for name in ("intro", "task", "mood")})}""";
        action greet {{ template :: "{greet}"; feedback :: "."; }}
        action wave {{ template :: "{wave}"; feedback :: "."; }}
        ''',
        ("greet", "wave"),
    )
    found = Commands(rules, grammar, names=NAMES)
    found.begin(Facts(MEMBERS, facts, typings=rules.typings))
    return found


def meaning(found: Commands, command: str) -> tuple[str, tuple[str, ...]]:
    meant = found.meaning(command)
    assert meant is not None
    return meant[0].schema.action.name, meant[1]


@pytest.mark.parametrize("order", [1, -1])
def test_of_several_groundings_the_first_in_order_is_meant_over_all_alternatives(order: int) -> None:
    facts = [("knows", ("b", "c")), ("knows", ("c", "b")), ("knows", ("a", "b"))][::order]
    assert meaning(commands(*facts), "hail B") == ("greet", ("b", "a"))


def test_of_two_actions_the_domains_earlier_one_is_meant() -> None:
    assert meaning(commands(("knows", ("a", "b")), greet="greet {x}"), "hail A") == ("wave", ("b", "a"))
    assert meaning(commands(("knows", ("a", "b"))), "hail A") == ("greet", ("a", "b"))


def test_what_breaks_a_parameters_type_is_left_out() -> None:
    assert commands(("knows", ("a", "d")), ("knows", ("a", "b")), greet="greet {x} {y}").admissible == (
        *("greet A B", "greet B A", "hail A"),
    )


def test_commands_follow_what_an_action_changes() -> None:
    found = commands(("knows", ("a", "b")), wave="wave to {y} from {x}")
    assert "wave to A from B" not in found.admissible
    move, arguments = found.meaning("wave to B from A") or pytest.fail("not admissible")
    found.refresh(move.schema.apply(found.facts, arguments))
    assert "wave to A from B" in found.admissible


def test_a_command_that_depends_on_the_state_is_refused() -> None:
    with pytest.raises(MalformedError, match="wave"):
        commands(wave="#mood#")
