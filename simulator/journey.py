"""One patient's journey through a replication that is simulated for it."""

from __future__ import annotations

import numpy as np

from kernels import layout
from kernels.layout import Records
from kernels.philox import key
from results.journeys.journey import Event, Journey, examples, told
from results.layout.columns import RECORDS
from results.tables.records import record_table
from scenarios.scenario import Scenario
from simulator.executors import RunError
from simulator.experiment import prepared
from simulator.replication import ENGINES

EXAMPLES = 10

__all__ = ["Event", "Journey", "trace"]


def trace(
    scenario: Scenario,
    replication: int,
    patient: int | None,
    *,
    seed: int | None = None,
    engine: str = "compiled",
) -> Journey:
    """Return the journey of one patient.

    Parameters
    ----------
    scenario : Scenario
    replication : int
        From 1 on.
    patient : int or None
        The identity, as recorded visits have it; None: return some identities.
    seed : int, optional
        The scenario's if left out.
    engine : str

    Raises
    ------
    RunError
        If no such patient comes in this replication.
    """
    tables, labels = prepared(scenario)
    seed = scenario.period.seed if seed is None else seed
    found = [
        _of(records, patient)
        for records in ENGINES[engine].records(tables, key(seed, replication))
    ]
    records = Records(*(np.concatenate(rows) for rows in zip(*found, strict=True)))
    if patient is None:
        everybody = record_table(labels, replication, records, "patients")
        return examples(scenario.title, replication, everybody, EXAMPLES)
    if not len(records.patients):
        raise RunError(
            f"no patient {patient} comes in replication {replication} of "
            f"'{scenario.name}' with seed {seed}. Leave --patient out to see some."
        )
    rows = {name: record_table(labels, replication, records, name) for name in RECORDS}
    return told(labels, replication, rows)


def _of(records: Records, patient: int | None) -> Records:
    """Return the records of one patient; of everybody if None."""
    if patient is None:
        return records
    # Spells of escalation belong to nobody.
    found = (
        rows[:0] if rows.dtype == layout.SPELL else rows[rows["who"] == patient]
        for rows in records
    )
    return Records(*found)
