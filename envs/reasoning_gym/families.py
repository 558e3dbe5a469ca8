"""The families of the package whose tasks may be played: their questions, and their scorers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cached_property
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from harness.core.errors import ConfigError
from harness.core.extras import install

REVIEWED = frozenset({
    "aiw", "base_conversion", "basic_arithmetic", "calendar_arithmetic", "chain_sum", "count_bits", "count_primes",
    "course_schedule", "family_relationships", "fraction_simplification", "gcd", "isomorphic_strings", "lcm",
    "leg_counting", "letter_counting", "list_functions", "maze", "needle_haystack", "number_filtering",
    "number_sequence", "prime_factorization", "products", "ransom_note", "simple_equations", "simple_geometry",
    "spell_backward", "string_manipulation", "syllogism", "time_intervals", "word_sequence_reversal", "word_sorting",
})  # fmt: skip
"""Families with an answer of one line whose scorer compares texts and numbers, read for this purpose.

The scorers of others evaluate the answer as Python (``eval``, SymPy's parser): an agent's answer must not be run.
"""

SIZE = 1_000_000
"""Entries of a data set, which are made one by one, by their index; some data sets draw their kinds beforehand."""

NOTHING_NEW = 1000
"""Tasks one after another whose questions were there before: then a family counts as exhausted."""

LONGEST = 400
"""Letters of an answer that a scorer reads."""


@dataclass(frozen=True)
class Family:
    """Tasks of one kind. Index and seed determine a task.

    Parameters
    ----------
    name
        The package's name of it, one of `REVIEWED`.
    seed
        Of all its tasks.
    """

    name: str
    seed: int

    @cached_property
    def _dataset(self) -> Any:
        import reasoning_gym

        return reasoning_gym.create_dataset(self.name, seed=self.seed, size=SIZE)

    def entries(self) -> Iterator[Mapping[str, Any]]:
        """Yield tasks whose questions differ, in the order of their index, until nothing new comes."""
        seen: set[str] = set()
        old = 0
        for index in range(SIZE):
            entry = {**self._dataset[index], "index": index}
            old = old + 1 if entry["question"] in seen else 0
            if old == NOTHING_NEW:
                return
            if not old:
                seen.add(entry["question"])
                yield entry

    def score(self, answer: str, index: int) -> float:
        """Return what the package gives for an answer to the task of an index, in [0, 1]; 1 is right.

        Some scorers raise where an answer is not of the form that they read: it is wrong.
        """
        try:
            given = float(self._dataset.score_answer(answer[:LONGEST], self._dataset[index]))
        except Exception:  # of whatever kind: the package's scorers state none
            return 0.0
        return min(max(given, 0.0), 1.0)


def package() -> str:
    """Return the version of the package.

    Raises
    ------
    ConfigError
        If it is not installed.
    """
    try:
        return version("reasoning-gym")
    except PackageNotFoundError as error:
        raise ConfigError(f"env=reasoning_gym needs the package reasoning-gym: {install('reasoning-gym')}") from error


def checked(names: object) -> tuple[str, ...]:
    """Return the names of families.

    Raises
    ------
    ConfigError
        If they are no list of distinct names that may be played.
    """
    if not isinstance(names, (list, tuple)) or not names or not all(isinstance(name, str) for name in names):
        raise ConfigError(f"env.families={names!r}: a list of names, such as [gcd,leg_counting]")
    if len(set(names)) < len(names):
        raise ConfigError(f"env.families={','.join(names)}: each only once")
    for name in names:
        if name not in REVIEWED:
            near = get_close_matches(name, REVIEWED, 1)
            hint = f"did you mean {near[0]}?" if near else f"choose of {', '.join(sorted(REVIEWED))}"
            raise ConfigError(
                f"env.families: {name} is no family whose answers are scored without running them; {hint}"
            )
    return tuple(names)
