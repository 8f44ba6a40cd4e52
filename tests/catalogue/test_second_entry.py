"""The key tables of the shipped model, entered a second time from their sources.

Here: the copies of the sources, people and routing; the other files of this folder
hold the rest. Every figure is worked out from `sources/`, without looking at the
scenario, and compared with it. What differs on purpose stands in `known`.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.catalogue import known, pack
from tests.catalogue.comparing import (
    HOUR,
    LEFT,
    REMOVED,
    TREATED,
    by_base,
    class_of,
    close,
    fractions,
)
from tests.catalogue.shipped import Node, Shipped, law_of, mean_of, value

ORIGINALS = Path(__file__).resolve().parents[3] / "shared" / "data"


@pytest.mark.skipif(not ORIGINALS.is_dir(), reason="the pack is not here")
@pytest.mark.parametrize("name", ["nhs_arrivals.csv", "nhs_routing.csv"])
def test_copies_are_the_originals(name: str) -> None:
    assert pack.rows(pack.SOURCES / name) == pack.rows(ORIGINALS / name)


@pytest.mark.skipif(not ORIGINALS.is_dir(), reason="the pack is not here")
def test_copied_parameters_stand_in_the_original() -> None:
    original = {tuple(row) for row in pack.rows(ORIGINALS / "nhs_parameters.csv")}
    copied = [tuple(row) for row in pack.rows(pack.SOURCES / "nhs_parameters.csv")]
    assert [row for row in copied if row not in original] == []


@pytest.mark.skipif(not ORIGINALS.is_dir(), reason="the pack is not here")
def test_copied_satellites_stand_in_the_readme() -> None:
    text = (ORIGINALS / "README.md").read_text(encoding="utf-8").replace(",", "")
    table = text.split("## 7.")[1].split("## 8.")[0].splitlines()
    lines = {line.split("|")[1].strip(): line for line in table if "|" in line}
    for row in pack.satellites():
        for figure in (row["arrivals_per_day"], row["stay"], row["capacity"]):
            assert re.search(rf"(?<![\d.]){re.escape(figure)}", lines[row["row"]]), row


def test_people_are_those_of_the_sources(model: Shipped) -> None:
    assert model.people == pytest.approx(pack.people(), abs=1)


@pytest.mark.parametrize("place", pack.PLACES)
@pytest.mark.parametrize("age", pack.AGES)
def test_people_by_age_and_place_are_those_of_ons(
    model: Shipped, age: str, place: str
) -> None:
    found = sum(n for (a, _, p), n in model.people.items() if (a, p) == (age, place))
    assert found == pack.number("population mid-2021", f"{place} {pack.AGES[age]}")


@pytest.mark.parametrize("place", pack.PLACES)
def test_most_deprived_by_place_are_those_of_the_pack(
    model: Shipped, place: str
) -> None:
    found = sum(
        n for (_, d, p), n in model.people.items() if (d, p) == (pack.DEPRIVED, place)
    )
    assert found == pack.number("population in most deprived decile", place)


def test_people_sum_to_the_totals_of_the_sources(model: Shipped) -> None:
    deprived = {
        age: sum(model.people[age, pack.DEPRIVED, place] for place in pack.PLACES)
        for age in pack.AGES
    }
    everybody = sum(model.people.values())
    assert everybody == pack.number("population mid-2021", "WY all")
    assert sum(deprived.values()) == pack.number(
        "living in most deprived 10% of England", "WY"
    )
    assert deprived == pytest.approx(
        {age: 530_000 * mix for age, mix in pack.MIX_OF_MOST_DEPRIVED.items()}
    )


def test_catchments_follow_the_attendances_of_may_2022(model: Shipped) -> None:
    for place, parts in pack.parts_of_places().items():
        g = model.groups.index(("adult", pack.OTHER, place))
        start = model.sent(model.repeated["acute wards"].start, g)
        found = {model.services[n.service].home[1]: s for n, s in start.items()}  # type: ignore[index]
        assert found == pytest.approx(parts, abs=0.005), place


@pytest.mark.parametrize("name", pack.CLASSES)
def test_traffic_equations_give_the_totals_of_the_pack(name: str) -> None:
    found = pack.solved(name)
    expected = {code: pack.arrivals()[name][code][1] for code in pack.CODES}
    # Shares of 0.00004 are rounded to two digits, at children's cancer diagnosis.
    assert found == pytest.approx(expected, rel=1e-4, abs=1e-3)


def difference_of(here: str, there: str, trust: str) -> known.Known:
    """Return what is known of a share."""
    if here == "ED" and there in known.ADMITTED_INTO:
        return known.ADMITTED[trust]
    return known.SHARES.get((here, there), known.SAME)


def wrong_shares(model: Shipped, here: str, service: str, home: str) -> list[str]:
    """Return every share of a service that is not the pack's."""
    wrong = []
    for g, (age, deprivation, place) in enumerate(model.groups):
        name = class_of(age, deprivation)
        if home in pack.PLACES and home != place:
            continue
        if pack.arrivals()[name][here][1] == 0 or (here, age) in known.ELSEWHERE:
            continue
        onward = model.onward(Node(service, None, None), g)
        wrong += [
            f"{service} {name} -> {there}: {found}"
            for there, found in onward.items()
            if there not in pack.SERVICES.values()
            and not close(found, known.BESIDE.get((here, there), 0.0))
        ]
        for there, label in pack.SERVICES.items():
            found = onward.get(label, 0.0) * TREATED.get(here, 1.0)
            share = pack.shares()[name][here].get(there, 0.0)
            if not close(found, share, difference_of(here, there, home)):
                wrong.append(f"{service} {name} -> {there}: {found}, pack {share}")
    return wrong


@pytest.mark.parametrize("here", pack.CODES)
def test_shares_per_arrival_are_those_of_the_pack(model: Shipped, here: str) -> None:
    wrong = []
    for service in model.named(pack.SERVICES[here]):
        home = "" if service.home is None else service.home[1]
        wrong += wrong_shares(model, here, service.name, home)
    assert wrong == []


@pytest.mark.parametrize(
    ("service", "here"),
    [
        ("out of area ward", "MHIP"),
        ("young people's out of area ward", "CYPI"),
        ("outpatient follow-up in Leeds Teaching Hospitals", "OUTP"),
    ],
)
def test_twins_of_a_service_send_on_as_it_does(
    model: Shipped, service: str, here: str
) -> None:
    assert wrong_shares(model, here, service, "") == []


@pytest.mark.parametrize(
    ("constant", "parameter", "segment"),
    [
        (TREATED["CYPM"], "entering treatment share used", "CYPM"),
        (LEFT["emergency department"], "left without being seen", "Type 1"),
        (REMOVED["outpatients"], "RTT removal without treatment", "share of starts"),
        (
            known.BESIDE["CANC", "cancer staging"],
            "conversion 2WW -> 62-day treatment",
            "WY",
        ),
    ],
)
def test_constants_of_the_second_entry_are_the_pack_s(
    constant: float, parameter: str, segment: str
) -> None:
    assert constant == pack.number(parameter, segment)


def test_admission_factors_leave_the_admissions_of_all_trusts_as_they_were() -> None:
    seen = pack.attendances()
    mean = sum(seen[t] * known.ADMITTED[t].factor for t in seen) / sum(seen.values())
    assert mean == pytest.approx(1, rel=known.TIGHT)


@pytest.mark.parametrize("code", ["TT", "CMHT", "CRIS", "CYPM"])
def test_those_turned_away_are_as_many_as_in_the_pack(
    model: Shipped, code: str
) -> None:
    for service in model.named(pack.SERVICES[code]):
        (rule,) = service.turned_away
        assert value(rule.share, 0) == pytest.approx(1 - TREATED[code])


def test_as_many_do_not_attend_in_general_practice_as_in_the_pack(
    model: Shipped,
) -> None:
    (service, *_) = model.named("general practice")
    assert service.did_not_attend is not None
    visits = {name: pack.arrivals()[name]["GP"][1] for name in pack.CLASSES}
    away = sum(
        visits[class_of(age, deprivation)] * value(service.did_not_attend.share, g)
        for g, (age, deprivation, place) in enumerate(model.groups)
        if place == "Leeds"
    )
    expected = pack.number("DNA rate", "England Sep 2021")
    assert away / sum(visits.values()) == pytest.approx(expected, rel=known.TIGHT)


def test_those_refused_by_practices_go_where_the_surveys_say(model: Shipped) -> None:
    used = "alternative used when GP not seen/delayed"
    expected = {
        "general practice": pack.number("retry next day when access fails", ""),
        "nhs 111": pack.number(used, "called NHS 111"),
        "emergency department": pack.number(used, "went to A&E"),
        "urgent treatment centre": pack.number(used, "UTC/MIU"),
    }
    for service in model.named("general practice"):
        (rule,) = service.turned_away
        found = by_base(model, model.sent(rule.then, 3))
        assert found.pop("community pharmacy") <= 0.31
        assert found == pytest.approx(expected)
        assert value(rule.share, 0) == pack.number(
            "GP access-failure probability per request", "baseline"
        )


def test_those_who_hang_up_go_where_the_pack_says(model: Shipped) -> None:
    retry, urgent, ambulance, _ = fractions(
        pack.text("N111 abandonment next step", "retry/ED-UTC/999/exit")
    )
    then = model.step("nhs 111").waiting[0].then
    assert then is not None
    found = by_base(model, model.sent(then, 3))
    assert found["nhs 111"] == retry
    assert found["emergency department"] + found["urgent treatment centre"] == urgent
    assert found["ambulance"] == ambulance


@pytest.mark.parametrize(
    ("service", "parameter", "segment", "unit"),
    [
        (
            "emergency department",
            "ED LWBS patience (minors)",
            "lognormal mean, CV 0.8",
            HOUR,
        ),
        ("mental health wards", "MHIP out-of-area trigger", "wait", HOUR),
        ("young people's ward", "CYPI out-of-area trigger", "wait", 1.0),
    ],
)
def test_patience_is_that_of_the_pack(
    model: Shipped, service: str, parameter: str, segment: str, unit: float
) -> None:
    for part in model.named(service):
        (rule,) = model.step(part.name).waiting
        found = mean_of(law_of(rule.after, 0))
        assert found == pytest.approx(pack.number(parameter, segment) * unit)


@pytest.mark.parametrize(
    ("here", "there", "segment"),
    [
        ("general practice", "practice review", "GP->GP"),
        ("outpatients", "outpatient follow-up", "OUTP->OUTP"),
        ("outpatient follow-up", "outpatient follow-up", "OUTP->OUTP"),
        ("planned surgery", "outpatient follow-up", "ELECT->OUTP post-op"),
    ],
)
def test_follow_up_comes_after_the_intervals_of_the_pack(
    model: Shipped, here: str, there: str, segment: str
) -> None:
    for service in model.named(here):
        (branch,) = (
            b
            for b in model.step(service.name).then
            if there in (b.target.block or b.target.service or b.target.pathway or "")
        )
        found = mean_of(law_of(branch.after, 0))
        interval = "interval" if here == "planned surgery" else "follow-up interval"
        assert found == pack.number(f"planned {interval}", segment)
