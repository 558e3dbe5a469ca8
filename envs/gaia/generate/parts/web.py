"""What the pages of the offline web say: of a place, of its censuses, of a trade over several pages."""

from __future__ import annotations

from random import Random

from envs.gaia.generate.parts.part import Maker, Part
from envs.gaia.generate.world import TRADES, World


def _founded(rng: Random, world: World) -> Part:
    place = rng.choice(world.places)
    return Part(f"the year in which the town of {place.name} was founded, according to its page", place.founded)


def _height(rng: Random, world: World) -> Part:
    place = rng.choice(world.places)
    return Part(f"the height of the town of {place.name} above the sea in centimetres", 100 * place.height)


def _census(rng: Random, world: World) -> Part:
    place = rng.choice(world.places)
    phrase = f"the number of inhabitants of the town of {place.name} by the latest census page about it"
    return Part(phrase, max(place.censuses)[1])


def _paged(rng: Random, world: World) -> Part:
    trade = rng.choice(TRADES)
    towns = sum(place.trade == trade for place in world.places)
    return Part(f"the number of towns on all pages of the list of the {trade} trade", towns)


PAGES: dict[str, Maker] = {"page": _founded, "units": _height, "census": _census, "paged list": _paged}
