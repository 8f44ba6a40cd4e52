"""The ledger beside a naive twin that goes from patient to patient, in rich worlds."""

from collections import Counter, defaultdict
from collections.abc import Callable
from typing import Any

import pytest

import results
import scenarios
import simulator
from results import Run
from tests.worlds import BASE

Row = dict[str, Any]

CHANGES = {
    "demand": "  - {demand: emergency, multiply_by: 1.3}\n",
    "fewer": "  - {demand: clinic, multiply_by: 0.8}\n",
    "capacity": "  - {services: ward, multiply_by: 0.75}\n",
    "nothing": "",
}
_GONE = {
    "completed": "treated",
    "left": "left unseen",
    "turned away": "turned away",
    "did not attend": "did not attend",
}
_DAY = 86_400_000_000


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Run]:
    """Return the run of the base with a change, each made once."""
    place = tmp_path_factory.mktemp("worlds")
    (place / "base.yaml").write_text(BASE, encoding="utf-8")
    made: dict[str, Run] = {}

    def run(change: str) -> Run:
        if change not in made:
            file = place / f"{change}.yaml"
            text = f"caresim: 1\nextends: base\ntitle: {change}\n"
            changes = f"changes:\n{CHANGES[change]}" if CHANGES[change] else ""
            file.write_text(text + changes, encoding="utf-8")
            made[change] = simulator.run(
                scenarios.read(file), replications=2, record=True, workers=1
            )
        return made[change]

    return run


def journeys(run: Run, number: int) -> dict[int, tuple[Row, list[Row]]]:
    """Return each patient with their visits, in order."""
    found: dict[int, tuple[Row, list[Row]]] = {
        row["who"]: (row, []) for row in run.records("patients", number).to_pylist()
    }
    for row in run.visits(number).to_pylist():
        found[row["who"]][1].append(row)
    for _, visits in found.values():
        visits.sort(key=lambda row: (row["visit"], row["part"]))
    return found


def whole(visits: list[Row]) -> dict[int, Row]:
    """Return visits by number, with the start of the first part and the last's end."""
    found: dict[int, Row] = {}
    for row in visits:
        first = found.get(row["visit"], row)
        begins = {
            name: first[name] for name in ("service", "step", "joined", "started")
        }
        found[row["visit"]] = {**row, **begins}
    return found


def end(person: Row, visits: dict[int, Row]) -> tuple[Any, ...]:
    if not visits:
        return ("on the way" if person["left"] is None else "no visit", None)
    last = visits[max(visits)]
    if person["left"] is not None:
        state = _GONE[last["outcome"]]
    else:
        state = {"waiting": "still waiting", "in service": "in treatment"}.get(
            last["outcome"], "on the way"
        )
    return state, last["service"], last["cause"], person["ending"]


def wait(visit: Row) -> int:
    until = visit["ended"] if visit["outcome"] == "left" else visit["started"]
    return 0 if until is None else round(until * _DAY) - round(visit["joined"] * _DAY)


def naive(a: Run, b: Run, number: int) -> tuple[Counter[Any], dict[Any, list[int]]]:
    """Return rows of the ledger, and by how much the same visits waited longer."""
    one, other = journeys(a, number), journeys(b, number)
    rows: Counter[Any] = Counter()
    more: dict[Any, list[int]] = defaultdict(list)
    for who in one.keys() | other.keys():
        ends, what, comes = {}, None, "in both"
        for side, world in (("a", one), ("b", other)):
            if who in world:
                ends[side] = end(world[who][0], whole(world[who][1]))
        if len(ends) == 1:
            comes = "only in A" if "a" in ends else "only in B"
        else:
            what = happened(one[who], other[who], ends)
            mine, theirs = whole(one[who][1]), whole(other[who][1])
            for visit in mine.keys() & theirs.keys():
                x, y = mine[visit], theirs[visit]
                same = (x["service"], x["step"]) == (y["service"], y["step"])
                treated = all(
                    v["started"] is not None and v["outcome"] != "did not attend"
                    for v in (x, y)
                )
                if same and treated:
                    more[x["service"]].append(wait(y) - wait(x))
        rows[comes, what, ends.get("a", (None,))[:2], ends.get("b", (None,))[:2]] += 1
    return rows, more


def happened(
    a: tuple[Row, list[Row]], b: tuple[Row, list[Row]], ends: dict[str, Any]
) -> str:
    if ends["a"] != ends["b"]:
        return "other end"
    names = ("service", "pathway", "step", "outcome", "cause")
    ways = [
        [(n, *(v[name] for name in names)) for n, v in sorted(whole(x[1]).items())]
        for x in (a, b)
    ]
    if ways[0] != ways[1]:
        return "other way"
    times = ("part", "joined", "started", "ended", "freed", "outcome")
    moments = [
        [x[0]["entered"], x[0]["left"], *(row[t] for row in x[1] for t in times)]
        for x in (a, b)
    ]
    if moments[0] == moments[1]:
        return "same journey"
    waits = [sum(wait(v) for v in whole(x[1]).values()) for x in (a, b)]
    if waits[0] == waits[1]:
        return "other times"
    return "waited longer" if waits[1] > waits[0] else "waited shorter"


@pytest.mark.parametrize("change", list(CHANGES))
def test_the_ledger_is_that_of_a_naive_twin(
    change: str, played: Callable[[str], Run]
) -> None:
    a, b = played("nothing"), played(change)
    ledger = results.ledger(a, b)
    for number in a.replications:
        rows, _ = naive(a, b, number)
        found: Counter[Any] = Counter()
        for row in ledger.table().to_pylist():
            if row["replication"] == number:
                ends = [
                    (row[f"{s}_state"], row[f"{s}_service"])
                    if row[f"{s}_state"]
                    else (None,)
                    for s in "ab"
                ]
                found[row["comes"], row["what"], *ends] += row["patients"]
        assert found == rows
    by_hand = [naive(a, b, number)[1] for number in a.replications]
    for row in ledger.waits():
        if row["subject"] == "all waits":
            continue
        moved = [
            [abs(m) for m in of[row["subject"]] if sign(m) == row["move"]]
            for of in by_hand
        ]
        assert row["number"].mean == sum(map(len, moved)) / len(moved)
        means = [sum(m) / len(m) / _DAY for m in moved if m]
        assert row["mean"].mean == pytest.approx(sum(means) / len(means))


def sign(more: int) -> str:
    return "as long" if more == 0 else "longer" if more > 0 else "shorter"


def test_a_change_of_nothing_changes_nobody(played: Callable[[str], Run]) -> None:
    ledger = results.ledger(played("nothing"), played("nothing"))
    assert [row["what"] for row in ledger.count("what")] == ["same journey"]
    changes = [r for r in ledger.use() if r["users"] == "in both, change"]
    assert all(row["patients"].mean == 0 == row["visits"].mean for row in changes)
