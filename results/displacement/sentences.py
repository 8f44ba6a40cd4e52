"""A ledger as a planner reads it aloud."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, NamedTuple

from results.displacement.counting import (
    COMES,
    IN_BOTH,
    MOVES,
    ONLY_A,
    ONLY_B,
    USERS,
    USERS_CHANGE,
)
from results.displacement.names import EVERYBODY
from results.displacement.pairs import (
    LONGER,
    OTHER_END,
    OTHER_TIMES,
    OTHER_WAY,
    SAME,
    SHORTER,
    WHAT,
)
from results.displacement.tables import ALL_WAITS
from results.words.numbers import amount, with_interval

if TYPE_CHECKING:
    from results.displacement.ledgers import Ledger
    from results.statistics.estimates import Estimate

Row = Mapping[str, Any]

FEW = 1
"""Fewer patients than this a replication are not worth a sentence."""
MOST = 4
"""How many places are named; the others are put together."""
MOVED = 8
"""How many sorts of displacement are told."""


_EXTRA = "Extra patients in B:"
_MISSING = "Patients of A who no longer come:"


class Said(NamedTuple):
    """How a state is said of several people, and of one."""

    would: str
    """Of A: `who would have been treated`."""
    now: str
    """Of B: `are now treated`."""
    elsewhere: str
    """Of B, where it was the same in A at another place."""
    was: tuple[str, str]
    """Of those who are in one run only: of one, of several."""


_SAID = {
    "treated": Said(
        "would have been treated",
        "are now treated",
        "are treated elsewhere",
        ("was treated", "were treated"),
    ),
    "left unseen": Said(
        "would have left unseen",
        "now leave unseen",
        "leave unseen elsewhere",
        ("left a line unseen", "left a line unseen"),
    ),
    "turned away": Said(
        "would have been turned away",
        "are now turned away",
        "are turned away elsewhere",
        ("was turned away", "were turned away"),
    ),
    "did not attend": Said(
        "would not have attended",
        "now do not attend",
        "do not attend elsewhere",
        ("did not attend", "did not attend"),
    ),
    "still waiting": Said(
        "would still be waiting",
        "are now still waiting",
        "still wait elsewhere",
        ("is still waiting", "are still waiting"),
    ),
    "in treatment": Said(
        "would be in treatment at the end",
        "are now in treatment at the end",
        "are in treatment elsewhere",
        ("is in treatment", "are in treatment"),
    ),
    "on the way": Said(
        "would be between two visits at the end",
        "are now between two visits at the end",
        "are between two visits elsewhere",
        ("is between two visits", "are between two visits"),
    ),
    "no visit": Said(
        "would have left without a visit",
        "now leave without a visit",
        "leave without a visit in another way",
        ("left without a visit", "left without a visit"),
    ),
}


def sentences(ledger: Ledger) -> Iterator[str]:
    """Yield the ledger in sentences.

    Parameters
    ----------
    ledger : Ledger
    """
    yield _opening(ledger)
    comes = {row["comes"]: row["patients"] for row in ledger.count("comes")}
    yield _who(comes)
    for at, side, begins in ((ONLY_B, "b", _EXTRA), (ONLY_A, "a", _MISSING)):
        if COMES[at] in comes:
            yield from _ended(ledger, comes[COMES[at]], at, side, begins)
    if COMES[IN_BOTH] in comes:
        yield from _changed(ledger, comes[COMES[IN_BOTH]])
        yield from _moved(ledger)
        yield from _more_use(ledger)
        yield from _service_waits(ledger)
    yield from _parts(ledger)
    yield (
        "It balances: in every replication everybody is in exactly one row, and the "
        "rows agree with both runs' own counts of who left and who is still there."
    )


def _opening(ledger: Ledger) -> str:
    """Say what is set beside what."""
    a, b, n = ledger.a.labels, ledger.b.labels, len(ledger.replications)
    often = f"{n} replications; 95% intervals in brackets" if n > 1 else "1 replication"
    scale = ""
    if b.scale != 1:
        scale = f" One patient stands for {1 / b.scale:g} people."
    return (
        f"Patient by patient, '{b.title}' (B) beside '{a.title}' (A), {often}. "
        f"Numbers are patients of one replication, on average.{scale}"
    )


def _who(comes: Mapping[str, Estimate]) -> str:
    """Say how many come in which run."""
    both, only_a, only_b = (comes.get(name) for name in COMES)
    told = [
        f"{where} {people(number) if number else 'nobody'}"
        for where, number in (
            ("in both runs", both),
            ("only in B", only_b),
            ("only in A", only_a),
        )
    ]
    return f"Patients who come: {', '.join(told)}."


def _ended(
    ledger: Ledger, total: Estimate, comes: int, side: str, begins: str
) -> Iterator[str]:
    """Yield where those ended who are in one run only, and what they used."""
    rows = _only(ledger.count("comes", f"{side}_state"), comes)
    told = [_was(row["patients"], row[f"{side}_state"]) for row in rows]
    yield f"{begins} {people(total)}, of whom {_listed(told)}."
    places = _only(ledger.count("comes", f"{side}_end"), comes)
    if len(places) > 1:
        yield f"  In detail: {_most(places, f'{side}_end')}."
    used = [
        row
        for row in ledger.use()
        if (row["people"], row["users"], row["level"], row["doing"])
        == (EVERYBODY, COMES[comes], "sector", "treated")
    ]
    if len(used) > 1:
        yield f"  They were treated at least once in: {_most(used, 'subject')}."


def _only(rows: Sequence[Row], comes: int) -> list[Row]:
    return [row for row in rows if row["comes"] == COMES[comes]]


def _was(number: Estimate, state: str) -> str:
    """Say how many ended in which way."""
    said = people(number)
    return f"{said} {_SAID[state].was[said != '1']}"


def _most(rows: Sequence[Row], column: str) -> str:
    """Say the most frequent places with their numbers, and how many are elsewhere."""
    named = [row for row in rows[:MOST] if row["patients"].mean >= FEW] or rows[:1]
    told = [f"{row[column]} {people(row['patients'])}" for row in named]
    others = sum(row["patients"].mean for row in rows[len(named) :])
    if others >= FEW:
        told.append(f"others {others:,.0f}")
    return ", ".join(told)


def _changed(ledger: Ledger, total: Estimate) -> Iterator[str]:
    """Yield what changed for those who are in both."""
    of = {row["what"]: row["patients"] for row in ledger.count("what")}
    waits = _waits(ledger.waits(), EVERYBODY)
    yield f"Those in both runs, {people(total)}:"
    for what, words in _HAPPENED.items():
        if WHAT[what] in of:
            by = _by(waits.get((ALL_WAITS, _MOVE[what]))) if what in _MOVE else ""
            yield f"  {words}: {people(of[WHAT[what]])}{by}"


_HAPPENED = {
    SAME: "the very same journey",
    LONGER: "the same way with a longer wait",
    SHORTER: "the same way with a shorter wait",
    OTHER_TIMES: "the same way and wait, at other moments",
    OTHER_WAY: "another way to the same end",
    OTHER_END: "another end",
}
_MOVE = {LONGER: MOVES[0], SHORTER: MOVES[1]}


def _waits(rows: Sequence[Row], part: str) -> dict[tuple[str, str], Row]:
    """Return changes of waits by subject and direction."""
    return {(row["subject"], row["move"]): row for row in rows if row["people"] == part}


def _by(row: Row | None) -> str:
    """Say by how much waits have changed."""
    if row is None:
        return ""
    mean, half, tenth = (row[n] for n in ("mean", "percentile_50", "percentile_90"))
    return (
        f", by {with_interval(mean, 'days')} on average (half of them by more than "
        f"{amount(half.mean, 'days')}, a tenth by more than "
        f"{amount(tenth.mean, 'days')})"
    )


def _moved(ledger: Ledger) -> Iterator[str]:
    """Yield who would have ended in one way and now ends in another."""
    states = ("what", "a_state", "b_state")
    rows = [
        row
        for row in ledger.count(*states)
        if row["what"] == WHAT[OTHER_END] and row["patients"].mean >= FEW
    ]
    detail = ledger.count(*states, "a_service", "b_service")
    for row in rows[:MOVED]:
        before, now = row["a_state"], row["b_state"]
        number = people(row["patients"])
        said = _SAID[now].elsewhere if before == now else _SAID[now].now
        said = _of_one(said) if number == "1" else said
        places = [
            {"way": _way(r), "patients": r["patients"]}
            for r in detail
            if all(r[name] == row[name] for name in states)
        ]
        yield (f"{number} who {_SAID[before].would} {said}: {_most(places, 'way')}.")


def _of_one(said: str) -> str:
    """Return what is said of several as it is said of one."""
    words = said.split(" ")
    place = next(n for n, word in enumerate(words) if word in _VERBS)
    return " ".join([*words[:place], _VERBS[words[place]], *words[place + 1 :]])


_VERBS = {"are": "is", "leave": "leaves", "do": "does", "wait": "waits"}


def _way(row: Row) -> str:
    """Say from where to where."""
    a, b = row["a_service"] or "nowhere", row["b_service"] or "nowhere"
    return str(a) if a == b else f"{a} → {b}"


def _more_use(ledger: Ledger) -> Iterator[str]:
    """Yield at which services those in both are treated more, or less, than in A."""
    told = []
    for row in ledger.use():
        wanted = (EVERYBODY, USERS[USERS_CHANGE], "service", "treated")
        change = row["patients"]
        is_this = (row["people"], row["users"], row["level"], row["doing"]) == wanted
        is_clear = change.interval is None or change.low * change.high > 0
        if is_this and is_clear and abs(change.mean) >= FEW:
            told.append((abs(change.mean), f"{row['subject']} {_more(change)}"))
    if told:
        said = [words for _, words in sorted(told, reverse=True)[:MOVED]]
        yield f"Treated at least once, of those in both runs: {', '.join(said)}."


def _more(change: Estimate) -> str:
    """Say a change: `12 (8 to 16) fewer in B`."""
    if change.mean > 0:
        return f"{people(change)} more in B"
    low, high = (None if end is None else -end for end in (change.high, change.low))
    return (
        f"{people(replace(change, mean=-change.mean, low=low, high=high))} fewer in B"
    )


def _service_waits(ledger: Ledger) -> Iterator[str]:
    """Yield by how much the same visits wait longer or less, service by service."""
    waits = _waits(ledger.waits(), EVERYBODY)
    subjects = dict.fromkeys(subject for subject, _ in waits if subject != ALL_WAITS)
    said = []
    for subject in subjects:
        rows = [waits.get((subject, move)) for move in MOVES[:2]]
        told = [
            f"{people(row['number'])} {words}, by {with_interval(row['mean'], 'days')}"
            for row, words in zip(rows, ("longer", "less"), strict=True)
            if row and row["number"].mean >= FEW
        ]
        moved = sum(row["number"].mean for row in rows if row)
        if told:
            said.append((-moved, f"{subject}: {' and '.join(told)}"))
    if said:
        yield "The same visits wait, on average:"
        yield from (f"  {words}" for _, words in sorted(said)[:MOVED])


def _parts(ledger: Ledger) -> Iterator[str]:
    """Yield for each part of the people what happened to them."""
    if not ledger.is_apart:
        return
    rows = ledger.count("people", "comes", "what")
    for part in ledger.parts.names:
        of = {
            r["what"] or r["comes"]: r["patients"] for r in rows if r["people"] == part
        }
        waits = _waits(ledger.waits(), part)
        told = [f"{words} {people(of[name])}" for name, words in _BRIEF if name in of]
        longer = waits.get((ALL_WAITS, MOVES[0]))
        if longer:
            mean = with_interval(longer["mean"], "days")
            told.append(f"longer waits by {mean} on average")
        if told:
            yield f"{part}: {', '.join(told)}."


_BRIEF = (
    (COMES[ONLY_B], "extra"),
    (COMES[ONLY_A], "no longer come"),
    *((WHAT[what], words) for what, words in _HAPPENED.items()),
)


def _listed(told: Sequence[str], sign: str = ",") -> str:
    """Put parts of a sentence together."""
    if len(told) == 1:
        return told[0]
    return f"{f'{sign} '.join(told[:-1])} and {told[-1]}"


def people(number: Estimate) -> str:
    """Say how many patients, with the interval, which holds no fewer than none."""
    low = None if number.low is None else max(number.low, 0.0)
    said = with_interval(replace(number, low=low), "patients")
    return said.replace(" patients", "").replace(" patient", "")
