"""`caresim document`: the methods of a run, from its folder alone."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from click.testing import CliRunner
from markdown_it import MarkdownIt
from markdown_it.token import Token

import simulator
from results import load
from scenarios.assumptions import figures
from simulator.cli import main
from tests.worlds import BASE, write

ITEMS = [
    "1.1",
    "1.2",
    "1.3",
    "2.1",
    "2.2",
    "2.3",
    "2.4",
    "2.5.1",
    "2.5.2",
    "2.5.3",
    "2.5.4",
    "2.5.5",
    "3.1",
    "3.2",
    "3.3",
    "3.4",
    "4.1",
    "4.2",
    "4.3",
    "5.1",
    "5.2",
    "5.3",
    "5.4",
    "6.1",
]
"""The items of STRESS-DES 1.0, as published."""
AWKWARD = "A | small *world* <b>with</b> `ticks` # and $ signs"
TEXT = (
    BASE.replace("title: A small world", f"title: '{AWKWARD}'")
    .replace(
        "period:",
        "sources:\n  sourced: {trust: Trust | board papers}\n"
        "  assumption: {guess: Our own}\nperiod:",
        1,
    )
    .replace("takes: 30 min", "takes: 30 min (guess)")
    .replace("£114 per visit", "£114 per visit (trust)")
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a run folder that lies alone: no scenario file is near it."""
    place = tmp_path_factory.mktemp("methods")
    path = write(place / "..", "awkward-world", TEXT)
    simulator.run(path, replications=2).write(place / "run")
    path.unlink()
    return place / "run"


@pytest.fixture(scope="module")
def text(folder: Path) -> str:
    result = CliRunner().invoke(main, ["document", str(folder)])
    assert result.exit_code == 0, result.output
    return result.output


def tokens(text: str) -> list[Token]:
    return MarkdownIt("commonmark").enable("table").parse(text)


def tables(text: str) -> list[list[list[str]]]:
    """Return every table as a reader of Markdown sees it: rows of cells."""
    found: list[list[list[str]]] = []
    stream = tokens(text)
    for token, after in zip(stream, [*stream[1:], None], strict=True):
        if token.type == "table_open":
            found.append([])
        elif token.type == "tr_open":
            found[-1].append([])
        elif token.type in {"th_open", "td_open"}:
            assert after is not None
            children = after.children or []
            found[-1][-1].append("".join(child.content for child in children))
    return found


def test_every_item_of_the_checklist_stands_there_in_order(text: str) -> None:
    assert re.findall(r"^### ([\d.]+) ", text, re.MULTILINE) == ITEMS
    assert re.findall(r"^## (?:\d\. )?(.*)$", text, re.MULTILINE) == [
        *("Objectives", "Logic", "Data", "Experimentation", "Implementation"),
        *("Code access", "Assumptions log"),
    ]
    for item in ITEMS:
        body = text.split(f"### {item} ")[1].split("\n### ", maxsplit=1)[0]
        assert len(body.split("\n\n")) > 1, item


def test_tables_are_tables_to_a_reader_of_markdown(text: str) -> None:
    lines = [line for line in text.splitlines() if line.startswith("|")]
    found = tables(text)
    assert len(found) > 10
    assert sum(len(table) + 1 for table in found) == len(lines)
    for table in found:
        assert len({len(row) for row in table}) == 1


def test_texts_of_the_scenario_are_shown_as_they_are(text: str) -> None:
    heading = next(t for t in tokens(text) if t.type == "inline")
    shown = "".join(child.content for child in heading.children or [])
    assert shown == f"Methods: {AWKWARD}"
    assert not [t for t in tokens(text) if t.type == "html_block"]


def test_every_number_stands_in_the_log_with_its_source(
    text: str, folder: Path
) -> None:
    counts, log = tables(text)[-2:]
    found = figures(load(folder).manifest["scenario"])
    assert [row[0] for row in log[1:]] == [figure.place for figure in found]
    rows = {row[0]: row[1:] for row in log}
    assert rows["services.library.takes"] == ["30", "min", "assumption", "guess"]
    assert rows["services.emergency.cost.hospital"] == [
        *("£114", "£ per visit", "sourced", "trust")
    ]
    assert rows["services.ward.capacity"] == ["12", "number", "no source given", "–"]
    by_status = {row[0]: int(row[1]) for row in counts[1:]}
    assert by_status["sourced"] == by_status["assumption"] == 1
    assert by_status["no source given"] == len(found) - 2
    assert by_status["all"] == len(found)


def test_sources_are_cited_with_how_many_numbers_rest_on_each(text: str) -> None:
    part = text.split("### 3.1 ")[1].split("### 3.2", maxsplit=1)[0]
    (table,) = tables(part)
    assert table[1:] == [
        ["trust", "sourced", "Trust | board papers", "1"],
        ["guess", "assumption", "Our own", "1"],
    ]


def test_the_diagram_draws_where_patients_go(text: str) -> None:
    drawing = text.split("```mermaid\n")[1].split("```", maxsplit=1)[0]
    nodes = dict(re.findall(r'^  (s\d+)\["(.*?)<br', drawing, re.MULTILINE))
    links = re.findall(r"^  (s\d+) --> (s\d+)$", drawing, re.MULTILINE)
    named = {(nodes[a], nodes[b]) for a, b in links}
    assert named == {
        *(("clinic", "clinic"), ("clinic", "ward"), ("clinic", "therapy")),
        *(("emergency", "clinic"), ("emergency", "ward"), ("ward", "emergency")),
    }


def test_what_a_run_cannot_know_is_left_to_the_authors(text: str) -> None:
    assert text.count("**For the authors to write:**") >= 5


def test_it_is_written_into_a_file_whole_or_not_at_all(
    folder: Path, tmp_path: Path
) -> None:
    out = tmp_path / "methods.md"
    command = ["document", str(folder), "-o", str(out)]
    assert CliRunner().invoke(main, command).exit_code == 0
    first = out.read_bytes()
    again = CliRunner().invoke(main, command)
    assert again.exit_code == 1
    assert "is there already" in again.output
    assert CliRunner().invoke(main, [*command, "--replace"]).exit_code == 0
    assert out.read_bytes() == first
    assert b"\r" not in first


def test_a_scenario_that_this_version_cannot_read_is_told(
    folder: Path, tmp_path: Path
) -> None:
    run = load(folder)
    run.manifest["scenario"]["services"]["ward"]["kind"] = "bunks"
    run.write(tmp_path / "later")
    result = CliRunner().invoke(main, ["document", str(tmp_path / "later")])
    assert result.exit_code == 2
    assert "bunks" in result.output
    assert "Traceback" not in result.output
