"""The parameter pack as its sources give it: facts, and what follows from them.

`sources/` holds copies of the pack's files: all arrivals and routing shares, and those
parameters which the second entry uses. Nothing here knows the shipped scenario.
"""

from __future__ import annotations

import csv
from collections import defaultdict
from functools import cache
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

SOURCES = Path(__file__).parent / "sources"
YEAR = 365.25
"""Days."""
PLACES = (
    "Bradford District and Craven",
    "Calderdale",
    "Kirklees",
    "Leeds",
    "Wakefield",
)
AGES = {"child": "0-17", "adult": "18-64", "older": "65+"}
DEPRIVED, OTHER = "most deprived", "other"
MIX_OF_MOST_DEPRIVED = {"child": 0.27, "adult": 0.61, "older": 0.12}
"""README, section 2."""
CLASSES = {
    "C_D": ("child", DEPRIVED),
    "C_R": ("child", OTHER),
    "A_D": ("adult", DEPRIVED),
    "A_R": ("adult", OTHER),
    "O_D": ("older", DEPRIVED),
    "O_R": ("older", OTHER),
}
SERVICES = {
    "GP": "general practice",
    "N111": "nhs 111",
    "AMB": "ambulance",
    "UTC": "urgent treatment centre",
    "ED": "emergency department",
    "ACUTE": "acute wards",
    "STROKE": "stroke unit",
    "D2AH": "discharge to assess at home",
    "D2AB": "discharge to assess in a bed",
    "OUTP": "outpatients",
    "DIAG": "diagnostics",
    "ELECT": "planned surgery",
    "CANC": "cancer diagnosis",
    "TT": "talking therapies",
    "CMHT": "community mental health",
    "CRIS": "crisis and home treatment",
    "MHIP": "mental health wards",
    "CYPM": "young people's mental health",
    "CYPC": "young people's crisis line",
    "CYPI": "young people's ward",
}
"""What the pack's codes are called in the shipped scenario."""
CODES = tuple(SERVICES)
TRUSTS = {
    "Bradford Teaching Hospitals": "RAE Bradford",
    "Airedale": "RCF Airedale",
    "Leeds Teaching Hospitals": "RR8 Leeds",
    "Calderdale and Huddersfield": "RWY Calderdale & Huddersfield",
    "Mid Yorkshire": "RXF Mid Yorkshire",
}
TRUST_OF = {
    "Calderdale": "Calderdale and Huddersfield",
    "Leeds": "Leeds Teaching Hospitals",
    "Wakefield": "Mid Yorkshire",
}
"""Places with one acute trust; the others have two."""
MENTAL_HEALTH_TRUST = {
    "Bradford District and Craven": "Bradford District Care",
    "Calderdale": "South West Yorkshire Partnership",
    "Kirklees": "South West Yorkshire Partnership",
    "Leeds": "Leeds and York Partnership",
    "Wakefield": "South West Yorkshire Partnership",
}


class Fact(NamedTuple):
    """A row of the pack's parameters."""

    area: str
    parameter: str
    segment: str
    value: str
    unit: str
    low: str
    high: str
    status: str
    source: str
    year: str


def rows(path: Path) -> list[list[str]]:
    """Return the rows of a file, without its header."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))[1:]


@cache
def facts() -> dict[tuple[str, str], Fact]:
    """Return the parameters by name and segment; each name and segment is unique."""
    found = [Fact(*row) for row in rows(SOURCES / "nhs_parameters.csv")]
    keyed = {(fact.parameter, fact.segment): fact for fact in found}
    if len(keyed) < len(found):
        raise ValueError("a parameter stands twice for one segment")
    return keyed


def text(parameter: str, segment: str) -> str:
    """Return a parameter as written."""
    return facts()[parameter, segment].value


def number(parameter: str, segment: str) -> float:
    """Return a parameter that is a plain number."""
    return float(text(parameter, segment))


@cache
def people() -> dict[tuple[str, str, str], float]:
    """Return people by age, deprivation and place, worked out from the pack."""
    found = {}
    for place in PLACES:
        deprived = number("population in most deprived decile", place)
        for age, years in AGES.items():
            everybody = number("population mid-2021", f"{place} {years}")
            here = deprived * MIX_OF_MOST_DEPRIVED[age]
            found[age, DEPRIVED, place] = here
            found[age, OTHER, place] = everybody - here
    return found


def people_of(name: str) -> float:
    """Return the people of a class, such as `C_D`."""
    return sum(people()[(*CLASSES[name], place)] for place in PLACES)


@cache
def shares() -> dict[str, dict[str, dict[str, float]]]:
    """Return the routing shares per arrival, by class and service; `EXIT` left out."""
    found: dict[str, dict[str, dict[str, float]]] = {
        name: {code: {} for code in CODES} for name in CLASSES
    }
    for name, here, there, share, _ in rows(SOURCES / "nhs_routing.csv"):
        if there != "EXIT":
            found[name][here][there] = float(share)
    return found


@cache
def arrivals() -> dict[str, dict[str, tuple[float, float]]]:
    """Return arrivals per day from outside, and all, by class and service."""
    found: dict[str, dict[str, tuple[float, float]]] = defaultdict(
        lambda: dict.fromkeys(CODES, (0.0, 0.0))
    )
    for name, code, outside, _, everybody, _ in rows(SOURCES / "nhs_arrivals.csv"):
        found[name][code] = float(outside), float(everybody)
    return dict(found)


def total(code: str) -> float:
    """Return the arrivals per day at a service, all classes together."""
    return sum(arrivals()[name][code][1] for name in CLASSES)


def solved(name: str) -> dict[str, float]:
    """Return arrivals per day of a class from λ = γ + λ P."""
    routing = np.array([[shares()[name][a].get(b, 0.0) for b in CODES] for a in CODES])
    outside = np.array([arrivals()[name][code][0] for code in CODES])
    found: Floats = np.linalg.solve(np.eye(len(CODES)) - routing.T, outside)
    return dict(zip(CODES, (float(value) for value in found), strict=True))


def need_by_place(code: str) -> dict[str, float]:
    """Return the arrivals per day of each place, at its classes' rates per head."""
    return {
        place: sum(
            arrivals()[name][code][1]
            * people()[(*CLASSES[name], place)]
            / people_of(name)
            for name in CLASSES
        )
        for place in PLACES
    }


def attendances() -> dict[str, float]:
    """Return the attendances of May 2022 at each acute trust."""
    return {
        trust: number("Type 1 attendances May 2022", row)
        for trust, row in TRUSTS.items()
    }


def satellites() -> list[dict[str, str]]:
    """Return the pack's figures of the services beside the twenty."""
    with (SOURCES / "satellites.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def parts_of_places() -> dict[str, dict[str, float]]:
    """Return which part of each place goes to which acute trust.

    Bradford's people are divided as its two trusts' attendances; of Kirklees, so many
    go to Calderdale and Huddersfield that the attendances of what Mid Yorkshire and
    it have together fit, at equal attendance per head in their three places.
    """
    seen = attendances()
    parts = {place: {trust: 1.0} for place, trust in TRUST_OF.items()}
    teaching, airedale = seen["Bradford Teaching Hospitals"], seen["Airedale"]
    both = teaching + airedale
    parts["Bradford District and Craven"] = {
        "Bradford Teaching Hospitals": teaching / both,
        "Airedale": airedale / both,
    }
    huddersfield, yorkshire = seen["Calderdale and Huddersfield"], seen["Mid Yorkshire"]
    per_place = need_by_place("ED")
    three = sum(per_place[p] for p in ("Calderdale", "Kirklees", "Wakefield"))
    theirs = three * huddersfield / (huddersfield + yorkshire)
    first = (theirs - per_place["Calderdale"]) / per_place["Kirklees"]
    parts["Kirklees"] = {
        "Calderdale and Huddersfield": first,
        "Mid Yorkshire": 1 - first,
    }
    return parts


def need_by_trust(code: str) -> dict[str, float]:
    """Return the arrivals per day of each acute trust."""
    found: dict[str, float] = dict.fromkeys(TRUSTS, 0.0)
    for place, need in need_by_place(code).items():
        for trust, part in parts_of_places()[place].items():
            found[trust] += need * part
    return found


def need_by_mental_health_trust(code: str) -> dict[str, float]:
    """Return the arrivals per day of each mental health trust."""
    found: dict[str, float] = defaultdict(float)
    for place, need in need_by_place(code).items():
        found[MENTAL_HEALTH_TRUST[place]] += need
    return dict(found)
