"""Kernels are compiled beforehand, or anew each time where none can be kept."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner
from numba.core import config

from kernels import jit
from simulator import warmup
from simulator.cli import main
from tests.worlds import write

ROOT = Path(__file__).parents[2]
PACKAGES = ("kernels", "scenarios", "results", "simulator")
interpreted = bool(config.DISABLE_JIT)
needs_compiler = pytest.mark.skipif(interpreted, reason="nothing is compiled")


def caresim(
    here: Path, *words: str, packages: Path = ROOT, **environment: str
) -> subprocess.CompletedProcess[str]:
    """Run a command in a process of its own, without HOME."""
    kept = {k: v for k, v in os.environ.items() if k in ("PATH", "SYSTEMROOT")}
    done = subprocess.run(
        [sys.executable, "-c", "from simulator.cli import main; main()", *words],
        cwd=here,
        env=kept | {"PYTHONPATH": str(packages)} | environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert "Traceback" not in done.stderr
    return done


def compiled_in(folder: Path) -> set[Path]:
    return set(folder.rglob("*.nb?"))


EVERYTHING = """
import pkgutil
from importlib import import_module
from pathlib import Path

import scenarios
from click.testing import CliRunner
from numba.core.registry import CPUDispatcher
from scenarios.tables import model
from simulator import warmup
from simulator.cli import main
from simulator.executors import Job
from simulator.forecast import cost
from simulator.replication import ENGINES, replicate
from tests.agreement.test_agreement import scenario_of

import kernels


def known():
    found = set()
    for module in pkgutil.iter_modules(kernels.__path__, "kernels."):
        for name, kernel in vars(import_module(module.name)).items():
            if isinstance(kernel, CPUDispatcher):
                found |= {(module.name, name, str(k)) for k in kernel.signatures}
    return found


warmup.compile_all()
before = known()
assert len(before) > 100
run = ["run", "west-yorkshire-quick", "--replications", "1", "--workers", "1"]
for words in (
    [*run, "--out", "a"],
    [*run, "--out", "b", "--record", "visits"],
    ["run", "base.yaml", "--engine", "simpy", "--workers", "1", "--out", "c"],
    ["explain", "west-yorkshire-quick"],
    ["compare", "a", "b"],
):
    done = CliRunner().invoke(main, words)
    assert done.exit_code == 0, done.output
for seed in range(60):
    varied = model(scenario_of(seed, Path()))
    for engine in ENGINES:
        replicate(varied, 1, 1, engine, keep=bool(seed % 3))
quick = scenarios.read("west-yorkshire-quick")
assert cost(Job(model(quick), 1, "compiled", False), 0.0) is not None
for kernel in sorted({(module, name) for module, name, _ in known() - before}):
    print(*kernel)
"""
"""Plays models of all kinds, and prints which kernels were called with new types."""


@needs_compiler
def test_a_warm_up_leaves_no_kernel_out(tmp_path: Path) -> None:
    write(tmp_path, "base")
    done = subprocess.run(
        [sys.executable, "-c", EVERYTHING],
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (0, ""), done.stderr


@needs_compiler
@pytest.mark.validate
def test_after_a_warm_up_nothing_is_compiled(tmp_path: Path) -> None:
    kept = {"NUMBA_CACHE_DIR": str(tmp_path / "cache")}
    done = caresim(tmp_path, "warmup", **kept)
    assert done.returncode == 0
    assert done.stdout.startswith("Compiled ")
    assert str(tmp_path / "cache") in done.stdout
    before = compiled_in(tmp_path / "cache")
    words = ("run", "west-yorkshire-quick", "--replications", "1", "--out")
    for name, more in (("a", ()), ("b", ("--record", "visits"))):
        run = caresim(tmp_path, *words, name, *more, **kept)
        assert run.returncode == 0
        assert "ompil" not in run.stderr
    assert caresim(tmp_path, "compare", "a", "b", **kept).returncode == 0
    assert caresim(tmp_path, "explain", "west-yorkshire-quick", **kept).stdout
    assert compiled_in(tmp_path / "cache") == before
    again = caresim(tmp_path, "warmup", **kept).stdout
    assert again.startswith("All kernels were compiled already")


@needs_compiler
def test_a_warm_up_that_cannot_keep_anything_says_so(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(jit, "CACHE", None)
    result = CliRunner().invoke(main, ["warmup"])
    assert result.exit_code == 1
    assert result.output.startswith("Error: no folder for compiled kernels")
    assert "NUMBA_CACHE_DIR" in result.output
    assert len(result.output.splitlines()) == 1


def test_a_warm_up_of_the_interpreter_says_that_nothing_is_compiled(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(config, "DISABLE_JIT", 1)
    result = CliRunner().invoke(main, ["warmup"])
    assert result.exit_code == 1
    assert (
        result.output == "Error: nothing is compiled while NUMBA_DISABLE_JIT is set.\n"
    )
    assert warmup.notice() is None


def test_a_run_says_when_kernels_must_be_compiled_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(config, "DISABLE_JIT", 0)
    monkeypatch.setattr(jit, "CACHE", None)
    assert warmup.notice() == (warmup.NOWHERE, False)
    monkeypatch.setattr(jit, "CACHE", tmp_path)
    assert warmup.notice() == (warmup.STILL, True)
    (tmp_path / "kernels").mkdir()
    (tmp_path / "kernels" / "loop.nbc").touch()
    assert warmup.notice() is None


@needs_compiler
@pytest.mark.validate
def test_an_installation_that_cannot_be_written_runs_without_a_home(
    tmp_path: Path,
) -> None:
    packages = read_only(tmp_path / "lib")
    write(tmp_path, "base")
    run = ("run", "base.yaml", "--replications", "1", "--workers", "2", "--out")
    done = caresim(tmp_path, *run, "a", packages=packages)
    assert done.returncode == 0
    assert done.stderr.count("NUMBA_CACHE_DIR") == 1
    assert warmup.NOWHERE in done.stderr.splitlines()
    assert caresim(tmp_path, *run, "b").returncode == 0
    same = caresim(tmp_path, "compare", "a", "b", "--expect-equal")
    assert same.returncode == 0
    assert caresim(tmp_path, "warmup", packages=packages).returncode == 1


def read_only(at: Path) -> Path:
    """Copy the packages to a folder in which nothing can be made."""
    for name in PACKAGES:
        leave_out = shutil.ignore_patterns("__pycache__")
        shutil.copytree(ROOT / name, at / name, ignore=leave_out)
        # Root may write wherever it likes, but not into a file as into a folder.
        (at / name / "__pycache__").touch()
    for path in (at, *at.rglob("*")):
        path.chmod(0o555 if path.is_dir() else 0o444)
    return at
