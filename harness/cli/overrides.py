"""What people type, made into what Hydra expects."""

from __future__ import annotations

from collections.abc import Sequence

CUSTOM = ("env", "method")


def normalise(words: Sequence[str]) -> list[str]:
    """Return the words for Hydra.

    ``env._target_=module.Class`` without ``env=NAME`` starts from the preset ``custom`` rather than from the settings
    of the default environment; likewise for `method`.
    """
    # The group is in the defaults list already: it is chosen, not appended.
    result = [word[1:] if word.startswith("+experiment=") else word for word in words]
    for group in CUSTOM:
        names_target = any(word.lstrip("+").startswith(f"{group}._target_=") for word in words)
        chooses = any(word.startswith(f"{group}=") for word in words)
        if names_target and not chooses:
            result.append(f"{group}=custom")
    return result
