"""What the catalogue answers: frozen to the last digit, and in the expected direction.

`make refreeze` is the only way to move the frozen table, and a line in the changelog
says why.
"""

from functools import cache

import numpy as np
import pytest

import scenarios
from docs.pages import back_test, writing
from docs.pages.catalogue import ALL, Question, questions, scenarios_played
from docs.pages.figures import Figures
from docs.pages.playing import QUICK, last_year, played, values, year_text
from docs.pages.tables import FROZEN, Kept, joined, read
from results.measures.naming import parse_name
from results.statistics.estimates import Estimate, paired

QUESTIONS = {each.name: each for each in questions()}
OFTEN = (
    "west-yorkshire",
    "mental-health-plus-30",
    "mutual-aid",
    "young-people",
    "red-kite-view",
)
"""What every test run plays again; `make validate` plays all."""


@cache
def frozen() -> dict[str, Kept]:
    return read(FROZEN)


def test_every_scenario_of_the_catalogue_has_a_question_but_the_baselines() -> None:
    shipped = {each.name: each.theme for each in scenarios.catalogue()}
    quick = {name for name in shipped if name.endswith("-quick")}
    baselines = {name for name, theme in shipped.items() if theme == "baselines"}
    assert set(shipped) - baselines - quick == set(QUESTIONS)


def assert_frozen(name: str, only: list[int]) -> None:
    """Check that replications of a scenario give what was frozen, to nine digits."""
    kept = frozen()[name]
    made = played(name, QUICK, only)
    groups = tuple(dict.fromkeys(group for group, _ in kept.values))
    found = values(made, name, groups)
    assert year_text(last_year(made)) == kept.year
    places = [number - 1 for number in only]
    assert {k: joined(v) for k, v in found.items()} == {
        k: joined(v[places]) for k, v in kept.values.items()
    }, "results have moved: make refreeze, and say why in the changelog"


@pytest.mark.parametrize("name", OFTEN)
def test_the_first_replication_is_as_it_was_frozen(name: str) -> None:
    assert_frozen(name, [1])


@pytest.mark.validate
@pytest.mark.parametrize("name", scenarios_played())
def test_all_replications_are_as_they_were_frozen(name: str) -> None:
    assert_frozen(name, list(range(1, QUICK.replications + 1)))


def difference(question: Question) -> Estimate:
    """Return what a what-if does to its headline figure."""
    of = question.group, question.headline
    kept = frozen()
    one, other = kept[question.against].values[of], kept[question.name].values[of]
    return paired(list(one), list(other))


@pytest.mark.parametrize("question", QUESTIONS.values(), ids=QUESTIONS)
def test_headlines_move_as_expected(question: Question) -> None:
    found = difference(question)
    low, high = found.interval or (found.mean, found.mean)
    expected = question.direction
    if expected == "rises":
        assert low > 0
    elif expected == "falls":
        assert high < 0
    else:
        assert found.mean != 0


def test_pages_are_as_they_would_be_written() -> None:
    assert writing.differing() == []


def test_four_in_five_published_figures_are_inside() -> None:
    rows = back_test.rows()
    assert len(rows) >= 40
    assert sum(row.is_inside for row in rows) / len(rows) >= 0.8


def test_what_is_outside_says_why() -> None:
    assert [
        row.figure.name
        for row in back_test.rows()
        if not row.is_inside and not row.figure.why
    ] == []


def test_a_figure_of_parts_is_that_of_all_of_them() -> None:
    made = played("young-people", QUICK, [1])
    figures = Figures(made, last_year(made))
    ward = figures.values(parse_name("young people's ward: in use, mean"))
    table = made.measures.to_pandas()
    rows = table[
        (table["subject"] == "young people's ward")
        & (table["measure"] == "in use")
        & (table["statistic"] == "mean")
        & (table["group"] == ALL)
        & table["period"].isin(last_year(made))
    ]
    by_hand = rows.groupby("replication", observed=True)["value"].mean()
    assert np.allclose(ward, by_hand.to_numpy())
