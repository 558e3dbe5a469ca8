from envs.alfworld.engine.actions import Schema, compile_domain
from envs.alfworld.engine.facts import Facts

MEMBERS = {"object": {"a", "b"}}


def schema(precondition: str, effect: str) -> Schema:
    action = f"(:action act :parameters (?x ?y) :precondition {precondition} :effect {effect})"
    return compile_domain(f"(define (domain d) {action})").schemas[0]


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
    go = schema("(at ?x)", "(and (at ?y) (not (at ?x)))")
    assert go.is_idle(("a", "a"))
    assert not go.is_idle(("a", "b"))


def test_groundings_of_all_alternatives_are_found() -> None:
    either = schema("(and (at ?x) (or (at ?y) (not (= ?x ?y))))", "(done)")
    assert set(either.groundings(Facts(MEMBERS, [("at", ("a",))]))) == {("a", "a"), ("a", "b")}
