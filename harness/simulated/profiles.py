"""The simulated backbones: limits of attention, speed and price. Sources of the figures: README.md."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields, replace
from typing import Any


@dataclass(frozen=True, slots=True)
class Profile:
    """Parameters of a simulated backbone. Every one may be overridden by the request's ``sim`` options.

    Attributes
    ----------
    window
        Context window in tokens, prompt and answer together.
    recall
        None: recall follows the curve of `attention`. A number in [0, 1]: every item is recalled at that rate,
        wherever it stands (1.0 is the control "perfect recall").
    base, floor
        Recall of an item in a short prompt, and the least that length alone leaves of it.
    fade
        Share of recall lost with each doubling of the prompt beyond `short` tokens.
    short
        Prompt length in tokens up to which length costs nothing.
    dip, dip_half
        Loss in the middle of a very long prompt, and the length in tokens at which half of it shows.
    late
        Loss at the very end of a very long prompt, against its beginning.
    load
        Share of exactness lost with each further sentence of an instruction.
    keep
        Chance that a guideline read while rewriting is written again.
    capacity
        How many new insights one rewrite takes in.
    causes
        How many causes an evaluation names.
    error
        Chance that an evaluation names a wrong cause.
    sense
        Chance, per episode, that a gap of the plain policy is filled by common sense.
    slip
        Chance, per decision, of an idle act.
    first_token, rate
        Latency: seconds to the first token, tokens a second.
    reasoning
        Hidden reasoning tokens per visible token.
    usd_prompt, usd_cached, usd_completion
        Dollars per million tokens.
    """

    window: int
    base: float
    floor: float
    fade: float
    dip: float
    late: float
    load: float
    keep: float
    capacity: int
    causes: int
    error: float
    sense: float
    slip: float
    first_token: float
    rate: float
    usd_prompt: float
    usd_cached: float
    usd_completion: float
    reasoning: float = 0.0
    short: int = 1000
    dip_half: int = 4000
    recall: float | None = None


ASSUMED: Mapping[str, Profile] = {
    "sim/small": Profile(
        window=128_000,
        base=0.93,
        floor=0.25,
        fade=0.04,
        dip=0.35,
        late=0.12,
        load=0.004,
        keep=0.90,
        capacity=6,
        causes=1,
        error=0.10,
        sense=0.30,
        slip=0.05,
        first_token=0.4,
        rate=90.0,
        usd_prompt=0.15,
        usd_cached=0.075,
        usd_completion=0.60,
    ),
    "sim/large": Profile(
        window=128_000,
        base=0.97,
        floor=0.35,
        fade=0.025,
        dip=0.20,
        late=0.06,
        load=0.003,
        keep=0.95,
        capacity=10,
        causes=2,
        error=0.05,
        sense=0.45,
        slip=0.03,
        first_token=0.5,
        rate=70.0,
        usd_prompt=2.50,
        usd_cached=1.25,
        usd_completion=10.0,
    ),
    "sim/reasoner": Profile(
        window=200_000,
        base=0.985,
        floor=0.45,
        fade=0.02,
        dip=0.12,
        late=0.04,
        load=0.001,
        keep=0.96,
        capacity=14,
        causes=3,
        error=0.03,
        sense=0.55,
        slip=0.02,
        first_token=1.0,
        rate=110.0,
        usd_prompt=1.10,
        usd_cached=0.55,
        usd_completion=4.40,
        reasoning=4.0,
    ),
}
"""Orders of magnitude from published curves, and assumptions."""

_ON_A_CPU = replace(ASSUMED["sim/small"], window=32_768, usd_prompt=0.0, usd_cached=0.0, usd_completion=0.0)

MEASURED: Mapping[str, Profile] = {
    "sim/qwen-0.5b": replace(_ON_A_CPU, base=0.812, load=0.020, fade=0.0, dip=1.0, late=1.0, keep=0.326, rate=26.0),
    "sim/qwen-1.5b": replace(_ON_A_CPU, base=1.0, load=0.001, fade=0.0, dip=0.0, late=0.0, keep=1.0, rate=14.0),
}
"""Measured of Qwen2.5-Coder-Instruct (Q4_K_M) by `scripts/calibrate_sim.py`; all else as `sim/small`. See README.md."""

PROFILES: Mapping[str, Profile] = {**ASSUMED, **MEASURED}


def profile_of(model: str, options: Mapping[str, Any] | None = None) -> Profile:
    """Return the profile of `model` with `options` laid over it.

    Raises
    ------
    ValueError
        If the model or an option is unknown, or an option is no number.
    """
    name = model.partition("@")[0]
    if name not in PROFILES:
        raise ValueError(f"unknown simulated model {model!r}; there are {', '.join(PROFILES)}")
    profile = PROFILES[name]
    if not options:
        return profile
    known = {field.name for field in fields(Profile)}
    for key, value in options.items():
        if key not in known:
            raise ValueError(f"unknown option {key!r} of the simulated model; there are {', '.join(sorted(known))}")
        if isinstance(value, bool) or not (isinstance(value, int | float) or (key == "recall" and value is None)):
            raise ValueError(f"option {key!r} of the simulated model must be a number, not {value!r}")
    return replace(profile, **options)


def as_dict(profile: Profile) -> dict[str, Any]:
    """Return a profile as plain data."""
    return asdict(profile)
