"""A game's grammar, compiled: the templates of its actions, and the rules that these reach."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import groupby
from typing import TypeAlias

from envs.alfworld.engine.expression import literal_form
from envs.alfworld.engine.facts import Arguments, Facts
from envs.alfworld.engine.game import MalformedError
from envs.alfworld.engine.pattern import Pattern, parse_pattern
from envs.alfworld.engine.steps import picker
from envs.alfworld.engine.template import Call, Each, Node, Text, Value, parse_template
from envs.alfworld.engine.twl2 import Document, Production, parse_document

INTRO, TASK = "intro", "task"
_EMPTY, _SEPARATOR, _LAST_SEPARATOR = "list_empty", "list_separator", "list_last_separator"

# The text of a template, given the facts that hold, the objects' display names and the objects at hand.
Writer: TypeAlias = Callable[[Facts, Mapping[str, str], Arguments], str]


@dataclass(frozen=True, slots=True)
class Alternative:
    """One way to replace a rule's name."""

    pattern: Pattern | None
    nodes: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Grammar:
    """The templates that a game can use.

    Parameters
    ----------
    commands, answers : Mapping of str to nodes
        Each action's command, and its answer to the command.
    rules : Mapping of str to alternatives
        The rules that these templates, the opening text and the task's sentence reach.
    """

    commands: Mapping[str, tuple[Node, ...]]
    answers: Mapping[str, tuple[Node, ...]]
    rules: Mapping[str, tuple[Alternative, ...]]
    # Compiled when a rule is first written with objects of these names at hand; doing it twice does no harm.
    _written: dict[tuple[str, Arguments], Writer] = field(default_factory=dict, compare=False, repr=False)
    _answers: dict[tuple[str, Arguments], Writer] = field(default_factory=dict, compare=False, repr=False)

    def answer(self, action: str, variables: Arguments) -> Writer:
        """The answer to an action's command, compiled when it is first given."""
        known = self._answers.get((action, variables))
        if known is None:
            known = self._answers[action, variables] = self.writer(self.answers[action], variables)
        return known

    def writer(self, nodes: tuple[Node, ...], variables: Arguments = ()) -> Writer:
        """A template, compiled for objects at hand that bear these names, with their types (`o:object`).

        Raises
        ------
        MalformedError
            The template asks for an object that is not at hand.
        """
        # Of two types' variables with one name, the later one counts.
        places = {name.partition(":")[0]: place for place, name in enumerate(variables)}
        writers: list[Writer] = []
        for is_plain, group in groupby(nodes, lambda node: _form(node, places) is not None):
            if is_plain:
                forms = [_form(node, places) or ("", []) for node in group]
                writers.append(
                    _filled("".join(form for form, _ in forms), [one for _, those in forms for one in those])
                )
            else:
                writers += [self._node(node, variables, places=places) for node in group]
        if len(writers) == 1:
            return writers[0]
        return lambda facts, names, values: "".join([write(facts, names, values) for write in writers])

    def _node(self, node: Node, variables: Arguments, *, places: Mapping[str, int]) -> Writer:
        match node:
            case Text(text):
                return lambda _facts, _names, _values: text
            case Value(expression):
                read = expression.reader(places)
                return lambda _facts, names, values: read(values, names)
            case Call(rule):
                return lambda facts, names, values: self._rule(rule, variables)(facts, names, values)
            case Each(item, pattern, is_list):
                return self._each(item, pattern, variables=variables, is_list=is_list)

    def _each(self, item: Node, pattern: Pattern | None, *, variables: Arguments, is_list: bool) -> Writer:
        inner, match = pattern.among(variables) if pattern else (variables, lambda _facts, values: [values])
        write = self.writer((item,), inner)

        def each(facts: Facts, names: Mapping[str, str], values: Arguments) -> str:
            items = [write(facts, names, one) for one in match(facts, values)]
            if not is_list:
                return "".join(items)
            if not items:
                return self._rule(_EMPTY, variables)(facts, names, values)
            if len(items) == 1:
                return items[0]
            last = self._rule(_LAST_SEPARATOR, variables)(facts, names, values) + items.pop()
            return self._rule(_SEPARATOR, variables)(facts, names, values).join(items) + last

        return each

    def _rule(self, rule: str, variables: Arguments) -> Writer:
        known = self._written.get((rule, variables))
        if known is None:
            known = self._written[rule, variables] = self._compiled_rule(rule, variables)
        return known

    def _compiled_rule(self, rule: str, variables: Arguments) -> Writer:
        first, *others = self.rules[rule]
        if first.pattern is None:
            return self.writer(first.nodes, variables)
        # A production that never applies may ask for what is not at hand: each is compiled when it first applies.
        matches = [one.pattern.among(variables)[1] if one.pattern else None for one in (first, *others)]
        writers: dict[int, Writer] = {}

        def write(facts: Facts, names: Mapping[str, str], values: Arguments) -> str:
            for place, match in enumerate(matches):
                if match is None or match(facts, values):
                    if place not in writers:
                        writers[place] = self.writer(self.rules[rule][place].nodes, variables)
                    return writers[place](facts, names, values)
            raise MalformedError(f"no production of the grammar's rule #{rule}# applies")

        return write


def _form(node: Node, places: Mapping[str, int]) -> tuple[str, list[int]] | None:
    """A node that is nothing but text and names, as a form for `%` and the places of those names."""
    match node:
        case Text(text):
            return literal_form(text), []
        case Value(expression):
            return expression.form(places)
    return None


def _filled(form: str, places: Sequence[int]) -> Writer:
    if not places:
        text = form % ()
        return lambda _facts, _names, _values: text
    if len(places) == 1:
        place = places[0]
        return lambda _facts, names, values: form % names[values[place]]
    pick = picker(places)
    return lambda _facts, names, values: form % tuple([names[one] for one in pick(values)])


@lru_cache(maxsize=256)
def compile_grammar(text: str, actions: tuple[str, ...]) -> Grammar:
    """Compile the twl2 text of a grammar, as far as these actions need it.

    Raises
    ------
    MalformedError
        The text lacks a template or rule that is needed, or uses a construct that the engine does not know.
    """
    document = parse_document(text)
    missing = [name for name in actions if name not in document.commands]
    if missing:
        raise MalformedError(f"the grammar has no template for the action {missing[0]}")
    commands = {name: parse_template(document.commands[name]) for name in actions}
    answers = {name: parse_template(document.answers[name]) for name in actions}
    rules: dict[str, tuple[Alternative, ...]] = {}
    _reach((Call(INTRO), Call(TASK)), document, rules=rules)
    for nodes in (*commands.values(), *answers.values()):
        _reach(nodes, document, rules=rules)
    return Grammar(commands, answers, rules)


def _reach(nodes: tuple[Node, ...], document: Document, *, rules: dict[str, tuple[Alternative, ...]]) -> None:
    for rule in _called(nodes):
        if rule in rules:
            continue
        if not document.rules.get(rule):
            raise MalformedError(f"the grammar has no rule #{rule}#")
        rules[rule] = tuple(_alternative(one) for one in document.rules[rule])
        for one in rules[rule]:
            _reach(one.nodes, document, rules=rules)


def _alternative(production: Production) -> Alternative:
    pattern = parse_pattern(production.condition) if production.condition else None
    return Alternative(pattern, parse_template(production.text))


def _called(nodes: tuple[Node, ...]) -> list[str]:
    rules: list[str] = []
    for node in nodes:
        match node:
            case Call(rule):
                rules.append(rule)
            case Each(item, _, is_list):
                rules += _called((item,))
                rules += [_EMPTY, _SEPARATOR, _LAST_SEPARATOR] if is_list else []
    return rules
