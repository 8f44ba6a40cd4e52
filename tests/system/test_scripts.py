"""Scripts for schedulers that are not here: sound shell, and right when played."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest
from click.testing import CliRunner

from simulator.cli import main
from tests.servers.arrays import VARIABLES, play
from tests.servers.studies import run_files, write_study

pytestmark = pytest.mark.system


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    write_study(tmp_path)
    return tmp_path


def caresim(*words: object) -> None:
    result = CliRunner().invoke(main, [str(word) for word in words])
    assert result.exit_code == 0, result.output


@pytest.mark.parametrize("scheduler", VARIABLES)
def test_shellcheck_finds_nothing_in_scripts(scheduler: str, here: Path) -> None:
    program = shutil.which("shellcheck")
    assert program, "shellcheck is not there: make test-system installs it"
    words = ("submit", "people.yaml", f"--{scheduler}", "--out", "away", "--tasks", 3)
    caresim(*words, "--before", "module load python", "--option=-x")
    files = sorted((here / "away" / "jobs").glob("*.sh"))
    assert len(files) == 2
    done = subprocess.run(
        [program, "--severity=style", *files],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("scheduler", ["pbs", "sge", "lsf"])
def test_arrays_give_the_bytes_of_a_local_batch(scheduler: str, here: Path) -> None:
    caresim("submit", "people.yaml", f"--{scheduler}", "--out", "away", "--tasks", 3)
    play(here / "away", scheduler)
    caresim("batch", "people.yaml", "--out", "local")
    assert run_files(here / "away") == run_files(here / "local")
