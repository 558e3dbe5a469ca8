import pytest

from envs.alfworld.engine.game import MalformedError
from envs.alfworld.engine.normal import alternatives
from envs.alfworld.engine.pddl import (
    TRUE,
    Action,
    And,
    Atom,
    Effect,
    Exists,
    Not,
    Or,
    Variable,
    parse_domain,
    parse_problem,
)


def domain(body: str) -> str:
    return f"(define (domain d) (:types robot - thing thing) {body})"


def test_an_action_is_read_whole() -> None:
    text = domain("""
      (:action Go ; a comment (
        :parameters (?a - robot ?b)
        :precondition (and (at ?a) (or (not (at ?b)) (exists (?c - thing) (on ?c HERE))))
        :effect (and (at ?b) (not (at ?a)) (when (at ?a) (seen ?a)) (increase (total-cost) 1)))""")
    (action,) = parse_domain(text).actions
    at_a, at_b = Atom("at", ("?a",)), Atom("at", ("?b",))
    somewhere = Exists((Variable("?c", "thing"),), Atom("on", ("?c", "here")))
    assert action == Action(
        "go",
        (Variable("?a", "robot"), Variable("?b", "object")),
        precondition=And((at_a, Or((Not(at_b), somewhere)))),
        effects=(Effect(TRUE, at_b, True), Effect(TRUE, at_a, False), Effect(at_a, Atom("seen", ("?a",)), True)),
    )


def test_a_type_has_its_ancestry() -> None:
    assert parse_domain(domain("")).ancestry("robot") == ("robot", "thing", "object")


def test_a_comma_belongs_to_the_type_as_in_fast_downward() -> None:
    text = domain("(:action a :parameters () :precondition (exists (?l - location, ?r - thing) (p ?l)) :effect (q))")
    precondition = parse_domain(text).actions[0].precondition
    assert isinstance(precondition, Exists)
    assert precondition.variables[0] == Variable("?l", "location,")


def test_a_problem_is_read() -> None:
    problem = parse_problem(
        "(define (problem p) (:domain d) (:objects A b - t c) (:init (on A b) (= (distance A b) 3)) (:goal (on b A)))"
    )
    assert problem.objects == {"a": "t", "b": "t", "c": "object"}
    assert problem.init == (Atom("on", ("a", "b")),)
    assert problem.goal == Atom("on", ("b", "a"))


@pytest.mark.parametrize(
    ("text", "named"),
    [
        (domain("(:requirements :fluents)"), ":fluents"),
        (domain("(:derived (p) (q))"), ":derived"),
        (domain("(:action a :parameters () :duration 3)"), ":duration"),
        (domain("(:action a :precondition (forall (?x) (p ?x)))"), "forall"),
        (domain("(:action a :precondition (imply (p) (q)))"), "imply"),
        (domain("(:action a :effect (increase (fuel) 1))"), "increase"),
        (domain("(:action a :effect (forall (?x) (p ?x)))"), "forall"),
        (domain("("), "missing"),
        (domain(")"), "too many"),
        ("", "define"),
    ],
)
def test_an_unknown_construct_of_a_domain_is_named(text: str, named: str) -> None:
    with pytest.raises(MalformedError, match=named):
        parse_domain(text)


@pytest.mark.parametrize(
    ("section", "named"),
    [("(:constraints (p))", ":constraints"), ("(:goal (forall (?x) (p ?x)))", "forall"), ("", "goal")],
)
def test_an_unknown_construct_of_a_problem_is_named(section: str, named: str) -> None:
    with pytest.raises(MalformedError, match=named):
        parse_problem(f"(define (problem p) {section})")


def test_a_condition_is_brought_to_alternatives_with_variables_apart() -> None:
    quantified = Exists((Variable("?x", "t"),), Atom("p", ("?x",)))
    ways = alternatives(And((Or((quantified, Atom("q", ()))), quantified)))
    assert [len(way.variables) for way in ways] == [2, 1]
    assert len({variable.name for variable in ways[0].variables}) == 2


def test_a_negated_disjunction_becomes_a_conjunction() -> None:
    (way,) = alternatives(Not(Or((Atom("p", ()), Not(Atom("q", ()))))))
    assert [(literal.atom.predicate, literal.positive) for literal in way.literals] == [("p", False), ("q", True)]


def test_a_negated_existential_is_not_known() -> None:
    with pytest.raises(MalformedError, match="exists"):
        alternatives(Not(Exists((Variable("?x", "t"),), Atom("p", ("?x",)))))
