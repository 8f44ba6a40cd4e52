"""STRESS-DES, sections 4 to 6: how the model was run, on what, and where it is."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from simulator.methods.markdown import authors, listed, paragraph, plain, table
from simulator.methods.study import Study, said

RANDOM = """
Random numbers come from Philox4x32-10, a counter-based generator: each is a function of
the seed, the replication, what it is for, the patient and the visit. So replications
need no coordination, results do not depend on the number of workers, and the same
patient meets the same luck in every scenario with the same seed: common random numbers.
Times are drawn by inverse transform.
"""
EVENTS = """
Discrete events, advanced from one to the next. Two engines read the same tables: a
reference on SimPy (process interaction) and one compiled with numba (event scheduling).
They give the same visits to the last bit.
"""


def beginning(study: Study) -> Iterator[str]:
    """Yield item 4.1."""
    warm_up = said(study.part("period", "warm_up"))
    kind = f"a warm-up of {warm_up}, which is left out" if warm_up else "no warm-up"
    yield from paragraph(
        f"The run covers a fixed period, from {_day(study.run.labels.start)}, with "
        f"{plain(kind)}. It ends on {_day(study.run.labels.end)}, 00:00."
    )
    yield from paragraph("Who is there when it begins:")
    yield from listed(study.explained.start)


def length(study: Study) -> Iterator[str]:
    """Yield item 4.2."""
    days = study.run.labels.days[-1]
    yield from paragraph(
        f"{days:,.0f} days are counted, in {len(study.run.labels.months) - 1} months. "
        "Tables are in days; the event loops count whole microseconds."
    )
    scale = study.run.labels.scale
    if scale < 1:
        yield from paragraph(f"One simulated patient stands for {1 / scale:g} people.")


def estimation(study: Study) -> Iterator[str]:
    """Yield item 4.3."""
    yield from paragraph(
        f"{len(study.run.replications)} independent replications; means and 95% "
        "intervals are over replications."
    )
    warnings = study.run.summary().warnings()
    if warnings:
        yield from paragraph("What forbids to trust averages over the period:")
        yield from listed(warnings)
    yield from authors("why so many replications were enough.")


def software(study: Study) -> Iterator[str]:
    """Yield item 5.1."""
    log = study.run.log
    machine = _map(log.get("machine"))
    rows = [("caresim", study.run.manifest["caresim"])]
    rows += [("Python", machine.get("python", ""))]
    rows += sorted(_map(log.get("versions")).items())
    yield from table(("Software", "Version"), rows)
    yield from paragraph(f"Operating system: {plain(machine.get('system', ''))}.")


def luck(study: Study) -> Iterator[str]:
    """Yield item 5.2."""
    yield from paragraph(RANDOM)
    yield from paragraph(f"Seed: {study.run.seed}.")


def events(study: Study) -> Iterator[str]:
    """Yield item 5.3."""
    yield from paragraph(EVENTS)
    engine = plain(study.run.log.get("engine", ""))
    workers = plain(study.run.log.get("workers", ""))
    yield from paragraph(
        f"This run: engine {engine}, {workers} replications at the same time. Who goes "
        "first among patients stands in 2.2 and 2.5.4."
    )


def machine(study: Study) -> Iterator[str]:
    """Yield item 5.4."""
    log, found = study.run.log, _map(study.run.log.get("machine"))
    rows = [
        ("Run time, seconds", log.get("seconds", "")),
        ("Processor", found.get("processor", "")),
        ("Cores", found.get("cores", "")),
        ("Finished", log.get("finished", "")),
    ]
    yield from table(("What", "This run"), rows)


def access(study: Study) -> Iterator[str]:
    """Yield item 6.1."""
    manifest = study.run.manifest
    rows = [
        ("SHA-256 of the scenario", manifest["scenario_digest"]),
        ("SHA-256 of the model's tables", manifest["model_digest"]),
        *(
            (f"SHA-256 of {name}.parquet", entry["sha256"])
            for name, entry in sorted(manifest.get("tables", {}).items())
            if "/" not in name
        ),
    ]
    yield from table(("What", "Digest"), rows)
    yield from paragraph(
        "The run folder holds the complete scenario; the same scenario, seed and "
        "versions give the same bytes again."
    )
    yield from authors("where the scenario, the run folder and caresim can be had.")


def _map(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _day(moment: str) -> str:
    """Return the day of an ISO moment, as people write it."""
    day = datetime.fromisoformat(moment)
    return f"{day.day} {day:%B %Y}"
