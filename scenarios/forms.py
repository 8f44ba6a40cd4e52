"""What every section of a scenario file has in common: its keys, and how they err."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar, Self

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


class Form(BaseModel):
    """A section with keys of its own; any other key is refused by name."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    later: ClassVar[frozenset[str]] = frozenset()
    """Keys of the language that this caresim does not know yet."""
    elsewhere: ClassVar[frozenset[str]] = frozenset()
    """Keys of sections of the same sort, which do not belong here."""
    sort: ClassVar[str] = ""
    """Which sort this is."""
    questions: ClassVar[dict[str, str]] = {}
    """What is asked where a key is missing."""

    @model_validator(mode="wrap")
    @classmethod
    def _in_our_words(
        cls, value: Any, handler: ModelWrapValidatorHandler[Self]
    ) -> Self:
        if not isinstance(value, dict):
            raise said(
                f"a map belongs here, not {what_it_is(value)}. "
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
                is_near = nearest(key, unknown) is not None
                # What it is called, or what stands for it, has been reported.
                is_said = is_near or bool(cls.later & set(unknown))
                question = cls.questions.get(key, "")
                lines.append(line("", key=key) if is_said else missing(key, question))
            elif error["type"] == "extra_forbidden" and len(error["loc"]) == 1:
                lines.append(line(cls._unknown(key), key))
            else:
                gone = str(error.get("ctx", {}).get("key", ""))
                lines.append(line(in_words(error), *error["loc"], key=gone))
        return lines

    @classmethod
    def _unknown(cls, key: str) -> str:
        if key in cls.later:
            return not_yet(key)
        allowed = f"Allowed: {listed(cls.allowed())}."
        if key in cls.elsewhere:
            return f"unknown key for {cls.sort}{cls._owners(key)}. {allowed}"
        return f"unknown key.{did_you_mean(key, cls.allowed())} {allowed}"

    @classmethod
    def _owners(cls, key: str) -> str:
        """Return where a key of `elsewhere` belongs, as the end of a sentence."""
        return ""


def missing(key: str, question: str = "") -> InitErrorDetails:
    """Return that a key is missing, and what it would say."""
    return line(f"`{key}` is missing{question or '.'}", key=key)


def not_yet(key: str) -> str:
    """Return that a key comes in a later version."""
    return (
        f"`{key}` is part of the language, but this version of caresim cannot do it "
        "yet."
    )


def in_words(error: ErrorDetails) -> str:
    """Return an error of pydantic in a planner's words."""
    kind, value = error["type"], error["input"]
    if kind == "literal_error":
        return _one_of(value, str(error["ctx"]["expected"]))
    if kind == "list_type" and isinstance(value, str):
        return f"a list belongs here, not a text: [{value}]."
    if kind in BELONGS:
        return f"{BELONGS[kind]} belongs here, not {what_it_is(value)}."
    return EMPTY if kind in ("too_short", "string_too_short") else error["msg"]


BELONGS = {"dict_type": "a map", "list_type": "a list", "string_type": "a text"}
EMPTY = "this is empty."


def _one_of(value: object, expected: str) -> str:
    if not isinstance(value, str):
        return f"one of {expected} belongs here, not {what_it_is(value)}."
    names = [part.strip("' ") for part in expected.replace(" or ", ", ").split(",")]
    return (
        f"{quoted(value)} is not known here.{did_you_mean(value, names)} "
        f"Allowed: {', '.join(names)}."
    )


RESERVED = frozenset(
    (
        *("leave", "rest", "by", "all", "always", "table", "value", "times", "law"),
        *("of", "share", "after", "arranged_in", "keeps_bed", "between"),
    )
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
