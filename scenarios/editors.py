"""The JSON Schema of the language, with which editors help to write scenarios."""

from __future__ import annotations

import re
from typing import Any

from scenarios.merging import LANGUAGE
from scenarios.spec import ScenarioForm
from scenarios.units import TABLE_SCHEMA, UNIT

Json = dict[str, Any]
REFUSALS = ("NoKind", "NoLaw")
"""Forms that only exist to be refused."""
DESTINATIONS = ("then", "to", "start")
TEXT: Json = {"type": "string"}


def schema() -> Json:
    """Return the JSON Schema of the language.

    It is more lenient than the reader: names, groups and sums are not looked at.
    """
    made = ScenarioForm.model_json_schema(by_alias=True)
    cleaner = _Cleaner()
    properties = cleaner.clean(made["properties"], is_named=True)
    forms = {
        _name(name): cleaner.clean(form)
        for name, form in made["$defs"].items()
        if name not in REFUSALS
    }
    language = {"type": ["integer", "string"], "enum": [int(LANGUAGE), LANGUAGE]}
    extends = {"extends": TEXT, "include": {"type": "array", "items": TEXT}}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"urn:caresim:scenario:{LANGUAGE}",
        "title": f"A scenario of caresim, language {LANGUAGE}",
        "type": "object",
        "properties": {**properties, **extends, "caresim": language},
        "required": ["caresim", "title"],
        "anyOf": [
            {"required": ["extends"]},
            {"required": ["period", "services", "demand"]},
        ],
        "additionalProperties": False,
        "$defs": {**forms, **cleaner.units, "table": TABLE_SCHEMA},
    }


def _name(form: str) -> str:
    """Return what a form is called in the schema."""
    return re.sub("(?<!^)(?=[A-Z])", "-", form.removesuffix("Form")).lower()


class _Cleaner:
    """Makes what pydantic gives short and readable."""

    def __init__(self) -> None:
        self.units: Json = {}
        """The texts with units, by name."""

    def clean(self, part: Any, *, is_named: bool = False) -> Any:
        """Return a part without what helps nobody; names are not looked at as words."""
        if isinstance(part, list):
            return [self.clean(p) for p in part if not _is_nothing(p)]
        if not isinstance(part, dict):
            return part
        if is_named:
            return {key: self._property(key, value) for key, value in part.items()}
        if "$ref" in part:
            return {"$ref": f"#/$defs/{_name(part['$ref'].rpartition('/')[2])}"}
        if UNIT in part:
            return self._unit(part)
        kept = {k: v for k, v in part.items() if k not in ("default", "title")}
        made = {
            "anyOf" if key == "oneOf" else key: self.clean(
                value, is_named=key == "properties"
            )
            for key, value in kept.items()
        }
        alone = made.get("anyOf")
        return alone[0] if isinstance(alone, list) and len(alone) == 1 else made

    def _property(self, key: str, value: Any) -> Any:
        made = self.clean(value)
        if key in DESTINATIONS or key == "capacity":
            return {"anyOf": [made, {"$ref": "#/$defs/table"}]}
        return made

    def _unit(self, part: Json) -> Json:
        title = str(part[UNIT])
        name = title.removeprefix("a ").replace(" ", "-")
        shown = {k: v for k, v in part.items() if k != UNIT} | {"title": title}
        # Numbers of several sorts have one name: only their limits differ.
        self.units.setdefault(name, shown)
        return {"$ref": f"#/$defs/{name}"}


def _is_nothing(part: object) -> bool:
    """Return whether a part says that a key may be absent, or must be refused."""
    if not isinstance(part, dict):
        return False
    refused = str(part.get("$ref", "")).rpartition("/")[2] in REFUSALS
    return refused or part.get("type") == "null"
