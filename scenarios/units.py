"""Texts with units and numbers that vary by group, as pydantic sees them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from typing import Annotated, Any

from pydantic import GetJsonSchemaHandler, TypeAdapter, ValidationError, ValidationInfo
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, InitErrorDetails, PydanticCustomError, core_schema

from scenarios import counts, dates, rates, texts
from scenarios.problems import did_you_mean, listed, quoted
from scenarios.spans import UNCERTAIN
from scenarios.taken import Taken
from scenarios.texts import Quantity, TextError

Json = dict[str, Any]
UNIT = "x-unit"
"""Marks the JSON Schema of a text with a unit."""
Line = InitErrorDetails


def line(message: str, *loc: str | int, key: str = "") -> InitErrorDetails:
    """Return one error for pydantic, at a place below the one being read.

    `key` is the key that is missing there.
    """
    context = {"message": message, "key": key}
    kind = PydanticCustomError("said", "{message}", context)
    return InitErrorDetails(type=kind, loc=loc, input=None)


def refused(lines: list[InitErrorDetails]) -> ValidationError:
    """Return several errors as one exception that pydantic takes apart again."""
    return ValidationError.from_exception_data("scenario", lines)


def said(message: str) -> PydanticCustomError:
    """Return one error at the place being read."""
    return PydanticCustomError("said", "{message}", {"message": message})


@dataclass(frozen=True)
class Unit:
    """A kind of text, as an annotation: how it is read and how it looks."""

    name: str
    """With its article: `a duration`."""
    read: Callable[[str], Quantity]
    examples: tuple[str, ...]
    pattern: str
    is_whole: bool = False
    """Whether there is nothing between 1 and 2."""

    def __get_pydantic_core_schema__(self, _source: Any, _handler: Any) -> CoreSchema:
        """Return how pydantic reads the text."""
        return core_schema.with_info_plain_validator_function(self.checked)

    def __get_pydantic_json_schema__(
        self, _core: CoreSchema, _handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        """Return how editors check the text."""
        return self.looks()

    def looks(self) -> Json:
        """Return the JSON Schema of the text."""
        return {
            UNIT: self.name,
            "type": ["string", "number"],
            "pattern": self.pattern + r"( *\([^()]*\))? *$",
            "examples": list(self.examples),
        }

    def checked(self, value: object, info: ValidationInfo) -> Quantity:
        """Return the quantity; refuse what is none, or has an unknown source."""
        if not isinstance(value, str):
            raise said(
                f"{self.name} belongs here, such as {self.examples[0]}, "
                f"not {what_it_is(value)}."
            )
        if isinstance(value, Taken):
            self._check_others(value, info)
            value = value.read_as(whole=self.is_whole)
        return self._read(value, info)

    def _check_others(self, taken: Taken, info: ValidationInfo) -> None:
        """Refuse what might stand in the place of a text and is not right."""
        lines = []
        for place, text in taken.others:
            try:
                self._read(text, info)
            except PydanticCustomError as error:
                lines.append(InitErrorDetails(type=error, loc=place, input=None))
        if lines:
            raise refused(lines)

    def _read(self, value: str, info: ValidationInfo) -> Quantity:
        try:
            quantity = self.read(value)
        except TextError as error:
            raise said(str(error)) from None
        _check_source(quantity.source, info.context)
        return quantity


def what_it_is(value: object) -> str:
    """Return what a piece of a file is, in a planner's words."""
    if isinstance(value, dict):
        return "a map"
    return "a list" if isinstance(value, list) else "a text"


def _check_source(source: str | None, known: Any) -> None:
    """Refuse a source mark whose name is not declared; `known` is the context."""
    if source is None or known is None or source in known:
        return
    declared = (
        f"Declared: {listed(known)}." if known else "There is no `sources:` section."
    )
    raise said(
        f"{quoted(source)} is not a declared source.{did_you_mean(source, known)} "
        + declared
    )


@dataclass(frozen=True)
class ByGroup:
    """A number, or law, for each group of a dimension."""

    by: str
    parts: dict[str, Varied]


@dataclass(frozen=True)
class Scaled:
    """A value at factor 1, and factors."""

    value: Varied
    times: tuple[tuple[str | int, Varied], ...]
    """Each with the last part of its path: `times`, or its place in the list."""


Varied = Quantity | ByGroup | Scaled


@dataclass(frozen=True)
class VariedIn:
    """A number that may differ by group, as an annotation."""

    unit: Unit

    def __get_pydantic_core_schema__(self, _source: Any, _handler: Any) -> CoreSchema:
        """Return how pydantic reads the number."""
        return core_schema.with_info_plain_validator_function(self.checked)

    def __get_pydantic_json_schema__(
        self, _core: CoreSchema, _handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        """Return how editors check the number; nested tables are not looked into."""
        by = {
            "type": "object",
            "title": f"{self.unit.name} by group",
            "required": ["by"],
            "properties": {"by": {"type": "string"}},
        }
        times = {
            "type": "object",
            "title": f"{self.unit.name} times factors",
            "required": ["value", "times"],
            "properties": {"value": {}, "times": {}},
            "additionalProperties": False,
        }
        return {"anyOf": [self.unit.looks(), by, times, TABLE_SCHEMA]}

    def checked(self, value: object, info: ValidationInfo) -> Varied:
        """Return the number; all that is wrong in it is refused at once."""
        if not isinstance(value, dict):
            return self.unit.checked(value, info)
        lines: list[InitErrorDetails] = []
        made = self._read(value, info, (), lines)
        if lines or made is None:
            raise refused(lines)
        return made

    def _read(
        self, value: object, info: ValidationInfo, loc: Loc, lines: list[Line]
    ) -> Varied | None:
        if isinstance(value, dict):
            if "by" in value:
                return self._by_group(value, info, loc, lines)
            if "value" in value or "times" in value:
                return self._scaled(value, info, loc, lines)
            lines.append(line(_no_number(self.unit, value), *loc))
            return None
        try:
            return self.unit.checked(value, info)
        except PydanticCustomError as error:
            lines.append(InitErrorDetails(type=error, loc=loc, input=None))
        except ValidationError as error:
            for item in error.errors(include_url=False):
                lines.append(line(item["msg"], *loc, *item["loc"]))
        return None

    def _by_group(
        self, value: Json, info: ValidationInfo, loc: Loc, lines: list[Line]
    ) -> Varied | None:
        if not isinstance(value["by"], str):
            lines.append(line("write the name of a dimension.", *loc, "by"))
        parts = {
            key: part
            for key, item in value.items()
            if key != "by"
            and (part := self._read(item, info, (*loc, key), lines)) is not None
        }
        return ByGroup(str(value["by"]), parts)

    def _scaled(
        self, value: Json, info: ValidationInfo, loc: Loc, lines: list[Line]
    ) -> Varied | None:
        for key in value:
            if key not in ("value", "times"):
                lines.append(line("unknown key. Allowed: value, times.", *loc, key))
        if len({"value", "times"} & set(value)) < 2:
            missing = "times" if "value" in value else "value"
            example = "{value: 4.6%, times: {by: age, child: 1.5, rest: 1}}"
            lines.append(line(f"`{missing}` is missing: {example}.", *loc))
            return None
        made = self._read(value["value"], info, (*loc, "value"), lines)
        times = [
            (key, VariedIn(FACTOR)._read(item, info, (*loc, "times", *where), lines))
            for key, where, item in _factors(value["times"])
        ]
        kept = tuple((key, part) for key, part in times if part is not None)
        return None if made is None or len(kept) < len(times) else Scaled(made, kept)


Loc = tuple[str | int, ...]


def _factors(times: object) -> Iterator[tuple[str | int, Loc, object]]:
    """Yield key, place and text of each factor."""
    if not isinstance(times, list):
        yield "times", (), times
        return
    for i, item in enumerate(times):
        yield i, (i,), item


def _no_number(unit: Unit, value: Json) -> str:
    if "most_likely" in value:
        return f"`between` is missing: {UNCERTAIN}."
    if "table" in value:
        return "a table cannot stand here."
    if unit is RISK and any(key[:1].isdigit() for key in value):
        return (
            "a risk that changes with the time waited is part of the language, but "
            "this version of caresim cannot do it yet."
        )
    if len(value) > 1 and "law" not in value:
        return "which dimension? Begin with `by`: {by: age, child: ..., rest: ...}."
    return (
        f"{unit.name} is written plain, such as {unit.examples[0]}, or "
        "{by: a dimension, group: value, ...}, or {value: ..., times: ...}."
    )


TABLE_SCHEMA: Json = {
    "type": "object",
    "title": "from a table",
    "required": ["table"],
    "properties": {"table": {"type": "string"}},
    "additionalProperties": False,
}
_NUMBER = r"^ *[-+]? *([0-9][0-9,]*)?(\.[0-9]+)? *"
_TIME = r"(sec|min|hours?|days?|weeks?|months?|years?)"
_PER = r"per (sec|min|hour|day|week|month|year)"

DURATION = Unit(
    "a duration", texts.duration, ("45 min", "3 days", "18 weeks"), _NUMBER + _TIME
)
LATENESS = Unit(
    "a duration",
    partial(texts.duration, signed=True),
    ("5 min", "-5 min"),
    _NUMBER + _TIME,
)
"""A duration that may be negative."""
SHARE = Unit("a share", texts.share, ("30%", "4.6% (GPAD)"), _NUMBER + "%")
RATE = Unit(
    "a rate",
    rates.rate,
    ("12 per week", "1 every 3.6 days", "210 per 1000 people per year"),
    _NUMBER + f"({_PER}|every .+|per [0-9,.]+ people {_PER})",
)
RISK = Unit("a risk", rates.risk, ("1.5% per week",), _NUMBER + f"% {_PER}")
GROWTH = Unit("a growth", rates.growth, ("1.2% per year",), _NUMBER + "% per year")
MONEY = Unit(
    "a price",
    rates.money,
    ("£37 per visit", "£346 per day"),
    r"^ *-?£ ?[0-9][0-9,.]* per (visit|day|week|month|year)",
)
RATIO = Unit("a number", counts.ratio, ("0.5",), _NUMBER)
FACTOR = Unit("a factor", counts.factor, ("1.30",), _NUMBER)
WEIGHT = Unit("a weight", counts.weight, ("2.5",), _NUMBER)
WHOLE = Unit("a number", counts.whole, ("12",), _NUMBER, is_whole=True)
PEOPLE = Unit(
    "a number",
    partial(counts.whole, most=counts.MOST_PEOPLE),
    ("511400",),
    _NUMBER,
    is_whole=True,
)
PRIORITY = Unit(
    "a priority",
    partial(counts.whole, most=counts.HIGHEST_PRIORITY),
    ("1",),
    _NUMBER,
    is_whole=True,
)
STAFF = Unit(
    "a number of whole-time equivalents", counts.staff, ("34", "12.5"), _NUMBER
)
OUTPUT = Unit(
    "an output",
    rates.output,
    ("37 places", "22 per week", "30 hours per week"),
    _NUMBER + f"(places?|{_PER}|hours? {_PER})",
)
CHARGE = Unit(
    "a price of capacity",
    rates.charge,
    ("£180 per unit per day", "£52000 per whole-time equivalent per year"),
    r"^ *-?£ ?[0-9][0-9,.]* per (slot|(unit|whole-time equivalent) "
    r"per (hour|day|week|month|year))",
)
SEED = Unit("a seed", counts.seed, ("1",), _NUMBER)
REPLICATIONS = Unit("a number", counts.replications, ("30",), _NUMBER)
SETS = Unit("a number", counts.sets, ("64",), _NUMBER)

SIGNED = {
    DURATION: partial(texts.duration, signed=True),
    SHARE: partial(texts.share, signed=True),
    RATE: partial(rates.rate, signed=True),
    RISK: partial(rates.risk, signed=True),
    MONEY: partial(rates.money, signed=True),
    WHOLE: partial(counts.whole, signed=True),
    STAFF: partial(counts.staff, signed=True),
    CHARGE: partial(rates.charge, signed=True),
    OUTPUT: partial(rates.output, signed=True),
    PEOPLE: partial(counts.whole, signed=True, most=counts.MOST_PEOPLE),
}
"""How what is added to such a number is read."""


def signed(unit: Unit) -> Unit:
    """Return the unit of what is added to a number of this unit."""
    read = SIGNED.get(unit, unit.read)
    return replace(unit, read=read)


def read_varied(unit: Unit, value: object, sources: object) -> Varied:
    """Return a number that stands by itself; raises pydantic's `ValidationError`."""
    adapter: TypeAdapter[Varied] = TypeAdapter(Annotated[Any, VariedIn(unit)])
    return adapter.validate_python(value, context=sources)


@dataclass(frozen=True)
class Moment:
    """A date or moment, as an annotation: microseconds since EPOCH."""

    def __get_pydantic_core_schema__(self, _source: Any, _handler: Any) -> CoreSchema:
        """Return how pydantic reads the moment."""
        return core_schema.no_info_plain_validator_function(self.checked)

    def __get_pydantic_json_schema__(
        self, _core: CoreSchema, _handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        """Return how editors check the moment."""
        pattern = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}( [0-9]{2}:[0-9]{2})?$"
        return {"title": "a date", "type": "string", "pattern": pattern}

    def checked(self, value: object) -> int:
        """Return the moment."""
        if not isinstance(value, str):
            raise said(f"a date belongs here, not {what_it_is(value)}.")
        try:
            return dates.moment(value)
        except TextError as error:
            raise said(str(error)) from None


When = Annotated[int, Moment()]
Duration = Annotated[Quantity, DURATION]
Lateness = Annotated[Quantity, LATENESS]
Share = Annotated[Quantity, SHARE]
Factor = Annotated[Quantity, FACTOR]
Weight = Annotated[Quantity, WEIGHT]
Whole = Annotated[Quantity, WHOLE]
VariedDuration = Annotated[Varied, VariedIn(DURATION)]
VariedLateness = Annotated[Varied, VariedIn(LATENESS)]
VariedShare = Annotated[Varied, VariedIn(SHARE)]
VariedRate = Annotated[Varied, VariedIn(RATE)]
VariedRisk = Annotated[Varied, VariedIn(RISK)]
VariedGrowth = Annotated[Varied, VariedIn(GROWTH)]
VariedMoney = Annotated[Varied, VariedIn(MONEY)]
VariedFactor = Annotated[Varied, VariedIn(FACTOR)]
VariedRatio = Annotated[Varied, VariedIn(RATIO)]
VariedWhole = Annotated[Varied, VariedIn(WHOLE)]
VariedPeople = Annotated[Varied, VariedIn(PEOPLE)]
VariedPriority = Annotated[Varied, VariedIn(PRIORITY)]
