"""What a plan foresees is what is measured afterwards, within a factor of two."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from scenarios.studies.inputs import uncertain_base
from scenarios.studies.spreads import spread_study
from scenarios.studies.study import Study
from simulator.batch import batches
from simulator.batch.agenda import WHOLE
from simulator.batch.batches import Asked, study_of
from simulator.batch.book import MOST, block, prepared_run
from simulator.batch.places import here
from simulator.cli import main
from tests.batches.studies import STUDY, WARD, write_study

TWICE = 2.0
BUSY = (
    WARD.replace("horizon: 1 month", "horizon: 1 year")
    .replace("2 per day", "150 per day")
    .replace("capacity: 3", "capacity: 150")
)


def asked_of(folder: Path, ward: str) -> Study:
    beds = "[140, 160]" if ward is BUSY else "[2, 4]"
    return study_of(write_study(folder, STUDY.replace("[2, 4]", beds), ward))


def size_of(folder: Path, ending: str = "*") -> int:
    return sum(p.stat().st_size for p in folder.rglob(ending) if p.is_file())


@pytest.mark.parametrize(
    ("ward", "record"),
    [(WARD, True), (BUSY, False)],
    ids=["tiny, patients recorded", "busy"],
)
def test_disk_and_time_are_foreseen_within_a_factor_of_two(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, ward: str, record: bool
) -> None:
    monkeypatch.chdir(tmp_path)
    asking = asked_of(tmp_path, ward)
    asked = Asked(workers=1, record=record)
    plan = batches.planned(asking, asked, tmp_path / "out")
    words = ["batch", "beds.yaml", "--out", "out", "--workers", "1"]
    words += ["--record", "visits"] if record else []
    assert CliRunner().invoke(main, words).exit_code == 0
    units, folders = plan.disk
    for foreseen, found in (
        (units, size_of(tmp_path / "out" / "units")),
        (folders, size_of(tmp_path / "out" / "runs")),
    ):
        assert found / TWICE < foreseen < found * TWICE
    if ward is BUSY:  # of less, a moment of another program is a large part
        logs = (tmp_path / "out" / "runs").glob("*/log.json")
        took = [json.loads(log.read_text())["replications"] for log in logs]
        seconds = sum(each["cpu_seconds"] for run in took for each in run)
        assert seconds / TWICE < plan.seconds < seconds * TWICE


def test_what_is_there_is_left_out_of_the_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    asking = asked_of(tmp_path, WARD)
    whole = batches.planned(asking, Asked(), tmp_path / "out")
    assert (whole.runs, whole.replications, whole.there) == (3, 12, 0)
    CliRunner().invoke(main, ["batch", "beds.yaml", "--out", "out"])
    rest = batches.planned(asking, Asked(replications=6), tmp_path / "out")
    assert (rest.replications, rest.there) == (18, 12)
    assert [share.replications for share in rest.shares] == [6]


def test_what_variants_with_luck_of_their_own_have_is_left_out_as_well(
    tmp_path: Path,
) -> None:
    file = tmp_path / "ward.yaml"
    file.write_text(
        WARD.replace("2 per day", "{between: [1 per day, 3 per day]}"), "utf-8"
    )
    few, more = (
        spread_study([uncertain_base(file)], n, "random", 1, 2).study for n in (2, 3)
    )
    store, jobs = batches.opened_batch(few, Asked(), tmp_path / "out", lambda _: None)
    place = lambda: here("compiled", 1)  # noqa: E731
    batches.simulated(store, jobs, place, lambda _: None, WHOLE)
    plan = batches.planned(more, Asked(), tmp_path / "out")
    assert (plan.runs, plan.replications, plan.there) == (3, 6, 4)


def test_blocks_are_as_large_as_their_scenario_lets_them(tmp_path: Path) -> None:
    tiny, busy = (
        prepared_run(
            asked_of(tmp_path / name, ward).variants[0], None, None, record=False
        ).model
        for name, ward in (("tiny", WARD), ("busy", BUSY))
    )
    assert block(tiny) == MOST
    assert block(busy) == 1_500_000 // (150 * 366 * 3)
