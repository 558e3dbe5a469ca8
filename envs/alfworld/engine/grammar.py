"""A game's grammar, compiled: the templates of its actions, and the rules that these reach."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from envs.alfworld.engine.facts import Facts
from envs.alfworld.engine.game import MalformedError
from envs.alfworld.engine.pattern import EMPTY_CONTEXT, Context, Pattern, parse_pattern
from envs.alfworld.engine.template import Call, Each, Node, Text, Value, parse_template
from envs.alfworld.engine.twl2 import Document, Production, parse_document

INTRO, TASK = "intro", "task"
_EMPTY, _SEPARATOR, _LAST_SEPARATOR = "list_empty", "list_separator", "list_last_separator"


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

    def render(
        self, nodes: tuple[Node, ...], facts: Facts, names: Mapping[str, str], context: Context = EMPTY_CONTEXT
    ) -> str:
        """The text of a template.

        Parameters
        ----------
        nodes : tuple of Node
            The template.
        facts : Facts
            The facts that hold.
        names : Mapping of str to str
            The objects' display names.
        context : Context
            The objects that the template's variables stand for.
        """
        return "".join(self._text(node, facts, names, context) for node in nodes)

    def _text(self, node: Node, facts: Facts, names: Mapping[str, str], context: Context) -> str:
        match node:
            case Text(text):
                return text
            case Value(read, _):
                try:
                    return read(context.plain, names)
                except KeyError as error:
                    raise MalformedError(f"a template asks for {error} where no such object is at hand") from None
            case Call(rule):
                return self._rule(rule, facts, names, context)
            case Each(item, pattern, is_list):
                contexts = [context] if pattern is None else pattern.matches(facts, context)
                items = [self._text(item, facts, names, one) for one in contexts]
                return self._listed(items, facts, names, context) if is_list else "".join(items)

    def _rule(self, rule: str, facts: Facts, names: Mapping[str, str], context: Context) -> str:
        for one in self.rules[rule]:
            if one.pattern is None or one.pattern.matches(facts, context):
                return self.render(one.nodes, facts, names, context)
        raise MalformedError(f"no production of the grammar's rule #{rule}# applies")

    def _listed(self, items: list[str], facts: Facts, names: Mapping[str, str], context: Context) -> str:
        if not items:
            return self._rule(_EMPTY, facts, names, context)
        if len(items) == 1:
            return items[0]
        separator = self._rule(_SEPARATOR, facts, names, context)
        return separator.join(items[:-1]) + self._rule(_LAST_SEPARATOR, facts, names, context) + items[-1]


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
    _reach((Call(INTRO), Call(TASK)), document, rules)
    for nodes in (*commands.values(), *answers.values()):
        _reach(nodes, document, rules)
    return Grammar(commands, answers, rules)


def _reach(nodes: tuple[Node, ...], document: Document, rules: dict[str, tuple[Alternative, ...]]) -> None:
    for rule in _called(nodes):
        if rule in rules:
            continue
        if not document.rules.get(rule):
            raise MalformedError(f"the grammar has no rule #{rule}#")
        rules[rule] = tuple(_alternative(one) for one in document.rules[rule])
        for one in rules[rule]:
            _reach(one.nodes, document, rules)


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
