"""Rows, ratios, the two special measurements, and the command."""

from __future__ import annotations

import json
import os
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from benchmarks import __main__ as command
from benchmarks import lists, ours, processes, rows, threads
from benchmarks.definitions import CASES, Case, steady
from benchmarks.report import document, text
from benchmarks.rows import ENOUGH, Row, compared, measured
from benchmarks.trials import Engine, Prepared, Sample

ASKED = {"case", "engine", "version", "threads", "customers_per_s", "ns_per_event"}
ASKED |= {"ratio_to_simpy"}
"""What every row of the JSON must have."""
SMALL = replace(CASES["a75"], many=(2_000,), fewer=(500,))


def row(case: str, engine: str, patients: int, speed: float) -> Row:
    return Row(case, engine, "1", patients, speed, 1e9 / speed / 2, 3, patients / speed)


def clockwork(times: list[float]) -> Engine:
    """Return an engine whose runs take the times given."""
    left = iter(times)

    def prepared(_: Case, patients: int) -> Prepared:
        return Prepared(lambda: Sample(patients, next(left), {"mean_wait": 3.0}), 0.5)

    return Engine("clockwork", "1", prepared, lambda case: case.many)


def called(*arguments: str) -> Result:
    return CliRunner().invoke(command.main, arguments)


def here(monkeypatch: pytest.MonkeyPatch, case: Case) -> None:
    """Measure a small case in this process."""
    monkeypatch.setattr(rows, "LEAST", 0.0)
    monkeypatch.setattr(processes, "CASES", {"a75": case})
    monkeypatch.setattr(command, "alone", lambda work, *given: work(*given))


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    here(monkeypatch, SMALL)


def test_the_best_of_several_runs_counts() -> None:
    found = measured(clockwork([2.0, 1.0, 4.0]), SMALL, 1000, 3)
    assert (found.seconds, found.runs, found.preparation_s) == (1.0, 3, 0.5)
    assert found.customers_per_s == 1000
    assert found.ns_per_event == 500_000


def test_short_runs_are_repeated_until_they_come_to_a_second() -> None:
    assert measured(clockwork([0.3, 0.3, 0.3, 0.3]), SMALL, 1000, 3).runs == 4


def test_a_long_run_is_not_repeated() -> None:
    assert measured(clockwork([ENOUGH + 1]), SMALL, 1000, 3).runs == 1


def test_ratios_are_to_simpy_whatever_the_number_of_patients() -> None:
    both = [row("c", "SimPy", 20_000, 25e3), row("c", "caresim compiled", 200_000, 1e6)]
    assert [found.ratio_to_simpy for found in compared(both)] == [1.0, 40.0]


def test_ratios_are_of_equal_sizes_where_the_list_grows() -> None:
    sizes = [
        row("d-prio3", "SimPy", 10_000, 10e3),
        row("d-prio3", "SimPy", 80_000, 1e3),
        row("d-prio3", "caresim compiled", 80_000, 2e6),
        row("d-prio3", "caresim compiled", 400_000, 2e6),
    ]
    ratios = [found.ratio_to_simpy for found in compared(sizes)]
    assert ratios == [1.0, 1.0, 2000.0, None]


def test_the_clock_on_the_wall_is_not_compared_with_cpu_time() -> None:
    wall = replace(row("c", "caresim compiled", 1000, 2e6), clock="wall", threads=2)
    _, found = compared([row("c", "SimPy", 1000, 25e3), wall])
    assert found.ratio_to_simpy is None


def test_without_simpy_there_is_no_ratio() -> None:
    (found,) = compared([row("c", "Ciw", 20_000, 5e3)])
    assert found.ratio_to_simpy is None


def test_the_same_case_can_be_shorter_than_its_file() -> None:
    whole, part = ours.tables("c"), ours.tables("c", 600)
    assert part.end - part.begin == 600 * 60_000_000
    assert len(part.steps) == len(whole.steps)


def test_lists_of_two_lengths_are_measured_between_two_moments(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(lists, "BEGIN", 3_000)
    monkeypatch.setattr(lists, "END", 6_000)
    long, short = lists.long_and_short(1)
    assert (long.case, short.case) == ("long-list", "short-list")
    assert (long.wrong, short.wrong) == ((), ())
    assert long.slow_down == pytest.approx(short.customers_per_s / long.customers_per_s)
    assert short.slow_down is None


def test_the_two_lists_pass_a_hundred_thousand_and_a_thousand() -> None:
    (long,) = lists.LONG.figures(600_000 * 3.9)
    (short,) = lists.SHORT.figures(600_000 * 3.9)
    assert 100_000 < long.value < 108_000
    assert 1_000 < short.value < 1_100


def test_two_threads_are_a_row_by_the_clock_on_the_wall(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(threads, "tables", lambda name: ours.tables(name, 3_000))
    (found,) = threads.two_threads(1)
    assert (found.case, found.threads, found.clock) == ("c", 2, "wall")
    assert found.ratio_to_one_thread is not None
    assert found.ratio_to_one_thread > 0


def test_work_alone_is_in_another_process() -> None:
    assert processes.alone(os.getpid) != os.getpid()


def test_a_process_that_dies_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    assert command.told("c, cimba", os._exit, 1) == []
    assert capsys.readouterr().err == "c, cimba: the process died; left out.\n"


@pytest.mark.usefixtures("small")
def test_rows_of_json_have_what_was_asked() -> None:
    said = called(
        "--json", "--case", "a75", "--engine", "compiled", "--engine", "simpy"
    )
    assert said.exit_code == 0
    told = json.loads(said.stdout)
    assert [found["engine"] for found in told] == [
        "caresim compiled",
        "SimPy",
        "SimPy (store)",
    ]
    for found in told:
        assert set(found) >= ASKED
        assert found["case"] == "a75"
        assert found["threads"] == 1
        assert found["ratio_to_simpy"] > 0
        assert found["answers"]["mean_wait"] > 0


@pytest.mark.usefixtures("small")
def test_tables_are_printed_for_people() -> None:
    said = called("--case", "a75", "--engine", "simpy", "--repeats", "1")
    assert said.exit_code == 0
    assert "## a75: one server 75% used" in said.stdout
    assert "| SimPy " in said.stdout


def test_a_wrong_answer_is_told_and_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    here(monkeypatch, replace(SMALL, figures=steady(mean_wait=(30.0, 0.1))))
    said = called("--case", "a75", "--engine", "compiled", "--repeats", "1")
    assert said.exit_code == 1
    assert "Wrong: a75, caresim compiled, 2,000 patients: mean_wait is" in said.stderr
    assert "not 30 ±" in said.stderr


@pytest.mark.usefixtures("small")
def test_a_peer_that_is_not_there_is_named_and_left_out(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delitem(sys.modules, "benchmarks.peers.with_cimba", raising=False)
    monkeypatch.setitem(sys.modules, "cimba", None)
    said = called("--case", "a75", "--engine", "cimba")
    assert said.exit_code == 0
    assert said.stderr.startswith("cimba is left out: ")
    assert len(said.stderr.splitlines()) == 1


def test_results_are_written_whole_or_not_at_all() -> None:
    assert called("--write", "--case", "c").exit_code == 2


@pytest.mark.usefixtures("small")
def test_results_are_written_where_they_are_kept(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(command, "RESULTS", tmp_path / "results.md")
    monkeypatch.setattr(command, "CASES", ("a75",))
    monkeypatch.setattr(command, "ENGINES", ("simpy",))
    assert called("--write", "--repeats", "1").exit_code == 0
    written = (tmp_path / "results.md").read_text("utf-8")
    assert written.startswith("# How fast caresim is")
    assert "| SimPy " in written


def test_the_document_tells_threads_and_long_lists() -> None:
    double = replace(row("c", "caresim compiled", 1000, 2e6), ratio_to_one_thread=1.96)
    long = replace(
        row("long-list", "caresim compiled", 1000, 1e6),
        slow_down=1.25,
        answers={"list_at_end": 106_218.0},
    )
    said = document([replace(double, threads=2), long], "0.1")
    words = " ".join(said.split())
    assert "Its load average before: 0.1 (0 is idle" in words
    assert "c run 1.96 times as fast as on one, by the clock on the wall" in words
    assert "While 106,218 are in line, caresim compiled takes 1.25 times" in words
    assert "Python 3." in said
    assert text([]) == ""
