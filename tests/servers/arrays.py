"""Job arrays without a scheduler: a script's tasks one after the other, with bash."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path

ROOT = Path(__file__).parents[2]
VARIABLES = {
    "slurm": "SLURM_ARRAY_TASK_ID",
    "pbs": "PBS_ARRAY_INDEX",
    "sge": "SGE_TASK_ID",
    "lsf": "LSB_JOBINDEX",
}
"""The number of a task, as schedulers name it."""
ARRAY = re.compile(r"(?:--array=| -J | -t |\[)1-(\d+)")


def play(batch: Path, scheduler: str) -> None:
    """Play all tasks of a batch, and what follows them.

    They begin in a folder of their own, as with schedulers that begin in the home.
    """
    jobs = batch / "jobs"
    found = ARRAY.search((jobs / "tasks.sh").read_text(encoding="utf-8"))
    assert found
    for number in range(1, int(found[1]) + 1):
        _bash(jobs / "tasks.sh", {VARIABLES[scheduler]: str(number)})
    _bash(jobs / "merge.sh", {})


def _bash(script: Path, variables: dict[str, str]) -> None:
    environment = os.environ | {"PYTHONPATH": str(ROOT)} | variables
    done = subprocess.run(
        ["bash", str(script)],
        cwd="/",
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
