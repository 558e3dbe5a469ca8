from envs.alfworld.engine.naming import display_names


def test_the_last_of_a_class_is_number_one() -> None:
    assert display_names(["mug_bar_2", "mug_bar_1", "mug_bar_3"]) == {
        "mug_bar_1": "mug 3",
        "mug_bar_2": "mug 2",
        "mug_bar_3": "mug 1",
    }


def test_a_basin_is_a_class_of_its_own() -> None:
    names = display_names(["sink_bar_1", "sink_bar_1_bar_sinkbasin", "bathtub_bar_1_bar_bathtubbasin"])
    assert sorted(names.values()) == ["bathtubbasin 1", "sink 1", "sinkbasin 1"]


def test_an_id_without_a_bar_keeps_its_text_and_a_blank() -> None:
    assert display_names(["agent1", "a_minus_b"]) == {"agent1": "agent1 ", "a_minus_b": "a-b "}
