"""A run folder with every sort of table, and ways to harm one."""

import hashlib
import json
from pathlib import Path

import numpy as np

from kernels import layout
from results.errors import ResultError
from results.folder.manifest import signed
from results.layout.labels import GroupLabel, StepLabel
from results.run import Run
from tests.unit.results.small import (
    LEFT,
    change,
    clock,
    hold,
    labels,
    model,
    patient,
    run,
    tally,
    visit,
)

MONTHS = (0, 27, 58)
SHARED = ("measures", "series", "waits")
RECORDS = ("visits", "holds", "changes", "clocks", "patients")
SCENARIO = {"caresim": "1", "title": "A small world", "routes": {"ward": "30%"}}


def recorded_run() -> Run:
    """Return a run of two replications that keeps every patient."""
    names = labels(
        months=MONTHS,
        groups=(GroupLabel("child"), GroupLabel("adult")),
        steps=(StepLabel("staff"), StepLabel("staff", "hip", "operation")),
        pathways=("hip",),
        clocks=("door to needle",),
        waits=(("staff", "gives up"),),
        blocking=True,
    )
    of = model(
        months=MONTHS,
        pathways=1,
        steps=[(0, -1), (0, 0)],
        recorded=(0, 1),
        n_clocks=1,
        waits=1,
        keeps=True,
    )
    tallies, records = [], {}
    for number in (1, 2):
        visits = [
            visit(1, 2 + number, 9, step=1, group=1, who=5),
            visit(26, 30, 31, who=6),
            visit(2, ended=3, outcome=LEFT, cause=0, who=7),
        ]
        clocks, patients = [clock(1, 2), clock(3)], [patient(0, 9), patient(1)]
        holds, changes = [hold(3, 4, wanted=0)], [change(2)]
        tallies.append(tally(of, visits, clocks, patients, holds, changes))
        records[number] = layout.NOTHING._replace(
            visits=np.array(visits, layout.VISIT),
            holds=np.array(holds, layout.HOLD),
            clocks=np.array(clocks, layout.CLOCK),
            patients=np.array(patients, layout.PATIENT),
            changes=np.array(changes, layout.CHANGE),
        )
    return run(*tallies, labels=names, scenario=SCENARIO, records=records)


def files_in(path: Path) -> dict[str, str]:
    """Return a digest of each file below a folder, and where links lead."""
    return {
        str(entry.relative_to(path)): (
            str(entry.readlink())
            if entry.is_symlink()
            else hashlib.sha256(entry.read_bytes()).hexdigest()
        )
        for entry in sorted(path.rglob("*"))
        if entry.is_file() or entry.is_symlink()
    }


def flip(file: Path, place: int, bit: int = 0) -> None:
    """Turn one bit of a file over."""
    content = bytearray(file.read_bytes())
    content[place] ^= 1 << bit
    file.write_bytes(content)


def rewrite(folder: Path, **parts: object) -> None:
    """Change parts of a manifest, as somebody would who knows of its digest."""
    file = folder / "manifest.json"
    content = {**json.loads(file.read_text()), **parts}
    file.write_text(json.dumps(signed(content), indent=1) + "\n")


def refusal(action) -> str | None:
    """Return why something is refused, None if it is not."""
    try:
        action()
    except ResultError as error:
        return str(error)
    return None
