"""The JSON Schema of the language."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

import scenarios
from scenarios.documents import document
from scenarios.typed import plain
from tests.unit.scenarios.clinics import CLINIC, clinic
from tests.worlds import shipped

SCHEMA: dict[str, Any] = scenarios.schema()
TYPES = {
    "object": dict,
    "array": list,
    "string": str,
    "integer": int,
    "number": int | float,
}


def _fits(value: object, schema: dict[str, Any]) -> bool:
    """Return whether a value fits a schema: as much of JSON Schema as ours uses."""
    if "$ref" in schema:
        return _fits(value, SCHEMA["$defs"][schema["$ref"].rpartition("/")[2]])
    kinds = schema.get("type", [])
    for kind in [kinds] if isinstance(kinds, str) else kinds:
        if isinstance(value, TYPES[kind]):
            break
    else:
        if kinds:
            return False
    if "anyOf" in schema and not any(_fits(value, s) for s in schema["anyOf"]):
        return False
    if value not in schema.get("enum", [value]) or schema.get("const", value) != value:
        return False
    if isinstance(value, str):
        return re.search(schema.get("pattern", ""), value) is not None
    return _parts_fit(value, schema)


def _parts_fit(value: object, schema: dict[str, Any]) -> bool:
    size = len(value) if isinstance(value, list | dict) else 0
    least = schema.get("minItems", schema.get("minProperties", 0))
    if not least <= size <= schema.get("maxItems", size):
        return False
    if isinstance(value, list):
        return all(_fits(item, schema.get("items", {})) for item in value)
    if not isinstance(value, dict):
        return True
    known = schema.get("properties", {})
    other = schema.get("additionalProperties", {})
    return all(key in value for key in schema.get("required", [])) and all(
        _fits(part, known[key])
        if key in known
        else other is not False and _fits(part, other or {})
        for key, part in value.items()
    )


@pytest.mark.parametrize("name", shipped())
def test_shipped_scenarios_fit_the_schema(name: str) -> None:
    assert _fits(scenarios.read(name).resolved, SCHEMA)


@pytest.mark.parametrize(
    "edit",
    [
        ("capacity: 12", "capcity: 12"),
        ("kind: beds", "kind: bed"),
        ("mean: 4 days", "mean: 4"),
        ("50 per day", "50 per dya"),
        ("title: A clinic\n", ""),
        ("demand:\n", "demnd:\n"),
        ("1 year}", "1 year, warmup: 1 day}"),
    ],
)
def test_slips_of_the_pen_do_not_fit_the_schema(edit: tuple[str, str]) -> None:
    assert _fits(plain(document(CLINIC, "x")[0]), SCHEMA)
    assert not _fits(plain(document(clinic(edit), "x")[0]), SCHEMA)


def test_a_file_that_extends_another_fits_the_schema() -> None:
    child = {"caresim": 1, "extends": "west-yorkshire", "title": "x", "include": ["y"]}
    assert _fits(child, SCHEMA)


def test_numbers_may_be_written_as_numbers() -> None:
    period = SCHEMA["$defs"]["period"]
    assert _fits({"start": "2024-01-01", "horizon": "1 year", "seed": 3}, period)


STUDIES = Path(__file__).parents[2] / "conformance" / "studies" / "valid"
FILES = {
    path.stem: plain(document(path.read_text(encoding="utf-8"), path.name)[0])
    for path in [*STUDIES.glob("*.yaml"), *(STUDIES.parents[1] / "valid").glob("un*")]
}


@pytest.mark.parametrize("name", sorted(FILES))
def test_studies_and_uncertain_numbers_fit_the_schema(name: str) -> None:
    assert _fits(FILES[name], SCHEMA)


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("design", "factorial"),
        ("vary", {}),
        ("vary", {"beds": {"services": "ward", "add": 5}}),
        ("vary", {"beds": {"services": "ward", "add": []}}),
        ("vary", {"beds": {"service": "ward", "add": [5]}}),
        ("vary", {"beds": {"services": "ward", "add": {"between": [5]}}}),
        ("draws", {"set": 5}),
        ("drawz", 5),
    ],
)
def test_slips_in_studies_do_not_fit_the_schema(key: str, value: object) -> None:
    assert not _fits({**FILES["grid"], key: value}, SCHEMA)


def test_the_schema_can_be_published() -> None:
    text = json.dumps(SCHEMA)
    assert len(text) < 100_000
    assert set(re.findall(r'"#/\$defs/([^"]+)"', text)) <= set(SCHEMA["$defs"])
    assert SCHEMA["$id"] == "urn:caresim:scenario:1"
