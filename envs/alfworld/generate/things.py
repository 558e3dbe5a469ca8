"""Which things rooms hold, as counted in ALFWorld's own games; for what the package's tables leave out."""

from collections.abc import Mapping

from envs.alfworld.generate.furniture import Range

# Things that cannot be picked up.
FIXTURES: Mapping[str, Range] = {
    "Bathtub": Range(1, 1),
    "Blinds": Range(1, 2),
    "Chair": Range(1, 3),
    "Curtains": Range(1, 2),
    "DeskLamp": Range(1, 1),
    "Faucet": Range(1, 2),
    "FloorLamp": Range(1, 1),
    "Footstool": Range(1, 1),
    "HousePlant": Range(1, 1),
    "Lamp": Range(1, 2),
    "LaundryHamperLid": Range(1, 1),
    "LightSwitch": Range(1, 1),
    "Mirror": Range(1, 1),
    "Painting": Range(1, 3),
    "Poster": Range(1, 3),
    "ShowerCurtain": Range(1, 1),
    "ShowerDoor": Range(1, 1),
    "ShowerGlass": Range(1, 1),
    "ShowerHead": Range(1, 1),
    "Sink": Range(1, 1),
    "StoveKnob": Range(4, 4),
    "Television": Range(1, 1),
    "Window": Range(1, 2),
}

# Things that stand on furniture without being storable there by the package's rules, and where.
STANDS_ON: Mapping[str, tuple[str, ...]] = {
    "DeskLamp": ("Desk", "SideTable", "Dresser", "Shelf", "CoffeeTable", "DiningTable"),
    "HousePlant": ("SideTable", "CoffeeTable", "DiningTable", "CounterTop"),
    "Television": ("TVStand", "Dresser"),
    "TeddyBear": ("Bed",),
}

# Things that lean on a wall or stand on the floor, where the player never comes; one of each.
ON_THE_FLOOR = frozenset({"BaseballBat", "BasketBall", "Boots", "Plunger", "ScrubBrush", "TennisRacket", "WateringCan"})

# How many of a thing a room has, with weights: mostly one to three, seldom more than one of what is big.
NUMBERS = ((1, 0.36), (2, 0.34), (3, 0.3))
NUMBERS_OF_BIG = ((1, 0.64), (2, 0.3), (3, 0.06))
BIG = frozenset({"Box", "Bread", "HandTowel", "Laptop", "Pan", "Pillow", "Pot", "Towel"})
ALWAYS_ONE = ON_THE_FLOOR | {"PaperTowelRoll", "TeddyBear"}
