"""Laws of random times."""

import pytest

from scenarios.scenario import Law
from tests.unit.scenarios.clinics import read, refused

WARD = "{law: exponential, mean: 4 days}"


def _law(text: str) -> Law:
    takes = read((WARD, text)).steps[1].takes
    assert takes is not None
    (law,) = takes
    return law


@pytest.mark.parametrize(
    ("text", "kind", "parameters"),
    [
        ("6 hours", "fixed", {"value": 0.25}),
        ("{law: exponential, mean: 4 days}", "exponential", {"mean": 4}),
        (
            "{law: lognormal, mean: 4 days, sd: 2 days}",
            "lognormal",
            {"mean": 4, "sd": 2},
        ),
        (
            "{law: lognormal, mean: 4 days, cv: 0.5}",
            "lognormal",
            {"mean": 4, "cv": 0.5},
        ),
        (
            "{law: lognormal, mean: 4 days, median: 3 days}",
            "lognormal",
            {"mean": 4, "median": 3},
        ),
        ("{law: gamma, mean: 4 days, cv: 0.5}", "gamma", {"mean": 4, "cv": 0.5}),
        ("{law: weibull, mean: 4 days, sd: 1 day}", "weibull", {"mean": 4, "sd": 1}),
        ("{law: normal, mean: 4 days, sd: 1 day}", "normal", {"mean": 4, "sd": 1}),
        (
            "{law: uniform, lowest: 1 day, highest: 3 days}",
            "uniform",
            {"lowest": 1, "highest": 3},
        ),
        (
            "{law: pert, lowest: 0 days, most_likely: 1 day, highest: 3 days}",
            "pert",
            {"lowest": 0, "most_likely": 1, "highest": 3},
        ),
    ],
)
def test_laws_have_their_own_parameters(
    text: str, kind: str, parameters: dict[str, float]
) -> None:
    law = _law(text)
    assert law.kind == kind
    assert {n: p.values for n, p in law.parameters.items()} == {
        name: (value,) for name, value in parameters.items()
    }


def test_a_law_may_be_cut_at_both_ends() -> None:
    law = _law("{law: exponential, mean: 4 days, at_least: 1 day, at_most: 9 days}")
    assert law.at_least is not None
    assert law.at_most is not None
    assert (law.at_least.values, law.at_most.values) == ((1,), (9,))


@pytest.mark.parametrize("law", ["gamma", "weibull", "lognormal", "normal"])
def test_every_law_can_be_cut_at_both_ends(law: str) -> None:
    cut = _law(
        f"{{law: {law}, mean: 4 days, cv: 0.5, at_least: 1 day, at_most: 9 days}}"
    )
    assert cut.kind == law
    assert cut.at_least is not None
    assert cut.at_most is not None


def test_a_mixture_has_shares_and_laws() -> None:
    law = _law(
        "{law: mixture, of: {short: {share: 30%, takes: 1 day}, "
        "long: {share: rest, takes: {law: exponential, mean: 9 days}}}}"
    )
    (short, first), (rest, second) = law.members
    assert short is not None
    assert short.values == (0.3,)
    assert rest is None
    assert (first.kind, second.kind) == ("fixed", "exponential")


def test_observed_times_are_kept_as_written() -> None:
    assert _law("{law: observed, values: [3 days, 12 hours]}").observed == (3, 0.5)


def test_a_parameter_may_differ_by_group() -> None:
    law = _law("{law: exponential, mean: {by: age, child: 2 days, adult: 4 days}}")
    assert law.parameters["mean"].values == (2, 4)


def test_a_law_may_differ_by_group() -> None:
    takes = read((WARD, f"{{by: age, child: 1 day, adult: {WARD}}}")).steps[1].takes
    assert takes is not None
    assert [law.kind for law in takes] == ["fixed", "exponential"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "{mean: 4 days}",
            "services.ward.takes: which law? Write a plain time (exactly that long), "
            "or "
            "{law: exponential | lognormal | gamma | normal | weibull | uniform | "
            "triangular | pert | mixture | observed, mean: ...}.",
        ),
        (
            "{law: exponental, mean: 4 days}",
            "services.ward.takes.law: 'exponental' is not a law. Did you mean "
            "'exponential'? Laws: exponential, lognormal, gamma, normal, weibull, "
            "uniform, triangular, pert, mixture, observed.",
        ),
        (
            "{law: exponential, mean: 4}",
            "services.ward.takes.mean: '4' is not a duration. It has no unit. Write "
            "for "
            "example 45 min, 3 days, 18 weeks.",
        ),
        ("{law: exponential}", "services.ward.takes: `mean` is missing."),
        (
            "{law: exponential, mean: 4 days, sd: 1 day}",
            "services.ward.takes.sd: unknown key for exponential; it belongs to gamma, "
            "normal, weibull, lognormal. Allowed: at_least, at_most, law, mean.",
        ),
        (
            "{law: gamma, mean: 4 days, sd: 1 day, cv: 0.3}",
            "services.ward.takes: give the spread once: either sd (a time) or cv (sd "
            "divided by mean).",
        ),
        (
            "{law: gamma, mean: 4 days}",
            "services.ward.takes: give a spread: either sd (a time) or cv (sd divided "
            "by mean).",
        ),
        (
            "{law: lognormal, mean: 4 days, cv: 1, median: 2 days}",
            "services.ward.takes: give the spread once: sd (a time), cv (sd divided by "
            "mean) or median.",
        ),
        (
            "{law: exponential, mean: 0 days}",
            "services.ward.takes.mean: `mean` must be more than nothing.",
        ),
        (
            "{law: gamma, mean: 4 days, cv: 0}",
            "services.ward.takes.cv: `cv` must be more than nothing; if the time is "
            "always the same, write it alone: 4 days.",
        ),
        (
            "{law: gamma, mean: 4 days, cv: 101}",
            "services.ward.takes: the spread is more than 100 times the mean.",
        ),
        (
            "{law: lognormal, mean: 4 days, median: 5 days}",
            "services.ward.takes: median (5 days) must lie below mean (4 days).",
        ),
        (
            "{law: uniform, lowest: 3 days, highest: 1 day}",
            "services.ward.takes: lowest (3 days) must lie below highest (1 day).",
        ),
        (
            "{law: pert, lowest: 1 day, most_likely: 9 days, highest: 3 days}",
            "services.ward.takes: most_likely (9 days) must lie between lowest (1 day) "
            "and highest (3 days).",
        ),
        (
            "{law: exponential, mean: 1 day, at_least: 3 days, at_most: 2 days}",
            "services.ward.takes: at_least (3 days) must lie below at_most (2 days).",
        ),
        (
            "{law: exponential, mean: 1 day, at_least: 30 days}",
            "services.ward.takes: at_least (30 days): this law has next to no such "
            "times.",
        ),
        (
            "{law: uniform, lowest: 1 day, highest: 2 days, at_most: 1 day}",
            "services.ward.takes: at_most (1 day): this law has no such times.",
        ),
        (
            "{law: normal, mean: 4 days, sd: 4 days}",
            "services.ward.takes: 16% of these times would be negative; cut them: "
            "at_least: 0 min.",
        ),
        (
            "{law: mixture, of: {short: {share: 30%, takes: 1 day}}}",
            "services.ward.takes.of: a mixture needs at least two laws.",
        ),
        (
            "{law: mixture, of: {a: {share: 30%, takes: 1 day}, "
            "b: {share: 60%, takes: 1 day}}}",
            "services.ward.takes.of: the shares add up to 90%. Write `rest` for one.",
        ),
        ("{law: observed, values: []}", "services.ward.takes.values: this is empty."),
        (
            "{law: observed, values: [3 days], at_most: 1 day}",
            "services.ward.takes: at_most (1 day): this law has no such times.",
        ),
        (
            "{law: observed, values: [1 day, 9 days], at_least: 8 days, "
            "at_most: 2 days}",
            "services.ward.takes: at_least (8 days) must lie below at_most (2 days).",
        ),
        (
            "{law: observed, values: [1 day, 9 days], at_least: 2 days, "
            "at_most: 8 days}",
            "services.ward.takes: at_least (2 days) and at_most (8 days): this law has "
            "no such times.",
        ),
        (
            "{law: mixture, at_most: 3 days, of: {a: {share: 30%, takes: 4 days}, "
            "b: {share: rest, takes: {law: uniform, lowest: 3 days, highest: 9 days}}"
            "}}",
            "services.ward.takes: at_most (3 days): this law has no such times.",
        ),
        (
            "{law: mixture, at_least: 3 days, of: {a: {share: 30%, takes: {law: "
            "exponential, mean: 4 days, at_most: 2 days}}, b: {share: rest, takes: "
            "{law: observed, values: [1 day, 2 days]}}}}",
            "services.ward.takes: at_least (3 days): this law has no such times.",
        ),
        (
            "{by: age, child: 1 day}",
            "services.ward.takes: no value for adult. Add it or a `rest:`.",
        ),
        (
            "{law: gamma, mean: {by: age, child: 1 day, adult: 0 days}, cv: 1}",
            "services.ward.takes.mean: for adult `mean` must be more than nothing.",
        ),
        (
            "[1 day]",
            "services.ward.takes: a duration belongs here, such as 45 min, not a list.",
        ),
    ],
)
def test_wrong_laws_are_refused_with_the_reason(text: str, message: str) -> None:
    assert refused((WARD, text)) == [message]
