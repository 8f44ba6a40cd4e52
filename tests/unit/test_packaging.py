"""The four packages are ours, typed, free of foreign chance and of private paths."""

import ast
import re
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ["kernels", "results", "scenarios", "simulator"]
NOT_OURS = re.compile(
    r"__pycache__|runs|build|dist|wheelhouse|.*\.egg-info"
    r"|\.(?!ci$|editorconfig$|gitignore$|pre-commit-config).*"
)
PRIVATE = re.compile(rb"(?<![\w.$}-])/(home|root|work|Users)/|\b[A-Z]:\\+Users\\")


def modules(package: str) -> list[Path]:
    return sorted((ROOT / package).rglob("*.py"))


def files_below(folder: Path) -> Iterator[Path]:
    for path in sorted(folder.iterdir()):
        if NOT_OURS.fullmatch(path.name):
            continue
        if path.is_dir():
            yield from files_below(path)
        else:
            yield path


def annotations(tree: ast.Module) -> Iterator[ast.expr]:
    for node in ast.walk(tree):
        for field in ("annotation", "returns"):
            note = getattr(node, field, None)
            if note is not None:
                yield note


def names_used(tree: ast.Module) -> set[str]:
    """Every module imported and every dotted name, as written; types left out."""
    types = {id(n) for note in annotations(tree) for n in ast.walk(note)}
    names = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            names |= {f"{node.module}.{alias.name}" for alias in node.names}
        elif isinstance(node, ast.Attribute) and id(node) not in types:
            names.add(ast.unparse(node))
    return names


def chance_from_elsewhere(source: str) -> set[str]:
    taken = re.compile(r"(random|secrets|(np|numpy)\.random)(\..*)?")
    return {name for name in names_used(ast.parse(source)) if taken.fullmatch(name)}


# All four names are taken on the public package index; "below ROOT" would accept a
# stranger from an environment inside the checkout.
@pytest.mark.parametrize("package", PACKAGES)
def test_the_package_is_the_one_of_this_checkout(package: str) -> None:
    origin = import_module(package).__file__
    assert origin is not None
    assert Path(origin).resolve().parent == ROOT / package


@pytest.mark.parametrize("package", PACKAGES)
def test_the_package_says_that_it_is_typed(package: str) -> None:
    assert (ROOT / package / "py.typed").read_bytes() == b""


@pytest.mark.parametrize("package", PACKAGES)
def test_chance_comes_from_the_kernels_only(package: str) -> None:
    found = {
        str(p): chance_from_elsewhere(p.read_text("utf-8")) for p in modules(package)
    }
    assert {path: names for path, names in found.items() if names} == {}


@pytest.mark.parametrize(
    "source",
    [
        "import random",
        "from random import choice",
        "import numpy as np\nx = np.random.default_rng(1)",
        "from numpy.random import Generator",
        "from numpy import random",
    ],
)
def test_chance_from_elsewhere_is_found(source: str) -> None:
    assert chance_from_elsewhere(source)


# A test hands one to the reference engine, to shuffle facts that must commute.
def test_a_type_is_no_source_of_chance() -> None:
    assert not chance_from_elsewhere("def f(x: np.random.Generator) -> None: ...")


def test_speaking_of_chance_is_not_using_it() -> None:
    assert not chance_from_elsewhere('"""Unlike np.random.x, this is random."""')


def test_no_file_holds_a_path_of_somebodys_machine() -> None:
    found = [str(p) for p in files_below(ROOT) if PRIVATE.search(p.read_bytes())]
    assert found == []


# In pieces, or the test above would find them here.
@pytest.mark.parametrize(
    "text",
    [
        "in " + "/".join(["", "home", "ann", "x"]),
        "\\".join(["C:", "Users", "ann"]),
        '"' + "/".join(["", "work", "x"]) + '"',
    ],
)
def test_a_path_of_somebodys_machine_is_recognised(text: str) -> None:
    assert PRIVATE.search(text.encode())


@pytest.mark.parametrize(
    "text", ["home/work/play", "https://x.org/home/", "$ROOT/work/"]
)
def test_a_path_below_something_else_is_nobodys(text: str) -> None:
    assert not PRIVATE.search(text.encode())
