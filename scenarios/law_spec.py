"""Laws of random times as they are written."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar, Literal, Self

from pydantic import (
    ConfigDict,
    Discriminator,
    Field,
    ModelWrapValidatorHandler,
    Tag,
    model_validator,
)

from scenarios.forms import Called, Form, Name
from scenarios.problems import did_you_mean, quoted
from scenarios.units import (
    Duration,
    VariedDuration,
    VariedRatio,
    VariedShare,
    line,
    refused,
    said,
    what_it_is,
)

LAWS = (
    *("exponential", "lognormal", "gamma", "normal", "weibull"),
    *("uniform", "triangular", "pert", "mixture", "observed"),
)
WHICH_LAW = (
    "which law? Write a plain time (exactly that long), or "
    "{law: " + " | ".join(LAWS) + ", mean: ...}."
)


class Cut(Form):
    """What every law with parameters may have: an end that is cut off."""

    elsewhere: ClassVar = frozenset(
        (
            *("mean", "sd", "cv", "median", "lowest", "most_likely", "highest"),
            *("of", "values", "rate"),
        )
    )
    at_least: VariedDuration | None = None
    at_most: VariedDuration | None = None

    @classmethod
    def _owners(cls, key: str) -> str:
        sorts = [form.sort for form in Cut.__subclasses__() if key in form.model_fields]
        laws = ", ".join(sorts).replace(" and ", ", ")
        return f"; it belongs to {laws}" if laws else ""


class Exponential(Cut):
    """Any moment is as likely to be the last as any other."""

    sort: ClassVar = "exponential"

    law: Literal["exponential"]
    mean: VariedDuration


class Spread(Cut):
    """A mean, and how far times lie from it."""

    sort: ClassVar = "gamma, normal and weibull"

    law: Literal["gamma", "normal", "weibull"]
    mean: VariedDuration
    sd: VariedDuration | None = None
    cv: VariedRatio | None = None


class Lognormal(Cut):
    """Like `Spread`; the spread may also be given by the median."""

    sort: ClassVar = "lognormal"

    law: Literal["lognormal"]
    mean: VariedDuration
    sd: VariedDuration | None = None
    cv: VariedRatio | None = None
    median: VariedDuration | None = None


class Uniform(Cut):
    """Anything between two times."""

    sort: ClassVar = "uniform"

    law: Literal["uniform"]
    lowest: VariedDuration
    highest: VariedDuration


class Peaked(Cut):
    """Between two times, most likely at a third."""

    sort: ClassVar = "triangular and pert"

    law: Literal["triangular", "pert"]
    lowest: VariedDuration
    most_likely: VariedDuration
    highest: VariedDuration


class Member(Form):
    """One law of a mixture."""

    share: Share
    takes: Takes


class Mixture(Cut):
    """One of several laws, by chance."""

    sort: ClassVar = "mixture"

    law: Literal["mixture"]
    of: Annotated[dict[Name, Member], Field(min_length=1)]


class Observed(Cut):
    """Times as they were measured, each as likely as the others."""

    sort: ClassVar = "observed"

    law: Literal["observed"]
    values: Annotated[list[Duration], Field(min_length=1)]


class ByGroupLaws(Form):
    """A law for each group of a dimension."""

    model_config = ConfigDict(extra="allow")
    __pydantic_extra__: dict[str, Takes]

    by: Called


def _share(value: object) -> str:
    return "~rest" if value == "rest" else "~share"


def _law(value: object) -> str:
    """Return which kind of law this is."""
    if not isinstance(value, dict) or {"value", "times", "between", "table"} & set(
        value
    ):
        return "~plain"
    if "by" in value and "law" not in value:
        return "~by"
    law = value.get("law")
    return f"~{law}" if law in LAWS else "~none"


class NoLaw(Form):
    """Stands for a law that is missing or misspelt; always refused."""

    laws: ClassVar[tuple[str, ...]] = LAWS
    which: ClassVar = WHICH_LAW
    """What is asked where none is named."""
    is_none: ClassVar = "is not a law"

    @model_validator(mode="wrap")
    @classmethod
    def _in_our_words(
        cls, value: Any, handler: ModelWrapValidatorHandler[Self]
    ) -> Self:
        if not isinstance(value, dict) or value.get("law") is None:
            raise said(cls.which)
        law = value["law"]
        if not isinstance(law, str):
            raise refused([line(f"the name of a law, not {what_it_is(law)}.", "law")])
        message = f"{quoted(law)} {cls.is_none}.{did_you_mean(law, cls.laws)} "
        raise refused([line(message + f"Laws: {', '.join(cls.laws)}.", "law")])


Share = Annotated[
    Annotated[Literal["rest"], Tag("~rest")] | Annotated[VariedShare, Tag("~share")],
    Discriminator(_share),
]
LawSpec = Exponential | Lognormal | Spread | Uniform | Peaked | Mixture | Observed
Takes = Annotated[
    Annotated[VariedDuration, Tag("~plain")]
    | Annotated[ByGroupLaws, Tag("~by")]
    | Annotated[Exponential, Tag("~exponential")]
    | Annotated[Lognormal, Tag("~lognormal")]
    | Annotated[Spread, Tag("~gamma")]
    | Annotated[Spread, Tag("~normal")]
    | Annotated[Spread, Tag("~weibull")]
    | Annotated[Uniform, Tag("~uniform")]
    | Annotated[Peaked, Tag("~triangular")]
    | Annotated[Peaked, Tag("~pert")]
    | Annotated[Mixture, Tag("~mixture")]
    | Annotated[Observed, Tag("~observed")]
    | Annotated[NoLaw, Tag("~none")],
    Discriminator(_law),
]
for _form in (Member, Mixture, ByGroupLaws):
    _form.model_rebuild()
