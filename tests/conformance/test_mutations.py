"""Whatever is done to a scenario file, it is read rightly or refused with reasons.

Valid files are damaged in many ways. What comes back must be a `ScenarioError` whose
problems have places, or a `Scenario` that makes sense; what makes sense is checked by
`invariants`, not with the reader's own checks.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import scenarios
from scenarios import tables
from tests.conformance.invariants import check_model, check_scenario

HERE = Path(__file__).parent
FILES = {
    path.name: path.read_text(encoding="utf-8")
    for path in sorted((HERE / "valid").glob("*.yaml"))
}
NAMES = sorted(FILES)
CHUNKS = 10
EXAMPLES = 200
"""In each chunk: 2,000 damaged files altogether."""

NASTY = [
    *("", "~", "null", "no", "yes", "rest", "leave", "by", "all", "none", "-", "- -"),
    *("12:30", "1e308", "1e999", "nan", "inf", "-1", "0", "1.5", "+5", ".5", "5."),
    *("99999999999999999999", "1,000", "1_0", "0x1F", "12", "٣", "１２", "½"),
    *(
        "0 min",
        "-5 min",
        "1e9 years",
        "99999 years",
        "0.0000001 sec",
        "5 mins",
        "٣ days",
    ),
    *("0%", "100%", "101%", "-1%", "50%", "1e-9%", "50 %", "30% per week", "30"),
    *("0 per day", "1 every 0.0001 sec", "1000000000 per hour", "1 per fortnight"),
    *("210 per 1000 people per year", "2% per year", "-100% per year", "1:0", "1:1e9"),
    *("£5 per day", "£-1 per day", "£1e400 per visit", "£ 5 per visit", "$5 per day"),
    *("2024-02-30", "9999-12-31", "0001-01-01", "24:00", "2024-01-01 24:00"),
    *("2059-12-31", "2024-01-01T00:00", "Mon-Fri 08:30-17:00", "Sun-Mon 20:00-08:00"),
    *("bank holidays", "every day", "00:00-24:00", "00:00-00:00", "24:00-25:00"),
    *("[]", "{}", "[[[[", "}", "]", "*a", "&a x", "!!int 3", "!!python/name:os.system"),
    *("{table: ../../etc/passwd}", "{table: rates}", "{by: age}", "{value: 1}"),
    *(
        "{law: exponential, mean: 1 day}",
        "{law: observed, values: []}",
        "{share: rest}",
    ),
    *("{by: age, rest: 1}", "{between: [1, 2]}", "{after: 1 day}"),
    *("{between: [1 day, 2 days], most_likely: 3 days}", "{between: [10%, 20%]}"),
    *("{between: []}", "{between: {between: [1, 2]}}", "{most_likely: 1}"),
    *("{between: [0, 0.00000000000000000001]}", "{between: [-1, 99999999999]}"),
    *("{share: 30%}", "{share: rest}", "{clinic: rest}", "{leave: 50%}"),
    *("'", '"', "|", ">", "%", "@", "`", "# x", "a: b", "? x", "<<", "---", "..."),
    *("\0", "\u202e", "\ufeff", "\u2028", "\ud7ff", "\x85", "\x1b[31m", "e\u0301"),
]
VALUE = re.compile(r"(?<=[:,\[{-] )[^,\]}\[{\n]+")
CELL = re.compile(r"[^,\n]+")
KEY = re.compile(r"[^\s,{}:\[\]-][^,{}:\[\]\n]*(?=: )")
Edit = Callable[[str, st.DataObject], str]


def _line(text: str, data: st.DataObject) -> tuple[list[str], int]:
    """Return the lines and which of them is to be damaged."""
    lines = text.split("\n")
    return lines, data.draw(st.integers(0, len(lines) - 1))


def _without_a_line(text: str, data: st.DataObject) -> str:
    lines, at = _line(text, data)
    return "\n".join(lines[:at] + lines[at + 1 :])


def _with_a_line_twice(text: str, data: st.DataObject) -> str:
    lines, at = _line(text, data)
    return "\n".join(lines[: at + 1] + lines[at:])


def _with_lines_swapped(text: str, data: st.DataObject) -> str:
    lines, a = _line(text, data)
    b = data.draw(st.integers(0, len(lines) - 1))
    lines[a], lines[b] = lines[b], lines[a]
    return "\n".join(lines)


def _indented_otherwise(text: str, data: st.DataObject) -> str:
    lines, at = _line(text, data)
    by = data.draw(st.sampled_from([-4, -2, -1, 1, 2, 4]))
    line = lines[at]
    lines[at] = " " * by + line if by > 0 else line.removeprefix(" " * -by)
    return "\n".join(lines)


def _with_another_character(text: str, data: st.DataObject) -> str:
    at = data.draw(st.integers(0, max(len(text) - 1, 0)))
    new = data.draw(st.sampled_from(list("0159 -:,.%£{}[]'\"#&*!|>abekrsty\n\t")))
    return text[:at] + new + text[at + 1 :]


def _with_a_strange_character(text: str, data: st.DataObject) -> str:
    at = data.draw(st.integers(0, len(text)))
    new = data.draw(st.characters(exclude_categories=["Cs"]))
    return text[:at] + new + text[at:]


def _with_a_part_replaced(
    part: re.Pattern[str], pool: list[str], text: str, data: st.DataObject
) -> str:
    found = list(part.finditer(text))
    if not found:
        return text
    match = found[data.draw(st.integers(0, len(found) - 1))]
    new = data.draw(st.sampled_from(pool))
    return text[: match.start()] + new + text[match.end() :]


def _with_a_nasty_value(text: str, data: st.DataObject) -> str:
    return _with_a_part_replaced(VALUE, NASTY, text, data)


def _with_a_value_from_elsewhere(text: str, data: st.DataObject) -> str:
    other = FILES[data.draw(st.sampled_from(NAMES))]
    return _with_a_part_replaced(VALUE, VALUE.findall(other) or [""], text, data)


def _with_another_key(text: str, data: st.DataObject) -> str:
    other = FILES[data.draw(st.sampled_from(NAMES))]
    return _with_a_part_replaced(KEY, [*KEY.findall(other), *NASTY], text, data)


def _spliced(text: str, data: st.DataObject) -> str:
    lines, at = _line(text, data)
    others, there = _line(FILES[data.draw(st.sampled_from(NAMES))], data)
    return "\n".join(lines[:at] + others[there:])


EDITS: list[Edit] = [
    _without_a_line,
    _with_a_line_twice,
    _with_lines_swapped,
    _indented_otherwise,
    _with_another_character,
    _with_a_strange_character,
    _with_a_nasty_value,
    _with_a_nasty_value,
    _with_a_value_from_elsewhere,
    _with_a_value_from_elsewhere,
    _with_another_key,
    _spliced,
]


def _copied(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("damaged") / "files"
    shutil.copytree(HERE / "valid", made)
    return made


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a copy of all valid files, beside which damaged ones are written."""
    return _copied(tmp_path_factory)


@pytest.fixture(scope="module")
def spoilt(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a copy of all valid files, some of which are damaged themselves."""
    return _copied(tmp_path_factory)


def _reads_or_is_refused(path: Path) -> bool:
    """Return whether a file is read; check what comes back."""
    try:
        scenario = scenarios.read(path)
    except scenarios.ScenarioError as error:
        said = [str(problem) for problem in error.problems]
    else:
        check_scenario(scenario)
        check_model(tables.model(scenario))
        return True
    assert said
    assert len(set(said)) == len(said)
    for line in said:
        assert re.fullmatch(r"[^:\n]+(:\d+:\d+)?:? [^\n]+", line)
    return False


def _examples(count: int) -> Callable[[Callable[..., None]], Callable[..., None]]:
    return settings(
        max_examples=count,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    )


@pytest.mark.parametrize("chunk", range(CHUNKS))
@_examples(EXAMPLES)
@given(data=st.data())
def test_a_damaged_file_is_refused_or_makes_sense(
    folder: Path, chunk: int, data: st.DataObject
) -> None:
    text = FILES[data.draw(st.sampled_from(NAMES[chunk::CHUNKS]))]
    for edit in data.draw(st.lists(st.sampled_from(EDITS), min_size=1, max_size=3)):
        text = edit(text, data)
    path = folder / "damaged.yaml"
    path.write_text(text, encoding="utf-8", newline="")
    _reads_or_is_refused(path)


STUDIES = {
    path.name: path.read_text(encoding="utf-8")
    for path in sorted((HERE / "studies" / "valid").glob("*.yaml"))
    if path.stem != "of-a-shipped-scenario"
}


@pytest.fixture(scope="module")
def asked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a copy of all valid studies."""
    made = tmp_path_factory.mktemp("damaged") / "studies"
    shutil.copytree(HERE / "studies" / "valid", made)
    return made


@_examples(EXAMPLES)
@given(data=st.data())
def test_a_damaged_study_is_refused_or_makes_sense(
    asked: Path, data: st.DataObject
) -> None:
    text = STUDIES[data.draw(st.sampled_from(sorted(STUDIES)))]
    for edit in data.draw(st.lists(st.sampled_from(EDITS), min_size=1, max_size=3)):
        text = edit(text, data)
    path = asked / "damaged.yaml"
    path.write_text(text, encoding="utf-8", newline="")
    try:
        study = scenarios.study(path)
        scenario = study.variants[-1].scenario()
    except scenarios.ScenarioError as error:
        said = [problem.message for problem in error.problems]
    else:
        said = [study.question]
        check_scenario(scenario)
        assert len({variant.name for variant in study.variants}) == len(study.variants)
    assert said
    assert all(said)


@_examples(100)
@given(data=st.data())
def test_a_damaged_parent_is_refused_or_makes_sense(
    spoilt: Path, data: st.DataObject
) -> None:
    edit = data.draw(st.sampled_from(EDITS))
    text = edit(FILES["baseline.yaml"], data)
    (spoilt / "baseline.yaml").write_text(text, encoding="utf-8", newline="")
    children = ["change-of-a-number-inside.yaml", "includes-another-files-changes.yaml"]
    _reads_or_is_refused(spoilt / data.draw(st.sampled_from(children)))


@pytest.mark.parametrize("table", ["rates", "routes", "beds"])
@_examples(60)
@given(data=st.data())
def test_a_damaged_table_is_refused_or_makes_sense(
    spoilt: Path, table: str, data: st.DataObject
) -> None:
    children = {"rates": "rates", "routes": "routes", "beds": "capacity"}
    whole = (HERE / "valid" / "tables" / f"{table}.csv").read_text(encoding="utf-8")
    text = _with_a_part_replaced(CELL, NASTY, whole, data)
    if data.draw(st.booleans()):
        text = data.draw(st.sampled_from(EDITS[:6]))(text, data)
    path = spoilt / "tables" / f"{table}.csv"
    path.write_text(text, encoding="utf-8", newline="")
    _reads_or_is_refused(spoilt / f"table-of-{children[table]}.yaml")


# Slips of the pen that must never pass

WORDS = """
caresim title notes period start horizon warm_up replications seed bank_holidays scale
ratio instead groups people number growth sources sourced estimate assumption source
calendars profiles hours days week months during budgets endings record by visits demand
rate who profile to services kind capacity takes then priority while_waiting after risk
turned_away when_waiting share end_of_shift did_not_attend cost sector pathways steps at
clocks stop standards clock within target counts arranged_in keeps_bed value times table
pause resume percentile mean_within occupancy standard
law mean sd cv median lowest most_likely highest of values at_least at_most changes what
multiply_by add set_to curve from reached_by until in_months routes into out_of extends
include rest leave arrive_together booked_at punctuality from_file returns
teams team workforce whole_time_equivalents each_gives vacancies
recruits lead_time leavers sickness other_duties travel one_per catchment pooled
cost_of_capacity cost_out_of_area agency above extra cost_of
needs together_with holding keeps_bed discharge_hours cleaning helped_by takes_times
leaving_free kept_back interrupted by_priority afterwards keeps_order due_within
when_wait escalation watches measure opens_above closes_below adds state
moves_back unless_leaving_within
between
"""
LANGUAGE_KEY = re.compile(
    rf"(?:^[ -]*|[{{,] ?)({'|'.join(WORDS.split())})(?=: |:$)", re.MULTILINE
)
QUANTITY = re.compile(
    r"(?<=[:,\[] )[£-]{0,2}\d[\d.,]*%? (?:[a-z0-9. ]*\b)?"
    r"(sec|min|hours?|days?|weeks?|months?|years?|per|every|people|visit)\b"
)
SHARE = re.compile(r"(?<=[:,\[] )\d[\d.]*(%)(?![\w ]* per)")
SLIPS = 10
"""How many of each file's places are tried, spread evenly."""


def _places(pattern: re.Pattern[str], text: str, group: int) -> list[tuple[int, int]]:
    """Return up to `SLIPS` places where a pattern is found, spread over the text."""
    found = [
        m.span(group)
        for m in pattern.finditer(text)
        if not text[text.rfind("\n", 0, m.start()) + 1 :].startswith(("title", "notes"))
    ]
    return found[:: -(-len(found) // SLIPS)] if found else []


def _misspelt(word: str) -> str:
    """Return a word with two letters swapped, or one doubled where that is the same."""
    swapped = word[0] + word[2:3] + word[1:2] + word[3:]
    return swapped if swapped != word else word + word[-1]


def _accepted_slips(
    folder: Path, name: str, pattern: re.Pattern[str], slip: Callable[[str], str]
) -> list[str]:
    """Return the damaged lines of a file that were accepted all the same."""
    text, accepted = FILES[name], []
    for begin, end in _places(pattern, text, 1):
        path = folder / "slip.yaml"
        damaged = text[:begin] + slip(text[begin:end]) + text[end:]
        path.write_text(damaged, encoding="utf-8", newline="")
        if _reads_or_is_refused(path):
            accepted.append(damaged.split("\n")[text.count("\n", 0, begin)])
    return accepted


@pytest.mark.parametrize("name", NAMES)
def test_a_misspelt_key_is_always_refused(folder: Path, name: str) -> None:
    assert _accepted_slips(folder, name, LANGUAGE_KEY, _misspelt) == []


@pytest.mark.parametrize("name", NAMES)
def test_a_misspelt_unit_is_always_refused(folder: Path, name: str) -> None:
    assert _accepted_slips(folder, name, QUANTITY, _misspelt) == []


@pytest.mark.parametrize("name", NAMES)
def test_a_forgotten_percent_sign_is_always_refused(folder: Path, name: str) -> None:
    assert _accepted_slips(folder, name, SHARE, lambda _: "") == []


def _nodes(node: yaml.Node | None) -> Iterator[yaml.Node]:
    """Yield every value in a file, with what is in it."""
    if node is not None:
        yield node
    if isinstance(node, yaml.MappingNode):
        for _, value in node.value:
            yield from _nodes(value)
    elif isinstance(node, yaml.SequenceNode):
        for value in node.value:
            yield from _nodes(value)


@pytest.mark.parametrize("name", NAMES)
def test_a_value_of_another_form_is_always_refused(folder: Path, name: str) -> None:
    text, accepted = FILES[name], []
    values = list(_nodes(yaml.compose(text, Loader=yaml.BaseLoader)))[1:]
    for number, node in enumerate(values[:: -(-len(values) // 20)]):
        plain = isinstance(node, yaml.ScalarNode)
        forms = ["{}", "[]", "[[x]]", "{x: {}}"] if plain else ["[[x]]", "{x: {y: z}}"]
        form = forms[number % len(forms)]
        begin, end = node.start_mark.index, node.end_mark.index
        end = len(text[:end].rstrip())
        path = folder / "form.yaml"
        path.write_text(text[:begin] + form + text[end:], encoding="utf-8")
        if _reads_or_is_refused(path):
            accepted.append((text[begin:end], form))
    assert accepted == []
