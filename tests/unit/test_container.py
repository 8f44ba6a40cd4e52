"""What the Containerfile and environment.yml speak of is there; no engine builds it."""

from __future__ import annotations

import configparser
import json
import re
import tomllib
from pathlib import Path

import yaml

from simulator.cli import main

ROOT = Path(__file__).parents[2]
SETUP = configparser.ConfigParser()
SETUP.read(ROOT / "setup.cfg")


def lines() -> list[tuple[str, str]]:
    """Return the instructions of the Containerfile with their words."""
    text = (ROOT / "Containerfile").read_text(encoding="utf-8")
    whole = "\n".join(x for x in text.splitlines() if not x.startswith("#"))
    joined = re.sub(r"\\\n\s*", "", whole)
    return [tuple(line.split(maxsplit=1)) for line in joined.splitlines() if line]


def of(name: str) -> list[str]:
    return [words for kind, words in lines() if kind == name]


def copied() -> list[str]:
    """Return what is copied from the project."""
    return [
        path
        for words in of("COPY")
        if not words.startswith("--from")
        for path in words.split()[:-1]
    ]


def test_everything_that_is_copied_is_there_and_enough_to_install() -> None:
    assert all((ROOT / path).exists() for path in copied())
    wanted = SETUP["options.packages.find"]["include"]
    packages = {name.strip(" *") for name in wanted.split(",")}
    metadata = SETUP["metadata"]
    files = {metadata["long_description"].removeprefix("file: ").strip()}
    files |= {metadata["license_files"], "setup.cfg", "pyproject.toml"}
    assert packages | files | {"requirements.lock"} == set(copied())


def test_nothing_that_is_copied_is_kept_from_the_engine() -> None:
    kept = (ROOT / ".dockerignore").read_text(encoding="utf-8").split()
    assert kept[0] == "*"
    assert {line[1:] for line in kept if line.startswith("!")} == {
        *copied(),
        "Containerfile",
    }


def test_python_is_one_that_caresim_runs_on_and_the_same_everywhere() -> None:
    images = {words.split()[0] for words in of("FROM")}
    assert len(images) == 1
    (version,) = re.findall(r"python:(\d+\.\d+)-slim", images.pop())
    environment = yaml.safe_load((ROOT / "environment.yml").read_text("utf-8"))
    assert f"python={version}" in environment["dependencies"]
    least = SETUP["options"]["python_requires"].removeprefix(">=")
    assert numbers(least) <= numbers(version) <= (3, 14)


def numbers(version: str) -> tuple[int, ...]:
    return tuple(map(int, version.split(".")))


def test_conda_installs_what_the_lock_file_says() -> None:
    environment = yaml.safe_load((ROOT / "environment.yml").read_text("utf-8"))
    (pip,) = (d["pip"] for d in environment["dependencies"] if isinstance(d, dict))
    assert pip == ["--requirement requirements.lock"]
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    pinned = re.findall(r"^[\w.\[\]-]+==", lock, re.MULTILINE)
    # pip demands the hash of every package as soon as one has one.
    assert len(pinned) <= lock.count("--hash=sha256:")
    build = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["build-system"]
    assert all(re.match(r"\w+", need)[0] + "==" in pinned for need in build["requires"])


def test_nobody_is_root_when_caresim_is_called() -> None:
    kinds = [kind for kind, _ in lines()]
    (user,) = of("USER")
    assert all(int(number) > 0 for number in user.split(":"))
    warmed = lines().index(next(x for x in lines() if "caresim warmup" in x[1]))
    assert kinds.index("USER") < warmed < kinds.index("VOLUME")


def test_commands_are_commands_and_kernels_lie_in_the_volume() -> None:
    assert json.loads(of("ENTRYPOINT")[0]) == ["caresim"]
    scripts = SETUP["options.entry_points"]["console_scripts"]
    assert scripts.strip() == "caresim = simulator.cli:main"
    called = [c for words in of("RUN") for c in re.findall(r"\bcaresim (\w+)", words)]
    assert called == ["warmup"]
    assert set(called) <= set(main.commands)
    (cache,) = re.findall(r"NUMBA_CACHE_DIR=(\S+)", " ".join(of("ENV")))
    assert of("VOLUME") == [cache]
    assert any(re.search(rf"install -d -m 0777 .*{cache}\b", w) for w in of("RUN"))
