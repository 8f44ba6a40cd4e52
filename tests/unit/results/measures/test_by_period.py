"""Some measures of a replication alone are what the table of all of them has."""

from pathlib import Path

import scenarios
from results.measures.naming import Name
from results.measures.table import by_period, measures_table, shown
from simulator.experiment import prepared
from simulator.replication import replicate

EVERYTHING = Path(__file__).parents[3] / "hand" / "everything.yaml"


def test_every_measure_alone_is_that_of_the_table():
    tables, labels = prepared(scenarios.read(EVERYTHING))
    tallies = replicate(tables, 1, 1, "compiled").tallies
    table = measures_table(labels, 1, tallies, shown(labels, [tallies])).to_pylist()
    expected: dict[Name, dict[str, float]] = {}
    for row in table:
        name = Name(*(row[x] for x in ("kind", "subject", "measure", "statistic")))
        periods = expected.setdefault(name, {})
        if row["group"] == "all":
            periods[row["period"]] = row["value"]
    assert len(expected) > 500
    assert by_period(labels, tallies, expected) == expected
    for name in list(expected)[::40]:
        assert by_period(labels, tallies, [name]) == {name: expected[name]}
