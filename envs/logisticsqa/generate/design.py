"""Which situations each document of a split has: filled by quota, so that every rule is shown about equally often."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from random import Random

from envs.logisticsqa.generate.lexicon import LANGUAGES
from envs.logisticsqa.generate.quota import quota, spread
from envs.logisticsqa.generate.rulebook import AXES, SELECTING, Condition, Rule, Rulebook

NEEDS: Mapping[int, float] = {0: 0.20, 1: 0.18, 2: 0.34, 3: 0.23, -1: 0.05}
"""How many rules a document needs, and the share of such documents; -1: no rule decides it."""

UNDECIDABLE = -1
_ATTEMPTS = 200
_URGENCY = (0.2, 0.6)  # by which factor each showing of a rule lowers its claim to the next document


@dataclass(frozen=True, slots=True)
class Situation:
    """What a document shows, the kinds of situations in it, and whether nothing decides it."""

    condition: Condition
    kinds: tuple[str, ...]
    irreducible: bool = False


def compatible(kinds: Sequence[str]) -> bool:
    """Return whether one document can have these kinds."""
    if sum(kind in SELECTING for kind in kinds) > 1 or {"zeros", "separators"} <= set(kinds):
        return False
    return "halves" not in kinds or set(kinds) <= {"halves", "branch"}


def situations(rulebook: Rulebook, total: int, *, rng: Random) -> list[Situation]:
    """Return the situations of `total` documents, ordered so that every prefix has nearly the shares of languages."""
    best: list[Situation] = []
    least = -1
    for _ in range(_ATTEMPTS):
        found = _drawn(rulebook, total, rng=rng)
        counts = shown(rulebook, found)
        fewest = min(counts.values())
        if fewest > least:
            best, least = found, fewest
        if fewest >= min(3, total // 16):
            break
    rng.shuffle(best)
    queues = {name: iter([one for one in best if one.condition.language == name]) for name in LANGUAGES}
    return [next(queues[name]) for name in spread(Counter(one.condition.language for one in best))]


def shown(rulebook: Rulebook, found: Sequence[Situation]) -> Counter[str]:
    """Count the documents that need each rule."""
    counts = Counter({rule.name: 0 for rule in rulebook.rules})
    counts.update(rulebook.rule(kind, one.condition).name for one in found for kind in one.kinds)
    return counts


def _drawn(rulebook: Rulebook, total: int, *, rng: Random) -> list[Situation]:
    languages = [name for name, count in quota(total, LANGUAGES).items() for _ in range(count)]
    needs = [need for need, count in quota(total, NEEDS).items() for _ in range(count)]
    rng.shuffle(needs)
    pairs = sorted(zip(languages, needs, strict=True), key=lambda pair: (LANGUAGES[pair[0]], rng.random()))
    counts: Counter[str] = Counter()
    sets = {need: [some for some in combinations(rulebook.kinds, need) if compatible(some)] for need in (1, 2, 3)}
    urgency = rng.uniform(*_URGENCY)
    found = []
    for language, need in pairs:
        one = _scarcest(rulebook, sets.get(need, [()]), language=language, counts=counts, urgency=urgency, rng=rng)
        found.append(Situation(one.condition, one.kinds, need == UNDECIDABLE))
        counts.update(rulebook.rule(kind, one.condition).name for kind in one.kinds)
    return found


def _scarcest(
    rulebook: Rulebook,
    sets: Sequence[tuple[str, ...]],
    *,
    language: str,
    counts: Counter[str],
    urgency: float,
    rng: Random,
) -> Situation:
    """Return the situation whose rules were shown least often so far."""
    rarity = {rule: urgency ** counts[rule.name] / _supply(rule) for rule in rulebook.rules}
    service, part = (rng.sample(AXES[axis], len(AXES[axis])) for axis in ("service", "part"))
    best: Situation | None = None
    highest = -1.0
    for kinds in rng.sample(sets, len(sets)):
        score, chosen = 0.0, {"language": language, "service": service[0], "part": part[0]}
        for axis, values in (("language", [language]), ("service", service), ("part", part)):
            about = [rule for rule in rulebook.rules if rule.axis == axis and rule.kind in kinds]
            sums = {value: sum(rarity[rule] for rule in about if value in rule.values) for value in values}
            chosen[axis] = max(values, key=lambda value: sums[value])
            score += sums[chosen[axis]]
        if score > highest:
            best, highest = Situation(Condition(**chosen), kinds), score
    assert best is not None
    return best


def _supply(rule: Rule) -> float:
    """Return the share of documents that can show a rule at all: only the language is given."""
    if rule.axis != "language":
        return 1.0
    return sum(LANGUAGES[value] for value in rule.values) / sum(LANGUAGES.values())
