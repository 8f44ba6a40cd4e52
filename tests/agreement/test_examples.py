"""Both engines play the files that planners copy, to the last bit."""

from pathlib import Path

import pytest

import scenarios
from scenarios.tables import model as tables_of
from tests.agreement.test_catalogue import assert_engines_agree, cut

VALID = Path(__file__).parents[1] / "conformance" / "valid"
ABOUT_UNITS = (
    *("needs-", "together-with-", "holding-", "keeps-", "discharge-", "cleaning-"),
    *("helped-by-", "kept-back-", "interrupted-", "due-within", "escalation-"),
    *("while-waiting-", "turned-away-", "change-of-shared-units", "kind-"),
)
FILES = sorted(p for p in VALID.glob("*.yaml") if p.stem.startswith(ABOUT_UNITS))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_engines_agree_on_an_example(path: Path) -> None:
    scenario = scenarios.read(path)
    model = tables_of(cut(scenario, scenario.period.begin, 42))
    assert_engines_agree(model, path.stem, 10)
