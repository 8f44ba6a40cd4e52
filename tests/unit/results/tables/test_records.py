import numpy as np
import pytest

from kernels import layout
from results.errors import ResultError
from results.layout.labels import GroupLabel, StepLabel
from tests.unit.results.small import (
    LEFT,
    TURNED_AWAY,
    clock,
    labels,
    model,
    patient,
    run,
    tally,
    visit,
)


def recorded(**parts):
    """Return a run with the records of three visits."""
    names = labels(
        months=(0, 10),
        steps=(StepLabel("staff"), StepLabel("staff", "hip", "operation")),
        everybody=(GroupLabel("child"), GroupLabel("adult")),
        pathways=("hip",),
        clocks=("door to needle",),
        endings=("leave", "died"),
        waits=(("staff", "gives up"),),
        rules=(("staff", "full"),),
        **parts,
    )
    visits = [
        visit(-1, 0.5, 2, 3, step=1, group=1, who=12345678901),
        visit(1, ended=1.5, outcome=LEFT, cause=0),
        visit(2, ended=2, outcome=TURNED_AWAY, cause=0),
    ]
    clocks = [clock(1, 2), clock(3)]
    patients = [patient(0, 2, ending=1), patient(1)]
    rows = layout.NOTHING._replace(
        visits=np.array(visits, layout.VISIT),
        clocks=np.array(clocks, layout.CLOCK),
        patients=np.array(patients, layout.PATIENT),
    )
    of = model(
        months=(0, 10),
        pathways=1,
        steps=[(0, -1), (0, 0)],
        recorded=(0, 0),
        n_clocks=1,
        waits=1,
        rules=1,
        endings=2,
    )
    tallies = tally(of, visits, clocks, patients)
    return run(tallies, labels=names, records={1: rows})


def test_visits_carry_names_and_days_since_the_start():
    first, second, third = recorded().visits(1).to_pylist()
    assert first == {
        "replication": 1,
        "who": 12345678901,
        "visit": 0,
        "part": 0,
        "service": "staff",
        "pathway": "hip",
        "step": "operation",
        "group": "adult",
        "priority": 0,
        "outcome": "completed",
        "cause": None,
        "joined": -1.0,
        "started": 0.5,
        "ended": 2.0,
        "freed": 3.0,
        "units": 1,
    }
    assert (second["outcome"], second["cause"]) == ("left", "gives up")
    assert (second["started"], second["ended"], second["freed"]) == (None, 1.5, None)
    assert (third["outcome"], third["cause"]) == ("turned away", "full")
    assert (third["pathway"], third["step"]) == (None, None)


def test_clocks_and_patients_are_recorded_likewise():
    of = recorded()
    clocks = of.records("clocks", 1).to_pylist()
    assert [row["stopped"] for row in clocks] == [2.0, None]
    assert clocks[0]["clock"] == "door to needle"
    patients = of.records("patients", 1).to_pylist()
    assert [row["ending"] for row in patients] == ["died", None]
    assert [row["left"] for row in patients] == [2.0, None]
    assert patients[0]["stream"] == "doors"


def test_records_survive_the_folder(tmp_path):
    before = recorded()
    after = before.write(tmp_path / "run")
    assert sorted(p.name for p in (tmp_path / "run" / "visits").iterdir()) == [
        "replication-0001.parquet"
    ]
    for table in ("visits", "clocks", "patients"):
        kept = after.records(table, 1).to_pylist()
        assert kept == before.records(table, 1).to_pylist()


def test_visits_that_were_not_recorded_are_refused():
    names = labels(months=(0, 10))
    of = run(tally(model(months=(0, 10))), labels=names)
    with pytest.raises(ResultError, match="visits were not recorded"):
        of.visits(1)


def test_unknown_replications_and_tables_are_refused():
    with pytest.raises(ResultError, match="no replication 2, only 1"):
        recorded().visits(2)
    with pytest.raises(ResultError, match="'visit' is not one of visits"):
        recorded().records("visit", 1)


def test_steps_without_names_cannot_be_recorded():
    names = labels(months=(0, 10), steps=())
    rows = {1: layout.NOTHING}
    of = run(tally(model(months=(0, 10))), labels=names, records=rows)
    with pytest.raises(ResultError, match="steps and groups lack names"):
        of.visits(1)
