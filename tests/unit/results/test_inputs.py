from results.inputs import ABSENT, differences


def test_equal_scenarios_have_no_difference():
    scenario = {"services": {"ward": {"beds": 3}}, "changes": [{"x": 1}]}
    assert differences(scenario, scenario) == []


def test_differences_name_their_dotted_path():
    a = {"services": {"community mental health": {"staff": 3}}, "seed": 1}
    b = {"services": {"community mental health": {"staff": 4}}, "seed": 1}
    (found,) = differences(a, b)
    assert found == ("services.community mental health.staff", "3", "4")
    assert found.text == "services.community mental health.staff: 3 → 4"


def test_what_stands_in_one_only_is_absent_in_the_other():
    a = {"changes": [{"demand": "all"}]}
    b = {"changes": [{"demand": "all", "from": "2022-04-01"}, {"services": ["x", 1]}]}
    assert differences(a, b) == [
        ("changes[0].from", ABSENT, "2022-04-01"),
        ("changes[1]", ABSENT, "{services: [x, 1]}"),
    ]


def test_a_map_in_place_of_a_text_is_one_difference():
    assert differences({"then": "ward"}, {"then": {"ward": "30%"}}) == [
        ("then", "ward", "{ward: 30%}")
    ]


def test_titles_and_notes_are_no_inputs():
    a = {"title": "a", "name": "a", "notes": "old", "extends": "x"}
    assert differences(a, {"title": "b", "name": "b"}) == []
