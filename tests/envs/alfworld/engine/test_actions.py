from envs.alfworld.engine.actions import Rules, Schema, compile_domain
from envs.alfworld.engine.facts import Facts
from envs.alfworld.engine.network import Matches

MEMBERS = {"object": {"a", "b"}}


def rules(precondition: str, effect: str) -> Rules:
    action = f"(:action act :parameters (?x ?y) :precondition {precondition} :effect {effect})"
    return compile_domain(f"(define (domain d) {action})")


def schema(precondition: str, effect: str) -> Schema:
    return rules(precondition, effect).schemas[0]


def groundings(precondition: str, effect: str, *facts: tuple[str, tuple[str, ...]]) -> set[tuple[str, ...]]:
    compiled = rules(precondition, effect)
    rows = Matches(compiled.network, Facts(MEMBERS, facts, typings=compiled.typings)).rows
    return {case.arguments(row) for case in compiled.schemas[0].cases for row in rows[case.node]}


def test_what_is_made_true_prevails_over_what_is_made_false() -> None:
    facts = Facts(MEMBERS, [("at", ("a",))])
    touched = schema("()", "(and (at ?y) (not (at ?x)))").apply(facts, ("a", "a"))
    assert facts.of["at"] == {("a",)}
    assert touched == {"at"}


def test_conditional_effects_look_at_the_state_before() -> None:
    toggle = schema("()", "(and (when (on ?x) (not (on ?x))) (when (not (on ?x)) (on ?x)))")
    facts = Facts(MEMBERS, [])
    toggle.apply(facts, ("a", "b"))
    assert facts.of["on"] == {("a",)}
    toggle.apply(facts, ("a", "b"))
    assert facts.of["on"] == set()


def test_an_action_that_brings_what_it_asks_for_is_idle() -> None:
    assert groundings("(at ?x)", "(and (at ?y) (not (at ?x)))", ("at", ("a",))) == {("a", "b")}
    assert groundings("(at ?x)", "(at ?x)", ("at", ("a",))) == set()


def test_groundings_of_all_alternatives_are_found() -> None:
    assert groundings("(and (at ?x) (or (at ?y) (not (= ?x ?y))))", "(done)", ("at", ("a",))) == {
        *(("a", "a"), ("a", "b"))
    }
