"""What a model writes as arguments is held to types and bounds before a simulator sees it."""

from __future__ import annotations

import json

import pytest

from envs.bfcl.arguments import MOST_LETTERS, Refused, read_arguments
from envs.bfcl.conversation import conversations
from tests.envs.bfcl import needs_package
from tests.envs.bfcl.player import truth

PARAMETERS = {
    "type": "dict",
    "properties": {
        "name": {"type": "string"},
        "base": {"type": "float"},
        "exponent": {"type": "float"},
        "precision": {"type": "integer"},
        "on": {"type": "boolean"},
        "tags": {"type": "array", "items": {"type": "string"}},
        "updates": {"type": "dict", "properties": {"status": {"type": "string"}}},
    },
    "required": ["name"],
}


@pytest.mark.parametrize(
    "given",
    [
        {"name": "a"},
        {"name": "", "base": 2**62, "exponent": -1000, "precision": 1000},
        {"name": "a", "precision": "ticket_001"},
        {"name": "a", "precision": 5.0, "on": False, "tags": [], "updates": {"status": None}},
        {"name": "a", "tags": None},
    ],
)
def test_arguments_of_the_documented_types_pass_as_they_are(given: dict[str, object]) -> None:
    assert read_arguments(json.dumps(given), PARAMETERS) == given


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "name must be given"),
        ("{", "cannot be read"),
        ("[1]", "cannot be read"),
        ('{"name": NaN}', "cannot be read"),
        ('{"name": "a", "base": 1e999}', "cannot be read"),
        ('{"name": "a", "base": 99999999999999999999}', "cannot be read"),
        ('{"name": 1}', "name must be of the type string"),
        ('{"name": null}', "name must be of the type string"),
        ('{"name": "a", "base": "2"}', "base must be of the type float"),
        ('{"name": "a", "base": true}', "base must be of the type float"),
        ('{"name": "a", "on": 1}', "on must be of the type boolean"),
        ('{"name": "a", "precision": 5.5}', "precision must be of the type integer"),
        ('{"name": "a", "tags": ["b", ["c"]]}', r"tags\[1\] must be of the type string"),
        ('{"name": "a", "updates": {"id": 1}}', "updates: there is no 'id'; there are status"),
        ('{"name": "a", "self": 1}', "there is no 'self'; there are name, base"),
        ('{"name": "a", "exponent": 1001}', "exponent must lie between -1000 and 1000"),
        ('{"name": "a", "precision": -1e9}', "precision must lie between"),
        (json.dumps({"name": "x" * MOST_LETTERS}), "longer than 10,000 letters"),
    ],
)
def test_others_are_refused_in_words(text: str, said: str) -> None:
    with pytest.raises(Refused, match=said):
        read_arguments(text, PARAMETERS)


@needs_package
@pytest.mark.parametrize("kind", ["base", "miss_func"])
def test_every_call_of_the_ground_truth_passes(kind: str) -> None:
    for one in conversations(kind).values():
        for turn in range(len(one.said)):
            for name, given in truth(one, turn):
                assert read_arguments(json.dumps(given), one.tools[name]["parameters"]) == given
