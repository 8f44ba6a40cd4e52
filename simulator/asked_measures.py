"""Which one measure is meant by a text, before anything is simulated."""

from __future__ import annotations

from difflib import get_close_matches

from results.errors import ResultError
from results.layout.labels import Labels
from results.measures.naming import MEASURES, Name, parse_name


def named(text: str, labels: Labels) -> Name:
    """Return the one measure of a scenario or run that a text names.

    Parameters
    ----------
    text : str
        `ward: wait, mean` or `ward.wait.mean`; capitals do not count.
    labels : Labels

    Raises
    ------
    ValueError
        If there is none, or it names several. The message goes on after the text.
    """
    if "*" in text or "?" in text:
        raise ValueError(f"a pattern names no one measure; {_write_each(text)}")
    known = _known(labels)
    for spelled in (text, _with_commas(text)):
        if spelled.casefold() in known:
            return known[spelled.casefold()]
        try:
            name = parse_name(spelled, labels.subjects)
        except ResultError:
            continue
        if (name.kind, name.subject) in labels.subjects:
            return name
    subjects = {measure.casefold() for measure in _short_names()}
    if text.casefold() in subjects:
        raise ValueError(f"does not say of what; {_write_each(text)}")
    spelled = text if ": " in text else _with_commas(text)
    near = get_close_matches(spelled, [n.text for n in known.values()], n=2, cutoff=0.6)
    hint = f" Did you mean {' or '.join(repr(n) for n in near)}?" if near else ""
    raise ValueError(
        f"'{text}' is no measure of this scenario.{hint} {_subjects(labels)}"
    )


def _write_each(text: str) -> str:
    asked = text.replace("*", "").strip(": ,") or "wait, mean"
    return f"name each, such as 'ward: {asked}'."


def _with_commas(text: str) -> str:
    """Return `ward.wait.mean` as the name that tables have: `ward: wait, mean`."""
    subject, *rest = text.rsplit(".", 2)
    return f"{subject}: {', '.join(part.strip() for part in rest)}"


def _known(labels: Labels) -> dict[str, Name]:
    """Return the plain measures of all that a scenario has, by small letters."""
    names = [
        Name(kind, subject, measure.name, measure.statistic)
        for kind, subject in sorted(labels.subjects)
        for measure in MEASURES
        if kind in measure.kinds and not measure.split_by
    ]
    return {name.text.casefold(): name for name in names}


def _short_names() -> set[str]:
    return {f"{measure.name}, {measure.statistic}" for measure in MEASURES}


def _subjects(labels: Labels) -> str:
    services = ", ".join(service.name for service in labels.services[:8])
    more = ", ..." if len(labels.services) > 8 else ""
    return f"Services: {services}{more}. `caresim measures` lists what can be asked."
