"""STRESS-DES, section 1: what the model is for, and what it says."""

from __future__ import annotations

from collections.abc import Iterator

from results.measures.definitions import definitions
from simulator.methods.markdown import authors, listed, paragraph, plain, table
from simulator.methods.study import Study

INTERVALS = """
Each measure is worked out within each replication. The mean over replications is given
with its 95% interval, mean ± t × s ÷ √n, where s is the standard deviation over the n
replications and t Student's quantile for n − 1 degrees of freedom. Patients are never
pooled. Comparisons pair the same replication of two runs and are corrected for the
number of questions asked (Holm). Numbers belong to the month in which the event
happened, waits to that of the start; who still waits at the end is in the list and its
age, never among the waits.
"""


def purpose(study: Study) -> Iterator[str]:
    """Yield item 1.1."""
    yield from paragraph(plain(study.scenario.title) + ".")
    notes = study.scenario.notes.strip()
    if notes:
        yield from paragraph(plain(notes))
    yield from authors("the background of the study and who asked the question.")


def outputs(study: Study) -> Iterator[str]:
    """Yield item 1.2."""
    names = study.run.measures.select(["kind", "measure", "statistic"])
    columns = (column.to_pylist() for column in names.columns)
    found = definitions(set(zip(*columns, strict=True)))
    yield from table(("Measure", "Statistic", "Of", "Unit", "Definition"), found)
    yield from paragraph(INTERVALS)
    yield from listed(study.explained.promises)


def aims(study: Study) -> Iterator[str]:
    """Yield item 1.3."""
    if study.explained.changes:
        yield from paragraph(
            "(A) Scenario-based analysis. This run is the following scenario; what it "
            "changes stands in 2.3."
        )
    else:
        yield from paragraph("(A) Scenario-based analysis. This run has no changes.")
    yield from listed([study.scenario.title])
    yield from paragraph(
        "(B) Design of experiments and (C) optimisation: not in a run."
    )
    yield from authors("which runs were compared, and why these scenarios were chosen.")
