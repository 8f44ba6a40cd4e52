"""What every section of a scenario file has in common: its keys, and how they err."""

from __future__ import annotations

from typing import Annotated, Any, Self

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    ModelWrapValidatorHandler,
    StringConstraints,
    ValidationError,
    model_validator,
)
from pydantic_core import ErrorDetails, InitErrorDetails

from scenarios.problems import did_you_mean, listed, nearest, quoted
from scenarios.units import line, refused, said, what_it_is

LATER = frozenset(
    "arrive_together booked booked_at cleaning discharge_hours escalation from_file "
    "helped_by holding interrupted keep_whole kept_back needs one_per pause "
    "punctuality resume sessions start_state workforce".split()
)
"""Keys of the proposed language that caresim does not know yet."""


class Form(BaseModel):
    """A section with keys of its own; any other key is refused by name."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)

    @model_validator(mode="wrap")
    @classmethod
    def _in_our_words(cls, value: Any, handler: ModelWrapValidatorHandler[Self]) -> Self:
        if not isinstance(value, dict):
            raise said(
                f"keys are expected here, not {what_it_is(value)}. "
                f"Allowed: {listed(cls.allowed())}."
            )
        try:
            return handler(value)
        except ValidationError as error:
            raise refused(cls._lines(error.errors(include_url=False))) from None

    @classmethod
    def allowed(cls) -> list[str]:
        """Return the keys of this section in alphabetical order."""
        return sorted(f.alias or name for name, f in cls.model_fields.items())

    @classmethod
    def _lines(cls, errors: list[ErrorDetails]) -> list[InitErrorDetails]:
        unknown = [
            str(e["loc"][0])
            for e in errors
            if e["type"] == "extra_forbidden" and len(e["loc"]) == 1
        ]
        lines = []
        for error in errors:
            key = str(error["loc"][0]) if error["loc"] else ""
            if error["type"] == "missing" and len(error["loc"]) == 1:
                if nearest(key, unknown) is None:
                    lines.append(line(f"`{key}` is missing.", key))
            elif error["type"] == "extra_forbidden" and len(error["loc"]) == 1:
                lines.append(line(cls._unknown(key), key))
            else:
                lines.append(line(in_words(error), *error["loc"]))
        return lines

    @classmethod
    def _unknown(cls, key: str) -> str:
        allowed = cls.allowed()
        later = " This is planned for a later version." if key in LATER else ""
        return (
            f"unknown key.{later}{did_you_mean(key, allowed)} "
            f"Allowed: {listed(allowed)}."
        )


def in_words(error: ErrorDetails) -> str:
    """Return an error of pydantic in a planner's words."""
    kind, value = error["type"], error["input"]
    context = error.get("ctx", {})
    if kind == "said":
        return error["msg"]
    if kind == "literal_error":
        return _one_of(value, str(context["expected"]))
    if kind == "dict_type":
        return f"names and what belongs to them are expected, not {what_it_is(value)}."
    if kind == "list_type":
        return f"a list is expected here: [{value}]." if isinstance(value, str) else (
            f"a list is expected here, not {what_it_is(value)}."
        )
    if kind == "string_type":
        return f"a text is expected here, not {what_it_is(value)}."
    if kind in ("too_short", "string_too_short"):
        return "this is empty."
    return error["msg"]


def _one_of(value: object, expected: str) -> str:
    if not isinstance(value, str):
        return f"one of {expected} is expected here, not {what_it_is(value)}."
    names = [part.strip("' ") for part in expected.replace(" or ", ", ").split(",")]
    return (
        f"{quoted(value)} is not known here.{did_you_mean(value, names)} "
        f"Allowed: {', '.join(names)}."
    )


RESERVED = frozenset(
    "leave rest by all always table value times law share after arranged_in of "
    "between".split()
)
"""Words of the language that cannot be names."""
LONGEST_NAME = 200


def checked_name(name: object) -> object:
    """Refuse a name that could not be told from the language, or is too long."""
    if not isinstance(name, str):
        return name
    if name in RESERVED:
        raise said(f"'{name}' is a word of the language; choose another name.")
    if name != name.strip() or not name:
        raise said(f"{quoted(name)}: a name neither begins nor ends with a space.")
    if name[0] in "~&*!|>%@`" or "\n" in name or len(name) > LONGEST_NAME:
        raise said(f"{quoted(name)} cannot be a name: write words on one line.")
    return name


Name = Annotated[str, BeforeValidator(checked_name)]
"""The name of something new."""
Called = Annotated[str, StringConstraints(min_length=1)]
"""The name of something that stands elsewhere."""
