import json

import pytest

from envs.alfworld.engine.facts import Facts
from envs.alfworld.engine.game import MalformedError
from envs.alfworld.engine.grammar import compile_grammar

NAMES = {"a": "apple 1", "b": "book 1", "c": "cup 1"}
SEPARATORS = {"list_empty": "nothing", "list_separator": ", ", "list_last_separator": ", and "}


def twl2(answer: str, command: str = "act", **rules: object) -> str:
    known = {"intro": "i", "task": "t", **SEPARATORS, **rules}
    grammar = {name: [{"rhs": one}] if isinstance(one, str) else one for name, one in known.items()}
    return f'''
    # a comment
    grammar :: """{json.dumps(grammar)}""";
    action Act {{ template :: "{command}"; feedback :: "{answer}"; }}'''


def rendered(answer: str, on: tuple[str, ...] = (), **rules: object) -> str:
    grammar = compile_grammar(twl2(answer, **rules), ("act",))
    facts = Facts({"object": set(NAMES)}, [("on", (one,)) for one in on])
    return grammar.writer(grammar.answers["act"], ("o:object",))(facts, NAMES, ("a",))


@pytest.mark.parametrize(
    ("answer", "text"),
    [
        ("plain.", "plain."),
        ("the {o.name}!", "the apple 1!"),
        ("{o}", "apple 1"),
        ("{o.id}", "a"),
        ("{o.indefinite + ' ' + o.name}", "a apple 1"),
        ("{o.definite} {o.name or o.id}", "the apple 1"),
        ("[{p.name | on(p:object)}]", "book 1, and cup 1"),
        ("[{#one(p)# | on(p:object)}]", "<book 1>, and <cup 1>".replace("<", "").replace(">", "")),
        ("[{p.name | off(p:object)}]", "nothing"),
        ("{p.name | on(p:object)}", "book 1cup 1"),
        ("  blanks in front go", "blanks in front go"),
        ("\n\nand line breaks, not\n\nthose inside\n", "and line breaks, not\n\nthose inside\n"),
        (r"one\ntwo", "one\ntwo"),
    ],
)
def test_a_template_is_rendered(answer: str, text: str) -> None:
    assert rendered(answer, on=("c", "b"), **{"one(p)": "{p.name}"}) == text


@pytest.mark.parametrize(("on", "text"), [((), "nothing"), (("b",), "book 1"), (("b", "c"), "book 1, and cup 1")])
def test_a_list_has_its_separators(on: tuple[str, ...], text: str) -> None:
    assert rendered("[{p.name | on(p:object)}]", on=on) == text


def test_two_variables_never_stand_for_one_object() -> None:
    assert rendered("[{p.name | on(p:object)}]", on=("a", "b")) == "book 1"
    assert (
        rendered("[{p.name + q.name | on(p:object) & on(q:object)}]", on=("b", "c")) == "book 1cup 1, and cup 1book 1"
    )


def test_the_first_production_that_applies_is_used() -> None:
    state = [{"condition": "on(o:object)", "rhs": "on"}, {"rhs": "off"}, {"rhs": "never"}]
    assert rendered("#state#", on=("a",), state=state) == "on"
    assert rendered("#state#", on=("b",), state=state) == "off"


def test_a_rule_that_nothing_reaches_may_be_broken() -> None:
    assert rendered("fine", broken="{o.name})}") == "fine"


@pytest.mark.parametrize(
    ("text", "named"),
    [
        (twl2("{o.colour}"), "o.colour"),
        (twl2("{o.name.upper()}"), "upper"),
        (twl2("{open('x')}"), "open"),
        (twl2("{o.name"), "o.name"),
        (twl2("#unheard#"), "#unheard#"),
        (twl2("[{o.name | on(o:object) or on(p)}]"), "on"),
        ('action Other { template :: "x"; feedback :: "y"; }', "action act"),
        ("verb act {}", "verb"),
        ('action act { template :: "x"; }', "feedback"),
        ('action act { sound :: "x"; }', "sound"),
        ("action act ?", r"\?"),
        ('grammar :: """{""";', "JSON"),
        ('grammar :: """{"intro": [{"text": "x"}]}""";', "rhs"),
    ],
)
def test_an_unknown_construct_is_named(text: str, named: str) -> None:
    with pytest.raises(MalformedError, match=named):
        compile_grammar(text, ("act",))
