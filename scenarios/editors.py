"""The JSON Schema of the language, with which editors help to write scenarios."""

from __future__ import annotations

import re
from typing import Any

from scenarios.merging import LANGUAGE
from scenarios.spec import ScenarioForm
from scenarios.studies.study_spec import StudyForm
from scenarios.studies.variations import OPERATIONS
from scenarios.units import TABLE_SCHEMA, UNIT

Json = dict[str, Any]
REFUSALS = ("NoKind", "NoLaw")
"""Forms that only exist to be refused."""
DESTINATIONS = ("then", "to", "start")
TEXT: Json = {"type": "string"}
NUMBER: Json = {"type": ["string", "number"]}
UNCERTAIN_SCHEMA: Json = {
    "type": "object",
    "title": "an uncertain number",
    "required": ["between"],
    "properties": {
        "between": {"type": "array", "items": NUMBER, "minItems": 2, "maxItems": 2},
        "most_likely": NUMBER,
    },
    "additionalProperties": False,
}
BY_PLACE: Json = {"type": "object", "required": ["by"]}
"""In what is one per place: numbers, and whole capacities, that differ by place."""
TABLE: Json = {"$ref": "#/$defs/table"}
UNSURE: Json = {"$ref": "#/$defs/uncertain"}


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
    _share_selectors(forms)
    properties["scale"] = {"anyOf": [TEXT, properties["scale"]]}
    study = _of_study(cleaner, forms)
    language = {"type": ["integer", "string"], "enum": [int(LANGUAGE), LANGUAGE]}
    extends = {"extends": TEXT, "include": {"type": "array", "items": TEXT}}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"urn:caresim:scenario:{LANGUAGE}",
        "title": f"A scenario or study of caresim, language {LANGUAGE}",
        "type": "object",
        "properties": {**study, **properties, **extends, "caresim": language},
        "required": ["caresim"],
        "anyOf": [
            {"required": ["title", "extends"]},
            {"required": ["title", "period", "services", "demand"]},
            {"required": ["study", "base"]},
        ],
        "additionalProperties": False,
        "$defs": {
            **forms,
            **cleaner.units,
            "table": TABLE_SCHEMA,
            "uncertain": UNCERTAIN_SCHEMA,
        },
    }


def _share_selectors(forms: Json) -> None:
    """Let all selectors of changes be one form: they are long, and the same."""
    forms["selector"] = forms["change"]["properties"]["demand"]
    for form in (forms["change"], forms["routes"]):
        for key, value in form["properties"].items():
            if value == forms["selector"]:
                form["properties"][key] = {"$ref": "#/$defs/selector"}


def _of_study(cleaner: _Cleaner, forms: Json) -> Json:
    """Return the keys of studies; the forms in them are added to the others."""
    made = StudyForm.model_json_schema(by_alias=True)
    forms.update({_name(n): cleaner.clean(f) for n, f in made["$defs"].items()})
    change = forms["change"]
    kept = {k: v for k, v in change["properties"].items() if k != "curve"}
    several = {"anyOf": [{"type": "array", "items": NUMBER, "minItems": 1}, UNSURE]}
    forms["variation"] = {
        **change,
        "properties": kept | dict.fromkeys(OPERATIONS, several),
    }
    vary = {
        "type": "object",
        "minProperties": 1,
        "additionalProperties": {"$ref": "#/$defs/variation"},
    }
    properties: Json = cleaner.clean(made["properties"], is_named=True)
    return {**properties, "vary": vary}


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
        if UNIT in part or part == TABLE_SCHEMA:
            return self._shared(part)
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
        if key == "capacity":
            return {"anyOf": [made, TABLE, BY_PLACE]}
        if key in DESTINATIONS:
            return {"anyOf": [made, TABLE]}
        return made

    def _shared(self, part: Json) -> Json:
        """Return where that stands of which there is one for all."""
        if UNIT not in part:
            return TABLE
        title = str(part[UNIT])
        name = title.removeprefix("a ").replace(" ", "-")
        text = {k: v for k, v in part.items() if k != UNIT} | {"title": title}
        shown = {"title": title, "anyOf": [text, UNSURE, BY_PLACE]}
        # Numbers of several sorts have one name: only their limits differ.
        self.units.setdefault(name, shown)
        return {"$ref": f"#/$defs/{name}"}


def _is_nothing(part: object) -> bool:
    """Return whether a part says that a key may be absent, or must be refused."""
    if not isinstance(part, dict):
        return False
    refused = str(part.get("$ref", "")).rpartition("/")[2] in REFUSALS
    return refused or part.get("type") == "null"
