"""A tiny game: the alfworld package's own domain and grammar, and a small kitchen written by hand."""

from importlib.resources import files
from pathlib import Path

import pytest

from envs.alfworld.engine import GameFile

PROBLEM = """
(define (problem tiny)
(:domain alfred)
(:objects
    agent1 - agent
    AppleType KnifeType MugType DeskLampType - otype
    CounterTopType DrawerType FridgeType MicrowaveType SinkBasinType - rtype
    Apple_bar_1 Apple_bar_2 Knife_bar_1 Mug_bar_1 DeskLamp_bar_1 - object
    CounterTop_bar_1 Drawer_bar_1 Drawer_bar_2 Fridge_bar_1 Microwave_bar_1 Sink_bar_1_bar_SinkBasin - receptacle
    loc_0 loc_1 loc_2 loc_3 loc_4 loc_5 - location
)
(:init
    (atLocation agent1 loc_0)
    (receptacleType CounterTop_bar_1 CounterTopType) (receptacleAtLocation CounterTop_bar_1 loc_1)
    (receptacleType Drawer_bar_1 DrawerType) (receptacleAtLocation Drawer_bar_1 loc_2) (openable Drawer_bar_1)
    (receptacleType Drawer_bar_2 DrawerType) (receptacleAtLocation Drawer_bar_2 loc_2) (openable Drawer_bar_2)
    (receptacleType Fridge_bar_1 FridgeType) (receptacleAtLocation Fridge_bar_1 loc_3) (openable Fridge_bar_1)
    (receptacleType Microwave_bar_1 MicrowaveType) (receptacleAtLocation Microwave_bar_1 loc_4)
    (openable Microwave_bar_1)
    (receptacleType Sink_bar_1_bar_SinkBasin SinkBasinType) (receptacleAtLocation Sink_bar_1_bar_SinkBasin loc_5)
    (objectType Apple_bar_1 AppleType) (objectType Apple_bar_2 AppleType) (objectType Knife_bar_1 KnifeType)
    (objectType Mug_bar_1 MugType) (objectType DeskLamp_bar_1 DeskLampType)
    (canContain CounterTopType AppleType) (canContain CounterTopType MugType) (canContain DrawerType KnifeType)
    (canContain DrawerType AppleType) (canContain FridgeType AppleType) (canContain CounterTopType KnifeType)
    (pickupable Apple_bar_1) (pickupable Apple_bar_2) (pickupable Knife_bar_1) (pickupable Mug_bar_1)
    (heatable Apple_bar_1) (coolable Apple_bar_1) (cleanable Apple_bar_1) (sliceable Apple_bar_2)
    (isReceptacleObject Mug_bar_1) (toggleable DeskLamp_bar_1)
    (inReceptacle Apple_bar_1 CounterTop_bar_1) (objectAtLocation Apple_bar_1 loc_1)
    (inReceptacle Apple_bar_2 CounterTop_bar_1) (objectAtLocation Apple_bar_2 loc_1)
    (inReceptacle Knife_bar_1 Drawer_bar_1) (objectAtLocation Knife_bar_1 loc_2)
    (inReceptacle Mug_bar_1 CounterTop_bar_1) (objectAtLocation Mug_bar_1 loc_1)
    (inReceptacle DeskLamp_bar_1 CounterTop_bar_1) (objectAtLocation DeskLamp_bar_1 loc_1)
)
(:goal
    (and (exists (?r - receptacle) (exists (?o - object)
        (and (coolable ?o) (objectType ?o AppleType) (receptacleType ?r DrawerType)
             (isCool ?o) (inReceptacle ?o ?r)))))))
"""


def packaged(name: str) -> str:
    return (files("alfworld") / "data" / name).read_text(encoding="utf-8")


@pytest.fixture
def tiny() -> GameFile:
    grammar = packaged("alfred.twl2").replace("UNKNOWN GOAL", "put a cool apple in drawer")
    walkthrough = (
        *("go to countertop 1", "take apple 2 from countertop 1", "go to fridge 1", "cool apple 2 with fridge 1"),
        *("go to drawer 2", "open drawer 2", "move apple 2 to drawer 2"),
    )
    return GameFile(
        Path("tiny/trial/game.tw-pddl"),
        packaged("alfred.pddl"),
        grammar=grammar,
        problem=PROBLEM,
        walkthrough=walkthrough,
        solvable=True,
    )
