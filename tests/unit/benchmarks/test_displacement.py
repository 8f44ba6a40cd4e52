from pathlib import Path

import pytest
from click.testing import CliRunner

displacement = pytest.importorskip(
    "benchmarks.displacement", reason="asks the system for the peak of memory"
)


def test_a_small_ledger_is_measured(tmp_path: Path) -> None:
    words = ["--patients", "600", "--replications", "2", "--folder", str(tmp_path)]
    said = CliRunner().invoke(displacement.main, words)
    assert said.exit_code == 0, said.output
    a, _, b, *_ = said.output.split(" ")
    assert 400 < int(a.replace(",", "")) < 800
    assert int(a.replace(",", "")) < int(b.replace(",", ""))
    assert "GB at the peak" in said.output
    # The second time the runs are there.
    taken = displacement.measured(tmp_path, by="urgency")
    assert taken.patients == (int(a), int(b))
    assert taken.cpu_seconds > 0
