"""What a sentence tells a household agent: from canonical words to rules.

Each reader below finds one kind of rule by the relation of words, not by a fixed wording. Kinds:

========== ============================== ==================================================================
kind       subject                        value
========== ============================== ==================================================================
prepare    heat, cool, clean              appliance, or empty if the sentence names none
order      heat, cool, clean              ``before`` or ``after`` placing
open       search, destination, or empty  (positive or not)
remember                                  (positive or not): do not search a place twice
retry                                     (positive): after a command that did nothing, do something else
two        continue                       (positive or not): after the first of two, go on to the second
carry      two                            ``one`` or ``both`` at a time
look       hold, use                      (positive or not): hold the object; switch on the lamp
likely     thing, or * for any            place where it is (positive) or is not
========== ============================== ==================================================================
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import lru_cache

from ...guidelines import Rule
from .clauses import Words
from .goals import read_look, read_two
from .searching import read_open, read_remember, read_retry
from .treating import read_treatment
from .whereabouts import read_whereabouts
from .words import canonical

EXCLUSIVE = frozenset({"prepare", "order", "carry"})
_READERS: tuple[Callable[[Words], Iterator[Rule]], ...] = (
    read_treatment,
    read_open,
    read_remember,
    read_retry,
    read_two,
    read_look,
    read_whereabouts,
)


@lru_cache(maxsize=4096)
def understand(sentence: str) -> tuple[Rule, ...]:
    """Return the rules in a sentence, in order of their names; none if it says nothing that the agent can act on."""
    words = canonical(sentence)
    found = {rule for reader in _READERS for rule in reader(words)}
    return tuple(sorted(found))
