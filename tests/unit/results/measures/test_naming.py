import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from results.errors import ResultError
from results.measures.naming import MEASURES, Name, measure_of, name, parse_name

ROOT = Path(__file__).parents[4]
NAMES = st.text(min_size=1).filter(
    lambda s: ": " not in s and not s.startswith("pathway ")
)


def test_a_name_is_subject_measure_and_statistic():
    text = name("service", "community mental health", "wait", "mean")
    assert text == "community mental health: wait, mean"
    expected = Name("service", "community mental health", "wait", "mean")
    assert parse_name(text) == expected


def test_a_pathway_says_that_it_is_one():
    text = name("pathway", "hip", "wait", "mean")
    assert text == "pathway hip: wait, mean"
    assert parse_name(text) == Name("pathway", "hip", "wait", "mean")


def test_a_block_is_called_as_a_service_would_be():
    text = name("block", "community team", "wait", "mean")
    assert text == "community team: wait, mean"
    known = {("block", "community team"), ("service", "community team in Leeds")}
    assert parse_name(text, known) == Name("block", "community team", "wait", "mean")
    part = "community team in Leeds: wait, mean"
    assert parse_name(part, known).kind == "service"
    assert parse_name(text).kind == "service"


def test_what_a_measure_is_split_by_stands_in_brackets():
    parsed = parse_name("A&E: left unseen (gives up, cross), number")
    assert parsed == Name("service", "A&E", "left unseen (gives up, cross)", "number")
    assert measure_of(*parsed[::2], parsed.statistic).split_by == "waiting event"


def test_a_colon_in_a_subject_does_no_harm():
    assert parse_name("ward 3: acute: wait, mean").subject == "ward 3: acute"


@given(st.sampled_from(MEASURES), st.data(), NAMES, NAMES)
def test_every_name_is_read_as_it_was_written(measure, data, subject, part):
    kind = data.draw(st.sampled_from(measure.kinds))
    full = f"{measure.name} ({part})" if measure.split_by else measure.name
    written = Name(kind, subject, full, measure.statistic)
    assert parse_name(written.text, {(kind, subject)}) == written


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("ward: waits, mean", "wait, mean"),
        ("ward: wait, medium", "wait, median"),
        ("ward: wait", ""),
        (": wait, mean", ""),
        ("wait, mean", ""),
        ("", ""),
    ],
)
def test_what_is_no_name_is_refused_with_the_nearest(text, hint):
    with pytest.raises(ResultError, match="not the name of a measure") as caught:
        parse_name(text)
    assert (f"'{hint}'" if hint else "") in str(caught.value)


def test_no_two_measures_have_one_name():
    keys = [
        (kind, m.name, m.statistic, m.split_by) for m in MEASURES for kind in m.kinds
    ]
    assert len(keys) == len(set(keys))


def test_every_measure_is_defined_in_the_documentation():
    page = (ROOT / "docs/background/measures.md").read_text(encoding="utf-8")
    rows = {
        (cell, statistic)
        for cell, statistics in re.findall(
            r"^\| `(.+?)` \| (.+?) \|", page, re.MULTILINE
        )
        for statistic in statistics.split("; ")
    }
    for m in MEASURES:
        shown = f"{m.name} ({m.split_by.upper()})" if m.split_by else m.name
        assert (shown, m.statistic) in rows
