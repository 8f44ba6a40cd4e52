"""Answers are the same from this machine, from shards, and from a dask cluster."""

import json
from pathlib import Path
from typing import Any

import pytest

from simulator.commands.batches import Where, at_once
from tests.batches.processes import ended
from tests.worlds import UNSURE

PLAIN = UNSURE.replace("{between: [1 day, 2 days], most_likely: 1.3 days}", "2 days")
PLAIN = PLAIN.replace("{between: [2 per day, 4 per day]}", "3 per day")
ASKED = """\
caresim: 1
solve: How many more beds?
base: plain
levers:
  beds: {services: ward, add: [0, 1, 2, 3]}
conditions:
  short: {measure: "ward: wait, mean", at_most: 6 hours, each: period}
on_average: yes
margin: 60%
"""
USED = ("--measure", "ward: occupancy, mean")
STRIKE = "strike: at=desk, lasts=2 days, times=1"
WHAT = {
    "marginal": ("marginal", "plain.yaml", *USED),
    "uncertain": ("uncertain", "world.yaml", *USED, "--draws", 5, "--replications", 2),
    "sensitivity": ("sensitivity", "world.yaml", *USED),
    "stress": ("stress", "plain.yaml", "--shock", STRIKE),
}
QUESTION = ("solve", "beds.yaml", "--replace")


@pytest.fixture
def world(tmp_path: Path) -> Path:
    for name, text in (("world", UNSURE), ("plain", PLAIN), ("beds", ASKED)):
        (tmp_path / f"{name}.yaml").write_text(text, encoding="utf-8")
    return tmp_path


def said(world: Path, words: tuple[Any, ...], *more: Any) -> str:
    done = ended(world, [*map(str, words), *map(str, more)])
    assert done.code == 0, done.text
    return done.text


def answer(world: Path, words: tuple[Any, ...], *more: Any) -> Any:
    """Return what a command says as JSON, without where it is kept."""
    text = said(world, words, "--json", *more)
    found = json.loads(text[text.index("{") : text.rindex("}") + 1])
    for name in ("out", "folder", "run", "plan"):
        found.pop(name, None)
    return found


@pytest.mark.parametrize("command", WHAT)
def test_shards_give_the_answer_of_one_machine(command: str, world: Path) -> None:
    words = WHAT[command]
    whole = answer(world, words, "--out", "whole")
    for shard in ("2/2", "1/2"):
        told = said(world, words, "--out", "parts", "--shard", shard)
        assert f"Shard {shard} is done, and kept in parts." in told
        assert "the same command without --shard answers" in told
    units = sorted(world.glob("parts/units/*/*"))
    assert answer(world, words, "--out", "parts") == whole
    assert sorted(world.glob("parts/units/*/*")) == units  # nothing was played again


@pytest.mark.parametrize("command", WHAT)
def test_a_cluster_gives_the_answer_of_one_machine(
    command: str, world: Path, cluster: str
) -> None:
    words = WHAT[command]
    whole = answer(world, words, "--out", "whole")
    assert answer(world, words, "--out", "there", "--dask", cluster) == whole


def test_a_question_has_the_same_answer_on_a_cluster(world: Path, cluster: str) -> None:
    whole = answer(world, QUESTION, "--out", "whole")
    assert answer(world, QUESTION, "--out", "there", "--dask", cluster) == whole


def test_a_cluster_and_workers_of_this_machine_exclude_each_other(world: Path) -> None:
    done = ended(world, ["solve", "beds.yaml", "--dask", "tcp://x:1", "--workers", "2"])
    assert done.code == 2
    assert "--workers is of this machine; --dask has its own." in done.text


class Roomy:
    room = 12


def test_as_many_are_played_at_once_as_the_place_has_threads() -> None:
    for where, many in (
        (Where(None, None, 1, 4), 3),
        (Where(None, "slurm", 5, 4), 15),
        (Where("tcp://there:1", None, 1, 4), 6),
    ):
        assert at_once(where, Roomy, workers=3) == many  # type: ignore[arg-type]
