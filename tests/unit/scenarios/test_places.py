"""What is one per place: its parts, who goes where, and what changes find."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

import scenarios
from scenarios import tables
from scenarios.explain import explain
from scenarios.flows import flows
from scenarios.scenario import Repeated, Scenario, Service

TOWNS = """\
caresim: 1
title: Towns
period: {start: 2024-01-01, horizon: 1 year}
groups:
  place: [Leeds, York, Selby]
  age: [young, old]
services:
  team:
    kind: caseload
    one_per: place
    capacity: {by: place, Leeds: 50, rest: 20}
    takes: {law: exponential, mean: {by: place, Leeds: 10 days, rest: 12 days}}
    turned_away: {not accepted: {share: {by: age, young: 10%, old: 20%}, then: leave}}
    then: {ward: 10%, leave: rest}
  ward: {kind: beds, one_per: place, capacity: 12, takes: 4 days}
demand:
  team:
    rate: {by: place, Leeds: 4 per day, York: 2 per day, Selby: 1 per day}
    who: {age: old}
"""
PLACES = ["Leeds", "York", "Selby"]


def _read(*edits: tuple[str, str], more: str = "") -> Scenario:
    text = TOWNS
    for old, new in edits:
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    return scenarios.parse(text + more, "towns")


def _service(made: Scenario, name: str) -> Service:
    return next(s for s in made.services if s.name == name)


def _block(made: Scenario, name: str) -> Repeated:
    return next(b for b in made.repeated if b.name == name)


def _joined(made: Scenario) -> dict[str, float]:
    """Return how many join each service a day, in the last month."""
    model = tables.model(made)
    *_, (begin, end) = pairwise(int(m) for m in model.months)
    joined = flows(model, begin, end).joined.sum(axis=1)
    names = [step.service for step in made.steps]
    return {name: round(float(n), 6) for name, n in zip(names, joined, strict=True)}


def test_a_block_becomes_one_of_each_place_with_its_own_numbers() -> None:
    made = _read()
    names = [f"{what} in {place}" for what in ("team", "ward") for place in PLACES]
    assert [s.name for s in made.services] == names
    capacities = [s.capacity[0].number.values for s in made.services]
    assert capacities == [(50,), (20,), (20,), (12,), (12,), (12,)]
    means = [s.takes[0].parameters["mean"].values for s in made.steps[:3] if s.takes]
    assert means == [(10,), (12,), (12,)]
    (rule,) = _service(made, "team in York").turned_away
    assert rule.share is not None
    assert rule.share.values == (0.1, 0.2, 0.1, 0.2, 0.1, 0.2)


def test_patients_go_to_their_own() -> None:
    assert _joined(_read()) == {
        "team in Leeds": 4,
        "team in York": 2,
        "team in Selby": 1,
        "ward in Leeds": 0.32,
        "ward in York": 0.16,
        "ward in Selby": 0.08,
    }


CATCHMENT = "    catchment: {Leeds: {Leeds: 75%, York: rest}, Selby: York}\n"
DIVIDED = ("    capacity: {by: place, Leeds: 50, rest: 20}\n", CATCHMENT)


def _divided(more: str = "") -> Scenario:
    capacity = "    capacity: {by: place, Leeds: 50, York: 20}\n"
    return _read((DIVIDED[0], CATCHMENT + capacity), more=more)


def test_a_catchment_sends_some_elsewhere() -> None:
    made = _divided()
    assert "team in Selby" not in [s.name for s in made.services]
    joined = _joined(made)
    assert joined["team in Leeds"] == 3
    assert joined["team in York"] == 2 + 1 + 1
    # Whoever is treated elsewhere goes to the ward of their own place.
    assert joined["ward in Leeds"] == 0.32
    assert joined["ward in Selby"] == 0.08


def test_a_catchment_can_be_changed_on_a_date() -> None:
    change = "changes:\n  - {services: SUBJECT, what: catchment.Leeds.Leeds, "
    change += "multiply_by: 0.4, from: 2024-06-01}\n"
    for subject in ("team", "team in Leeds"):
        joined = _joined(_divided(change.replace("SUBJECT", subject)))
        assert joined["team in Leeds"] == pytest.approx(1.2)
        assert joined["team in York"] == pytest.approx(5.8)


def test_a_destination_may_name_a_place() -> None:
    stream = (
        "  guests: {to: team in York, rate: 3 per day, who: {place: Leeds, age: old}}\n"
    )
    joined = _joined(_read(more=stream))
    assert joined["team in York"] == 5
    assert joined["ward in Leeds"] == pytest.approx(0.32 + 0.24)


def test_changes_find_the_block_or_one_of_its_parts() -> None:
    made = _read(
        more=(
            "changes:\n"
            "  - {services: team, multiply_by: 2}\n"
            "  - {services: team in York, add: 5}\n"
            "  - {services: [ward, team in Selby], "
            "add: {by: place, York: 3, rest: 1}}\n"
            "  - {services: team, what: takes.mean, set_to: "
            "{by: place, Leeds: 1 day, rest: 2 days}}\n"
        )
    )
    moves = {
        s.name: [(m.operation, m.values) for m in s.capacity[0].number.moves]
        for s in made.services
    }
    assert moves["team in York"] == [("multiply", (2,)), ("add", (5,))]
    assert moves["team in Leeds"] == [("multiply", (2,))]
    assert moves["team in Selby"] == [("multiply", (2,)), ("add", (1,))]
    assert moves["ward in York"] == [("add", (3,))]
    takes = [s.takes[0].parameters["mean"].moves for s in made.steps[:3] if s.takes]
    assert [m.values for (m,) in takes] == [(1,), (2,), (2,)]


def test_routes_into_one_part_are_about_its_own_patients() -> None:
    change = "changes:\n  - {routes: {into: ward in York}, multiply_by: 3}\n"
    joined = _joined(_read(more=change))
    assert joined["ward in Leeds"] == 0.32
    assert joined["ward in York"] == pytest.approx(0.48)


def test_a_pooled_service_has_the_sum_of_the_capacities() -> None:
    made = _read(("one_per: place\n", "one_per: place\n    pooled: yes\n"))
    team = _service(made, "team")
    assert team.capacity[0].number.values == (90,)
    assert made.pooled == (("team", "place"),)
    means = made.steps[0].takes
    assert means is not None
    assert means[0].parameters["mean"].values == (10, 10, 12, 12, 12, 12)
    assert _joined(made)["team"] == 7


def test_pooling_is_one_change() -> None:
    change = (
        "changes:\n  - {services: ward, what: pooled, set_to: yes}\n"
        "  - {services: ward in York, add: 4}\n"
        "  - {routes: {into: ward in York}, multiply_by: 3}\n"
    )
    made = _read(more=change)
    (move,) = _service(made, "ward").capacity[0].number.moves
    assert (move.operation, move.values) == ("add", (4,))
    assert _joined(made)["ward"] == pytest.approx(0.32 + 0.48 + 0.08)


def test_pooled_staff_and_times_are_added_up() -> None:
    ward = "  ward: {kind: beds, one_per: place, capacity: 12, takes: 4 days}\n"
    staffed = (
        "  ward: {kind: beds, one_per: place, pooled: yes, takes: 4 days, capacity: "
        "{workforce: {whole_time_equivalents: {by: place, Leeds: 3.5, rest: 2}, "
        "each_gives: 4 places, recruits: {by: place, Leeds: {2024-03-01: 1}, "
        "rest: {2024-03-01: 0.5, 2024-04-01: 1}}}}}\n"
    )
    made = _read((ward, staffed))
    workforce = _service(made, "ward").capacity[0].workforce
    assert workforce is not None
    assert workforce.staff.posts.values == (7.5,)
    assert [n.values for _, n in workforce.staff.recruits] == [(2,), (2,)]
    timed = (
        "  ward: {kind: staff, one_per: place, pooled: yes, takes: 4 min, capacity: "
    )
    timed += "{Mon 09:00-17:00: {by: place, Leeds: 3, rest: 1}, Tue 09:00-12:00: 2}}\n"
    made = _read((ward, timed))
    found = [c.number.values for c in _service(made, "ward").capacity]
    assert found == [(5,), (6,)]


PATHWAY = """\
pathways:
  fall:
    one_per: place
    start: first
    steps:
      first: {at: ward, takes: {by: place, Leeds: 1 day, rest: 2 days},
        then: {ward: {after: 1 day}}}
      ward: {then: {team: 50%, leave: rest}}
"""


def _with_pathway(more: str = "") -> Scenario:
    stream = "  falls: {to: fall, one_per: place, rate: {by: place, Leeds: 2 per day, "
    stream += "rest: 1 per day}, who: {age: old}}\n"
    whole = TOWNS.replace("demand:\n", PATHWAY + "demand:\n") + stream + more
    return scenarios.parse(whole, "towns")


def test_a_pathway_uses_what_is_in_its_own_place() -> None:
    made = _with_pathway()
    steps = {(s.pathway, s.name): s for s in made.steps if s.pathway}
    assert steps["fall in York", "first"].service == "ward in York"
    assert steps["fall in York", "ward"].service == "ward in York"
    takes = steps["fall in York", "first"].takes
    assert takes is not None
    assert takes[0].parameters["value"].values == (2,)
    assert _block(made, "fall").instances == tuple(f"fall in {p}" for p in PLACES)


def test_a_stream_of_each_place_brings_its_own_people() -> None:
    made = _with_pathway("changes:\n  - {demand: falls in Leeds, multiply_by: 2}\n")
    streams = {s.name: s for s in made.streams}
    shares = [s.values[0] for s in streams["falls in York"].shares]
    assert shares == [0, 0, 0, 1, 0, 0]
    assert [len(streams[f"falls in {p}"].rate.moves) for p in PLACES] == [1, 0, 0]


def test_clocks_records_and_scale_understand_the_block() -> None:
    more = (
        "clocks:\n  wait: {start: joins team, stop: starts ward in Leeds}\n"
        "record: {by: [place], visits: [ward]}\n"
        "scale: {ratio: 1:2, instead: {ward: {by: place, Leeds: 5, rest: 6}}}\n"
    )
    made = _read(more=more)
    (clock,) = made.clocks
    assert [m.service for m in clock.start] == [f"team in {p}" for p in PLACES]
    assert [m.service for m in clock.stop] == ["ward in Leeds"]
    assert made.record_visits == tuple(f"ward in {p}" for p in PLACES)
    instead = [s.instead for s in made.services[3:]]
    assert [i[0].number.values for i in instead if i] == [(5,), (6,), (6,)]


def test_mistakes_point_to_the_place_they_are_about() -> None:
    text = TOWNS.replace("Leeds: 10 days", "Leeds: 10 dys").replace("12, takes", "12")
    with pytest.raises(scenarios.ScenarioError) as error:
        scenarios.parse(text.replace("12: 4", "12, takes: 4 dys, x: 4"), "towns")
    said = [str(problem) for problem in error.value.problems]
    assert len(said) == 3
    assert said[0].startswith(
        "towns:12:56 services.team.takes.mean.Leeds: '10 dys' is not a duration."
    )
    assert said[1].startswith("towns:15:59 services.ward.takes: '4 dys'")
    assert said[2].startswith("towns:15:66 services.ward.x: unknown key.")


def test_a_table_may_hold_the_numbers_of_the_places(tmp_path: Path) -> None:
    (tmp_path / "tables").mkdir()
    table = "services,place,capacity\nward,Leeds,9\nward,York,8\nward,Selby,7\n"
    (tmp_path / "tables" / "beds.csv").write_text(table, encoding="utf-8")
    text = TOWNS.replace("capacity: 12,", "capacity: {table: beds},")
    made = scenarios.parse(text, "towns", tmp_path)
    assert [s.capacity[0].number.values[0] for s in made.services[3:]] == [9, 8, 7]


def test_places_are_read_back_in_words() -> None:
    made = _divided("changes:\n  - {services: ward, what: pooled, set_to: yes}\n")
    assert explain(made, tables.model(made)).places == (
        "ward: pooled, one for every place with the sum of capacities.",
        "team: one per place (Leeds, York); patients go to their own.",
        "team: patients of Leeds go to team in Leeds 75%, team in York 25%.",
        "team: patients of Selby go to team in York.",
    )


def test_nothing_changes_where_nothing_is_repeated() -> None:
    made = scenarios.read("young-people")
    assert made.repeated == ()
    assert len(np.unique(tables.model(made).choices["branch"])) > 1


def test_a_block_holds_and_asks_for_help_in_its_own_place() -> None:
    from scenarios.documents import Map, Text, document
    from scenarios.places import Problems
    from scenarios.repeating import with_blocks

    text = TOWNS.replace("takes: 4 days}", "takes: 4 days, helped_by: {team: always}}")
    steps = PATHWAY.replace("{at: ward,", "{at: ward, holding: team,")
    tree, _ = document(text.replace("demand:\n", steps + "demand:\n"), "towns")
    problems = Problems(tree, [])
    with_blocks(problems)

    def at(*path: str) -> Map | Text:
        node = problems.tree
        for part in path:
            node = node.entries[part]  # type: ignore[assignment]
        return node

    first = at("pathways", "fall in York", "steps", "first", "holding")
    assert isinstance(first, Text)
    assert first.value == "team in York"
    helpers = at("services", "ward in Selby", "helped_by")
    assert isinstance(helpers, Map)
    assert list(helpers.entries) == ["team in Selby"]
    assert problems.found == []
    place = problems.place(("services", "ward in Selby", "helped_by", "team in Selby"))
    assert (place.line, place.column) == (15, 85)


@pytest.mark.parametrize(
    ("more", "message"),
    [
        (
            "changes:\n  - {services: teams, add: 3}\n",
            "changes.0.services: 'teams' is not in services. Did you mean 'team'?",
        ),
        (
            "clocks:\n  wait: {start: joins teams, stop: leaves}\n",
            "clocks.wait.start: 'teams' is not a service or step. Did you mean 'team'? "
            "Declared: team, ward, team in Leeds, team in York, team in Selby, ward in "
            "Leeds, ward in York, ward in Selby.",
        ),
    ],
)
def test_the_name_of_a_block_is_what_was_meant(more: str, message: str) -> None:
    with pytest.raises(scenarios.ScenarioError) as error:
        _read(more=more)
    assert [str(p).split(" ", 1)[1] for p in error.value.problems] == [message]


def test_a_hole_in_a_block_is_told_beside_all_other_mistakes() -> None:
    text = TOWNS.replace("one_per: place, capacity: 12", "one_per: plaice, capacity: 1")
    with pytest.raises(scenarios.ScenarioError) as error:
        scenarios.parse(text.replace("4 per day", "4 per dya"), "towns")
    said = [str(problem) for problem in error.value.problems]
    assert len(said) == 2
    assert "Did you mean 'place'?" in said[0]
    assert "'dya'" in said[1]


POOLED = (
    "ward: {kind: beds, one_per: place,",
    "ward: {kind: beds, one_per: place, pooled: yes,",
)


def _said(*edits: tuple[str, str], more: str = "") -> list[str]:
    with pytest.raises(scenarios.ScenarioError) as error:
        _read(*edits, more=more)
    return [str(p).split(" ", 1)[1] for p in error.value.problems]


def test_a_smaller_scale_pools_as_well() -> None:
    scale = "scale: {ratio: 1:2, instead: {ward: CAPACITY}}\n"
    by_place = scale.replace("CAPACITY", "{by: place, Leeds: 5, rest: 6}")
    (entry,) = _service(_read(POOLED, more=by_place), "ward").instead or ()
    assert entry.number.values == (17,)
    mixed = scale.replace("CAPACITY", "{by: place, Leeds: 5, rest: {Mon: 6}}")
    assert _said(POOLED, more=mixed) == [
        "scale.instead.ward: the capacities of 'ward' are not written alike in all "
        "places; they cannot be pooled."
    ]


def test_a_pooled_number_that_cannot_be_read_is_told_once() -> None:
    assert _said(POOLED, ("capacity: 12,", "capacity: {by: place, rest: 12.5},")) == [
        "services.ward.capacity: '12.5' is not a whole number. Write for example 12."
    ]
    lacking = ("capacity: 12,", "capacity: {by: place, Leeds: 12},")
    assert _said(POOLED, lacking) == [
        "services.ward.capacity: no value for York, Selby. Add it or a `rest:`."
    ]


def test_a_pooled_number_keeps_the_source_that_all_share() -> None:
    sources = "sources: {sourced: {KH03: beds, other: more beds}}\n"
    same = ("capacity: 12,", "capacity: {by: place, rest: 12 (KH03)},")
    number = _service(_read(POOLED, same, more=sources), "ward").capacity[0].number
    assert number.source is not None
    assert (number.values, number.source.name) == ((36,), "KH03")
    mixed = (
        "capacity: 12,",
        "capacity: {by: place, Leeds: 12 (KH03), rest: 3 (other)},",
    )
    number = _service(_read(POOLED, mixed, more=sources), "ward").capacity[0].number
    assert (number.values, number.source) == ((18,), None)


def test_a_table_that_lacks_a_place_is_named(tmp_path: Path) -> None:
    (tmp_path / "tables").mkdir()
    table = "services,place,capacity\nward,Leeds,9\nward,York,8\n"
    (tmp_path / "tables" / "beds.csv").write_text(table, encoding="utf-8")
    text = TOWNS.replace("capacity: 12,", "capacity: {table: beds},")
    with pytest.raises(scenarios.ScenarioError) as error:
        scenarios.parse(text, "towns", tmp_path)
    (said,) = (str(problem) for problem in error.value.problems)
    assert said.endswith("services.ward.capacity: beds.csv has no row for Selby.")


def test_a_stream_of_each_place_may_say_who_comes_and_where_to() -> None:
    stream = (
        "  visits: {one_per: place, to: {ward in York: 50%, leave: rest}, "
        "rate: 3 per day, who: {age: old, place: [Leeds, Selby]}}\n"
    )
    with pytest.raises(scenarios.ScenarioError, match="nothing says who comes"):
        _read(more=stream)
    one = stream.replace("[Leeds, Selby]", "Selby")
    joined = _joined(_read(more=one))
    assert joined["ward in York"] == pytest.approx(0.16 + 3 * 1.5)


def test_nothing_written_after_one_per_is_told_once() -> None:
    assert _said(("one_per: place\n", "one_per:\n")) == [
        "services.team.one_per: nothing is written after 'one_per:'."
    ]
