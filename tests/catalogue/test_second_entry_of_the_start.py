"""Who is there at the start, entered a second time."""

from __future__ import annotations

import pytest

from scenarios.scenario.demand import Starter
from tests.catalogue import known, pack
from tests.catalogue.comparing import (
    close,
    fractions,
    home,
)
from tests.catalogue.shipped import Shipped, value


def starters(model: Shipped, name: str, *, treated: bool) -> dict[str, float]:
    """Return who is there at the start, by place or trust."""
    chosen: list[Starter] = [
        s
        for s in model.scenario.start
        if model.base(s.service) == name and s.treated is treated
    ]
    return {home(model, s.service): value(s.number, 0) for s in chosen}


@pytest.mark.parametrize("trust", pack.TRUSTS)
def test_beds_in_use_at_the_start_are_those_of_kh03(model: Shipped, trust: str) -> None:
    expected = pack.number("G&A overnight beds occupied", pack.TRUSTS[trust])
    wards = starters(model, "acute wards", treated=True)[trust]
    stroke = starters(model, "stroke unit", treated=True).get(trust, 0.0)
    assert wards + stroke == pytest.approx(expected, abs=1)


@pytest.mark.parametrize("code", ["OUTP", "ELECT", "DIAG"])
def test_lists_at_the_start_are_those_of_the_pack(model: Shipped, code: str) -> None:
    written = fractions(pack.text("initial queue OUTP/ELECT/DIAG", "WY"))
    expected = dict(zip(("OUTP", "ELECT", "DIAG"), written, strict=True))[code]
    found = sum(starters(model, pack.SERVICES[code], treated=False).values())
    assert close(found, expected, known.LISTS.get(code, known.SAME))


def test_people_out_of_area_at_the_start_are_those_of_the_pack(
    model: Shipped,
) -> None:
    _, elsewhere = fractions(pack.text("complex rehab patients (local / OOA)", "WY"))
    expected = pack.number("active inappropriate OAPs", "WY")
    assert starters(model, "out of area ward", treated=True) == {"": expected}
    assert starters(model, "rehabilitation out of area", treated=True) == {
        "": elsewhere
    }


@pytest.mark.parametrize("code", ["TT", "CMHT", "CYPM"])
def test_caseloads_are_full_at_the_start(model: Shipped, code: str) -> None:
    name = pack.SERVICES[code]
    assert starters(model, name, treated=True) == model.capacities(name)


def test_as_many_have_waited_for_a_test_as_in_the_pack(model: Shipped) -> None:
    longer = pack.number("DM01 >6 weeks", "WY May 2022")
    for starter in model.scenario.start:
        if model.base(starter.service) == pack.SERVICES["DIAG"]:
            begin, end, share = starter.bands[0]
            assert (begin, end) == (0, 42)
            assert close(share, 1 - longer)
