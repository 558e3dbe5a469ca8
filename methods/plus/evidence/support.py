"""What guidelines rest on: sets of training tasks, which travel with the modules and are no part of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import reduce
from operator import or_

from harness.core.domain import Instruction, Modules
from harness.core.errors import ConfigError
from harness.core.guidelines import Guidelines, compose, parse
from methods.plus.guidelines import words


@dataclass(frozen=True, slots=True)
class Support:
    """What a guideline rests on: a guess, if on nothing.

    Attributes
    ----------
    tasks
        Ids of the training tasks whose attempts showed it.
    given
        Whether it stood in the agent's first instruction.
    """

    tasks: frozenset[str] = frozenset()
    given: bool = False

    def __or__(self, other: Support) -> Support:
        return Support(self.tasks | other.tasks, given=self.given or other.given)

    def __str__(self) -> str:
        if self.tasks:
            return f"{len(self.tasks)} task{'s' if len(self.tasks) > 1 else ''}"
        return "given" if self.given else "guess"


GUESS = Support()


def union(supports: Iterable[Support]) -> Support:
    """Return the support of a guideline that was made from others: each task counts once."""
    return reduce(or_, supports, GUESS)


@dataclass(frozen=True)
class Supported(Modules):
    """Modules, and beside them what each guideline rests on. Digest, text and parts are those of the bare modules.

    Attributes
    ----------
    supports
        By name of a module, then by the words of a guideline. May know guidelines that no longer stand there.
    """

    supports: Mapping[str, Mapping[str, Support]] = field(default_factory=dict)

    def guidelines(self, name: str) -> tuple[str, list[tuple[str, Support]]]:
        """Return the opening of an instruction, and its guidelines with their supports."""
        found = parse(self.instruction(name))
        known = self.supports.get(name, {})
        return found.head, [(text, known.get(words(text), GUESS)) for text in found.items]

    def written(self, name: str, head: str, *, guidelines: Iterable[tuple[str, Support]]) -> Supported:
        """Return a copy with another instruction; of guidelines that read the same the first stays, for all."""
        texts: dict[str, str] = {}
        supports: dict[str, Support] = {}
        for text, support in guidelines:
            texts.setdefault(words(text), text)
            supports[words(text)] = supports.get(words(text), GUESS) | support
        module = Instruction(compose(Guidelines(head, tuple(texts.values()))))
        return replace(self, parts={**self.parts, name: module}, supports={**self.supports, name: supports})

    def with_supports(self, name: str, supports: Mapping[str, Support]) -> Supported:
        """Return a copy that knows these supports of a module's guidelines, and no others."""
        return replace(self, supports={**self.supports, name: supports})

    @property
    def bare(self) -> Modules:
        """The modules alone."""
        return Modules(self.parts, self.trainable)

    def facts(self, name: str) -> list[dict[str, object]]:
        """Return, for the lineage, the guidelines of a module with what they rest on, and the ids of the tasks."""
        return [
            {"text": text, "rests_on": str(support), "tasks": sorted(support.tasks)}
            for text, support in self.guidelines(name)[1]
        ]


def supported(modules: Modules) -> Supported:
    """Return modules with their supports; guidelines of modules that have none were given.

    Raises
    ------
    ConfigError
        If something else than instructions is trained.
    """
    if isinstance(modules, Supported):
        return modules
    others = [name for name in modules.trainable if not isinstance(modules[name], Instruction)]
    if others:
        kind = modules[others[0]].kind
        raise ConfigError(
            f"method.evidence=true: it is for instructions, and this environment trains the {kind} {others[0]!r}; "
            "set method.evidence=false"
        )
    given = {
        name: {words(text): Support(given=True) for text in parse(modules.instruction(name)).items}
        for name in modules.trainable
    }
    return Supported(modules.parts, modules.trainable, given)
