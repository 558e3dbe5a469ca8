"""Just enough reading of PDDL problems to compare generated rooms with real ones."""

import json
import lzma
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

REAL_GAMES = Path(__file__).resolve().parents[5] / "shared" / "data" / "alfworld" / "games.json.xz"


@dataclass(frozen=True)
class Problem:
    name: str
    text: str

    @property
    def scene(self) -> int:
        return int(self.name.split("-")[-1].split("/")[0])

    @cached_property
    def facts(self) -> list[list[str]]:
        init = self.text.split("(:init")[1].split("(:goal")[0]
        return [fact.split() for fact in re.findall(r"\(([^()]+)\)", init)]

    @property
    def predicates(self) -> set[str]:
        return {fact[0] for fact in self.facts}

    def about(self, predicate: str) -> list[list[str]]:
        return [arguments for name, *arguments in self.facts if name == predicate]

    @property
    def ids(self) -> Counter[str]:
        """Objects and receptacles that stand somewhere, by kind of declaration."""
        declared = self.text.split("(:init")[0]
        return Counter(re.findall(r"_bar_\S+ - (object|receptacle)", declared))

    @property
    def declared_types(self) -> dict[str, set[str]]:
        declared = self.text.split("(:init")[0]
        types = [
            pair for pair in re.findall(r"^\s*(\w+) - (object|otype|rtype)$", declared, re.M) if "_bar_" not in pair[0]
        ]
        return {kind: {name for name, of in types if of == kind} for kind in ("object", "otype", "rtype")}


def real_problems() -> Iterator[tuple[Problem, list[str]]]:
    """Real games' problems with their walkthroughs."""
    data = json.loads(lzma.decompress(REAL_GAMES.read_bytes()))
    for name, game in data["games"].items():
        yield Problem(name.split("/", 1)[1], game["problem"]), game["walkthrough"]
