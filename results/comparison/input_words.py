"""Differences of inputs as a planner would say them.

What is compared are resolved scenarios as manifests hold them: maps, lists and texts in
the words of the scenario language.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

NOTHING = object()
"""What stands where a scenario says nothing."""
Keys = tuple[str | int, ...]
"""A place in a scenario: `("services", "ward", "capacity")`."""

_SECTIONS = {
    "services": "",
    "demand": "demand ",
    "pathways": "pathway ",
    "clocks": "clock ",
    "standards": "standard ",
    "profiles": "profile ",
    "calendars": "calendar ",
    "teams": "team ",
    "escalation": "escalation rule ",
}
"""What a thing of a section is called."""
_UNITS = {"beds": "beds", "staff": "staff", "caseload": "places", "slots": "slots"}
"""What the capacity of each kind of service is."""
_NUMBER = re.compile(r"(£?)(-?[\d,]*\.?\d+)(|%| .*)", re.DOTALL)
_PLAIN = re.compile(r"-?[\d,]*\.?\d+")


def in_words(keys: Keys, a: object, b: object, scenarios: tuple[object, object]) -> str:
    """Say one difference.

    Parameters
    ----------
    keys : tuple of str or int
        Where.
    a, b : object
        What stands there; `NOTHING` where nothing does.
    scenarios : pair
        Both scenarios whole: they tell of what kind a service is.

    Returns
    -------
    str
        `Input: ward: capacity 23 → 25 beds (+8.7%).`
    """
    if keys[0] == "changes" and len(keys) > 1:
        return _change(a, b)
    where = _where(keys)
    if a is NOTHING:
        return f"Input added: {where}: {said(b)}{_unit(keys, b, scenarios)}."
    if b is NOTHING:
        return f"Input left out: {where}: {said(a)}{_unit(keys, a, scenarios)}."
    unit = _unit(keys, b, scenarios)
    return f"Input: {where}: {said(a)} → {said(b)}{unit}{_relative(a, b)}."


def _change(a: object, b: object) -> str:
    """Say a change that only one scenario has, or both in different ways."""
    if a is NOTHING:
        return f"Change added: {change(b)}."
    if b is NOTHING:
        return f"Change left out: {change(a)}."
    one, other = change(a), change(b)
    about = f"{one.partition(': ')[0]}: "
    return f"Change: {one} → {other.removeprefix(about)}."


def _where(keys: Keys) -> str:
    """Say where something stands."""
    section, *rest = keys
    if section in _SECTIONS and rest:
        return _joined(f"{_SECTIONS[str(section)]}{rest[0]}", rest[1:])
    return _joined(_word(section), rest)


def _joined(first: str, rest: Sequence[str | int]) -> str:
    """Say a place below something."""
    return f"{first}: {', '.join(map(_word, rest))}" if rest else first


def _word(key: str | int) -> str:
    """Say a key; items of lists are counted from one."""
    return f"number {key + 1}" if isinstance(key, int) else key.replace("_", " ")


def _at(value: object, keys: Keys) -> object:
    """Return what stands at a place; None where nothing does."""
    for key in keys:
        if isinstance(value, Mapping) and key in value:
            value = value[key]
        else:
            return None
    return value


def _unit(keys: Keys, value: object, scenarios: tuple[object, object]) -> str:
    """Say of what a bare number of capacity is; other numbers have their unit."""
    if not (isinstance(value, str | int) and _PLAIN.fullmatch(str(value))):
        return ""
    if keys[0] != "services" or "capacity" not in keys:
        return ""
    kinds = (_at(scenario, (*keys[:2], "kind")) for scenario in scenarios)
    unit = next((_UNITS[k] for k in kinds if isinstance(k, str) and k in _UNITS), "")
    return f" {unit}".rstrip()


def _relative(a: object, b: object) -> str:
    """Say by how much a number differs, where both are of one unit."""
    one, other = (_NUMBER.fullmatch(str(value).strip()) for value in (a, b))
    if not one or not other or (one[1], one[3]) != (other[1], other[3]):
        return ""
    x, y = (float(match[2].replace(",", "")) for match in (one, other))
    if not x or x == y:
        return ""
    share = (y - x) / abs(x)
    decimals = 0 if abs(share) >= 0.1 else 1
    return f" ({'+' if share > 0 else '−'}{abs(share):.{decimals}%})"


def change(value: object) -> str:
    """Say a change: `capacity of ward: 6 more, from 2024-04-01`.

    Parameters
    ----------
    value : object
        As the scenario holds it.
    """
    if not isinstance(value, Mapping):
        return said(value)
    parts = [_operation(value), *(_date(key, value) for key in _DATES if key in value)]
    for key in ("who", "returns"):
        if key in value:
            parts.append(f"{_WORDS.get(key, key)} {said(value[key])}")
    return f"{_subject(value)}: {', '.join(part for part in parts if part)}"


_OF = {
    "demand": "demand for",
    "services": "capacity of",
    "pathways": "pathway",
    "people": "people of",
    "teams": "team",
    "escalation": "escalation rule",
    "standards": "standard",
    "start_state": "start state of",
    "routes": "routes",
}
_DATES = ("from", "reached_by", "until", "in_months")
_WORDS = {
    "from": "from",
    "reached_by": "in a straight line up to",
    "until": "until",
    "in_months": "every",
    "who": "for",
    "returns": "of whom come later:",
}
_FILTERS = {"sector": "the sector", "kind": "all of kind", "to": "all that go to"}


def is_about_the_same(a: object, b: object) -> bool:
    """Return whether two changes have one subject, so that one became the other.

    Parameters
    ----------
    a, b : object
        As the scenarios hold them.
    """
    if not (isinstance(a, Mapping) and isinstance(b, Mapping)):
        return False
    return _subject(a) == _subject(b)


def _subject(value: Mapping[str, object]) -> str:
    """Say what a change is about."""
    section = next((key for key in _OF if key in value), "")
    if not section:
        return said(value)
    of = f"{value['what']} of".replace("_", " ") if "what" in value else _OF[section]
    return f"{of} {_selected(value[section])}"


def _selected(value: object) -> str:
    """Say which things a change is about."""
    if isinstance(value, Mapping):
        parts = []
        for key, item in value.items():
            if key in ("into", "out_of"):
                parts.append(f"{key.replace('_', ' ')} {_selected(item)}")
            else:
                parts.append(f"{_FILTERS.get(key, key)} {said(item)}")
        return ", ".join(parts)
    return said(value)


def _operation(value: Mapping[str, object]) -> str:
    """Say what is done."""
    if "multiply_by" in value:
        factor = said(value["multiply_by"])
        relative = _relative("1", factor) if _PLAIN.fullmatch(factor) else ""
        return f"× {factor}{relative}"
    if "add" in value:
        amount = said(value["add"])
        return f"{amount[1:]} fewer" if amount.startswith("-") else f"{amount} more"
    if "set_to" in value:
        return f"set to {said(value['set_to'])}"
    return f"by a curve: {said(value['curve'])}" if "curve" in value else ""


def _date(key: str, value: Mapping[str, object]) -> str:
    """Say one of the dates of a change."""
    return f"{_WORDS[key]} {said(value[key])}"


def said(value: object) -> str:
    """Say a value in one line.

    Parameters
    ----------
    value : object
        `{law: lognormal, mean: 15 min}` is said as `lognormal (mean 15 min)`.
    """
    if value is True or value is False:
        return "yes" if value else "no"
    if isinstance(value, Mapping):
        return _map(value)
    if isinstance(value, list | tuple):
        return ", ".join(said(item) for item in value)
    first, *more = str(value).splitlines() or [""]
    return f"{first} ... ({len(more):,} more lines)" if more else first


def _map(value: Mapping[str, object]) -> str:
    """Say a map: what it is by or of first, the rest in order."""
    rest = {key: item for key, item in value.items() if key not in ("law", "by")}
    parts = [
        f"{key.replace('_', ' ')} {f'({said(item)})' if _is_deep(item) else said(item)}"
        for key, item in rest.items()
    ]
    inner = ", ".join(parts)
    if "law" in value:
        return f"{value['law']} ({inner})" if inner else str(value["law"])
    return f"by {said(value['by'])}: {inner}" if "by" in value else inner


def _is_deep(value: object) -> bool:
    """Return whether a value is best put into brackets."""
    return isinstance(value, Mapping) and "law" not in value
