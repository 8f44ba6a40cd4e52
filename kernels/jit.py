"""The one decorator that compiles kernels; it owns every numba option.

Machine code is cached on disk under a digest of all kernel sources, because numba
itself only watches the file of the outer function and would serve stale code after an
edit elsewhere. So whatever is compiled lives in this package. The folder lies in
``NUMBA_CACHE_DIR`` if that is set, else beside the sources, else in the user's cache;
where nothing can be written, kernels are compiled anew in every process.

Never parallel (its threading layer aborts when two threads call in) and never
fastmath: without it LLVM keeps the order of operations and does not contract
``a * b + c`` into one rounding, on which equal bytes on all machines depend.
"""

import contextlib
import hashlib
import os
import tempfile
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any, ParamSpec, TypeVar, cast

# Vector libraries differ in the last bit. Kernels call none of their functions, and
# this keeps numba from loading one where it is imported here first.
os.environ["NUMBA_DISABLE_INTEL_SVML"] = "1"

import numba
from numba import int64
from numba.core import config
from numba.core.registry import CPUDispatcher
from numba.core.types import Integer, unliteral

P = ParamSpec("P")
R = TypeVar("R")


def jit(function: Callable[P, R]) -> Callable[P, R]:
    """Compile a function when it is first called, keeping its signature for mypy.

    The function makes no array, nor does any that it calls: the machine code counts
    no references, which costs more than an event when arrays are handed on.

    Parameters
    ----------
    function : callable
        A module-level function of numbers, arrays and NamedTuples of them.

    Returns
    -------
    callable
        The compiled function, cached on disk where that is possible. With
        ``NUMBA_DISABLE_JIT=1`` the function itself.
    """
    return _cached(function, _nrt=False)


def jit_inside(function: Callable[P, R]) -> Callable[P, R]:
    """Compile a function that only other kernels call. Otherwise as `jit`.

    Python cannot call it: machine code that takes Python's arrays apart, which is
    much where a whole state is handed on, is left out.
    """
    return _cached(function, _nrt=False, no_cpython_wrapper=True)


def inlined(function: Callable[P, R]) -> Callable[P, R]:
    """Compile a part of another function, of which it is to be a part for speed, too.

    For what is called in one place, or is short. Otherwise as `jit`.
    """
    return _cached(function, _nrt=False, inline="always")


def jit_with_new_arrays(function: Callable[P, R]) -> Callable[P, R]:
    """Compile a function that makes arrays. Otherwise as `jit`."""
    return _cached(function)


def source_digest(folder: Path) -> str:
    """Return 16 hexadecimal digits that change with any source file of a folder.

    Parameters
    ----------
    folder : Path
        Searched for ``*.py`` at all depths.

    Returns
    -------
    str
        The beginning of a SHA-256 over names and contents.
    """
    digest = hashlib.sha256()
    for path in sorted(folder.rglob("*.py")):
        digest.update(path.relative_to(folder).as_posix().encode() + b"\0")
        digest.update(path.read_bytes() + b"\0")
    return digest.hexdigest()[:16]


def cache_folder(package: Path) -> Path | None:
    """Return a writable folder for the compiled code of a package.

    Parameters
    ----------
    package : Path
        The folder of the package's sources.

    Returns
    -------
    Path or None
        None where no folder can be written.
    """
    digest = source_digest(package)
    places = (place / digest for place in _places(package))
    return next((place for place in places if _is_writable(place)), None)


def _places(package: Path) -> Iterator[Path]:
    """Where compiled code may lie, the best place first."""
    environment = os.environ
    if chosen := environment.get("NUMBA_CACHE_DIR"):
        yield Path(chosen)
        return
    yield package / "__pycache__"
    if local := environment.get("LOCALAPPDATA") or environment.get("XDG_CACHE_HOME"):
        yield Path(local) / "caresim"
    elif home := environment.get("HOME"):
        yield Path(home) / ".cache" / "caresim"


def _is_writable(folder: Path) -> bool:
    """Whether a file can be written there, tried as numba tries it."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        tempfile.TemporaryFile(dir=folder).close()
    except OSError:
        return False
    return True


@contextlib.contextmanager
def _caching_in(folder: Path) -> Iterator[None]:
    """Let numba choose this folder, and leave its choice for others as it was."""
    settings = vars(config)
    before = settings["CACHE_DIR"]
    settings["CACHE_DIR"] = str(folder)
    try:
        yield
    finally:
        settings["CACHE_DIR"] = before


def _cached(function: Callable[P, R], **options: bool | str) -> Callable[P, R]:
    if CACHE is not None:
        # The folder may have become unwritable since it was tried.
        with contextlib.suppress(RuntimeError), _caching_in(CACHE):
            return _compiled(function, cache=True, **options)
    return _compiled(function, cache=False, **options)


def _compiled(function: Callable[P, R], **options: bool | str) -> Callable[P, R]:
    # Types of numba know but a part of these options.
    njit = cast("Callable[..., Callable[[Callable[P, R]], Any]]", numba.njit)
    compiled = njit(
        nogil=True,
        fastmath=False,
        error_model="numpy",
        parallel=False,
        no_cfunc_wrapper=True,
        **options,
    )(function)
    if isinstance(compiled, CPUDispatcher):
        _widen_integers(compiled)
    # What numba says it returns hides the signature.
    return cast("Callable[P, R]", compiled)


def _widen_integers(compiled: Any) -> None:
    """Let kernels hand each other all whole numbers as int64.

    Else numba compiles a function anew for every constant and width it is called with.
    """
    template_of = compiled.get_call_template

    def widened(kinds: Iterable[Any], named: dict[str, Any]) -> Any:
        wide = {name: _widened(kind) for name, kind in named.items()}
        return template_of(tuple(map(_widened, kinds)), wide)

    compiled.get_call_template = widened


def _widened(kind: Any) -> Any:
    plain = unliteral(kind)  # type: ignore[no-untyped-call]
    return int64 if isinstance(plain, Integer) and plain.signed else plain  # type: ignore[attr-defined]


CACHE = cache_folder(Path(__file__).parent)
"""Where the kernels' machine code is kept; None: nowhere."""
