"""Memory follows the patients present, not the patients simulated."""

from pathlib import Path

import pytest

from tests.peak import linux_only, printed

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
import scenarios
from kernels.layout import DAY
from kernels.philox import key
from scenarios.tables import model
from simulator import compiled

tables = model(scenarios.read(sys.argv[1]))
compiled.tallied(tables._replace(end=tables.begin + DAY), key(1, 1))
before = peak_begins()
tallies = compiled.tallied(tables, key(1, 1))
print(int(tallies.entered.sum()), peak() - before)
"""


@pytest.mark.slow
@linux_only
def test_ten_million_patients_fit_into_300_mb(tmp_path: Path) -> None:
    file = tmp_path / "ten-million.yaml"
    file.write_text(TEN_MILLION)
    patients, more = printed(SCRIPT, file)
    assert patients > 9_990_000
    assert more < 300
