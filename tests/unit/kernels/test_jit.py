"""The decorator: its options, its cache, and what happens where none can be kept."""

import inspect
import os
import shutil
import subprocess
import sys
from pathlib import Path

import numba
import pytest
from numba.core import config

from kernels import jit
from kernels.philox import block

ROOT = Path(__file__).parents[3]
interpreted = bool(config.DISABLE_JIT)
needs_compiler = pytest.mark.skipif(interpreted, reason="nothing is compiled")


def python(code: str, at: Path = ROOT, **environment: str) -> str:
    kept = {k: v for k, v in os.environ.items() if k in ("PATH", "SYSTEMROOT")}
    run = subprocess.run(
        [sys.executable, "-c", code],
        cwd=at,
        env=kept | {"PYTHONPATH": str(at)} | environment,
        capture_output=True,
        text=True,
        check=True,
    )
    return run.stdout.strip()


def a_package(at: Path) -> Path:
    """Copy the kernels to a folder that cannot take a cache."""
    shutil.copytree(
        ROOT / "kernels", at / "kernels", ignore=shutil.ignore_patterns("__pycache__")
    )
    (at / "kernels" / "__pycache__").write_text("in the way")
    return at / "kernels"


def test_a_compiled_function_keeps_its_signature_and_docstring():
    assert list(inspect.signature(block).parameters) == ["key", "who", "k", "purpose"]
    assert block.__doc__.startswith("Return the four random words")


@needs_compiler
def test_kernels_release_the_lock_and_keep_the_order_of_operations():
    options = block.targetoptions
    assert options["nopython"]
    assert options["nogil"]
    assert options["fastmath"] is False
    assert options["parallel"] is False
    assert options["error_model"] == "numpy"


@needs_compiler
def test_no_vector_library_is_in_use():
    assert os.environ["NUMBA_DISABLE_INTEL_SVML"] == "1"
    seen = python("import kernels.jit, numba; print(numba.config.USING_SVML)")
    assert seen == "False"


@needs_compiler
def test_a_product_and_a_sum_are_rounded_twice():
    @numba.njit(**{k: block.targetoptions[k] for k in ("fastmath", "error_model")})
    def both(a, b, c):
        return a * b + c

    a = 1.0 + 2.0**-30
    product = 1.0 + 2.0**-29  # 1 + 2**-29 + 2**-60, rounded
    assert both(a, a, -product) == 0.0


def test_the_tables_can_be_imported_without_numba():
    code = "import sys, kernels.layout; print('numba' in sys.modules)"
    assert python(code) == "False"


def test_the_digest_changes_with_any_source(tmp_path):
    (tmp_path / "deep").mkdir()
    inner = tmp_path / "deep" / "inner.py"
    inner.write_text("x = 1")
    (tmp_path / "outer.py").write_text("y = 1")
    before = jit.source_digest(tmp_path)
    inner.write_text("x = 2")
    assert jit.source_digest(tmp_path) != before
    inner.write_text("x = 1")
    assert jit.source_digest(tmp_path) == before
    inner.rename(tmp_path / "inner.py")
    assert jit.source_digest(tmp_path) != before


def test_the_cache_lies_beside_the_sources(tmp_path, monkeypatch):
    monkeypatch.delenv("NUMBA_CACHE_DIR", raising=False)
    digest = jit.source_digest(tmp_path)
    assert jit.cache_folder(tmp_path) == tmp_path / "__pycache__" / digest


def test_the_cache_lies_where_the_user_wants_it(tmp_path, monkeypatch):
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(tmp_path / "mine"))
    digest = jit.source_digest(tmp_path)
    assert jit.cache_folder(tmp_path) == tmp_path / "mine" / digest


def test_the_cache_of_a_read_only_install_lies_with_the_user(tmp_path, monkeypatch):
    monkeypatch.delenv("NUMBA_CACHE_DIR", raising=False)
    monkeypatch.delenv("LOCALAPPDATA", raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "user"))
    (tmp_path / "__pycache__").write_text("in the way")
    digest = jit.source_digest(tmp_path)
    assert jit.cache_folder(tmp_path) == tmp_path / "user" / "caresim" / digest
    monkeypatch.delenv("XDG_CACHE_HOME")
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    home = tmp_path / "home" / ".cache" / "caresim" / digest
    assert jit.cache_folder(tmp_path) == home


def test_there_is_no_cache_where_nothing_can_be_written(tmp_path, monkeypatch):
    for name in ("NUMBA_CACHE_DIR", "LOCALAPPDATA", "XDG_CACHE_HOME", "HOME"):
        monkeypatch.delenv(name, raising=False)
    (tmp_path / "__pycache__").write_text("in the way")
    assert jit.cache_folder(tmp_path) is None


def test_kernels_run_where_no_cache_can_be_kept(tmp_path):
    a_package(tmp_path)
    code = "from kernels import jit, philox; print(jit.CACHE, philox.unit32(2**31))"
    assert python(code, tmp_path) == "None 0.5000000001164153"


@needs_compiler
def test_a_folder_that_became_unwritable_does_no_harm(tmp_path, monkeypatch):
    monkeypatch.setattr(jit, "CACHE", tmp_path / "file" / "below")
    (tmp_path / "file").write_text("in the way")
    monkeypatch.setattr(config, "CACHE_LOCATOR_CLASSES", "UserProvidedCacheLocator")
    assert jit.jit(an_example)(2) == 4


def an_example(x):
    return 2 * x


def test_numba_caches_elsewhere_what_is_not_ours():
    assert os.environ.get("NUMBA_CACHE_DIR", "") == config.CACHE_DIR
