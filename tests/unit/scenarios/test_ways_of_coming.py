"""What the reader makes of parties, bookings and returns, and what explain says."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from numba.core import config

import scenarios
from kernels.arrivals import arrivals
from kernels.latecomers import expected
from kernels.layout import DAY
from kernels.philox import key
from kernels.volumes import patients_per_day
from scenarios.dates import moment
from scenarios.explain import explain
from scenarios.tables import model as tables_of
from tests.unit.scenarios.clinics import read, refused

RATE = "rate: 50 per day"
REPLICATIONS = 1 if config.DISABLE_JIT else 10
"""Plain Python is slow: it gets along with fewer."""
VALID = Path(__file__).parents[2] / "conformance" / "valid"
NAMES = sorted(
    path.stem
    for path in VALID.glob("demand-*.yaml")
    if path.stem != "demand-to-several-places"  # of which some are counted apart
)


def test_sizes_of_parties_stand_in_ascending_order() -> None:
    made = read((RATE, f"{RATE}, arrive_together: {{5: rest, 2: 70%}}"))
    sizes = made.streams[0].parties
    assert [party.size for party in sizes] == [2, 5]
    assert sizes[0].share is not None
    assert sizes[0].share.values == (0.7,)
    assert sizes[1].share is None


def test_a_stream_that_says_in_two_ways_how_many_come_is_refused() -> None:
    both = f"{RATE}, from_file: tables/none.csv, booked_at: {{Mon 09:00: 1}}"
    assert refused((RATE, both)) == [
        "demand.clinic.from_file: there is no file 'tables/none.csv'.",
        "demand.clinic.booked_at: write one of rate and booked_at, not both.",
    ]
    both = f'{RATE}, from_file: "arrives,age\\n2024-01-01,child\\n"'
    (line,) = refused((RATE, both))
    assert line == "demand.clinic.from_file: write one of rate and from_file, not both."


def test_a_misspelt_rate_is_not_said_to_be_missing_as_well() -> None:
    (line,) = refused((RATE, "raet: 50 per day"))
    assert "Did you mean 'rate'?" in line


def test_what_is_missing_and_what_is_wrong_are_told_together() -> None:
    found = refused((RATE, "growth: 2, sector: x"))
    assert any("`rate` is missing" in line for line in found)
    assert any("'2' is not a growth" in line for line in found)


def test_a_move_says_who_comes_later() -> None:
    later = "returns: {share: {by: age, child: 20%, adult: 40%}, after: 9 weeks}"
    change = f"changes:\n  - {{demand: clinic, multiply_by: 0.5, {later}}}\n"
    rate = read(more=change).streams[0].rate
    assert rate is not None
    (move,) = rate.moves
    assert move.returns is not None
    assert move.returns.share.values == (0.2, 0.4)
    assert move.returns.after[0].parameters["value"].values == (63.0,)


def test_returns_of_an_inherited_change_are_kept(tmp_path: Path) -> None:
    text = (VALID / "demand-that-comes-later.yaml").read_text()
    (tmp_path / "base.yaml").write_text(text)
    child = "caresim: 1\nextends: base\ntitle: y\nchanges:\n"
    child += "  - {demand: referrals, multiply_by: 1.1}\n"
    (tmp_path / "child.yaml").write_text(child)
    rate = scenarios.read(tmp_path / "child.yaml").streams[0].rate
    assert rate is not None
    assert [move.returns is not None for move in rate.moves] == [True, False]


@pytest.mark.parametrize("name", NAMES)
def test_explain_counts_whoever_comes(name: str) -> None:
    scenario = scenarios.read(VALID / f"{name}.yaml")
    model = tables_of(scenario)
    counts = np.zeros(len(model.months) - 1)
    for replication in range(REPLICATIONS):
        luck = key(3, replication)
        for rows in (
            arrivals(model, luck, model.start, model.end),
            expected(model, luck),
        ):
            counts += np.histogram(rows["time"], model.months)[0] / REPLICATIONS
    days = np.diff(model.months) / DAY
    loads = explain(scenario, model).loads
    told = np.array([load.joined for load in loads]) * days
    assert told == pytest.approx(
        counts, rel=0.03, abs=6.5 * np.sqrt(told.max() / REPLICATIONS)
    )
    total = patients_per_day(model) * (model.end - model.begin) / DAY
    assert total == pytest.approx(counts.sum(), rel=0.5)


def sentences(name: str) -> list[str]:
    scenario = scenarios.read(VALID / f"{name}.yaml")
    return explain(scenario, tables_of(scenario)).sentences()


def test_explain_says_how_large_parties_are() -> None:
    assert sentences("demand-in-parties") == [
        "minor injuries: patients come together, 1 or 2 or 4 at a time, 1.3 on "
        "average; the rate counts parties."
    ]


def test_explain_says_how_many_are_booked_and_how_late_they_come() -> None:
    (line,) = sentences("demand-booked-and-punctual-or-not")
    assert line == (
        "clinic: 24.1 are booked a week, in 2.0 sessions, and come 5 min early on "
        "average."
    )
    (line,) = sentences("demand-booked")
    assert line.endswith("and come on the dot.")


def test_explain_says_what_scale_makes_of_a_list() -> None:
    assert (
        "ward: 40 patients come as the list says. At this scale each comes with a "
        "chance of 0.5, in every replication others."
    ) in sentences("demand-from-a-file-at-a-smaller-scale")


def test_explain_says_who_comes_later() -> None:
    first, second = sentences("demand-that-comes-later")
    assert first == (
        "Change: demand of referrals: multiply by 0.6 from 2024-03-01 until "
        "2024-06-01, of those whom it keeps away, 60% come later, after law gamma, "
        "mean 6 months, cv 0.5."
    )
    assert "with the same luck" in second


def test_sessions_on_the_day_after_the_run_are_kept_for_those_who_are_early() -> None:
    text = (VALID / "demand-booked-and-punctual-or-not.yaml").read_text()
    text = text.replace("Mon 09:00-12:00", "every day 00:00-01:00").replace(
        ", Thu 13:00-16:00", ""
    )
    model = tables_of(scenarios.parse(text, "x"))
    assert model.sessions["time"][-1] == moment("2025-01-01")
    rows = arrivals(model, key(1, 1), model.begin, model.end)
    assert (rows["time"] < model.end).all()
    assert (rows["time"] > model.end - DAY // 24).any()
