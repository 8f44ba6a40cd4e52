"""Patients who leave the line."""

import math

from tests.validation.chains import Relief
from tests.validation.formulas import Chain
from tests.validation.harness import EXACT_USE, Case, Metric
from tests.validation.quantities import (
    all_waiting,
    all_waiting_above,
    in_use,
    left,
    line,
    occupancy,
    of_use,
    per_day,
    served_within,
    turned_away,
    wait_of_all,
)

HOUR, MINUTE = 1 / 24, 1 / 1440
CRISIS = Chain(4, 5, 1, leaving=-math.log(0.6))
NATIONAL = Chain(5.5, 1 / 6, 30, leaving=1 / 6)
LOCAL = Chain(1.4, 1 / 8, 10, leaving=1 / 3, room=400)
AREA = Relief(1.4, 1 / 8, 10, 1 / 3, 1 / 12, 3).steady()
CROWDED = Chain(11, 3, 3, leaving=60 / 45, room=5)

CASES = (
    Case(
        "T11a",
        "T11a: Erlang A",
        (
            Metric("share who hang up", left("call centre"), 0.150125834136),
            Metric(
                "mean wait of all", wait_of_all("call centre"), 0.600503336545, "min"
            ),
            Metric("share waiting", all_waiting("call centre"), 0.516689390956),
            Metric("mean line", line("call centre"), 1.00083889424),
            of_use("call centre", 0.885285589442),
            Metric(
                "share answered within 1 min",
                served_within(MINUTE, "call centre"),
                0.668826063587,
            ),
            Metric(
                "share of all waiting above 1 min",
                all_waiting_above(MINUTE, "call centre"),
                0.239526624087,
            ),
            Metric(
                "share answered within 5 min",
                served_within(5 * MINUTE, "call centre"),
                0.848199825987,
            ),
            Metric(
                "share of all waiting above 5 min",
                all_waiting_above(5 * MINUTE, "call centre"),
                0.00200774079157,
                limit=0.05,
            ),
        ),
        quick=8,
    ),
    Case(
        "T12a",
        "T12a: M/M/8, all leave after four hours",
        (
            Metric("mean wait of all", wait_of_all("majors"), 0.87142101525, "hours"),
            Metric("share waiting", all_waiting("majors"), 0.801117250405),
            Metric("share who leave", left("majors"), 0.0021220497593, limit=0.08),
            Metric(
                "share seen within 1 h",
                served_within(HOUR, "majors"),
                0.657563085826,
            ),
            Metric(
                "share seen within 2 h",
                served_within(2 * HOUR, "majors"),
                0.863661446166,
            ),
        ),
    ),
    Case(
        "F62",
        "M/M/1+M, the patience written as a risk; birth-death chain",
        (
            Metric("share who ring off", left("crisis line"), CRISIS.left),
            Metric("mean line", line("crisis line"), CRISIS.line),
            Metric("share waiting", all_waiting("crisis line"), CRISIS.all_busy),
            of_use("crisis line", CRISIS.busy),
        ),
    ),
    Case(
        "F72",
        "M/M/30+M at 110% load; birth-death chain",
        (
            Metric("share who hang up", left("national line"), NATIONAL.left),
            Metric("mean line", line("national line"), NATIONAL.line),
            Metric("share waiting", all_waiting("national line"), NATIONAL.all_busy),
            of_use("national line", NATIONAL.busy / 30),
        ),
    ),
    Case(
        "F73",
        "M/M/3/8+M; birth-death chain",
        (
            Metric("share turned away", turned_away("crowded clinic"), CROWDED.full),
            Metric(
                "share who go home",
                lambda o: (
                    o.measure("crowded clinic: left unseen, number")
                    / o.measure("crowded clinic: arrivals, number")
                ),
                CROWDED.left,
            ),
            Metric("mean line", line("crowded clinic"), CROWDED.line),
            of_use("crowded clinic", CROWDED.busy / 3),
            Metric(
                "starts per day",
                per_day("crowded clinic", "starts"),
                CROWDED.busy * 3 * 24,
            ),
            Metric(
                "completions per day",
                per_day("crowded clinic", "completions"),
                CROWDED.busy * 3 * 24,
            ),
        ),
    ),
    Case(
        "F81",
        "Erlang A whose patients go elsewhere; Markov chain",
        (
            Metric("share sent out of area", left("local unit"), LOCAL.left),
            Metric("mean line", line("local unit"), LOCAL.line),
            Metric(
                "occupancy", occupancy("local unit"), LOCAL.busy / 10, limit=EXACT_USE
            ),
            Metric(
                "beds out of area",
                in_use("unit out of area"),
                AREA.mean(lambda state: state[1]),
            ),
            Metric(
                "share refused there as well",
                turned_away("unit out of area"),
                AREA.mean(lambda state: (state[1] == 3) * max(state[0] - 10, 0))
                / LOCAL.line,
            ),
        ),
        quick=12,
    ),
)
