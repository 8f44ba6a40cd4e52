"""caresim for somebody else: without a home or a right to write, as in containers."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.worlds import write

pytestmark = pytest.mark.validate  # it compiles everything anew

ROOT = Path(__file__).parents[2]
PACKAGES = ("kernels", "scenarios", "results", "simulator")
NOBODY = 65534


def as_nobody(
    *words: str, here: Path, **environment: str
) -> subprocess.CompletedProcess[str]:
    """Run a program as another user, with no variables but those named."""
    return subprocess.run(
        words,
        cwd=here,
        env={"PATH": os.defpath} | environment,
        user=NOBODY,
        group=NOBODY,
        extra_groups=[],
        capture_output=True,
        text=True,
        check=False,
    )


def python_for_nobody(here: Path) -> str:
    """Return a Python of this version that another user may start."""
    version = f"python3.{sys.version_info.minor}"
    for path in (sys.executable, f"/usr/bin/{version}", f"/usr/local/bin/{version}"):
        try:
            if as_nobody(path, "-c", "", here=here).returncode == 0:
                return path
        except OSError:  # it lies in somebody's home
            continue
    pytest.skip("Not tried: no Python here may be started by another user.")


@pytest.fixture
def place() -> Iterator[Path]:
    """Return a folder with caresim, into which another user may look.

    Those of pytest are private.
    """
    with tempfile.TemporaryDirectory(prefix="caresim-") as name:
        base = Path(name)
        base.chmod(0o755)
        for package in PACKAGES:
            leave_out = shutil.ignore_patterns("__pycache__")
            shutil.copytree(ROOT / package, base / "lib" / package, ignore=leave_out)
        for folder in ("kernels", "work"):
            (base / folder).mkdir()
            (base / folder).chmod(0o777)
        yield base


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can be somebody else")
def test_another_user_needs_only_a_place_for_kernels(place: Path) -> None:
    write(place / "work", "base")
    python = python_for_nobody(place)
    libraries = next(p for p in sys.path if p.endswith("site-packages"))
    before = sorted((place / "lib").rglob("*"))
    for run in ("first", "second"):
        done = as_nobody(
            *(python, "-P", "-m", "simulator", "run", "base.yaml"),
            *("--replications", "1", "--out", run),
            here=place / "work",
            PYTHONPATH=f"{place / 'lib'}{os.pathsep}{libraries}",
            NUMBA_CACHE_DIR=str(place / "kernels"),
        )
        assert done.returncode == 0, done.stderr
        # What the first has compiled, the second finds.
        assert ("Compiling the kernels" in done.stderr) == (run == "first")
    assert sorted((place / "lib").rglob("*")) == before
    first, second = (place / "work" / run for run in ("first", "second"))
    for table in first.glob("*.parquet"):
        assert table.read_bytes() == (second / table.name).read_bytes()
