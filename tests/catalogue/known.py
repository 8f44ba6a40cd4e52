"""Where the shipped scenario differs from the pack on purpose.

`Known` differences are those which the scenario marks as calibrated, derived or
judgement; a factor on the pack's figure, how far from it the scenario may be, and why.
"""

from __future__ import annotations

from typing import NamedTuple

TIGHT = 0.005
CALIBRATED = 0.15


class Known(NamedTuple):
    """A difference on purpose."""

    factor: float
    tolerance: float
    reason: str


SAME = Known(1.0, TIGHT, "")

# Where more attend per head, fewer of them are admitted.
ADMITTED = {
    "Bradford Teaching Hospitals": Known(1.029, TIGHT, "derived"),
    "Airedale": Known(1.030, TIGHT, "derived"),
    "Leeds Teaching Hospitals": Known(1.177, TIGHT, "derived"),
    "Calderdale and Huddersfield": Known(0.888, TIGHT, "derived"),
    "Mid Yorkshire": Known(0.888, TIGHT, "derived"),
}
ADMITTED_INTO = ("ACUTE", "STROKE", "OUTP", "CRIS", "MHIP")
"""Where the factor holds for those who go on from A&E."""

SHARES = {
    ("OUTP", "ELECT"): Known(
        4 / 3, CALIBRATED, "calibrated: so that 10,136 operations a month come out"
    ),
}
BESIDE = {
    ("D2AH", "home care"): 0.40,
    ("CANC", "cancer staging"): 0.052,
}
"""Shares into services that the pack's routing does not have, per arrival: derived
(delayed by home care), and the pack's conversion of referrals to treatments."""

ELSEWHERE = {
    ("TT", "child"): "an adolescent a day goes on as adults do",
}
"""Where a class is not sent on as in the pack."""

FLOWS = {
    "UTC": Known(0.92, CALIBRATED, "calibrated: 555 attendances a day, May 2022"),
    "ELECT": Known(1.20, CALIBRATED, "calibrated: a third more are listed"),
}
DEMAND = {
    "specialist referral": Known(1.30, 0.05, "calibrated: 64,213 clock starts a month"),
}
"""In the file both are marked as derived; the background page says calibrated."""

CAPACITIES = {
    "N111": Known(31.7 / 34, CALIBRATED, "calibrated: more at weekends, fewer else"),
    "AMB": Known(1.0, CALIBRATED, "calibrated"),
    "UTC": Known(1.0, 0.015, "shared out and rounded by place and time of day"),
    "GP": Known(0.943, CALIBRATED, "calibrated: routine waits as published"),
    "TT": Known(0.950, CALIBRATED, "calibrated: the list stays as it is"),
    "CMHT": Known(0.968, CALIBRATED, "calibrated: a mean wait of eight weeks"),
    "CYPM": Known(0.979, CALIBRATED, "calibrated: a mean wait of five weeks"),
    "ED": Known(1.0, CALIBRATED, "calibrated"),
    "ACUTE": Known(1.0, TIGHT, "KH03 less the stroke units"),
    "OUTP": Known(1.0, CALIBRATED, "calibrated; with follow-up, which has its own"),
    "DIAG": Known(0.915, CALIBRATED, "calibrated"),
    "ELECT": Known(0.983, CALIBRATED, "calibrated"),
    "CANC": Known(1.0, CALIBRATED, "calibrated"),
    "CYPI": Known(8 / 22, 1e-9, "LYPFT: the 8 beds before Red Kite View; 22 from 2022"),
}
STAYS = {
    "D2AH": Known(
        12 / 14, 1e-9, "derived: 40% keep the place for 5 days more, for home care"
    ),
    "CANC": Known(21 / 18, CALIBRATED, "calibrated"),
}
ACUTE_STAYS = Known(0.87, CALIBRATED, "calibrated: so that KH03's beds are occupied")
BEDS_IN_USE = Known(0.9, CALIBRATED, "the rest wait for a place to move to")
LOADS = {
    "GP": Known(1.06, 0.01, "fewer slots than are asked for: routine waits"),
    "TT": Known(1.05, 0.025, "the list stays as it is"),
    "CMHT": Known(1.034, 0.025, "a mean wait of eight weeks stays as it is"),
    "D2AB": Known(1.0, 0.10, "ten in a hundred more are sent, 2% fewer to wards"),
}
"""Load ÷ capacity: what follows from the capacities that were calibrated."""
SATELLITES = {
    "home care": Known(62 / 58, CALIBRATED, "calibrated"),
    "long covid clinic": Known(
        10 / 6.5, TIGHT, "calibrated: ten a working day; the pack's 6.5 are a day's"
    ),
    "urgent community response": Known(
        13.67 / 14, 0.01, "whole teams in five places, 18 by day and one each at night"
    ),
}
LISTS = {
    "OUTP": Known(0.92, CALIBRATED, "calibrated"),
    "ELECT": Known(0.857, 0.01, "calibrated: 36,000 in October 2021; 42,000 is 2023"),
}
