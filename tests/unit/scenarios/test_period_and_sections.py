"""The period, calendars, groups, sources and what extending does to sections."""

from pathlib import Path

import pytest

import scenarios
from kernels.philox import key
from scenarios.dates import moment
from tests.unit.scenarios.clinics import CLINIC, clinic, read, refused

PERIOD = "{start: 2024-01-01, horizon: 1 year}"


def test_the_warm_up_lies_before_the_start() -> None:
    period = read(
        (PERIOD, "{start: 2024-03-01 06:00, warm_up: 1 month, horizon: 19 hours}")
    ).period
    assert period.begin == moment("2024-02-01 06:00")
    assert period.start == moment("2024-03-01 06:00")
    assert period.end == moment("2024-03-02 01:00")


def test_the_defaults_of_the_period() -> None:
    period = read().period
    assert (period.replications, period.seed) == (30, 1)
    assert period.begin == period.start
    assert moment("2024-08-26") in period.holidays
    assert read((PERIOD, PERIOD[:-1] + ", bank_holidays: none}")).period.holidays == ()


@pytest.mark.parametrize(
    ("period", "message"),
    [
        (
            "{start: 01/04/2024, horizon: 1 year}",
            "period.start: '01/04/2024' is not a date. Dates are written year first. "
            "Write for example 2022-04-01.",
        ),
        ("{horizon: 1 year}", "period: `start` is missing."),
        (
            "{start: 2024-01-01, horizon: 1 year, warmup: 1 week}",
            "period.warmup: unknown key. Did you mean 'warm_up'? Allowed: "
            "bank_holidays, horizon, replications, seed, start, warm_up.",
        ),
        (
            "{start: 2024-01-01, horizon: 0 days}",
            "period.horizon: this lasts no time.",
        ),
        (
            "{start: 2000-02-01, warm_up: 1 year, horizon: 1 year}",
            "period.warm_up: the warm-up begins before 2000-01-03.",
        ),
        (
            "{start: 2059-02-01, horizon: 1 year}",
            "period.horizon: the run ends after 2059-12-31.",
        ),
        (
            "{start: 2024-02-01, horizon: 999 years}",
            "period.horizon: the run ends after 2059-12-31.",
        ),
        (
            "{start: 2024-01-01, horizon: 1 year, bank_holidays: Yorkshire}",
            "period.bank_holidays: 'Yorkshire' has no bank holidays here. Choose from: "
            "England, Scotland, Wales, Northern Ireland, none.",
        ),
        (
            "2024",
            "period: a map belongs here, not a text. Allowed: bank_holidays, horizon, "
            "replications, seed, start, warm_up.",
        ),
    ],
)
def test_wrong_periods_are_refused(period: str, message: str) -> None:
    assert refused((PERIOD, period)) == [message]


@pytest.mark.parametrize(
    ("calendars", "capacity", "message"),
    [
        (
            "{day shift: 08:00-20:00}",
            "{day shfit: 2}",
            "services.clinic.capacity.day shfit: 'day shfit' is not a calendar. Did "
            "you "
            "mean 'day shift'? Calendars: day shift.",
        ),
        (
            "{'day: shift': 08:00-20:00}",
            "{always: 2}",
            "calendars.day: shift: 'day: shift': the name of a calendar has no colon.",
        ),
        (
            "{days: [Mon-Fri 08:00-20:00, Wed 19:00-21:00]}",
            "{days: 2}",
            "calendars.days.1: 'Wed 19:00-21:00' overlaps 'Mon-Fri 08:00-20:00'.",
        ),
        (
            "{nights: 20:00-08:00}",
            "{nights: 2, bank holidays: 1}",
            "services.clinic.capacity.bank holidays: 'bank holidays' overlaps "
            "'nights'. "
            "A night belongs to the day on which it begins, also before a bank "
            "holiday.",
        ),
    ],
)
def test_wrong_calendars_are_refused(
    calendars: str, capacity: str, message: str
) -> None:
    edit = ("{Mon-Fri 08:30-17:00: 2}", capacity)
    assert refused(edit, more=f"calendars: {calendars}\n") == [message]


@pytest.mark.parametrize(
    ("groups", "message"),
    [
        ("[child, adult, child]", "groups.age.2: 'child' is written twice."),
        ("[]", "groups.age: this is empty."),
        ("child", "groups.age: a list belongs here, not a text: [child]."),
        (
            "[child, adult, rest]",
            "groups.age.2: 'rest' is a word of the language; choose another name.",
        ),
    ],
)
def test_wrong_groups_are_refused(groups: str, message: str) -> None:
    assert refused(("[child, adult]", groups))[0] == message


def test_too_many_combinations_of_groups_are_refused() -> None:
    more = "".join(f"  d{i}: [a, b, c, d, e]\n" for i in range(4))
    edit = ("  age: [child, adult]\n", f"  age: [child, adult]\n{more}")
    assert refused(edit) == ["groups: these make more than 500 combinations of groups."]


@pytest.mark.parametrize(
    ("more", "message"),
    [
        (
            "sources: {sourced: {pack: x}, assumption: {pack: y}}\n",
            "sources.assumption.pack: 'pack' stands under `sourced` too.",
        ),
        (
            "source: pakc\nsources: {sourced: {pack: x}}\n",
            "source: 'pakc' is not a declared source. Did you mean 'pack'? Declared: "
            "pack.",
        ),
        (
            "sources: {guesses: {pack: x}}\n",
            "sources.guesses: unknown key. Allowed: assumption, estimate, sourced.",
        ),
    ],
)
def test_wrong_sources_are_refused(more: str, message: str) -> None:
    assert refused(more=more) == [message]


def test_a_number_has_the_nearest_source() -> None:
    more = "source: file\nsources: {sourced: {file: F, thing: T, mark: M}}\n"
    made = read(
        ("    kind: beds\n", "    kind: beds\n    source: thing\n"),
        ("mean: 4 days", "mean: 4 days (mark)"),
        more=more,
    )
    clinic_, ward = made.services
    takes = made.steps[1].takes
    assert takes is not None
    sources = [
        clinic_.capacity[0].number.source,
        ward.capacity[0].number.source,
        takes[0].parameters["mean"].source,
    ]
    assert [s.name if s else None for s in sources] == ["file", "thing", "mark"]
    assert sources[0] is not None
    assert (sources[0].status, sources[0].citation) == ("sourced", "F")


def test_lists_and_sources_of_a_parent_are_lengthened(tmp_path: Path) -> None:
    more = "endings: [cured]\nsources: {estimate: {pack: A pack}}\n"
    text = clinic(("leave: rest", "cured: 5%, leave: rest"), more=more)
    (tmp_path / "clinic.yaml").write_text(text, encoding="utf-8")
    child = (
        "caresim: 1\nextends: clinic\ntitle: x\nendings: [moved]\nbudgets: [hospital]\n"
        "sources: {estimate: {own: Our own}, sourced: {ONS: Statistics}}\n"
        "groups: {need: [high, low]}\n"
        "changes: [{demand: clinic, multiply_by: 1.5 (own)}]\n"
    )
    with pytest.raises(scenarios.ScenarioError, match="nothing says who comes by"):
        scenarios.parse(child, "child", tmp_path)
    made = scenarios.parse(
        child.replace("groups: {need: [high, low]}\n", ""), "child", tmp_path
    )
    assert made.endings == ("cured", "moved")
    assert made.budgets == ("hospital",)
    assert [s.name for s in made.sources] == ["ONS", "pack", "own"]


@pytest.mark.parametrize(
    ("section", "message"),
    [
        ("endings: [cured]", "endings: 'cured' already stands in clinic.yaml;"),
        ("sources: {estimate: {pack: x}}", "sources.estimate.pack: 'pack' already"),
        ("services: none", "services: new names are expected here."),
        ("changes: none", "changes: a list of changes is expected here."),
        ("include: []\nendings: []\nhorizon: x", "horizon: unknown key."),
    ],
)
def test_wrong_sections_beside_a_parent_are_refused(
    tmp_path: Path, section: str, message: str
) -> None:
    more = (
        "endings: [cured]\nsources: {estimate: {pack: A pack}}\n"
        "changes: [{services: ward, add: 1}]\n"
    )
    text = clinic(("leave: rest", "cured: 5%, leave: rest"), more=more)
    (tmp_path / "clinic.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(scenarios.ScenarioError) as error:
        scenarios.parse(
            f"caresim: 1\nextends: clinic\ntitle: x\n{section}\n", "child", tmp_path
        )
    (problem,) = error.value.problems
    assert problem.file == "child"
    assert f"{problem.path}: {problem.message}".startswith(message)


@pytest.mark.parametrize(
    ("edit", "message"),
    [
        (
            ("title: A clinic", "title: {a: b}"),
            "title: a text belongs here, not a map.",
        ),
        (("demand:\n", "demnd:\n"), "demnd: unknown key. Did you mean 'demand'?"),
        (
            ("demand:\n  clinic: {rate: 50 per day}\n", ""),
            "`demand` is missing: nobody",
        ),
        (
            ("demand:\n  clinic: {rate: 50 per day}\n", "demand: {}\n"),
            "demand: this is empty.",
        ),
        (
            ("  clinic: {rate: 50 per day}\n", "  patients: {rate: 50 per day}\n"),
            "demand.patients: a stream that is not named after a service needs `to:`.",
        ),
        (("{rate: 50 per day}", "[50 per day]"), "demand.clinic: a map belongs here"),
    ],
)
def test_a_wrong_frame_is_reported_once(edit: tuple[str, str], message: str) -> None:
    found = refused(edit)
    assert len(found) == 1
    assert found[0].startswith(message)


def test_a_missing_title_hides_nothing_else() -> None:
    found = refused(("title: A clinic\n", ""), ("leave: rest", "leave: 80%"))
    assert len(found) == 2


def test_the_clinic_itself_is_read() -> None:
    made = scenarios.parse(CLINIC, "clinic")
    assert (made.name, made.title, made.notes) == ("clinic", "A clinic", "")
    assert made.lineage == ("clinic",)
    assert made.groups == (("age", ("child", "adult")),)


def test_the_largest_seed_is_read_to_the_last_digit() -> None:
    scenario = read(("1 year}", "1 year, seed: 9223372036854775807}"))
    assert scenario.period.seed == 2**63 - 1
    assert key(scenario.period.seed, 1) != key(scenario.period.seed - 1, 1)
