"""What is held back of one place cannot be had from all places together."""

import pytest

import simulator
from results import Run
from results.export.disclosure import Publishing
from results.export.export import export
from scenarios import parse
from tests.unit.results.measures.test_block_measures import MODEL

RARE = MODEL.replace("Leeds: 70%, Wakefield: rest", "Leeds: 99.9%, Wakefield: rest")


@pytest.fixture(scope="module")
def run() -> Run:
    return simulator.run(parse(RARE), workers=1, replications=1)


def test_a_small_part_is_not_the_block_less_the_others(run: Run) -> None:
    # Rounded to whole numbers, a difference is what it is.
    safe = export({"a": run}, publishing=Publishing(below=5, to=1))
    held = {each.key for each in safe.suppressed}
    small = {each.key for each in safe.suppressed if each.reason.startswith("below")}
    shown = {line.key for line in safe.lines}
    parts = {block.name: block.services for block in run.labels.blocks}
    lonely, checked = [], 0
    for key in shown:
        if key.kind == "block" and key.statistic == "number":
            names = parts[key.subject]
            own = [key._replace(kind="service", subject=name) for name in names]
            some = held.intersection((key, *own))
            checked += bool(some & small)
            lonely += [each for each in some & small if len(some) == 1]
    assert checked > 10
    assert lonely == []
