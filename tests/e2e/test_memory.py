"""Memory follows the patients present, not the patients simulated."""

import subprocess
import sys
from pathlib import Path

import pytest

TEN_MILLION = """\
caresim: 1
title: Ten million patients in a year
period: {start: 2024-01-01, horizon: 366 days, replications: 1}
services:
  desk:
    kind: staff
    capacity: 24
    takes: {law: exponential, mean: 1 min}
    then: {leave: rest}
demand:
  desk: {rate: 27400 per day}
"""
SCRIPT = """
import re, sys
from pathlib import Path
import scenarios
from kernels.philox import key
from scenarios.tables import model
from simulator import compiled

def megabytes(what):
    status = Path("/proc/self/status").read_text()
    return int(re.search(what + r":\\s+(\\d+) kB", status)[1]) / 1024

tables = model(scenarios.read(sys.argv[1]))
short = tables._replace(end=tables.begin + 86_400_000_000)
compiled.tallied(short, key(1, 1))
Path("/proc/self/clear_refs").write_text("5")
before = megabytes("VmRSS")
tallies = compiled.tallied(tables, key(1, 1))
print(int(tallies.entered.sum()), megabytes("VmHWM") - before)
"""


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="asks Linux for the peak of memory")
def test_ten_million_patients_fit_into_300_mb(tmp_path: Path) -> None:
    file = tmp_path / "ten-million.yaml"
    file.write_text(TEN_MILLION)
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, str(file)],
        capture_output=True,
        text=True,
        check=True,
    )
    patients, more = done.stdout.split()
    assert int(patients) > 9_990_000
    assert float(more) < 300
