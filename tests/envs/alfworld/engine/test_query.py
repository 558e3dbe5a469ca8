from itertools import product

from hypothesis import given
from hypothesis import strategies as st

from envs.alfworld.engine.facts import Facts
from envs.alfworld.engine.normal import Literal
from envs.alfworld.engine.pddl import Atom, Variable
from envs.alfworld.engine.query import Query

OBJECTS = ("a", "b", "c")
TYPES = {"object": set(OBJECTS), "t": {"a", "b"}}
NAMES = st.sampled_from(["?x", "?y", "?z", "a"])
ATOMS = st.one_of(
    st.tuples(st.sampled_from(["p", "="]), st.tuples(NAMES, NAMES)), st.tuples(st.just("q"), st.tuples(NAMES))
).map(lambda one: Atom(*one))
LITERALS = st.lists(st.builds(Literal, ATOMS, st.booleans()), max_size=4)
PAIRS = st.sets(st.tuples(st.sampled_from(OBJECTS), st.sampled_from(OBJECTS)))
SINGLES = st.sets(st.tuples(st.sampled_from(OBJECTS)))


@given(LITERALS, PAIRS, SINGLES, st.sets(st.sampled_from(["p", "q"])), st.sampled_from(OBJECTS))
def test_a_query_finds_what_trying_everything_finds(
    literals: list[Literal], pairs: set[tuple[str, str]], singles: set[tuple[str]], fluents: set[str], value: str
) -> None:
    facts = Facts(TYPES, [*(("p", pair) for pair in pairs), *(("q", one) for one in singles)])
    query = Query(("?x",), (Variable("?y", "t"), Variable("?z", "object")), literals=literals, fluents=fluents)

    def holds(literal: Literal, binding: dict[str, str]) -> bool:
        values = tuple(binding.get(name, name) for name in literal.atom.arguments)
        known = {"p": pairs, "q": singles, "=": {(one, one) for one in OBJECTS}}
        return (values in known[literal.atom.predicate]) is literal.positive

    expected = {
        (value, y, z)
        for y, z in product(sorted(TYPES["t"]), OBJECTS)
        if all(holds(literal, {"?x": value, "?y": y, "?z": z}) for literal in literals)
    }
    solutions = query.solutions(facts, (value,))
    assert set(solutions) == expected
    assert len(solutions) == len(expected)
    assert query.holds(facts, (value,)) is bool(expected)
