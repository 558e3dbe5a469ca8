"""What guidelines rest on that were merged by edits: each edit names its sources already."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from harness.core.domain import Candidate
from methods.plus.evidence.support import GUESS, Support, Supported, supported, union
from methods.plus.guidelines import Traced, words


@dataclass(frozen=True)
class Supports:
    """What the guidelines of several candidates rest on.

    Attributes
    ----------
    known
        For each candidate, by the words of a guideline.
    """

    known: tuple[Mapping[str, Support], ...]

    @staticmethod
    def of(candidates: Sequence[Candidate], name: str) -> Supports:
        """Return those of the instruction called `name`."""
        lists = [supported(candidate.modules).guidelines(name)[1] for candidate in candidates]
        return Supports(tuple({words(text): support for text, support in each} for each in lists))

    def support(self, candidate: int, text: str) -> Support:
        """Return what a guideline of a candidate (from 0) rests on; its opening, which may be one, was given."""
        return self.known[candidate].get(words(text), Support(given=True))

    def shown(self, candidate: int, items: Sequence[str]) -> list[dict[str, str]]:
        """Return a candidate's guidelines as the template takes them."""
        return [{"text": text, "rests_on": str(self.support(candidate, text))} for text in items]

    def written(
        self, made: Supported, name: str, *, head: str, items: Sequence[Traced], names: Mapping[str, str]
    ) -> Supported:
        """Return modules with the merged guidelines: each rests on its sources, and on all that read the same.

        Parameters
        ----------
        names
            The text of each guideline that was shown, by name.
        """
        of_name = {key: self.support(int(key.partition(".")[0]) - 1, text) for key, text in names.items()}
        alike: dict[str, Support] = {}
        for key, text in names.items():
            alike[words(text)] = alike.get(words(text), GUESS) | of_name[key]
        return made.written(
            name,
            head,
            guidelines=[
                (item.text, union(of_name[key] for key in item.sources) | alike.get(words(item.text), GUESS))
                for item in items
            ],
        )
