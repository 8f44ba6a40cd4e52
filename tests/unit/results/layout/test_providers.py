"""What people speak of as one service: itself, or all places together."""

from dataclasses import replace

from results.layout.labels import ServiceLabel
from tests.unit.results.small import labels


def named(*services):
    return replace(labels(kinds=("beds",)), services=services)


WARDS = [
    ServiceLabel(f"ward in {place}", "beds", "NHS", ("place", place))
    for place in ("Leeds", "Wakefield")
]
GP = ServiceLabel("general practice", "slots")
ALONE = ServiceLabel("clinic in Leeds", "slots", None, ("place", "Leeds"))


def test_a_block_stands_where_its_first_part_stood():
    found = named(WARDS[0], GP, WARDS[1], ALONE).providers
    assert [(p.kind, p.name, p.services) for p in found] == [
        ("block", "ward", ("ward in Leeds", "ward in Wakefield")),
        ("service", "general practice", ("general practice",)),
        ("service", "clinic in Leeds", ("clinic in Leeds",)),
    ]
    assert (found[0].service_kind, found[0].sector) == ("beds", "NHS")


def test_names_are_shortened_where_all_parts_are_there():
    of = named(*WARDS, GP)
    both = ["ward in Wakefield", "general practice", "ward in Leeds"]
    assert of.shortened(both) == ("ward", "general practice")
    assert of.shortened(both[:2]) == ("ward in Wakefield", "general practice")
    assert of.block_of == dict.fromkeys(["ward in Leeds", "ward in Wakefield"], "ward")


def test_a_place_of_a_name_within_the_name_is_no_matter():
    parts = [
        ServiceLabel(f"clinic in Leeds in {place}", "slots", None, ("site", place))
        for place in ("A", "B")
    ]
    assert [b.name for b in named(*parts).blocks] == ["clinic in Leeds"]
