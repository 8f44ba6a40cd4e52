"""A small study for compute servers, and what is compared of its batches."""

from __future__ import annotations

from pathlib import Path

BASE = """\
caresim: 1
title: A telephone line
period: {{start: 2024-01-01, horizon: 10 days}}
services:
  line: {{kind: staff, capacity: 60, takes: {{law: exponential, mean: 2 min}}}}
demand:
  line: {{rate: {rate} per day}}
"""
STUDY = """\
caresim: 1
study: How many people on the line?
base: line
compare_with: line
vary:
  people: {{services: line, add: [5, 10]}}
replications: {replications}
"""


def write_study(folder: Path, *, rate: int = 2_000, replications: int = 6) -> Path:
    """Write a study of a telephone line; return its file."""
    (folder / "line.yaml").write_text(BASE.format(rate=rate), encoding="utf-8")
    path = folder / "people.yaml"
    path.write_text(STUDY.format(replications=replications), encoding="utf-8")
    return path


def run_files(batch: Path) -> dict[str, bytes]:
    """Return all files of a batch's run folders, but for what may differ."""
    return {
        str(path.relative_to(batch)): path.read_bytes()
        for path in sorted((batch / "runs").rglob("*"))
        if path.is_file() and path.name != "log.json"
    }
