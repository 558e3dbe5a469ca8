"""How rooms are furnished, as counted in ALFWorld's own games; for what the package's floor plans leave out."""

from collections.abc import Mapping
from typing import NamedTuple


class Range(NamedTuple):
    """How many of a type: from `low` to `high`."""

    low: int
    high: int


# A type that a floor plan names has at least one receptacle, or as many as stand here.
RECEPTACLES: Mapping[str, Range] = {
    "StoveBurner": Range(4, 4),
    "HandTowelHolder": Range(1, 2),
    "TowelHolder": Range(1, 2),
}

# Beside those that the floor plans know: they lack the ones that the agent cannot open, which real games do have.
FURTHER_RECEPTACLES: Mapping[str, Mapping[str, Range]] = {
    "Kitchen": {"Cabinet": Range(0, 5), "Drawer": Range(0, 2)},
    "LivingRoom": {"Drawer": Range(0, 0)},
    "Bedroom": {"Drawer": Range(0, 2), "Shelf": Range(0, 1)},
    "Bathroom": {"Drawer": Range(0, 1), "Shelf": Range(0, 1)},
}

# Height above the floor (cm) of furniture that a floor plan lacks.
HEIGHTS: Mapping[str, int] = {
    "Cabinet": 180,
    "CoffeeMachine": 90,
    "Drawer": 70,
    "HandTowelHolder": 190,
    "Shelf": 130,
    "StoveBurner": 94,
    "Toaster": 90,
    "ToiletPaperHanger": 105,
    "TowelHolder": 153,
}

# How strongly a receptacle draws the things that it may hold; fitted to what real games' receptacles hold on average.
PULL: Mapping[str, float] = {
    "ArmChair": 1.0,
    "BathtubBasin": 5.0,
    "Bed": 12.0,
    "Cabinet": 0.8,
    "Cart": 3.5,
    "CoffeeMachine": 10.0,
    "CoffeeTable": 4.0,
    "CounterTop": 6.0,
    "Desk": 6.0,
    "DiningTable": 9.0,
    "Drawer": 0.9,
    "Dresser": 5.0,
    "Fridge": 7.0,
    "GarbageCan": 2.5,
    "HandTowelHolder": 40.0,
    "Microwave": 2.0,
    "Safe": 3.0,
    "Shelf": 1.2,
    "SideTable": 2.5,
    "SinkBasin": 2.5,
    "Sofa": 2.5,
    "StoveBurner": 20.0,
    "Toilet": 3.0,
    "ToiletPaperHanger": 4.0,
    "TowelHolder": 8.0,
}

# Receptacles with room for one thing.
SINGLE = frozenset({"CoffeeMachine", "HandTowelHolder", "StoveBurner", "Toaster", "ToiletPaperHanger", "TowelHolder"})
